//! Requests, as applicants and administrators see them.

mod forms;

pub use forms::*;

use crate::addresses::DomainMatch;
use crate::billing::{BillingDetails, BillingDraft, Price};
use crate::ids::{MessageId, RequestId};
use crate::problem::Refusal;
use crate::roles::Kind;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of a request (rules, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// It is not submitted yet, because billing details are missing. Only its author can see it.
    Draft,
    Submitted,
    MoreInformationNeeded,
    Deferred,
    Approved,
    Declined,
    Withdrawn,
}

impl State {
    /// All states, in the order in which a request can reach them.
    pub const ALL: [State; 7] = [
        State::Draft,
        State::Submitted,
        State::MoreInformationNeeded,
        State::Deferred,
        State::Approved,
        State::Declined,
        State::Withdrawn,
    ];

    /// Returns the code that is stored and sent.
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

    /// Returns the state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Returns the name that is shown.
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

    /// Returns whether a decision can still be made.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Submitted | State::MoreInformationNeeded | State::Deferred)
    }
}

/// Whether an organization name is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is available.
    Free,
    /// An organization holds it, or once did.
    Taken,
    /// The site has reserved it.
    Reserved,
}

/// An organization that a request resembles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    pub name: String,
    pub display_name: String,
    pub likeness: Likeness,
}

/// How a request resembles an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Likeness {
    /// The account name, with its distance: 0 looks the same. See [`crate::names::likeness`].
    Name(u8),
    /// The display name looks the same.
    DisplayName,
    /// The URL leads to the same page.
    Url,
    /// The URL is on the same host.
    Host,
}

/// Groups what a request resembles by organization, the strongest resemblance first.
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

/// The answer to “is this name available?”, asked while a person types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameStanding {
    /// The normalized name, as it is compared and used in URLs.
    pub key: String,
    pub standing: Standing,
    /// Whether the viewer has an open request for it.
    pub own_request_open: bool,
    /// Names of similar organizations, most similar first. Nothing else is shown, because one of them may be disabled.
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
    /// The message or the reason of the administrator.
    pub words: Option<String>,
    /// The normalized name, as it is used in URLs.
    pub key: String,
    /// Names of similar organizations, most similar first, while the request is open.
    pub similar: Vec<String>,
    /// Whether a question waits for an answer.
    pub unanswered: bool,
}

/// A request in the queue of the administrators.
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

/// The queue of the administrators: the open requests, oldest first, and the latest decisions. With a search text it
/// has the results of a search through all requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// The search text. It is empty for the queue itself.
    pub query: String,
    pub open: Vec<QueueRow>,
    /// The applicants who have more open requests than are shown. It is empty for a search.
    pub counted: Vec<Counted>,
    /// Whether there are more requests than are shown.
    pub more: bool,
    pub closed: Vec<QueueRow>,
    pub now: Timestamp,
}

/// An applicant of whom the queue shows only the oldest requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub applicant: String,
    /// The number of requests that are not shown.
    pub more: u32,
}

/// The billing details of a private organization, as a page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    pub legal_name: String,
    pub email: String,
    pub postal_address: String,
    /// The country code of two letters.
    pub country: String,
    /// It is empty where there is none.
    pub tax_id: String,
    /// It is empty where there is none.
    pub order_number: String,
    /// The name of the payment method.
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

/// The person who requested an organization, as a reviewer sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub username: String,
    pub email: String,
    pub verified: bool,
    /// Whether the account is disabled.
    pub disabled: bool,
    pub since: Timestamp,
    /// How the domain of the email address relates to the organization URL.
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

/// The answer of an applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub at: Timestamp,
    pub body: String,
}

/// A note by an administrator for administrators.
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
    /// Who decided, and when. The message is in the request.
    pub decision: Option<RequestDecision>,
    pub exchanges: Vec<Exchange>,
    /// The billing details of a private organization, once they are given.
    pub billing: Option<Billing>,
    /// The unfinished billing details of a draft.
    pub billing_draft: Option<BillingDraft>,
    /// What a private organization costs.
    pub price: Price,
    /// The version of the editable fields, so that an outdated page is not saved.
    pub words: String,
    /// The version of the billing details, for the same reason.
    pub billing_words: String,
    /// The number of days within which requests are usually decided.
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
    /// Open requests of other applicants for the same name.
    pub rivals: Vec<QueueRow>,
    /// Open requests for similar names.
    pub alike: Vec<QueueRow>,
    pub decision: Option<RequestDecision>,
    pub exchanges: Vec<Exchange>,
    /// Only administrators can read them.
    pub notes: Vec<Note>,
    /// The billing details of a private organization.
    pub billing: Option<Billing>,
    /// The price per member, if the organization is private.
    pub price: Option<Price>,
    /// The refusal of the rule, if the request can't be approved now.
    pub approval: Option<Refusal>,
    pub now: Timestamp,
}
