//! Roles, removing and leaving.

use super::*;
use shared::wire::Form as _;
use shared::wire::people::{AssignRoleForm, RemoveMembersForm};

fn with_role(person: &Person, role: Role) -> MemberFacts {
    MemberFacts { account: party(person), role, changed_by: None, sent: Vec::new() }
}

fn member(person: &Person, role: Role) -> MemberState {
    MemberState::Present(with_role(person, role))
}

fn no_longer(ended: Option<Ended>) -> MemberState {
    MemberState::Gone { ended }
}

fn taken_away() -> Option<Ended> {
    Some(Ended::Removed { by: Some("mira".to_owned()) })
}

fn assign_form(people: &[&str], role: &str) -> AssignRoleForm {
    AssignRoleForm { organization: "Sun.Dial".to_owned(), people: people.join(" "), role: role.to_owned() }
}

fn remove_form(people: &[&str], typed: &str) -> RemoveMembersForm {
    RemoveMembersForm { organization: "Sun.Dial".to_owned(), people: people.join(" "), typed: typed.to_owned() }
}

#[test]
fn assign_role_follows_its_table() {
    let assign = |people: &[&str], role| -> AssignRole { assign_form(people, role).try_into().unwrap() };
    let facts = |access, members| Some(MembersFacts { access, members });
    let two = || OrganizationAccess { owners: vec![party(&dana()), party(&mira())], ..owned() };
    let sender =
        MemberFacts { sent: vec![Offer { inviter: party(&mira()), ..offer() }], ..with_role(&mira(), Role::Owner) };
    let moved = MemberFacts { changed_by: Some("mira".to_owned()), ..with_role(&lee(), Role::Manager) };
    let own = MemberFacts { changed_by: Some("dana".to_owned()), ..moved.clone() };
    let meanwhile =
        Refusal::RoleChangedMeanwhile { username: "lee".to_owned(), role: Role::Manager, by: Some("mira".to_owned()) };
    let last = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled: Vec::new() });
    let gone =
        Refusal::NotAMember { username: "lee".to_owned(), organization: "Sun.Dial".to_owned(), ended: taken_away() };
    // mira is an Owner whose account is disabled.
    let alone = || OrganizationAccess { disabled_owners: vec![party(&mira())], ..owned() };
    let unable = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled: vec!["mira".to_owned()] });
    let lee_is = |role| vec![member(&lee(), role)];
    let mut table: Vec<Row<AssignRole>> = vec![
        (
            "an Owner",
            person(dana()),
            assign(&["lee=member"], "manager"),
            facts(owned(), lee_is(Role::Member)),
            Ok(vec![changed(&lee(), Role::Member, Role::Manager)]),
        ),
        (
            "the same again",
            person(dana()),
            assign(&["lee=member"], "member"),
            facts(owned(), lee_is(Role::Member)),
            Ok(Vec::new()),
        ),
        (
            "the last Owner who can use their account",
            person(dana()),
            assign(&["dana=owner"], "member"),
            facts(alone(), vec![member(&dana(), Role::Owner)]),
            unable(),
        ),
        (
            "somebody was quicker",
            person(dana()),
            assign(&["lee=member"], "owner"),
            facts(owned(), vec![MemberState::Present(moved.clone())]),
            Err(meanwhile),
        ),
        (
            "somebody was quicker, with the same",
            person(dana()),
            assign(&["lee=member"], "manager"),
            facts(owned(), vec![MemberState::Present(moved.clone())]),
            Ok(Vec::new()),
        ),
        (
            "one was quicker oneself",
            person(dana()),
            assign(&["lee=member"], "owner"),
            facts(owned(), vec![MemberState::Present(own)]),
            Ok(vec![changed(&lee(), Role::Manager, Role::Owner)]),
        ),
        (
            "nobody of that name",
            person(dana()),
            assign(&["lee=member"], "manager"),
            facts(owned(), vec![no_longer(taken_away())]),
            Err(gone),
        ),
        (
            "the last Owner themselves",
            person(dana()),
            assign(&["dana=owner"], "member"),
            facts(owned(), vec![member(&dana(), Role::Owner)]),
            last(),
        ),
        (
            "oneself, beside another Owner",
            person(dana()),
            assign(&["dana=owner"], "member"),
            facts(two(), vec![member(&dana(), Role::Owner)]),
            Ok(vec![changed(&dana(), Role::Owner, Role::Member)]),
        ),
        (
            "all Owners at once",
            person(dana()),
            assign(&["dana=owner", "mira=owner"], "member"),
            facts(two(), vec![member(&dana(), Role::Owner), member(&mira(), Role::Owner)]),
            last(),
        ),
        (
            "with the invitations that they sent",
            person(dana()),
            assign(&["mira=owner"], "billing_manager"),
            facts(two(), vec![MemberState::Present(sender)]),
            Ok(vec![changed(&mira(), Role::Owner, Role::BillingManager), revoked()]),
        ),
        (
            "several, one of whom has it",
            person(dana()),
            assign(&["lee=member", "mira=manager"], "manager"),
            facts(owned(), vec![member(&lee(), Role::Member), member(&mira(), Role::Manager)]),
            Ok(vec![changed(&lee(), Role::Member, Role::Manager)]),
        ),
        (
            "several, one of whom is gone",
            person(dana()),
            assign(&["lee=member", "mira=member"], "manager"),
            facts(owned(), vec![no_longer(taken_away()), member(&mira(), Role::Member)]),
            Ok(vec![changed(&mira(), Role::Member, Role::Manager)]),
        ),
        (
            "several, one of whom somebody was quicker with",
            person(dana()),
            assign(&["lee=member", "mira=member"], "owner"),
            facts(owned(), vec![MemberState::Present(moved.clone()), member(&mira(), Role::Member)]),
            Ok(vec![changed(&mira(), Role::Member, Role::Owner)]),
        ),
        ("no such organization", person(dana()), assign(&["lee=member"], "owner"), None, Err(Refusal::NotFound {})),
    ];
    for (case, actor, access, why) in outsiders() {
        let facts = facts(access, lee_is(Role::Member));
        table.push((case, actor, assign(&["lee=member"], "owner"), facts, Err(why)));
    }
    assert_table(table);
    for people in [vec!["lee=king"], vec!["lee"], vec!["lee=member", "LEE=member"], vec!["-=member"]] {
        let refused = AssignRole::try_from(assign_form(&people, "member")).unwrap_err();
        assert_eq!(refused, Refusal::fault(Field::Usernames, FaultCode::InvalidOption {}), "{people:?}");
    }
}

#[test]
fn remove_members_follows_its_table() {
    let remove = |people: &[&str], typed: &str| -> RemoveMembers { remove_form(people, typed).try_into().unwrap() };
    let facts = |access, members| Some(MembersFacts { access, members });
    let removed =
        |person: &Person, role| Event::MemberRemoved { organization: sundial(), account: party(person), role };
    let left = |person: &Person, role| Event::MemberLeft { organization: sundial(), account: party(person), role };
    let two = || OrganizationAccess { owners: vec![party(&dana()), party(&mira())], ..owned() };
    let sender =
        MemberFacts { sent: vec![Offer { inviter: party(&mira()), ..offer() }], ..with_role(&mira(), Role::Owner) };
    let last = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled: Vec::new() });
    let typed = |code| Err(Refusal::fault(Field::Confirmation, code));
    // mira is an Owner whose account is disabled.
    let alone = || OrganizationAccess { disabled_owners: vec![party(&mira())], ..owned() };
    let unable = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled: vec!["mira".to_owned()] });
    let lee_is = |role| vec![member(&lee(), role)];
    let mut table: Vec<Row<RemoveMembers>> = vec![
        (
            "an Owner",
            person(dana()),
            remove(&["lee"], " lee "),
            facts(owned(), lee_is(Role::Member)),
            Ok(vec![removed(&lee(), Role::Member)]),
        ),
        (
            "nothing typed",
            person(dana()),
            remove(&["lee"], " "),
            facts(owned(), lee_is(Role::Member)),
            typed(FaultCode::Empty {}),
        ),
        (
            "another name typed",
            person(dana()),
            remove(&["lee"], "Lee"),
            facts(owned(), lee_is(Role::Member)),
            typed(FaultCode::ConfirmationMismatch { wanted: "lee".to_owned() }),
        ),
        (
            "with the invitations that they sent",
            person(dana()),
            remove(&["mira"], "mira"),
            facts(two(), vec![MemberState::Present(sender)]),
            Ok(vec![removed(&mira(), Role::Owner), revoked()]),
        ),
        (
            "several",
            person(dana()),
            remove(&["lee", "mira"], "Sun.Dial"),
            facts(owned(), vec![member(&lee(), Role::Member), member(&mira(), Role::Manager)]),
            Ok(vec![removed(&lee(), Role::Member), removed(&mira(), Role::Manager)]),
        ),
        (
            "all Owners",
            person(dana()),
            remove(&["dana", "mira"], "Sun.Dial"),
            facts(two(), vec![member(&dana(), Role::Owner), member(&mira(), Role::Owner)]),
            last(),
        ),
        (
            "the last Owner goes",
            person(dana()),
            remove(&["dana"], "dana"),
            facts(owned(), vec![member(&dana(), Role::Owner)]),
            last(),
        ),
        (
            "the last Owner who can use their account goes",
            person(dana()),
            remove(&["dana"], "dana"),
            facts(alone(), vec![member(&dana(), Role::Owner)]),
            unable(),
        ),
        (
            "an Owner whose account is disabled is removed",
            person(dana()),
            remove(&["mira"], "mira"),
            facts(alone(), vec![member(&mira(), Role::Owner)]),
            Ok(vec![removed(&mira(), Role::Owner)]),
        ),
        (
            "an Owner goes, and another stays",
            person(dana()),
            remove(&["dana"], "dana"),
            facts(two(), vec![member(&dana(), Role::Owner)]),
            Ok(vec![left(&dana(), Role::Owner)]),
        ),
        (
            "several, one of whom is gone",
            person(dana()),
            remove(&["lee", "mira"], "Sun.Dial"),
            facts(owned(), vec![no_longer(taken_away()), member(&mira(), Role::Member)]),
            Ok(vec![removed(&mira(), Role::Member)]),
        ),
        (
            "several, all of whom are gone",
            person(dana()),
            remove(&["lee", "mira"], "Sun.Dial"),
            facts(owned(), vec![no_longer(taken_away()), no_longer(None)]),
            Ok(Vec::new()),
        ),
        ("no such organization", person(dana()), remove(&["lee"], "lee"), None, Err(Refusal::NotFound {})),
        (
            "nobody of that name",
            person(dana()),
            remove(&["lee"], "lee"),
            facts(owned(), vec![no_longer(taken_away())]),
            Err(Refusal::NotAMember {
                username: "lee".to_owned(),
                organization: "Sun.Dial".to_owned(),
                ended: taken_away(),
            }),
        ),
    ];
    for role in [Role::Manager, Role::BillingManager, Role::Member] {
        let facts = facts(access(Some(role)), lee_is(role));
        table.push(("every role can go", person(lee()), remove(&["lee"], "lee"), facts, Ok(vec![left(&lee(), role)])));
    }
    for (case, actor, access, why) in outsiders() {
        table.push((
            case,
            actor,
            remove(&["mira"], "mira"),
            facts(access, vec![member(&mira(), Role::Member)]),
            Err(why),
        ));
    }
    assert_table(table);
    // A preview says what must be typed, and does not need it.
    let preview = remove_form(&["lee"], "").previewed().unwrap();
    assert_table([(
        "a preview",
        person(dana()),
        preview,
        facts(owned(), lee_is(Role::Member)),
        Ok(vec![removed(&lee(), Role::Member)]),
    )]);
}

/// What a preview of dana says about those whom the command skips.
fn skipped<C: Command>(command: &C, facts: &C::Facts) -> Vec<String> {
    let decision = command.decide(&person(dana()), facts, &mut ctx()).unwrap();
    words::preview(&[], &decision.skipped, Some("dana")).skipped
}

/// People to whom nothing happens are named, with the reason.
#[test]
fn skipped_people_are_named_with_a_reason() {
    let facts = |members| Some(MembersFacts { access: owned(), members });
    let by = |name: &str| Some(Ended::Removed { by: Some(name.to_owned()) });
    let gone = |ended| vec![member(&mira(), Role::Manager), no_longer(ended)];

    let assign = assign_form(&["mira=manager", "lee=member"], "manager").previewed().unwrap();
    for (ended, sentence) in [
        (by("mira"), "lee was removed by mira"),
        (by("dana"), "lee was removed by you"),
        (Some(Ended::Left {}), "lee has left"),
        (None, "lee is not a member"),
    ] {
        assert_eq!(skipped(&assign, &facts(gone(ended.clone()))), ["mira is already a Manager", sentence]);
        let remove = remove_form(&["mira", "lee"], "").previewed().unwrap();
        assert_eq!(skipped(&remove, &facts(gone(ended.clone()))), [sentence]);
        let one = remove_form(&["lee"], "").previewed().unwrap();
        let refused = one.decide(&person(dana()), &facts(vec![no_longer(ended)]), &mut ctx()).unwrap_err();
        let refused = words::refusal(&refused).replace(" from Sun.Dial", "");
        assert!(refused.starts_with(sentence), "{refused}");
    }

    let moved = MemberFacts { changed_by: Some("mira".to_owned()), ..with_role(&lee(), Role::Manager) };
    let assign = assign_form(&["mira=member", "lee=member"], "owner").previewed().unwrap();
    let two = facts(vec![member(&mira(), Role::Member), MemberState::Present(moved)]);
    assert_eq!(skipped(&assign, &two), ["mira has since made lee a Manager"]);
}

#[test]
fn last_active_owner_cannot_be_removed() {
    let two = OrganizationAccess { owners: vec![party(&dana()), party(&mira())], ..owned() };
    let alone = OrganizationAccess { disabled_owners: vec![party(&mira())], ..owned() };
    let held = |disabled: &[&str]| {
        let disabled = disabled.iter().map(|one| (*one).to_owned()).collect();
        Some(Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled })
    };
    assert_eq!(owned().last_owner_refusal(&dana()), held(&[]));
    assert_eq!(alone.last_owner_refusal(&dana()), held(&["mira"]));
    assert_eq!(two.last_owner_refusal(&dana()), None);
    assert_eq!(access(Some(Role::Member)).last_owner_refusal(&lee()), None);
    assert_eq!(
        OrganizationAccess { owners: Vec::new(), ..access(Some(Role::Member)) }.last_owner_refusal(&lee()),
        None
    );
}
