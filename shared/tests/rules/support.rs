//! The test support: a fixed time, a seed, a few people, and the comparison of a table with a rule.

use shared::addresses::{EmailAddress, OrganizationUrl};
use shared::billing::{BillingDetails, BillingForm};
use shared::domain::RequestState;
use shared::ids::{AccountId, EmailAddressId, RequestId, SessionId};
use shared::names::{OrganizationName, Username};
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Kind;
use shared::rules::requests::RequestFacts;
use shared::rules::{Actor, Command, DecisionContext, Event, Party, Person};
use shared::text::{Description, DisplayName};
use shared::timestamp::Timestamp;
use shared::wire::requests::FileRequestForm;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_772_970_000_000_000);

/// The same source of ids and secrets for the rule and for the expected events.
pub fn ctx() -> DecisionContext {
    DecisionContext::new([7; 32], NOW)
}

/// Case, actor, command, facts, and expected outcome.
pub type Row<C> = (&'static str, Actor, C, <C as Command>::Facts, Result<Vec<Event>, Refusal>);

pub fn assert_table<C: Command>(table: impl IntoIterator<Item = Row<C>>) {
    for (case, actor, command, facts, expected) in table {
        let decided = command.decide(&actor, &facts, &mut ctx());
        let sentence = decided.as_ref().ok().map(|decision| decision.notice.sentence());
        assert_eq!(decided.map(|decision| decision.events), expected, "{}: {case}", C::NAME);
        // The notice is a complete sentence, whatever the events are.
        assert!(sentence.as_ref().is_none_or(|sentence| sentence.len() > 10), "{}: {case}: {sentence:?}", C::NAME);
    }
}

pub fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn somebody(n: u128, username: &str) -> Person {
    let (id, session) = (AccountId(id(n)), SessionId(id(n + 100)));
    let (username, email) = (username.to_owned(), format!("{username}@example.org"));
    Person { id, username, email, verified: true, administrator: false, session }
}

pub fn dana() -> Person {
    somebody(1, "dana")
}

pub fn lee() -> Person {
    somebody(2, "lee")
}

pub fn boss() -> Person {
    Person { administrator: true, ..somebody(3, "boss") }
}

pub fn person(person: Person) -> Actor {
    Actor::Person(person)
}

pub fn party(person: &Person) -> Party {
    person.into()
}

/// Actors other than a person.
pub fn strangers() -> [Actor; 3] {
    [Actor::Visitor, Actor::Operator, Actor::Job("a task")]
}

pub fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn email_id() -> EmailAddressId {
    id(50)
}

pub fn organization(text: &str) -> OrganizationName {
    OrganizationName::parse(text).unwrap()
}

/// Billing details with an address in England.
pub fn billing(legal_name: &str) -> BillingDetails {
    let form = BillingForm {
        legal_name: legal_name.to_owned(),
        billing_email: "papers@sundial.example".to_owned(),
        postal_address: "1 Gnomon Street\nOxford".to_owned(),
        country: "GB".to_owned(),
        payment: "invoice".to_owned(),
        ..BillingForm::default()
    };
    BillingDetails::parse(&form).unwrap()
}

/// A complete form for a request.
pub fn request_form(name: &str, kind: Kind) -> FileRequestForm {
    FileRequestForm {
        account_name: name.to_owned(),
        display_name: "Sundial".to_owned(),
        url: "https://sundial.example".to_owned(),
        description: "Time.".to_owned(),
        kind: kind.code().to_owned(),
    }
}

/// dana's request for sundial.
pub const REQUEST: RequestId = RequestId(Uuid::from_u128(70));

/// The same request in a given state.
pub fn request(kind: Kind, state: RequestState) -> RequestFacts {
    RequestFacts {
        id: REQUEST,
        applicant: party(&dana()),
        name: organization("Sun.Dial"),
        display_name: DisplayName::from_stored("Sundial".to_owned()),
        url: OrganizationUrl::from_stored("https://sundial.example".to_owned()),
        description: Description::from_stored("Time.".to_owned()),
        kind,
        state,
        billing: None,
        decided_by: (!state.is_open() && state != RequestState::Draft).then(|| "boss".to_owned()),
        said: 0,
        unanswered: 0,
    }
}

/// Each state that allows no decision any more, or not yet, with its refusal.
pub fn closed() -> impl Iterator<Item = (RequestState, Refusal)> {
    RequestState::ALL.iter().copied().filter(|state| !state.is_open()).map(|state| match state {
        RequestState::Draft => (state, Refusal::NotFound {}),
        state => (state, Refusal::RequestClosed { state, by: Some("boss".to_owned()) }),
    })
}

pub fn fault<T>(field: Field, code: FaultCode) -> Result<T, Refusal> {
    Err(Refusal::fault(field, code))
}
