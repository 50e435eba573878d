//! Administration: the set-up link, administrators, disabled accounts, reserved names, emails.

use crate::support::*;
use shared::domain::{EmailState, Standing};
use shared::ids::EmailId;
use shared::limits::ACCOUNT_UNUSED;
use shared::names::OrganizationName;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Role;
use shared::rules::administration::{
    AccountFacts, AdministratorFacts, AppointFacts, AppointOwner, Candidate, DisableAccount, DisableFacts, EmailFacts,
    EnableAccount, EndSessions, FailedEmailsFacts, FreeUsername, GrantAdministrator, OpenSetUp, ReserveName,
    RetryEmail, RetryFailedEmails, RevokeAdministrator, SessionsFacts, UnusedFacts,
};
use shared::rules::people::{Invitee, Offer, OrganizationAccess};
use shared::rules::{Actor, Event, NotDigested, Organization, Person};
use shared::text::{DisplayName, Reason};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::Preview;
use shared::wire::administration::AppointOwnerForm;

fn spam() -> Reason {
    Reason::parse("Spam").unwrap()
}

/// Actors who may not do what is reserved for the operator, including an administrator.
fn others() -> [Actor; 4] {
    [Actor::Visitor, Actor::Job("a task"), person(dana()), person(boss())]
}

fn account(administrator: bool, disabled: bool) -> Option<AccountFacts> {
    Some(AccountFacts { account: party(&dana()), administrator, disabled })
}

#[test]
fn open_set_up_follows_its_table() {
    let opened = || Ok(vec![Event::SetUpOpened { secret: ctx().secret() }]);
    let mut table: Vec<Row<OpenSetUp>> = vec![
        ("at the start", Actor::Job("start"), OpenSetUp, false, opened()),
        ("by the operator", Actor::Operator, OpenSetUp, false, opened()),
        ("too late", Actor::Job("start"), OpenSetUp, true, Err(Refusal::AlreadySetUp {})),
        ("too late for the operator", Actor::Operator, OpenSetUp, true, Err(Refusal::AlreadySetUp {})),
    ];
    for actor in [Actor::Visitor, person(dana()), person(boss())] {
        table.push(("from the web", actor, OpenSetUp, false, Err(Refusal::NotFound {})));
    }
    assert_table(table);
}

#[test]
fn grant_administrator_follows_its_table() {
    let command = || GrantAdministrator { username: "dana".to_owned() };
    let granted = vec![Event::AdministratorGranted { account: party(&dana()) }];
    let mut table: Vec<Row<GrantAdministrator>> = vec![
        ("an account", Actor::Operator, command(), account(false, false), Ok(granted)),
        ("the same again is no change", Actor::Operator, command(), account(true, false), Ok(Vec::new())),
        ("nobody", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(others().map(|actor| ("others", actor, command(), account(false, false), Err(Refusal::NotFound {}))));
    assert_table(table);
}

#[test]
fn revoke_administrator_follows_its_table() {
    let command = || RevokeAdministrator { username: "dana".to_owned() };
    let facts =
        |administrator, others| account(administrator, false).map(|account| AdministratorFacts { account, others });
    let revoked = vec![Event::AdministratorRevoked { account: party(&dana()) }];
    let mut table: Vec<Row<RevokeAdministrator>> = vec![
        ("one of several", Actor::Operator, command(), facts(true, true), Ok(revoked)),
        ("the last one", Actor::Operator, command(), facts(true, false), Err(Refusal::LastAdministrator {})),
        ("the same again is no change", Actor::Operator, command(), facts(false, true), Ok(Vec::new())),
        ("nobody", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(others().map(|actor| ("others", actor, command(), facts(true, true), Err(Refusal::NotFound {}))));
    assert_table(table);
}

#[test]
fn end_sessions_follows_its_table() {
    let command = || EndSessions { username: "dana".to_owned(), reason: spam() };
    let facts = |devices| account(false, false).map(|account| SessionsFacts { account, devices });
    let own = AccountFacts { account: party(&boss()), administrator: true, disabled: false };
    let ended = || Ok(vec![Event::SessionsEnded { account: party(&dana()), reason: NotDigested(spam()) }]);
    let mut table: Vec<Row<EndSessions>> = vec![
        ("by an administrator", person(boss()), command(), facts(2), ended()),
        ("by the operator", Actor::Operator, command(), facts(1), ended()),
        ("nobody is signed in", person(boss()), command(), facts(0), Ok(Vec::new())),
        (
            "oneself",
            person(boss()),
            command(),
            Some(SessionsFacts { account: own, devices: 1 }),
            Err(Refusal::OwnAccount {}),
        ),
        ("nobody's", person(boss()), command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(outsiders().into_iter().map(|(who, why)| ("others", who, command(), facts(1), Err(why))));
    assert_table(table);
}

#[test]
fn free_username_follows_its_table() {
    let job = || Actor::Job("upkeep");
    let command = || FreeUsername { account: dana().id };
    let ago = |more: i64| NOW.minus(ACCOUNT_UNUSED).minus(Seconds(more));
    let facts = |since: Timestamp, seen_at: Option<Timestamp>, counts| {
        Some(UnusedFacts { account: party(&dana()), since, seen_at, counts })
    };
    let freed = || Ok(vec![Event::UsernameFreed { account: party(&dana()) }]);
    let stays = || Ok(Vec::new());
    let mut table: Vec<Row<FreeUsername>> = vec![
        ("never seen again", job(), command(), facts(ago(60), Some(ago(0)), false), freed()),
        ("no device of it is known", job(), command(), facts(ago(0), None, false), freed()),
        ("made less long ago", job(), command(), facts(ago(-1), None, false), stays()),
        ("seen less long ago", job(), command(), facts(ago(60), Some(ago(-1)), false), stays()),
        ("verified meanwhile, or more", job(), command(), facts(ago(60), None, true), stays()),
        ("gone already", job(), command(), None, Err(Refusal::NotFound {})),
    ];
    for actor in [Actor::Visitor, person(dana()), person(boss()), Actor::Operator] {
        table.push(("others", actor, command(), facts(ago(60), None, false), Err(Refusal::NotFound {})));
    }
    assert_table(table);
}

/// Actors who may not see administration, with the refusal that each gets.
fn outsiders() -> Vec<(Actor, Refusal)> {
    let strangers = [Actor::Visitor, Actor::Job("start")].map(|actor| (actor, Refusal::NotSignedIn {}));
    [(person(lee()), Refusal::NotFound {})].into_iter().chain(strangers).collect()
}

#[test]
fn disable_account_follows_its_table() {
    let command = || DisableAccount { username: "dana".to_owned(), reason: spam() };
    let ownerless = || vec![organization("Sun.Dial")];
    let leaves = |ownerless| {
        let (account, reason) = (party(&dana()), NotDigested(spam()));
        Ok(vec![Event::AccountDisabled { account, ownerless, invitations: NotDigested(2), reason }])
    };
    let disabled = || leaves(Vec::new());
    let facts = |account, ownerless| Some(DisableFacts { account, ownerless, invitations: 2 });
    let account = |administrator, disabled| account(administrator, disabled).and_then(|one| facts(one, Vec::new()));
    let dana = || AccountFacts { account: party(&dana()), administrator: false, disabled: false };
    let own = || facts(AccountFacts { account: party(&boss()), administrator: true, disabled: false }, Vec::new());
    let mut table: Vec<Row<DisableAccount>> = vec![
        ("an account", Actor::Operator, command(), account(false, false), disabled()),
        ("by an administrator", person(boss()), command(), account(false, false), disabled()),
        ("an administrator's", person(boss()), command(), account(true, false), disabled()),
        (
            "the only Owner of an organization",
            person(boss()),
            command(),
            facts(dana(), ownerless()),
            leaves(ownerless()),
        ),
        ("one's own", person(boss()), command(), own(), Err(Refusal::OwnAccount {})),
        ("the same again is no change", Actor::Operator, command(), account(false, true), Ok(Vec::new())),
        ("nobody's", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(outsiders().into_iter().map(|(who, why)| ("others", who, command(), account(false, false), Err(why))));
    assert_table(table);
}

/// The preview of disabling dana.
fn disabling(ownerless: Vec<OrganizationName>, invitations: u32) -> Preview {
    let (account, reason) = (party(&dana()), NotDigested(spam()));
    shared::words::preview(
        &[Event::AccountDisabled { account, ownerless, invitations: NotDigested(invitations), reason }],
        &[],
        None,
    )
}

#[test]
fn preview_of_disabling_names_organizations_left_without_owners() {
    let heed = disabling(vec![organization("Sun.Dial"), organization("tides")], 0).warnings;
    assert_eq!(heed.len(), 1);
    assert!(heed[0].starts_with("Sun.Dial and tides have no other Owner who can use their account."), "{heed:?}");
    assert_eq!(disabling(Vec::new(), 0).warnings, [""; 0]);
}

#[test]
fn preview_of_disabling_counts_blocked_invitations() {
    assert_eq!(disabling(Vec::new(), 0).ends.len(), 1);
    let unanswered = "1 pending invitation that they sent can't be accepted while the account is disabled";
    assert_eq!(disabling(Vec::new(), 1).ends[1], unanswered);
}

fn access(owners: &[Person]) -> OrganizationAccess {
    OrganizationAccess {
        organization: Organization {
            id: id(60),
            name: organization("Sun.Dial"),
            display_name: DisplayName::from_stored("Sundial".to_owned()),
        },
        disabled: None,
        my_role: None,
        owners: owners.iter().map(party).collect(),
        disabled_owners: vec![party(&dana())],
        price: None,
    }
}

#[test]
fn appoint_owner_follows_its_table() {
    let command = |typed: Option<&str>| AppointOwner {
        organization: organization("sun-dial"),
        username: username("Lee"),
        reason: spam(),
        typed: typed.map(str::to_owned),
    };
    let right = || command(Some("Sun.Dial"));
    let invitee = |role, invited| Invitee { account: party(&lee()), verified: true, role, invited };
    let candidate = |role, invited| Some(Candidate::Able(invitee(role, invited)));
    let disabled = |person: &Person| Some(Candidate::Disabled(party(person)));
    let facts = |candidate| Some(AppointFacts { access: access(&[]), candidate });
    let stranger = || facts(candidate(None, None));
    let appointed = |before| Event::OwnerAppointed {
        organization: access(&[]).organization,
        account: party(&lee()),
        before,
        reason: NotDigested(spam()),
    };
    let offer = Offer { id: id(80), invitee: party(&lee()), inviter: party(&dana()), role: Role::Member, ends_at: NOW };
    let revoked = Event::InvitationRevoked {
        id: id(80),
        organization: access(&[]).organization,
        invitee: party(&lee()),
        role: Role::Member,
    };
    let owned = Some(AppointFacts { access: access(&[boss()]), candidate: candidate(None, None) });
    let has = Refusal::HasOwners { organization: "Sun.Dial".to_owned(), owners: vec!["boss".to_owned()] };
    let unverified = Some(Candidate::Able(Invitee { verified: false, ..invitee(None, None) }));
    let other = FaultCode::ConfirmationMismatch { wanted: "Sun.Dial".to_owned() };
    let not_found = || Err(Refusal::NotFound {});
    let mut table: Vec<Row<AppointOwner>> = vec![
        ("somebody else", person(boss()), right(), stranger(), Ok(vec![appointed(None)])),
        ("a preview asks for nothing typed", person(boss()), command(None), stranger(), Ok(vec![appointed(None)])),
        ("a member", person(boss()), right(), facts(candidate(Some(Role::Member), None)), {
            Ok(vec![appointed(Some(Role::Member))])
        }),
        ("who is invited", person(boss()), right(), facts(candidate(None, Some(offer))), {
            Ok(vec![revoked, appointed(None)])
        }),
        ("where an Owner can use their account", person(boss()), right(), owned, Err(has)),
        ("nobody", person(boss()), right(), facts(None), fault(Field::Usernames, FaultCode::NoSuchAccount {})),
        ("unverified", person(boss()), right(), facts(unverified), {
            fault(Field::Usernames, FaultCode::InviteeUnverified {})
        }),
        ("disabled", person(boss()), right(), facts(disabled(&lee())), {
            fault(Field::Usernames, FaultCode::AccountDisabled {})
        }),
        ("an Owner who is disabled", person(boss()), right(), facts(disabled(&dana())), {
            fault(Field::Usernames, FaultCode::OwnerDisabled {})
        }),
        ("the name is not typed", person(boss()), command(Some(" ")), stranger(), {
            fault(Field::Confirmation, FaultCode::Empty {})
        }),
        (
            "another name is typed",
            person(boss()),
            command(Some("sundial")),
            stranger(),
            fault(Field::Confirmation, other),
        ),
        ("of no organization", person(boss()), right(), None, not_found()),
        ("not by everybody", person(lee()), right(), stranger(), not_found()),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, right(), stranger(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

#[test]
fn appointment_is_emailed_to_the_new_owner_and_all_members() {
    let event = Event::OwnerAppointed {
        organization: access(&[]).organization,
        account: party(&lee()),
        before: None,
        reason: NotDigested(spam()),
    };
    let told = shared::words::preview(&[event], &[], None).recipients;
    assert_eq!(told, ["lee, all members of Sun.Dial who can use their accounts"]);
    let [organization, username, reason] = ["sundial", "lee@lee.example", " "].map(str::to_owned);
    let form = AppointOwnerForm { organization, username, reason, typed: String::new() };
    let refused = AppointOwner::try_from(form).unwrap_err();
    let Refusal::Invalid { faults } = refused else { panic!("{refused:?}") };
    assert_eq!(faults.iter().map(|fault| fault.field).collect::<Vec<_>>(), [Field::Usernames, Field::Reason]);
}

#[test]
fn enable_account_follows_its_table() {
    let command = || EnableAccount { username: "dana".to_owned() };
    let enabled = || Ok(vec![Event::AccountEnabled { account: party(&dana()) }]);
    let mut table: Vec<Row<EnableAccount>> = vec![
        ("by the operator", Actor::Operator, command(), account(false, true), enabled()),
        ("by an administrator", person(boss()), command(), account(true, true), enabled()),
        ("the same again is no change", Actor::Operator, command(), account(false, false), Ok(Vec::new())),
        ("nobody's", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(outsiders().into_iter().map(|(who, why)| ("others", who, command(), account(false, true), Err(why))));
    assert_table(table);
}

#[test]
fn reserve_name_follows_its_table() {
    let command = || ReserveName { name: organization("Sun.Dial"), reason: spam() };
    let reserved = vec![Event::NameReserved { name: organization("Sun.Dial"), reason: spam() }];
    let taken = fault(Field::AccountName, FaultCode::NameTaken {});
    let mut table: Vec<Row<ReserveName>> = vec![
        ("a free name", Actor::Operator, command(), Standing::Free, Ok(reserved)),
        ("an organization's", Actor::Operator, command(), Standing::Taken, taken),
        ("the same again is no change", Actor::Operator, command(), Standing::Reserved, Ok(Vec::new())),
    ];
    table.extend(others().map(|actor| ("others", actor, command(), Standing::Free, Err(Refusal::NotFound {}))));
    assert_table(table);
}

#[test]
fn retry_email_follows_its_table() {
    let email: EmailId = id(60);
    let command = || RetryEmail { id: email };
    let facts = |state, mail_goes_out| Some(EmailFacts { to: "dana@example.org".to_owned(), state, mail_goes_out });
    let retried = || Ok(vec![Event::EmailRetried { id: email, to: "dana@example.org".to_owned() }]);
    let nothing = || Err(Refusal::NothingToSend {});
    let mut table: Vec<Row<RetryEmail>> = vec![
        ("that failed", person(boss()), command(), facts(EmailState::Failed, true), retried()),
        ("that waits", person(boss()), command(), facts(EmailState::Waiting, true), retried()),
        ("that was kept", person(boss()), command(), facts(EmailState::Kept, true), retried()),
        ("that is gone", person(boss()), command(), facts(EmailState::Sent, true), nothing()),
        ("without a mail server", person(boss()), command(), facts(EmailState::Failed, false), nothing()),
        ("that is none", person(boss()), command(), None, Err(Refusal::NotFound {})),
        ("not for everybody", person(dana()), command(), facts(EmailState::Failed, true), Err(Refusal::NotFound {})),
    ];
    table.extend(
        strangers().map(|actor| {
            ("a stranger", actor, command(), facts(EmailState::Failed, true), Err(Refusal::NotSignedIn {}))
        }),
    );
    assert_table(table);
}

#[test]
fn retry_failed_emails_follows_its_table() {
    let command = || RetryFailedEmails { query: "example.org".to_owned() };
    let facts = |failed, mail_goes_out| FailedEmailsFacts { failed, mail_goes_out };
    let retried = Event::FailedEmailsRetried { query: "example.org".to_owned(), count: 3 };
    let nothing = || Err(Refusal::NothingToSend {});
    let mut table: Vec<Row<RetryFailedEmails>> = vec![
        ("some failed", person(boss()), command(), facts(3, true), Ok(vec![retried])),
        ("none failed", person(boss()), command(), facts(0, true), nothing()),
        ("without a mail server", person(boss()), command(), facts(3, false), nothing()),
        ("not for everybody", person(dana()), command(), facts(3, true), Err(Refusal::NotFound {})),
    ];
    table.extend(
        strangers().map(|actor| ("a stranger", actor, command(), facts(3, true), Err(Refusal::NotSignedIn {}))),
    );
    assert_table(table);
}
