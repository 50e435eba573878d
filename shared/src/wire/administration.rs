//! Administration: accounts, organizations and outgoing email.

mod forms;

pub use forms::*;

use super::accounts::Address;
use super::history::HistoryEntry;
use super::organizations::YourOrganization;
use super::requests::{Billing, QueueRow};
use crate::domain::{EmailState, OrganizationState};
use crate::ids::{EmailId, RequestId};
use crate::refusal::Refusal;
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// An email in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailRow {
    pub id: EmailId,
    pub to: String,
    pub subject: String,
    pub state: EmailState,
    pub tries: u32,
    pub written_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// When the next attempt is due.
    pub next_try_at: Option<Timestamp>,
    /// The reply of the mail server to the last failed attempt.
    pub last_error: Option<String>,
}

/// A page of the emails that a search finds, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emails {
    /// The search text: a part of an address or of a subject.
    pub query: String,
    /// The state to which the list is limited, if any.
    pub only: Option<EmailState>,
    pub emails: Vec<EmailRow>,
    /// The cursor of the next page: the last email of this one.
    pub older: Option<EmailId>,
    /// Whether this is not the first page.
    pub further: bool,
    /// The number of failed emails among all that the search finds.
    pub failed: u32,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    pub now: Timestamp,
}

/// One email.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailView {
    pub row: EmailRow,
    /// The text part. Secret links are left out where a mail server is configured.
    pub text: String,
    /// Whether a secret link was left out.
    pub secret_withheld: bool,
    /// The base URL of the site. What begins with it in the text is shown as a link.
    pub site: String,
    pub now: Timestamp,
}

/// An organization in the administrators' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub state: OrganizationState,
    /// Whether no Owner can use their account. Then an administrator can appoint one.
    pub ownerless: bool,
    pub people: u32,
    pub since: Timestamp,
}

/// The newest organizations, or the results of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// The search text.
    pub query: String,
    pub found: Vec<OrganizationRow>,
    /// Whether there are more than are shown.
    pub more: bool,
    pub now: Timestamp,
}

/// A member of an organization on its page for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub username: String,
    /// Whether their account is disabled.
    pub disabled: bool,
    pub role: Role,
    pub joined_at: Timestamp,
}

/// An organization on its page for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationView {
    pub row: OrganizationRow,
    pub url: String,
    pub description: String,
    /// Why it is disabled, if it is.
    pub reason: Option<String>,
    /// The first people, ordered by role with Owners first.
    pub people: Vec<MemberRow>,
    /// The request by which it was created.
    pub request: Option<RequestId>,
    /// The billing details of a private organization.
    pub billing: Option<Billing>,
    /// The latest events, newest first.
    pub history: Vec<HistoryEntry>,
    pub now: Timestamp,
}

/// An account in the administrators' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub username: String,
    /// The primary address.
    pub email: String,
    pub verified: bool,
    pub administrator: bool,
    pub disabled: bool,
    pub since: Timestamp,
}

/// The newest accounts, or the results of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// The search text.
    pub query: String,
    pub found: Vec<AccountRow>,
    /// Whether there are more than are shown.
    pub more: bool,
    pub now: Timestamp,
}

/// An account on its page for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub row: AccountRow,
    /// Why it is disabled, if it is.
    pub reason: Option<String>,
    /// The refusal of the rule, if the viewer can't disable it.
    pub disabling: Option<Refusal>,
    /// The number of devices that are signed in.
    pub devices: u32,
    pub addresses: Vec<Address>,
    pub organizations: Vec<YourOrganization>,
    /// The latest requests, newest first.
    pub requests: Vec<QueueRow>,
    /// The latest events, newest first.
    pub history: Vec<HistoryEntry>,
    pub now: Timestamp,
}
