//! Invitations, roles, removing and leaving: who may, when, and what follows.

use crate::ground::*;
use shared::billing::Price;
use shared::ids::{InvitationId, OrganizationId};
use shared::limits;
use shared::moment::Span;
use shared::names::NameKey;
use shared::problem::{FaultCode, Field, Refusal};
use shared::roles::{Permission, Role};
use shared::rules::people::*;
use shared::rules::{Actor, Change, Organization, Person, Unseen};
use shared::text::{DisplayName, Message};
use shared::wire::people::InvitationState;
use shared::words;
use uuid::Uuid;

const INVITATION: InvitationId = InvitationId(Uuid::from_u128(80));

fn sundial() -> Organization {
    Organization {
        id: OrganizationId(id(60)),
        name: organization("Sun.Dial"),
        display_name: DisplayName::kept("Sundial".to_owned()),
    }
}

fn key() -> NameKey {
    organization("Sun.Dial").key()
}

/// Sundial, as it stands for somebody with this role; dana is its Owner.
fn within(my_role: Option<Role>) -> Within {
    Within { organization: sundial(), disabled: None, my_role, owners: vec![party(&dana())], price: None }
}

fn owned() -> Within {
    within(Some(Role::Owner))
}

fn shut(my_role: Option<Role>) -> Within {
    Within { disabled: Some("Spam.".to_owned()), ..within(my_role) }
}

/// Everybody who may not manage people, each with what they are told.
fn outsiders() -> Vec<(&'static str, Actor, Within, Refusal)> {
    let not_permitted =
        || Refusal::NotPermitted { permission: Permission::ManagePeople, owners: vec!["dana".to_owned()] };
    let mut all = vec![
        ("an outsider", person(lee()), within(None), Refusal::NotFound {}),
        ("an outsider, of one that is shut", person(lee()), shut(None), Refusal::NotFound {}),
        ("an administrator is none of its people", person(boss()), within(None), Refusal::NotFound {}),
        (
            "an Owner of one that is shut",
            person(dana()),
            shut(Some(Role::Owner)),
            Refusal::OrganizationDisabled { reason: "Spam.".to_owned() },
        ),
    ];
    for role in [Role::Manager, Role::BillingManager, Role::Member] {
        all.push(("another role", person(lee()), within(Some(role)), not_permitted()));
    }
    all.extend(strangers().map(|who| ("a stranger", who, owned(), Refusal::NotSignedIn {})));
    all
}

fn mira() -> Person {
    Person { username: "mira".to_owned(), id: id(4), ..lee() }
}

fn offer() -> Offer {
    Offer {
        id: INVITATION,
        invitee: party(&mira()),
        inviter: party(&dana()),
        role: Role::Manager,
        ends_at: NOW.plus(Span::days(7)),
    }
}

fn invitee() -> Invitee {
    Invitee { account: party(&mira()), verified: true, role: None, invited: None }
}

fn invited(price: Option<Price>, fresh: &mut shared::rules::Fresh) -> Change {
    Change::MemberInvited {
        id: fresh.id(),
        organization: sundial(),
        invitee: party(&mira()),
        inviter: party(&dana()),
        role: Role::Manager,
        price,
        secret: fresh.secret(),
        lives: limits::INVITATION,
    }
}

fn expired() -> Change {
    let Offer { id, invitee, inviter, role, .. } = offer();
    Change::InvitationExpired { id, organization: sundial(), invitee, inviter, role }
}

fn revoked() -> Change {
    Change::InvitationRevoked { id: INVITATION, organization: sundial(), invitee: party(&mira()), role: Role::Manager }
}

#[test]
fn inviting_one() {
    let invite = || Invite::parse(key(), "mira", "manager").unwrap();
    let facts = |within, invitee| Some(InviteFacts { within, invitees: vec![invitee], lives: limits::INVITATION });
    let no = |code| Err(Refusal::fault(Field::Username, code));
    let ends_at = offer().ends_at;
    let overdue = Offer { ends_at: NOW, ..offer() };
    let mine = Invitee { account: party(&dana()), role: Some(Role::Owner), ..invitee() };
    let member = Invitee { role: Some(Role::Member), verified: false, ..invitee() };
    let unverified = Invitee { verified: false, invited: Some(offer()), ..invitee() };
    let waits = Invitee { invited: Some(offer()), ..invitee() };
    let late = Invitee { invited: Some(overdue), ..invitee() };
    let private = Within { price: Some(Price::USUAL), ..owned() };
    let again = vec![expired(), invited(None, &mut fresh())];
    let mut table: Vec<Row<Invite>> = vec![
        ("an Owner", person(dana()), invite(), facts(owned(), Some(invitee())), Ok(vec![invited(None, &mut fresh())])),
        (
            "what it costs",
            person(dana()),
            invite(),
            facts(private, Some(invitee())),
            Ok(vec![invited(Some(Price::USUAL), &mut fresh())]),
        ),
        ("no such organization", person(dana()), invite(), None, Err(Refusal::NotFound {})),
        ("no such account", person(dana()), invite(), facts(owned(), None), no(FaultCode::NoSuchAccount {})),
        ("oneself", person(dana()), invite(), facts(owned(), Some(mine)), no(FaultCode::InvitesOneself {})),
        (
            "a member, before their address is looked at",
            person(dana()),
            invite(),
            facts(owned(), Some(member)),
            no(FaultCode::MemberAlready { role: Role::Member }),
        ),
        (
            "no verified address, before their invitation is looked at",
            person(dana()),
            invite(),
            facts(owned(), Some(unverified)),
            no(FaultCode::InviteeUnverified {}),
        ),
        (
            "invited already",
            person(dana()),
            invite(),
            facts(owned(), Some(waits)),
            no(FaultCode::InvitedAlready { role: Role::Manager, ends_at }),
        ),
        ("after an invitation that was not answered", person(dana()), invite(), facts(owned(), Some(late)), Ok(again)),
    ];
    for (case, actor, within, why) in outsiders() {
        table.push((case, actor, invite(), facts(within, Some(invitee())), Err(why)));
    }
    holds(table);
}

#[test]
fn inviting_several() {
    let names = ["mira", "lee", "MIRA"].map(str::to_owned);
    let invite = || Invite::several(key(), &names, "member").unwrap();
    assert_eq!(invite().usernames.len(), 2, "one name, written twice");
    let other = Invitee { account: party(&lee()), ..invitee() };
    let facts = |invitees| Some(InviteFacts { within: owned(), invitees, lives: limits::INVITATION });
    let mut sequence = fresh();
    let both = [party(&mira()), party(&lee())].map(|invitee| Change::MemberInvited {
        id: sequence.id(),
        organization: sundial(),
        invitee,
        inviter: party(&dana()),
        role: Role::Member,
        price: None,
        secret: sequence.secret(),
        lives: limits::INVITATION,
    });
    let unverified = Invitee { verified: false, ..other.clone() };
    holds([
        ("both", person(dana()), invite(), facts(vec![Some(invitee()), Some(other)]), Ok(both.to_vec())),
        (
            "one of them can't be: nobody is",
            person(dana()),
            invite(),
            facts(vec![Some(invitee()), Some(unverified)]),
            Err(Refusal::SomeNotInvited { some: 1, all: 2 }),
        ),
    ]);
    let many: Vec<String> = (0..=limits::INVITED_AT_ONCE).map(|n| format!("p{n}")).collect();
    let count = many.len();
    for (names, code) in [
        (Vec::new(), FaultCode::NobodyChosen {}),
        (many, FaultCode::TooMany { max: limits::INVITED_AT_ONCE, count }),
        (vec!["no name".to_owned()], FaultCode::NotAChoice {}),
    ] {
        assert_eq!(Invite::several(key(), &names, "member").unwrap_err(), Refusal::fault(Field::Usernames, code));
    }
}

#[test]
fn names_are_found_in_whatever_is_pasted() {
    assert_eq!(names_in(" @dana, lee;\n\tmira  sam,,"), ["dana", "lee", "mira", "sam"]);
    assert_eq!(invited_name("dana@example.org"), Err(FaultCode::UsernameWanted {}));
    assert!(matches!(invited_name("da na"), Err(FaultCode::NameCharacter { .. })));
    let both = Invite::parse(key(), "", "king").unwrap_err();
    let Refusal::Invalid { faults } = both else { panic!("{both:?}") };
    assert_eq!(faults.len(), 2);
}

/// An invitation in a state, as it stands within the organization.
fn invitation(within: Within, state: InvitationState) -> InvitationFacts {
    let by = (state == InvitationState::Revoked).then(|| "dana".to_owned());
    InvitationFacts { within, offer: offer(), state, closed_by: by }
}

/// Each state in which it takes no answer, and what is then said.
fn over() -> impl Iterator<Item = (InvitationState, Refusal)> {
    InvitationState::ALL.into_iter().filter(|state| *state != InvitationState::Live).map(|state| {
        let by = (state == InvitationState::Revoked).then(|| "dana".to_owned());
        (state, Refusal::InvitationClosed { state, by })
    })
}

fn too_old(within: Within) -> InvitationFacts {
    InvitationFacts { offer: Offer { ends_at: NOW, ..offer() }, ..invitation(within, InvitationState::Live) }
}

const OLD: Refusal = Refusal::InvitationClosed { state: InvitationState::Expired, by: None };

#[test]
fn revoking() {
    let revoke = || RevokeInvitation { id: INVITATION };
    let live = |within| Some(invitation(within, InvitationState::Live));
    let mut table: Vec<Row<RevokeInvitation>> = vec![
        ("an Owner", person(dana()), revoke(), live(owned()), Ok(vec![revoked()])),
        ("no such invitation", person(dana()), revoke(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(dana()), revoke(), Some(too_old(owned())), Err(OLD)),
        ("the invitee can decline it", person(mira()), revoke(), live(within(None)), Err(Refusal::NotFound {})),
    ];
    for (state, why) in over() {
        table.push(("over", person(dana()), revoke(), Some(invitation(owned(), state)), Err(why)));
    }
    for (case, actor, within, why) in outsiders() {
        table.push((case, actor, revoke(), live(within), Err(why)));
    }
    holds(table);
}

#[test]
fn sending_again() {
    let resend = || ResendInvitation { id: INVITATION };
    let facts = |invitation| Some(ResendInvitationFacts { invitation, lives: limits::INVITATION });
    let Offer { id, invitee, inviter, role, .. } = offer();
    let secret = fresh().secret();
    let lives = limits::INVITATION;
    let renewed = Change::InvitationRenewed { id, organization: sundial(), invitee, inviter, role, secret, lives };
    let live = |within| facts(invitation(within, InvitationState::Live));
    let mut table: Vec<Row<ResendInvitation>> = vec![
        ("an Owner", person(dana()), resend(), live(owned()), Ok(vec![renewed])),
        ("no such invitation", person(dana()), resend(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(dana()), resend(), facts(too_old(owned())), Err(OLD)),
    ];
    for (state, why) in over() {
        table.push(("over", person(dana()), resend(), facts(invitation(owned(), state)), Err(why)));
    }
    for (case, actor, within, why) in outsiders() {
        table.push((case, actor, resend(), live(within), Err(why)));
    }
    holds(table);
}

#[test]
fn ending_by_itself() {
    let end = || ExpireInvitation { id: INVITATION };
    let job = || Actor::Job("invitations");
    holds([
        ("its end has come", job(), end(), Some(too_old(within(None))), Ok(vec![expired()])),
        ("not yet", job(), end(), Some(invitation(within(None), InvitationState::Live)), Ok(Vec::new())),
        ("answered meanwhile", job(), end(), Some(invitation(within(None), InvitationState::Accepted)), Ok(Vec::new())),
        ("no such invitation", job(), end(), None, Err(Refusal::NotFound {})),
        ("an Owner", person(dana()), end(), Some(too_old(owned())), Err(Refusal::NotFound {})),
        ("the operator", Actor::Operator, end(), Some(too_old(owned())), Err(Refusal::NotFound {})),
    ]);
}

#[test]
fn accepting() {
    let accept = || AcceptInvitation { id: INVITATION };
    let live = |within| Some(invitation(within, InvitationState::Live));
    let Offer { id, invitee, inviter, role, .. } = offer();
    let joined = vec![
        Change::InvitationAccepted { id, organization: sundial(), invitee: invitee.clone(), inviter, role },
        Change::MemberJoined {
            organization: Unseen(sundial().id),
            organization_name: sundial().name,
            account: invitee,
            role,
        },
    ];
    let orphaned = Within { owners: vec![party(&lee())], ..within(None) };
    let gone = Refusal::InviterGone { inviter: "dana".to_owned(), organization: "Sun.Dial".to_owned() };
    let spam = Refusal::OrganizationDisabled { reason: "Spam.".to_owned() };
    let mut table: Vec<Row<AcceptInvitation>> = vec![
        ("the invitee", person(mira()), accept(), live(within(None)), Ok(joined)),
        ("somebody else", person(lee()), accept(), live(within(None)), Err(Refusal::NotFound {})),
        ("the inviter", person(dana()), accept(), live(owned()), Err(Refusal::NotFound {})),
        ("no such invitation", person(mira()), accept(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(mira()), accept(), Some(too_old(within(None))), Err(OLD)),
        ("it is shut", person(mira()), accept(), live(shut(None)), Err(spam)),
        ("who invited is no Owner any more", person(mira()), accept(), live(orphaned), Err(gone)),
    ];
    for (state, why) in over() {
        table.push(("over", person(mira()), accept(), Some(invitation(within(None), state)), Err(why)));
    }
    for actor in strangers() {
        table.push(("a stranger", actor, accept(), live(within(None)), Err(Refusal::NotSignedIn {})));
    }
    holds(table);
}

#[test]
fn declining() {
    let message = || Message::parse("Thank you, no.").unwrap();
    let decline = || DeclineInvitation { id: INVITATION, message: message() };
    let live = |within| Some(invitation(within, InvitationState::Live));
    let Offer { id, invitee, inviter, role, .. } = offer();
    let message = Unseen(message());
    let declined = Change::InvitationDeclined { id, organization: sundial(), invitee, inviter, role, message };
    let orphaned = Within { owners: vec![party(&lee())], ..within(None) };
    let mut table: Vec<Row<DeclineInvitation>> = vec![
        ("the invitee", person(mira()), decline(), live(within(None)), Ok(vec![declined.clone()])),
        ("of one that is shut", person(mira()), decline(), live(shut(None)), Ok(vec![declined.clone()])),
        ("whoever sent it", person(mira()), decline(), live(orphaned), Ok(vec![declined])),
        ("somebody else", person(lee()), decline(), live(within(None)), Err(Refusal::NotFound {})),
        ("no such invitation", person(mira()), decline(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(mira()), decline(), Some(too_old(within(None))), Err(OLD)),
    ];
    for (state, why) in over() {
        table.push(("over", person(mira()), decline(), Some(invitation(within(None), state)), Err(why)));
    }
    for actor in strangers() {
        table.push(("a stranger", actor, decline(), live(within(None)), Err(Refusal::NotSignedIn {})));
    }
    holds(table);
}

fn member(person: &Person, role: Role) -> Option<MemberFacts> {
    Some(MemberFacts { account: party(person), role, changed_by: None, sent: Vec::new() })
}

fn changed(person: &Person, before: Role, after: Role) -> Change {
    Change::RoleChanged { organization: sundial(), account: party(person), before, after }
}

#[test]
fn assigning_a_role() {
    let assign = |people: &[&str], role| {
        let people: Vec<String> = people.iter().map(|one| (*one).to_owned()).collect();
        AssignRole::parse(key(), &people, role).unwrap()
    };
    let facts = |within, members| Some(MembersFacts { within, members });
    let two = || Within { owners: vec![party(&dana()), party(&mira())], ..owned() };
    let sender = MemberFacts {
        sent: vec![Offer { inviter: party(&mira()), ..offer() }],
        ..member(&mira(), Role::Owner).unwrap()
    };
    let moved = MemberFacts { changed_by: Some("mira".to_owned()), ..member(&lee(), Role::Manager).unwrap() };
    let meanwhile =
        Refusal::RoleChangedMeanwhile { username: "lee".to_owned(), role: Role::Manager, by: Some("mira".to_owned()) };
    let last = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned() });
    let gone = Refusal::NotAMember { username: "lee".to_owned(), organization: "Sun.Dial".to_owned() };
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
            "somebody was quicker",
            person(dana()),
            assign(&["lee=member"], "owner"),
            facts(owned(), vec![Some(moved.clone())]),
            Err(meanwhile),
        ),
        (
            "somebody was quicker, with the same",
            person(dana()),
            assign(&["lee=member"], "manager"),
            facts(owned(), vec![Some(moved)]),
            Ok(Vec::new()),
        ),
        (
            "nobody of that name",
            person(dana()),
            assign(&["lee=member"], "manager"),
            facts(owned(), vec![None]),
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
            facts(two(), vec![Some(sender)]),
            Ok(vec![changed(&mira(), Role::Owner, Role::BillingManager), revoked()]),
        ),
        (
            "several, one of whom has it",
            person(dana()),
            assign(&["lee=member", "mira=manager"], "manager"),
            facts(owned(), vec![member(&lee(), Role::Member), member(&mira(), Role::Manager)]),
            Ok(vec![changed(&lee(), Role::Member, Role::Manager)]),
        ),
        ("no such organization", person(dana()), assign(&["lee=member"], "owner"), None, Err(Refusal::NotFound {})),
    ];
    for (case, actor, within, why) in outsiders() {
        let facts = facts(within, lee_is(Role::Member));
        table.push((case, actor, assign(&["lee=member"], "owner"), facts, Err(why)));
    }
    holds(table);
    for people in [vec!["lee=king"], vec!["lee"], vec!["lee=member", "LEE=member"], vec!["no name=member"]] {
        let people: Vec<String> = people.into_iter().map(str::to_owned).collect();
        let refused = AssignRole::parse(key(), &people, "member").unwrap_err();
        assert_eq!(refused, Refusal::fault(Field::Usernames, FaultCode::NotAChoice {}), "{people:?}");
    }
}

#[test]
fn removing_and_leaving() {
    let remove = |people: &[&str], typed: &str| {
        let people: Vec<String> = people.iter().map(|one| (*one).to_owned()).collect();
        RemoveMembers::parse(key(), &people, Some(typed)).unwrap()
    };
    let facts = |within, members| Some(MembersFacts { within, members });
    let removed =
        |person: &Person, role| Change::MemberRemoved { organization: sundial(), account: party(person), role };
    let left = |person: &Person, role| Change::MemberLeft { organization: sundial(), account: party(person), role };
    let two = || Within { owners: vec![party(&dana()), party(&mira())], ..owned() };
    let sender = MemberFacts {
        sent: vec![Offer { inviter: party(&mira()), ..offer() }],
        ..member(&mira(), Role::Owner).unwrap()
    };
    let last = || Err(Refusal::LastOwner { organization: "Sun.Dial".to_owned() });
    let typed = |code| Err(Refusal::fault(Field::Confirmation, code));
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
            typed(FaultCode::NotTheSame { wanted: "lee".to_owned() }),
        ),
        (
            "with the invitations that they sent",
            person(dana()),
            remove(&["mira"], "mira"),
            facts(two(), vec![Some(sender)]),
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
            "an Owner goes, and another stays",
            person(dana()),
            remove(&["dana"], "dana"),
            facts(two(), vec![member(&dana(), Role::Owner)]),
            Ok(vec![left(&dana(), Role::Owner)]),
        ),
        ("no such organization", person(dana()), remove(&["lee"], "lee"), None, Err(Refusal::NotFound {})),
        (
            "nobody of that name",
            person(dana()),
            remove(&["lee"], "lee"),
            facts(owned(), vec![None]),
            Err(Refusal::NotAMember { username: "lee".to_owned(), organization: "Sun.Dial".to_owned() }),
        ),
    ];
    for role in [Role::Manager, Role::BillingManager, Role::Member] {
        let facts = facts(within(Some(role)), lee_is(role));
        table.push(("every role can go", person(lee()), remove(&["lee"], "lee"), facts, Ok(vec![left(&lee(), role)])));
    }
    for (case, actor, within, why) in outsiders() {
        table.push((
            case,
            actor,
            remove(&["mira"], "mira"),
            facts(within, vec![member(&mira(), Role::Member)]),
            Err(why),
        ));
    }
    holds(table);
    // A preview asks for what is to be typed, and is not asked for it.
    let preview = RemoveMembers::parse(key(), &["lee".to_owned()], None).unwrap();
    holds([(
        "a preview",
        person(dana()),
        preview,
        facts(owned(), lee_is(Role::Member)),
        Ok(vec![removed(&lee(), Role::Member)]),
    )]);
}

#[test]
fn a_refusal_says_who_could_do_it() {
    let refused = |owners: &[&str]| {
        let owners = owners.iter().map(|name| (*name).to_owned()).collect();
        words::refusal(&Refusal::NotPermitted { permission: Permission::ManagePeople, owners })
    };
    let may = "Only Owners can invite people, change roles and remove people.";
    assert_eq!(refused(&["dana"]), format!("{may} The Owner here is dana."));
    assert_eq!(refused(&["dana", "lee"]), format!("{may} Owners here: dana and lee."));
    let many = ["a", "b", "c", "d", "e", "f", "g"];
    assert_eq!(refused(&many), format!("{may} Owners here: a, b, c, d, e and 2 more."));
    let teams = Refusal::NotPermitted { permission: Permission::ManageTeams, owners: vec!["dana".to_owned()] };
    assert!(words::refusal(&teams).starts_with("Only Owners and Managers can manage teams."));
}

#[test]
fn a_preview_says_what_a_role_gives_and_takes() {
    let preview = words::preview(&[changed(&lee(), Role::Member, Role::BillingManager)]);
    assert_eq!(
        preview.happens,
        ["lee becomes a Billing manager, and is a Member no longer", "lee can then see and change its billing"]
    );
    assert_eq!(preview.ends, ["lee can no longer manage projects that were given to them"]);
    assert_eq!(preview.told, ["lee and the Owners of Sun.Dial"]);
}
