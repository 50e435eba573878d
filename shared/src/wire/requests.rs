//! Requests, as applicants and administrators see them.

mod forms;

pub use forms::*;

use crate::addresses::DomainMatch;
use crate::billing::{BillingDetails, BillingDraft, Price};
use crate::domain::{RequestState, Similar, Standing};
use crate::ids::{MessageId, RequestId};
use crate::refusal::Refusal;
use crate::roles::Kind;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

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
    pub state: RequestState,
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
    pub state: RequestState,
    pub applicant: String,
    pub filed_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// The names that an administrator compares an open request with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameConflicts {
    /// Whether the name is taken or reserved, so that the request can't be approved.
    pub unavailable: bool,
    /// The number of other open requests for the same name.
    pub rivals: u32,
    /// The names of organizations whose account name or display name is similar, most similar first.
    pub organizations: Vec<String>,
    /// Similar names of other open requests, most similar first.
    pub requests: Vec<String>,
}

/// An open request in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    pub row: QueueRow,
    pub conflicts: NameConflicts,
}

/// The queue of the administrators: the open requests and the latest decisions. With a search text it has the results of
/// a search through all requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// The search text. It is empty for the queue itself.
    pub query: String,
    /// The open requests. In the queue those that are ready for review come first; each part is oldest first.
    pub open: Vec<OpenRequest>,
    /// What the queue has beyond the shown requests. There is none for a search.
    pub summary: Option<QueueSummary>,
    pub closed: Vec<QueueRow>,
    pub now: Timestamp,
}

/// All open requests in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSummary {
    /// The number of requests that are ready for review, which is also the number beside **Administration**.
    pub ready: u32,
    /// The number of open requests that are deferred or wait for their applicant.
    pub on_hold: u32,
    /// The applicants who have more open requests than are shown.
    pub counted: Vec<Counted>,
    /// Whether there are more requests than are shown.
    pub more: bool,
}

/// An applicant of whom the queue shows only the first requests.
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
pub struct MyRequestView {
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
pub struct RequestView {
    pub id: RequestId,
    pub name: String,
    pub key: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    pub kind: Kind,
    pub state: RequestState,
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
