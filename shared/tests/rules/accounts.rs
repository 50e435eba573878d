//! Accounts: creating, setting up the site, verifying, sending the link again, signing in and out.

use crate::support::*;
use shared::ids::SessionId;
use shared::limits;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::accounts::{
    CreateAccount, CreateFacts, EmailsToday, LinkFacts, ResendFacts, ResendVerification, SetUp, SetUpFacts, SignIn,
    SignInFacts, SignOut, VerifyEmail,
};
use shared::rules::{Actor, DecisionContext, Event, NotDigested, Person};
use shared::timestamp::{Seconds, Timestamp};

fn create() -> CreateAccount {
    CreateAccount { username: username("dana"), email: email("dana@example.org"), password_hash: "hash".to_owned() }
}

fn free() -> CreateFacts {
    CreateFacts::default()
}

fn taken() -> CreateFacts {
    CreateFacts { username_taken: true, ..free() }
}

fn held() -> CreateFacts {
    CreateFacts { address_held: true, ..free() }
}

/// The address has reached its daily limit of emails, whoever asked for them.
fn at_email_limit() -> CreateFacts {
    let to_address = vec![NOW.minus(Seconds::hours(23)); limits::VERIFICATION_EMAILS_A_DAY];
    CreateFacts { emails: EmailsToday { to_address, ..EmailsToday::default() }, ..free() }
}

/// What happens to the email address of a new account.
#[derive(Clone, Copy)]
enum Then {
    Asked,
    Verified,
    Claimed,
}

fn created(administrator: bool, then: Then) -> Vec<Event> {
    let mut ctx = ctx();
    let (id, email_id, email) = (ctx.id(), ctx.id(), email("dana@example.org"));
    let account = Event::AccountCreated {
        id,
        username: username("dana"),
        email_id,
        email: email.clone(),
        password_hash: NotDigested("hash".to_owned()),
        administrator,
        trusted: matches!(then, Then::Verified),
    };
    let then = match then {
        Then::Asked => Event::VerificationAsked {
            account: id,
            username: "dana".to_owned(),
            email_id,
            email,
            secret: ctx.secret(),
            lives: limits::VERIFICATION,
        },
        Then::Verified => {
            Event::EmailVerified { account: id, username: "dana".to_owned(), email_id, email, primary: true }
        }
        Then::Claimed => {
            Event::AddressClaimed { account: id, username: username("dana"), email_id, email, secret: ctx.secret() }
        }
    };
    vec![account, then]
}

#[test]
fn create_account_follows_its_table() {
    let name_taken = || fault(Field::Username, FaultCode::UsernameTaken {});
    assert_table([
        ("a visitor gets a link", Actor::Visitor, create(), free(), Ok(created(false, Then::Asked))),
        ("so does who is signed in", person(lee()), create(), free(), Ok(created(false, Then::Asked))),
        ("the holder of the address is told", Actor::Visitor, create(), held(), Ok(created(false, Then::Claimed))),
        ("the username is another's", Actor::Visitor, create(), taken(), name_taken()),
        (
            "no more emails today",
            Actor::Visitor,
            create(),
            at_email_limit(),
            Err(Refusal::TooManyEmails { seconds: 3_600 }),
        ),
        (
            "which does not bind the operator",
            Actor::Operator,
            create(),
            at_email_limit(),
            Ok(created(true, Then::Verified)),
        ),
        ("the operator is trusted", Actor::Operator, create(), free(), Ok(created(true, Then::Verified))),
        ("and told that it is held", Actor::Operator, create(), held(), fault(Field::Email, FaultCode::EmailTaken {})),
        ("or that the name is taken", Actor::Operator, create(), taken(), name_taken()),
    ]);
}

#[test]
fn set_up_follows_its_table() {
    let command = || SetUp { secret: Some(ctx().secret().0), account: create() };
    let facts = |secret_matches, set_up, account| SetUpFacts { secret_matches, set_up, account };
    let with_use = |mut events: Vec<Event>| {
        events.push(Event::SetUpUsed);
        Ok(events)
    };
    let done = Err(Refusal::AlreadySetUp {});
    assert_table([
        ("the first", Actor::Visitor, command(), facts(true, false, free()), with_use(created(true, Then::Asked))),
        ("held", Actor::Visitor, command(), facts(true, false, held()), with_use(created(true, Then::Claimed))),
        ("forged", Actor::Visitor, command(), facts(false, false, free()), Err(Refusal::SetUpLinkInvalid {})),
        ("too late", Actor::Visitor, command(), facts(true, true, free()), done.clone()),
        ("forged and too late", Actor::Visitor, command(), facts(false, true, free()), done),
        (
            "a name that is taken",
            Actor::Visitor,
            command(),
            facts(true, false, taken()),
            fault(Field::Username, FaultCode::UsernameTaken {}),
        ),
    ]);
}

#[test]
fn verify_email_follows_its_table() {
    let link = LinkFacts {
        account: dana().id,
        username: "dana".to_owned(),
        email_id: email_id(),
        email: email("dana@example.org"),
        primary: true,
        used: false,
        ends_at: Timestamp(NOW.0 + 1),
        address_held: false,
    };
    let verified = || {
        Ok(vec![Event::EmailVerified {
            account: NotDigested(dana().id),
            username: "dana".to_owned(),
            email_id: NotDigested(email_id()),
            email: email("dana@example.org"),
            primary: true,
        }])
    };
    let command = || VerifyEmail { secret: None };
    let expired = || Err(Refusal::LinkExpired {});
    assert_table([
        ("the last moment", person(dana()), command(), Some(link.clone()), verified()),
        ("not signed in", Actor::Visitor, command(), Some(link.clone()), Err(Refusal::NotSignedIn {})),
        (
            "another's link",
            person(lee()),
            command(),
            Some(link.clone()),
            Err(Refusal::LinkOfOtherAccount { username: "dana".to_owned() }),
        ),
        ("unknown", Actor::Visitor, command(), None, Err(Refusal::LinkInvalid {})),
        (
            "used, and too old as well",
            Actor::Visitor,
            command(),
            Some(LinkFacts { used: true, ends_at: NOW, ..link.clone() }),
            Err(Refusal::LinkUsed {}),
        ),
        ("too old", Actor::Visitor, command(), Some(LinkFacts { ends_at: NOW, ..link.clone() }), expired()),
        ("another's meanwhile", Actor::Visitor, command(), Some(LinkFacts { address_held: true, ..link }), expired()),
    ]);
}

#[test]
fn resend_verification_follows_its_table() {
    let newcomer = || person(Person { verified: false, ..dana() });
    let unverified = |emails: Vec<Timestamp>| ResendFacts {
        email_id: email_id(),
        email: email("dana@example.org"),
        verified: false,
        address_held: false,
        emails: EmailsToday { to_address: emails, ..EmailsToday::default() },
    };
    let asked = || {
        Ok(vec![Event::VerificationAsked {
            account: NotDigested(dana().id),
            username: "dana".to_owned(),
            email_id: NotDigested(email_id()),
            email: email("dana@example.org"),
            secret: ctx().secret(),
            lives: limits::VERIFICATION,
        }])
    };
    let sent = |n: usize| vec![NOW.minus(Seconds::hours(23)); n];
    let (some, all) = (sent(limits::VERIFICATION_EMAILS_A_DAY - 1), sent(limits::VERIFICATION_EMAILS_A_DAY));
    let held = |sent| Some(ResendFacts { address_held: true, ..unverified(sent) });
    let claimed = Event::AddressClaimed {
        account: NotDigested(dana().id),
        username: username("dana"),
        email_id: NotDigested(email_id()),
        email: email("dana@example.org"),
        secret: ctx().secret(),
    };
    let enough = || Err(Refusal::TooManyEmails { seconds: 3_600 });
    let resend = || ResendVerification { address: None };
    let mut table: Vec<Row<ResendVerification>> = vec![
        ("the first", newcomer(), resend(), Some(unverified(Vec::new())), asked()),
        ("the last of the day", newcomer(), resend(), Some(unverified(some)), asked()),
        ("one too many", newcomer(), resend(), Some(unverified(all.clone())), enough()),
        ("the holder is told", newcomer(), resend(), held(Vec::new()), Ok(vec![claimed])),
        ("no oftener than others", newcomer(), resend(), held(all), enough()),
        ("no such address of one's own", newcomer(), resend(), None, Err(Refusal::AddressNotFound {})),
        (
            "done already",
            person(dana()),
            resend(),
            Some(ResendFacts { verified: true, ..unverified(Vec::new()) }),
            Err(Refusal::AlreadyVerified {}),
        ),
    ];
    table.extend(
        strangers()
            .map(|actor| ("a stranger", actor, resend(), Some(unverified(Vec::new())), Err(Refusal::NotSignedIn {}))),
    );
    assert_table(table);
}

#[test]
fn sign_in_follows_its_table() {
    let command = |matched: Option<&str>| SignIn {
        who: "dana".to_owned(),
        matched: matched.map(str::to_owned),
        agent: format!("A browser\n{}", "x".repeat(1_000)),
    };
    let with = |disabled, devices| {
        Some(SignInFacts { account: party(&dana()), password_hash: "hash".to_owned(), disabled, devices })
    };
    let facts = |disabled| with(disabled, Vec::new()).unwrap();
    // The most recent session first.
    let devices =
        |number: usize| (0..number).map(|n| id(1_000 - u128::try_from(n).unwrap())).collect::<Vec<SessionId>>();
    let ended = |number: u128| Event::SessionEnded { id: id(number), account: party(&dana()) };
    let mut source: DecisionContext = ctx();
    let opened = Event::SessionOpened {
        id: source.id(),
        account: party(&dana()),
        secret: source.secret(),
        agent: format!("A browser{}", "x".repeat(191)),
    };
    let no = || Err(Refusal::SignIn {});
    assert_table([
        (
            "name and password belong together",
            Actor::Visitor,
            command(Some("hash")),
            Some(facts(false)),
            Ok(vec![opened.clone()]),
        ),
        (
            "a device that is signed in ends that first",
            person(lee()),
            command(Some("hash")),
            Some(facts(false)),
            Ok(vec![Event::SessionEnded { id: lee().session, account: party(&lee()) }, opened.clone()]),
        ),
        (
            "there is room for one more device",
            Actor::Visitor,
            command(Some("hash")),
            with(false, devices(limits::SESSIONS - 1)),
            Ok(vec![opened.clone()]),
        ),
        (
            "with a further device the first one ends",
            Actor::Visitor,
            command(Some("hash")),
            with(false, devices(limits::SESSIONS)),
            Ok(vec![ended(951), opened.clone()]),
        ),
        (
            "as many end as are too many",
            Actor::Visitor,
            command(Some("hash")),
            with(false, devices(limits::SESSIONS + 2)),
            Ok(vec![ended(951), ended(950), ended(949), opened.clone()]),
        ),
        (
            "one's own device makes room by itself",
            person(dana()),
            command(Some("hash")),
            with(false, [vec![dana().session], devices(limits::SESSIONS - 1)].concat()),
            Ok(vec![Event::SessionEnded { id: dana().session, account: party(&dana()) }, opened]),
        ),
        ("a wrong password", Actor::Visitor, command(None), Some(facts(false)), no()),
        ("changed meanwhile", Actor::Visitor, command(Some("an older hash")), Some(facts(false)), no()),
        (
            "a disabled account",
            Actor::Visitor,
            command(Some("hash")),
            Some(facts(true)),
            Err(Refusal::AccountDisabled {}),
        ),
        ("a disabled account, and a wrong password", Actor::Visitor, command(None), Some(facts(true)), no()),
        ("nobody's name", Actor::Visitor, command(None), None, no()),
    ]);
}

#[test]
fn sign_out_follows_its_table() {
    let ended = vec![Event::SessionEnded { id: dana().session, account: party(&dana()) }];
    let mut table: Vec<Row<SignOut>> = vec![("this device alone", person(dana()), SignOut, (), Ok(ended))];
    table.extend(strangers().map(|actor| ("nobody is signed in", actor, SignOut, (), Ok(Vec::new()))));
    assert_table(table);
}
