//! What a page does meanwhile, as sequences of messages with the rows that follow each.
//!
//! A row is written `lee=member`, then `>manager` if another role is picked, `x` if it is selected, its note in
//! brackets, and `gone` or `hidden`.

use super::*;
use shared::ids::InvitationId;
use shared::refusal::Refusal;
use shared::roles::{Kind, Permission};
use shared::wire::people::Heading;
use std::fmt::Write as _;

const START: Timestamp = Timestamp(1_000_000_000_000_000);

/// An answer of the server, to the Owner dana unless it says otherwise.
struct Answer {
    people: PeopleView,
    query: ListQuery,
    attention: Attention,
}

/// An answer with these members, as in `dana=owner lee=member`. It is the whole list, and nobody points at it.
fn answer(members: &str) -> Answer {
    let members: Vec<PersonRow> = parsed(members).into_iter().map(member).collect();
    let count = |role: Role| u32::try_from(members.iter().filter(|member| member.role == role).count()).unwrap();
    let heading = Heading {
        name: "sundial".to_owned(),
        display_name: "The Sundial Project".to_owned(),
        kind: Kind::Community,
        my_role: Role::Owner,
    };
    let people = PeopleView {
        heading,
        next: None,
        roles: Role::ALL.map(|role| (role, count(role))).to_vec(),
        people: members,
        managing: None,
        held: None,
        invitations: Vec::new(),
        more_invitations: false,
        known: Vec::new(),
        price: None,
        now: START,
    };
    Answer { people, query: ListQuery::default(), attention: Attention::Elsewhere }
}

fn parsed(members: &str) -> Vec<SelectedMember> {
    members.split_whitespace().map(|one| one.parse().unwrap()).collect()
}

fn member(one: SelectedMember) -> PersonRow {
    PersonRow {
        you: one.username.as_str() == "dana",
        username: one.username.to_string(),
        role: one.shown.unwrap(),
        joined_at: START.minus(Seconds::days(3)),
        changed_by: None,
    }
}

impl Answer {
    /// So many seconds after the start.
    fn at(mut self, seconds: i64) -> Self {
        self.people.now = START.plus(Seconds(seconds));
        self
    }

    /// Somebody else was the last to change the role of a person.
    fn changed(mut self, whom: &str, by: &str) -> Self {
        self.of(whom).changed_by = Some(by.to_owned());
        self
    }

    /// A person has just joined.
    fn joined(mut self, who: &str) -> Self {
        self.of(who).joined_at = self.people.now;
        self
    }

    fn of(&mut self, username: &str) -> &mut PersonRow {
        self.people.people.iter_mut().find(|member| member.username == username).unwrap()
    }

    fn invited(mut self, names: &str) -> Self {
        let invitation = |name: &str| InvitationRow {
            id: id_of(name),
            username: name.to_owned(),
            role: Role::Member,
            inviter: "dana".to_owned(),
            ends_at: START.plus(Seconds::days(7)),
        };
        self.people.invitations = names.split_whitespace().map(invitation).collect();
        self
    }

    /// There are further pages.
    fn unfinished(mut self) -> Self {
        self.people.next = Some("0.x".to_owned());
        self
    }

    /// The list was searched for a text.
    fn searched(mut self, text: &str) -> Self {
        self.query.text = text.to_owned();
        self
    }

    /// The selection in the address.
    fn selected(mut self, members: &str) -> Self {
        self.query.selected = parsed(members);
        self
    }

    fn while_at(mut self, attention: Attention) -> Self {
        self.attention = attention;
        self
    }

    /// The answer to somebody who can't manage people.
    fn for_a_member(mut self) -> Self {
        self.people.managing = Some(Refusal::NotPermitted { permission: Permission::ManagePeople, owners: Vec::new() });
        self
    }

    fn arrives(self) -> PeopleMessage {
        let Self { people, query, attention } = self;
        PeopleMessage::Arrived { people: Box::new(people), query, attention }
    }
}

/// An id that is the same for the same name.
fn id_of(name: &str) -> InvitationId {
    let number = name.bytes().fold(0_u128, |sum, byte| sum * 256 + u128::from(byte));
    format!("{number:032x}").parse().unwrap()
}

fn picked(username: &str, role: Role) -> PeopleMessage {
    PeopleMessage::RolePicked { username: username.to_owned(), role }
}

fn ticked(username: &str) -> PeopleMessage {
    PeopleMessage::Ticked { username: username.to_owned(), on: true }
}

fn unticked(username: &str) -> PeopleMessage {
    PeopleMessage::Ticked { username: username.to_owned(), on: false }
}

fn typed(text: &str) -> PeopleMessage {
    PeopleMessage::FilterTyped(text.to_owned())
}

/// Notes were shown until so many seconds after the start.
fn expired(seconds: i64) -> PeopleMessage {
    PeopleMessage::NotesExpired(START.plus(Seconds(seconds)))
}

fn shown(state: &PeopleState) -> String {
    let row = |row: RowView| {
        let mut text = format!("{}={}", row.username, row.role.code());
        if row.is_unsaved() {
            write!(text, ">{}", row.picked.code()).unwrap();
        }
        if row.checked {
            text.push_str(" x");
        }
        match row.note {
            _ if row.gone => text.push_str(" gone"),
            Some(note) => write!(text, " ({note})").unwrap(),
            None => {}
        }
        if row.hidden {
            text.push_str(" hidden");
        }
        text
    };
    rows(state).into_iter().map(row).collect::<Vec<_>>().join(", ")
}

fn shown_invitations(state: &PeopleState) -> String {
    let row = |row: InvitationView| [row.username.as_str(), if row.gone { " gone" } else { "" }].concat();
    invitations(state).into_iter().map(row).collect::<Vec<_>>().join(", ")
}

/// Plays messages from the beginning, and compares the rows after each of them.
#[track_caller]
fn play(story: Vec<(PeopleMessage, &str)>) -> PeopleState {
    let mut state = PeopleState::default();
    for (number, (message, expected)) in story.into_iter().enumerate() {
        let name = format!("{message:?}").split(['(', ' ']).next().unwrap_or_default().to_owned();
        state = reduce(state, message);
        assert_eq!(shown(&state), expected, "after message {}, {name}", number + 1);
    }
    state
}

#[test]
fn rows_keep_their_places_until_the_reader_has_left() {
    for attention in [Attention::Members, Attention::Invitations, Attention::Keyboard] {
        play(vec![
            (
                answer("dana=owner kim=owner lee=member").while_at(attention).arrives(),
                "dana=owner, kim=owner, lee=member",
            ),
            (
                answer("dana=owner lee=owner abe=member").while_at(attention).arrives(),
                "dana=owner, kim=owner gone, lee=owner, abe=member",
            ),
            (PeopleMessage::Left, "dana=owner, lee=owner, abe=member"),
            (answer("abe=owner dana=owner lee=owner").arrives(), "abe=owner, dana=owner, lee=owner"),
        ]);
    }
}

#[test]
fn other_part_of_the_list_is_shown_in_its_own_order() {
    let pointed = |members| answer(members).while_at(Attention::Members);
    play(vec![
        (pointed("dana=owner lee=member").arrives(), "dana=owner, lee=member"),
        (pointed("lee=member").searched("lee").arrives(), "lee=member"),
        (pointed("mira=member lee=member").searched("lee").arrives(), "lee=member, mira=member"),
        (pointed("mira=member").searched("lee").for_a_member().arrives(), "mira=member"),
    ]);
}

#[test]
fn other_organization_starts_over() {
    let mut other = answer("dana=owner lee=manager").while_at(Attention::Members);
    other.people.heading.name = "moondial".to_owned();
    play(vec![
        (answer("dana=owner lee=member").arrives(), "dana=owner, lee=member"),
        (ticked("lee"), "dana=owner, lee=member x"),
        (picked("lee", Role::Owner), "dana=owner, lee=member>owner x"),
        (other.arrives(), "dana=owner, lee=manager"),
    ]);
}

#[test]
fn invitations_above_the_list_do_not_push_it() {
    let at = |attention, names| answer("dana=owner").invited(names).while_at(attention).arrives();
    let mut state = PeopleState::default();
    for (message, expected, is_held) in [
        (at(Attention::Elsewhere, ""), "", false),
        (at(Attention::Members, "kim"), "", true),
        (PeopleMessage::Left, "kim", false),
        (at(Attention::Invitations, "abe kim"), "kim, abe", true),
        (at(Attention::Members, "abe lee"), "kim gone, abe", true),
        (at(Attention::Keyboard, "abe lee"), "kim gone, abe, lee", true),
        (at(Attention::Elsewhere, "abe lee"), "abe, lee", false),
    ] {
        state = reduce(state, message);
        assert_eq!((shown_invitations(&state).as_str(), state.is_held()), (expected, is_held));
    }
}

#[test]
fn picked_role_stays_until_it_is_saved() {
    play(vec![
        (answer("dana=owner lee=member").arrives(), "dana=owner, lee=member"),
        (picked("lee", Role::Manager), "dana=owner, lee=member>manager"),
        (answer("dana=owner lee=member mira=member").arrives(), "dana=owner, lee=member>manager, mira=member"),
        // A search, and Back.
        (answer("mira=member").searched("mira").arrives(), "mira=member"),
        (answer("dana=owner lee=member").arrives(), "dana=owner, lee=member>manager"),
        // Saved: a later change by somebody else is not the reader's own choice.
        (answer("dana=owner lee=manager").arrives(), "dana=owner, lee=manager"),
        (answer("dana=owner lee=owner").arrives(), "dana=owner, lee=owner"),
        // Picked and put back.
        (picked("lee", Role::Member), "dana=owner, lee=owner>member"),
        (picked("lee", Role::Owner), "dana=owner, lee=owner"),
        (picked("somebody", Role::Owner), "dana=owner, lee=owner"),
    ]);
}

#[test]
fn unsaved_role_does_not_hide_the_new_one() {
    play(vec![
        (answer("dana=owner lee=member").arrives(), "dana=owner, lee=member"),
        (picked("lee", Role::Manager), "dana=owner, lee=member>manager"),
        (
            answer("dana=owner lee=billing_manager").changed("lee", "kim").at(60).arrives(),
            "dana=owner, lee=billing_manager>manager (now a Billing manager, by kim)",
        ),
        (expired(70), "dana=owner, lee=billing_manager>manager (is a Billing manager)"),
        // From here on the reader knows.
        (picked("lee", Role::Owner), "dana=owner, lee=billing_manager>owner"),
    ]);
}

#[test]
fn ticks_stay_and_a_gone_person_is_dropped() {
    let state = play(vec![
        (
            answer("dana=owner lee=member mira=member").selected("lee=member").arrives(),
            "dana=owner, lee=member x, mira=member",
        ),
        (ticked("mira"), "dana=owner, lee=member x, mira=member x"),
        (answer("dana=owner mira=member").selected("lee=member").arrives(), "dana=owner, mira=member x"),
        (answer("dana=owner lee=member mira=member").arrives(), "dana=owner, lee=member, mira=member x"),
        (unticked("mira"), "dana=owner, lee=member, mira=member"),
        (ticked("lee"), "dana=owner, lee=member x, mira=member"),
        // Only the whole list shows who is gone.
        (answer("dana=owner").unfinished().arrives(), "dana=owner"),
        (answer("mira=member").searched("mira").arrives(), "mira=member"),
    ]);
    assert_eq!(selection_summary(&state).as_deref(), Some("1 person selected, 1 not shown here."));
}

#[test]
fn selection_is_summarized_in_one_line() {
    let mut state = PeopleState::default();
    let all = || answer("dana=owner lee=member mira=member sam=member");
    for (message, expected) in [
        (
            all().selected("lee=member gil=member").arrives(),
            "1 person selected. gil isn't a member and is no longer selected.",
        ),
        (ticked("sam"), "2 people selected. gil isn't a member and is no longer selected."),
        (typed("le"), "2 people selected, 1 not shown here. gil isn't a member and is no longer selected."),
        (typed(""), "2 people selected. gil isn't a member and is no longer selected."),
        (
            answer("dana=owner").selected("lee=member gil=member").arrives(),
            "gil, lee and sam aren't members and are no longer selected.",
        ),
        (PeopleMessage::BulkDone, ""),
        (all().arrives(), ""),
    ] {
        state = reduce(state, message);
        assert_eq!(selection_summary(&state).unwrap_or_default(), expected);
    }
}

#[test]
fn selection_has_the_roles_that_the_reader_saw() {
    let state = play(vec![
        (answer("dana=owner lee=member").arrives(), "dana=owner, lee=member"),
        (ticked("lee"), "dana=owner, lee=member x"),
        (
            answer("dana=owner lee=owner").changed("lee", "kim").arrives(),
            "dana=owner, lee=owner x (now an Owner, by kim)",
        ),
    ]);
    assert_eq!(state.selected(), parsed("lee=member"));
}

#[test]
fn bulk_action_clears_the_selection_and_draws_its_rows_again() {
    let before = play(vec![
        (answer("dana=owner lee=member").selected("dana=owner").arrives(), "dana=owner x, lee=member"),
        (ticked("lee"), "dana=owner x, lee=member x"),
    ]);
    let after = reduce(before.clone(), PeopleMessage::BulkDone);
    assert_eq!((shown(&after).as_str(), after.selected()), ("dana=owner, lee=member", Vec::new()));
    assert!(rows(&before).iter().zip(rows(&after)).all(|(before, after)| before.key() != after.key()));
}

#[test]
fn row_is_drawn_again_only_if_its_own_content_has_changed() {
    let mut state = reduce(PeopleState::default(), answer("dana=owner lee=member").arrives());
    let key = |state: &PeopleState| rows(state).iter().find(|row| row.username == "lee").map(RowView::key);
    for (message, is_drawn_again) in [
        (ticked("lee"), false),
        (picked("lee", Role::Manager), false),
        (typed("dana"), false),
        (answer("dana=owner abe=owner lee=member").arrives(), false),
        (answer("dana=owner abe=owner lee=owner").changed("lee", "abe").arrives(), true),
        (expired(10), false),
        (answer("dana=owner").while_at(Attention::Members).arrives(), true),
        (answer("dana=owner lee=owner").while_at(Attention::Members).arrives(), true),
    ] {
        let (name, before) = (format!("{message:?}"), key(&state));
        state = reduce(state, message);
        assert_eq!(key(&state) != before, is_drawn_again, "{name}");
    }
}

#[test]
fn owner_is_told_once_who_changed_what() {
    let people = "dana=owner kim=owner lee=manager mira=manager new=member old=member";
    let others = || answer(people).joined("new").changed("kim", "lee").changed("lee", "kim");
    let told = "dana=owner, kim=owner, lee=manager (now a Manager, by kim), mira=manager, \
                new=member (joined just now), old=member";
    let later = "dana=owner, kim=owner, lee=manager, mira=manager, new=member, old=member";
    play(vec![
        (
            answer("dana=owner kim=owner lee=member mira=member").arrives(),
            "dana=owner, kim=owner, lee=member, mira=member",
        ),
        // dana herself changed mira, and old was on another page until now.
        (others().arrives(), told),
        (others().at(5).arrives(), told),
        (expired(10), later),
        (others().at(20).arrives(), later),
    ]);
}

#[test]
fn member_is_told_what_has_changed() {
    play(vec![
        (answer("dana=owner lee=member").for_a_member().arrives(), "dana=owner, lee=member"),
        (answer("dana=owner lee=manager").for_a_member().arrives(), "dana=owner, lee=manager (now a Manager)"),
        // A note ends with what it says.
        (answer("dana=owner lee=member").for_a_member().at(20).arrives(), "dana=owner, lee=member (now a Member)"),
    ]);
}

#[test]
fn filter_hides_rows_while_it_is_typed() {
    let state = play(vec![
        (answer("dana=owner lee=member Mi.ra=member").arrives(), "dana=owner, lee=member, Mi.ra=member"),
        (typed(" MIR"), "dana=owner hidden, lee=member hidden, Mi.ra=member"),
        (answer("dana=owner Mi.ra=member").invited("lee").arrives(), "dana=owner hidden, Mi.ra=member"),
        (typed("lee"), "dana=owner hidden, Mi.ra=member hidden"),
    ]);
    assert!(!no_match(&state), "the invitation is a match");
    assert!(no_match(&reduce(state, typed("nobody"))));
}

#[test]
fn after_back_the_filter_shows_the_text_of_the_list() {
    let whole = || answer("dana=owner lee=member").arrives();
    let searched = || answer("lee=member").searched("lee").arrives();
    let texts = |messages: Vec<PeopleMessage>| messages.into_iter().fold(PeopleState::default(), reduce).filter_text();
    assert_eq!(texts(vec![whole(), typed("lee"), searched()]), "lee");
    assert_eq!(texts(vec![whole(), typed("lee"), searched(), whole()]), "");
    assert_eq!(texts(vec![searched(), typed("le"), whole()]), "le", "typed for the new list");
    assert_eq!(texts(vec![searched(), typed("lee"), whole()]), "");
}

#[test]
fn filter_is_shown_for_long_lists_and_does_not_disappear_in_use() {
    let long = "dana=owner a=member b=member c=member d=member e=member f=member g=member h=member";
    let mut state = PeopleState::default();
    for (message, expected) in [
        (answer("dana=owner").arrives(), false),
        (answer(long).arrives(), true),
        (typed("a"), true),
        (answer("dana=owner").arrives(), true),
        (typed(""), true),
        (answer("dana=owner").arrives(), false),
        (answer("dana=owner").searched("a").arrives(), true),
    ] {
        state = reduce(state, message);
        assert_eq!(state.filtered_part().is_some(), expected);
    }
}
