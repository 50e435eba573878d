//! Account settings: email addresses, password, sessions.

use crate::support::*;
use shared::ids::{EmailAddressId, SessionId};
use shared::limits;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::accounts::*;
use shared::rules::{Actor, Command as _, Event, NotDigested, Party, Secret};
use shared::timestamp::Seconds;
use uuid::Uuid;

const OTHER: SessionId = SessionId(Uuid::from_u128(77));

fn right() -> ConfirmedPassword {
    ConfirmedPassword(Some("hash".to_owned()))
}

fn wrong() -> ConfirmedPassword {
    ConfirmedPassword(None)
}

fn not_the_password<T>() -> Result<T, Refusal> {
    Err(Refusal::fault(Field::CurrentPassword, FaultCode::PasswordWrong {}))
}

fn no_one() -> Refusal {
    Refusal::NotSignedIn {}
}

fn address(id: u128, typed: &str, verified: bool, primary: bool) -> AddressFacts {
    AddressFacts { id: EmailAddressId(Uuid::from_u128(id)), email: email(typed), verified, primary }
}

#[test]
fn add_address_follows_its_table() {
    let add = |confirmed| AddAddress { email: email("new@example.org"), confirmed };
    let facts = || AddFacts {
        password_hash: "hash".to_owned(),
        addresses: 1,
        own: false,
        address_held: false,
        emails: EmailsToday::default(),
    };
    let mut source = ctx();
    let (id, secret) = (source.id(), source.secret());
    let added = Event::AddressAdded { account: party(&dana()), email_id: id, email: email("new@example.org") };
    let asked = Event::VerificationAsked {
        account: NotDigested(dana().id),
        username: "dana".to_owned(),
        email_id: id,
        email: email("new@example.org"),
        secret: secret.clone(),
        lives: limits::VERIFICATION,
    };
    let claimed = Event::AddressClaimed {
        account: NotDigested(dana().id),
        username: username("dana"),
        email_id: id,
        email: email("new@example.org"),
        secret,
    };
    let many = |n| vec![NOW.minus(Seconds::hours(23)); n];
    let often = EmailsToday { to_address: many(limits::VERIFICATION_EMAILS_A_DAY), ..EmailsToday::default() };
    let busy = EmailsToday { by_account: many(limits::VERIFICATION_EMAILS_BY_ACCOUNT), ..EmailsToday::default() };
    let mut table: Vec<Row<AddAddress>> = vec![
        ("a link goes there", person(dana()), add(right()), Some(facts()), Ok(vec![added.clone(), asked])),
        (
            "its holder is told, and nobody else",
            person(dana()),
            add(right()),
            Some(AddFacts { address_held: true, ..facts() }),
            Ok(vec![added, claimed]),
        ),
        ("a wrong password", person(dana()), add(wrong()), Some(facts()), not_the_password()),
        (
            "changed meanwhile",
            person(dana()),
            add(right()),
            Some(AddFacts { password_hash: "another".to_owned(), ..facts() }),
            not_the_password(),
        ),
        (
            "as many as there may be",
            person(dana()),
            add(right()),
            Some(AddFacts { addresses: limits::ADDRESSES, ..facts() }),
            Err(Refusal::TooManyAddresses { limit: limits::ADDRESSES }),
        ),
        (
            "there already",
            person(dana()),
            add(right()),
            Some(AddFacts { own: true, ..facts() }),
            Err(Refusal::fault(Field::Email, FaultCode::EmailAlreadyAdded {})),
        ),
        (
            "written to often enough",
            person(dana()),
            add(right()),
            Some(AddFacts { emails: often, ..facts() }),
            Err(Refusal::TooManyEmails { seconds: 3_600 }),
        ),
        (
            "wrote often enough",
            person(dana()),
            add(right()),
            Some(AddFacts { emails: busy, ..facts() }),
            Err(Refusal::TooManyEmails { seconds: 3_600 }),
        ),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, add(right()), None, Err(no_one()))));
    assert_table(table);
}

#[test]
fn make_primary_follows_its_table() {
    let command = MakePrimary { address: EmailAddressId(Uuid::from_u128(2)) };
    let facts =
        |address: Option<AddressFacts>| address.map(|address| PrimaryFacts { address, now: email("old@example.org") });
    let changed = Event::PrimaryChanged {
        account: party(&dana()),
        email_id: command.address,
        email: email("new@example.org"),
        before: email("old@example.org"),
    };
    let of = |verified, primary| facts(Some(address(2, "new@example.org", verified, primary)));
    let mut table: Vec<Row<MakePrimary>> = vec![
        ("a verified one", person(dana()), command.clone(), of(true, false), Ok(vec![changed])),
        ("the same again", person(dana()), command.clone(), of(true, true), Ok(Vec::new())),
        ("not verified", person(dana()), command.clone(), of(false, false), Err(Refusal::EmailUnverified {})),
        ("nobody's, or another's", person(dana()), command.clone(), facts(None), Err(Refusal::AddressNotFound {})),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, command.clone(), of(true, false), Err(no_one()))));
    assert_table(table);
    let told = |primary| command.decide(&person(dana()), &of(true, primary), &mut ctx()).unwrap().notice.sentence();
    assert_eq!(told(false), "new@example.org is now your primary address.");
    assert_eq!(told(true), "This is already your primary address.");
}

#[test]
fn remove_address_follows_its_table() {
    let command = RemoveAddress { address: EmailAddressId(Uuid::from_u128(2)) };
    let removed = |verified| Event::AddressRemoved {
        account: party(&dana()),
        email_id: command.address,
        email: email("old@example.org"),
        verified,
    };
    let with = |verified, primary, another_verified| {
        Some(RemoveFacts { address: address(2, "old@example.org", verified, primary), another_verified })
    };
    let of = |verified, primary| with(verified, primary, true);
    let mut table: Vec<Row<RemoveAddress>> = vec![
        ("a verified one", person(dana()), command.clone(), of(true, false), Ok(vec![removed(true)])),
        ("an unverified one", person(dana()), command.clone(), of(false, false), Ok(vec![removed(false)])),
        (
            "where none is verified",
            person(dana()),
            command.clone(),
            with(false, false, false),
            Ok(vec![removed(false)]),
        ),
        ("the primary one", person(dana()), command.clone(), of(true, true), Err(Refusal::PrimaryAddressRequired {})),
        (
            "the only verified one",
            person(dana()),
            command.clone(),
            with(true, false, false),
            Err(Refusal::LastVerifiedAddress {}),
        ),
        ("nobody's, or another's", person(dana()), command.clone(), None, Err(Refusal::AddressNotFound {})),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, command.clone(), of(true, false), Err(no_one()))));
    assert_table(table);
}

fn changed(account: Party) -> Event {
    Event::PasswordChanged { account, password_hash: NotDigested("new hash".to_owned()) }
}

fn ended(id: SessionId, account: Party) -> Event {
    Event::SessionEnded { id, account }
}

#[test]
fn change_password_follows_its_table() {
    let command =
        |confirmed| ChangePassword { confirmed, password_hash: "new hash".to_owned(), agent: "A browser".to_owned() };
    let facts = || Some(PasswordFacts { password_hash: "hash".to_owned(), devices: vec![dana().session, OTHER] });
    let mut source = ctx();
    let begins = Event::SessionOpened {
        id: source.id(),
        account: party(&dana()),
        secret: source.secret(),
        agent: "A browser".to_owned(),
    };
    let all =
        vec![changed(party(&dana())), ended(dana().session, party(&dana())), ended(OTHER, party(&dana())), begins];
    let mut table: Vec<Row<ChangePassword>> = vec![
        ("every session ends, and this device has another", person(dana()), command(right()), facts(), Ok(all)),
        ("a wrong password", person(dana()), command(wrong()), facts(), not_the_password()),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, command(right()), None, Err(no_one()))));
    assert_table(table);
}

#[test]
fn ask_for_reset_follows_its_table() {
    let command = || AskForReset { who: "dana".to_owned(), kept: false };
    let facts = |emails: &[i64]| ResetFacts {
        account: party(&dana()),
        email: Some(email("dana@example.org")),
        disabled: false,
        emails: emails.iter().map(|minutes| NOW.minus(Seconds::minutes(*minutes))).collect(),
    };
    let five = [300, 30, 20, 10, 5];
    let asked = Event::ResetAsked {
        account: party(&dana()),
        email: email("dana@example.org"),
        secret: ctx().secret(),
        lives: limits::RESET,
    };
    let nothing = || Ok(Vec::new());
    assert_table([
        ("a link goes out", Actor::Visitor, command(), Some(facts(&[])), Ok(vec![asked.clone()])),
        ("the last at once", Actor::Visitor, command(), Some(facts(&five[1..])), Ok(vec![asked.clone()])),
        (
            "one more each hour",
            Actor::Visitor,
            command(),
            Some(facts(&[900, 800, 700, 600, 60])),
            Ok(vec![asked.clone()]),
        ),
        ("for somebody who is signed in, too", person(lee()), command(), Some(facts(&[])), Ok(vec![asked])),
        // The outcomes are indistinguishable.
        ("one too many within the hour", Actor::Visitor, command(), Some(facts(&five)), nothing()),
        ("nobody", Actor::Visitor, command(), None, nothing()),
        ("disabled", Actor::Visitor, command(), Some(ResetFacts { disabled: true, ..facts(&[]) }), nothing()),
        ("no verified address", Actor::Visitor, command(), Some(ResetFacts { email: None, ..facts(&[]) }), nothing()),
    ]);
}

#[test]
fn reset_password_follows_its_table() {
    let secret: Secret = ctx().secret().0;
    let command = || ResetPassword { secret: Some(secret.clone()), password_hash: "new hash".to_owned() };
    let link = || ResetLink {
        account: party(&dana()),
        email: email("dana@example.org"),
        used: false,
        ends_at: NOW.plus(Seconds(1)),
        disabled: false,
        devices: vec![dana().session, OTHER],
    };
    let all = vec![changed(party(&dana())), ended(dana().session, party(&dana())), ended(OTHER, party(&dana()))];
    let over = || Err(Refusal::ResetLinkInvalid {});
    assert_table([
        ("all devices end", Actor::Visitor, command(), Some(link()), Ok(all.clone())),
        ("one's own too", person(dana()), command(), Some(link()), Ok(all.clone())),
        ("another's on this device stays", person(lee()), command(), Some(link()), Ok(all)),
        ("used", Actor::Visitor, command(), Some(ResetLink { used: true, ..link() }), over()),
        ("too old", Actor::Visitor, command(), Some(ResetLink { ends_at: NOW, ..link() }), over()),
        ("a disabled account", Actor::Visitor, command(), Some(ResetLink { disabled: true, ..link() }), over()),
        ("unknown", Actor::Visitor, command(), None, over()),
    ]);
}

#[test]
fn end_other_sessions_follows_its_table() {
    let mut one: Vec<Row<EndDevice>> = vec![
        ("one's own", person(dana()), EndDevice { device: OTHER }, true, Ok(vec![ended(OTHER, party(&dana()))])),
        ("another's", person(dana()), EndDevice { device: OTHER }, false, Err(Refusal::DeviceNotFound {})),
    ];
    one.extend(strangers().map(|actor| ("a stranger", actor, EndDevice { device: OTHER }, true, Err(no_one()))));
    assert_table(one);
    let devices = || vec![dana().session, OTHER];
    let mut all: Vec<Row<EndOtherDevices>> = vec![
        ("all but this", person(dana()), EndOtherDevices, devices(), Ok(vec![ended(OTHER, party(&dana()))])),
        ("there is no other", person(dana()), EndOtherDevices, vec![dana().session], Ok(Vec::new())),
    ];
    all.extend(strangers().map(|actor| ("a stranger", actor, EndOtherDevices, devices(), Err(no_one()))));
    assert_table(all);
}
