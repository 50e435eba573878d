//! Requests: what an applicant and an administrator see of them.

use crate::addresses::DomainMatch;
use crate::billing::{BillingDetails, BillingDraft, Price};
use crate::ids::{MessageId, RequestId};
use crate::problem::Refusal;
use crate::roles::Kind;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a request stands (rules, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// Not handed in yet: what it is billed by is missing. Its author alone knows of it.
    Draft,
    Submitted,
    MoreInformationNeeded,
    Deferred,
    Approved,
    Declined,
    Withdrawn,
}

impl State {
    /// All states, in the order in which a request can come to them.
    pub const ALL: [State; 7] = [
        State::Draft,
        State::Submitted,
        State::MoreInformationNeeded,
        State::Deferred,
        State::Approved,
        State::Declined,
        State::Withdrawn,
    ];

    /// How the state is kept and sent.
    pub const fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::MoreInformationNeeded => "more_information_needed",
            State::Deferred => "deferred",
            State::Approved => "approved",
            State::Declined => "declined",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The state that a code stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state's name, as it is shown.
    pub const fn name(self) -> &'static str {
        match self {
            State::Draft => "Draft",
            State::Submitted => "Submitted",
            State::MoreInformationNeeded => "More information needed",
            State::Deferred => "Deferred",
            State::Approved => "Approved",
            State::Declined => "Declined",
            State::Withdrawn => "Withdrawn",
        }
    }

    /// Whether a decision can still be taken.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Submitted | State::MoreInformationNeeded | State::Deferred)
    }
}

/// Whether an organization name can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nobody holds it.
    Free,
    /// An organization holds it, or once did.
    Taken,
    /// The site keeps it.
    Reserved,
}

/// An organization that a request resembles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    pub name: String,
    pub display_name: String,
    pub likeness: Likeness,
}

/// In what a request resembles an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Likeness {
    /// The account name. How alike: 0 looks the same; see [`crate::names::likeness`].
    Name(u8),
    /// The display name looks the same.
    DisplayName,
    /// The URL leads to the same page.
    Url,
    /// The URL is on the same host.
    Host,
}

/// What a request resembles, by organization: the ways in which it does, the most telling first.
pub fn by_organization(similar: &[Similar]) -> Vec<Vec<&Similar>> {
    let mut organizations: Vec<Vec<&Similar>> = Vec::new();
    for found in similar {
        let same = |ways: &&mut Vec<&Similar>| ways.first().is_some_and(|first| first.name == found.name);
        match organizations.iter_mut().find(same) {
            Some(ways) => ways.push(found),
            None => organizations.push(vec![found]),
        }
    }
    organizations
}

/// The answer to “can I have this name?”, asked while typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameStanding {
    /// The name as it is compared and as it stands in addresses.
    pub key: String,
    pub standing: Standing,
    /// Whether the one who asks has an open request for it.
    pub own_request_open: bool,
    /// Names of organizations that it resembles, most similar first. Names alone: one of them may be shut.
    pub similar: Vec<String>,
}

/// A request as its applicant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyRequest {
    pub id: RequestId,
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub state: State,
    pub filed_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    /// The administrator's message or reason.
    pub words: Option<String>,
    /// What the name reads like in addresses.
    pub key: String,
    /// Names of organizations that it resembles, most similar first, while it is open.
    pub similar: Vec<String>,
    /// Whether a question waits for an answer.
    pub unanswered: bool,
}

/// A request as a line of the administrators' queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    pub id: RequestId,
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub state: State,
    pub applicant: String,
    pub filed_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// The administrators' queue: the open requests, oldest first, and the latest decisions; or of all requests those that a
/// search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// What was searched for; nothing for the queue itself.
    pub query: String,
    pub open: Vec<QueueRow>,
    /// Of whom more requests are open than are shown; nobody, where something was searched for.
    pub counted: Vec<Counted>,
    /// Whether there are more than are shown, of others too.
    pub more: bool,
    pub closed: Vec<QueueRow>,
    pub now: Timestamp,
}

/// An applicant of whose open requests the queue shows the oldest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub applicant: String,
    /// How many more there are.
    pub more: u32,
}

/// Whom the papers of a private organization go to, as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    pub legal_name: String,
    pub email: String,
    pub postal_address: String,
    /// The country's two letters.
    pub country: String,
    /// Empty where there is none.
    pub tax_id: String,
    /// Empty where there is none.
    pub order_number: String,
    /// How it is paid, in a word.
    pub payment: String,
}

impl From<&BillingDetails> for Billing {
    fn from(details: &BillingDetails) -> Self {
        Self {
            legal_name: details.legal_name.to_string(),
            email: details.email.to_string(),
            postal_address: details.address.to_string(),
            country: details.country.code().to_owned(),
            tax_id: details.tax_id.to_string(),
            order_number: details.order_number.to_string(),
            payment: details.payment.name().to_owned(),
        }
    }
}

impl From<Billing> for BillingDraft {
    fn from(known: Billing) -> Self {
        let Billing { legal_name, email, postal_address, country, tax_id, order_number, payment: _ } = known;
        Self { legal_name, email, postal_address, country, tax_id, order_number }
    }
}

/// The person who asks for an organization, as a reviewer sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub username: String,
    pub email: String,
    pub verified: bool,
    /// Whether the account is disabled.
    pub disabled: bool,
    pub since: Timestamp,
    /// How the domain of the e-mail address stands to the organization URL.
    pub domain: DomainMatch,
}

/// How a request was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDecision {
    /// The administrator, or the applicant who withdrew.
    pub by: String,
    pub at: Timestamp,
    pub words: Option<String>,
}

/// A question about a request, and its answer if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub id: MessageId,
    pub asked_by: String,
    pub asked_at: Timestamp,
    pub question: String,
    pub answer: Option<Reply>,
}

/// What an applicant said to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub at: Timestamp,
    pub body: String,
}

/// What an administrator wrote down for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub by: String,
    pub at: Timestamp,
    pub body: String,
}

/// A request on its page for its applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyRequestPage {
    pub request: MyRequest,
    pub url: String,
    pub description: String,
    /// Who decided, and when; what they said is with the request.
    pub decision: Option<RequestDecision>,
    pub exchanges: Vec<Exchange>,
    /// Whom its papers go to, once that was said; a private organization's alone.
    pub billing: Option<Billing>,
    /// What was typed of it and put aside; a draft's alone.
    pub billing_draft: Option<BillingDraft>,
    /// What a private organization costs.
    pub price: Price,
    /// Stands for its words, so that an older page does not put them back.
    pub words: String,
    /// Stands likewise for whom its papers go to.
    pub billing_words: String,
    /// Within how many days requests are usually decided.
    pub estimate: Option<u32>,
    pub now: Timestamp,
}

/// A request on its page for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPage {
    pub id: RequestId,
    pub name: String,
    pub key: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    pub kind: Kind,
    pub state: State,
    pub filed_at: Timestamp,
    pub applicant: Applicant,
    pub standing: Standing,
    pub similar: Vec<Similar>,
    /// Open requests of others for the same name.
    pub rivals: Vec<QueueRow>,
    /// Open requests for names that look like this one.
    pub alike: Vec<QueueRow>,
    pub decision: Option<RequestDecision>,
    pub exchanges: Vec<Exchange>,
    /// Read by administrators alone.
    pub notes: Vec<Note>,
    /// Whom its papers go to; a private organization's alone.
    pub billing: Option<Billing>,
    /// What its members will cost, where that is anything.
    pub price: Option<Price>,
    /// Why an approval would be refused now; the rule's own answer.
    pub approval: Option<Refusal>,
    pub now: Timestamp,
}
