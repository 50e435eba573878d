//! Administration: accounts, outgoing mail.

use super::accounts::Address;
use super::history::HistoryEntry;
use super::organizations::YourOrganization;
use super::requests::{Billing, QueueRow};
use crate::ids::{EmailId, RequestId};
use crate::problem::Refusal;
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EmailState {
    /// Waits for its turn, or for the next try.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// Every try failed.
    Failed,
    /// There was no mail server; it is read here.
    Kept,
}

impl EmailState {
    /// All states.
    pub const ALL: [EmailState; 4] = [EmailState::Waiting, EmailState::Sent, EmailState::Failed, EmailState::Kept];

    /// How the state is kept and sent.
    pub const fn code(self) -> &'static str {
        match self {
            EmailState::Waiting => "waiting",
            EmailState::Sent => "sent",
            EmailState::Failed => "failed",
            EmailState::Kept => "kept",
        }
    }

    /// The state that a code stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state's name, as it is shown.
    pub const fn name(self) -> &'static str {
        match self {
            EmailState::Waiting => "Waiting",
            EmailState::Sent => "Sent",
            EmailState::Failed => "Failed",
            EmailState::Kept => "Kept here",
        }
    }
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailRow {
    pub id: EmailId,
    pub to: String,
    pub subject: String,
    pub state: EmailState,
    pub tries: u32,
    pub written_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// When the next try is due.
    pub next_try_at: Option<Timestamp>,
    /// What the mail server said at the last try, where it has not taken the letter.
    pub last_error: Option<String>,
}

/// A page of the letters that a search finds, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emails {
    /// What was searched for: a part of an address or of a subject.
    pub query: String,
    /// The state that all of them are in; none where any will do.
    pub only: Option<EmailState>,
    pub emails: Vec<EmailRow>,
    /// Behind which letter the next page begins, if there is one.
    pub older: Option<EmailId>,
    /// Whether this is a further page.
    pub further: bool,
    /// How many of those that the search finds have failed, on whatever page.
    pub failed: u32,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    pub now: Timestamp,
}

/// One letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailPage {
    pub row: EmailRow,
    /// The text part. A link that is a secret is left out where a mail server is configured.
    pub text: String,
    /// Whether such a link was left out.
    pub secret_withheld: bool,
    /// The site's own address: what begins with it in the text is a link.
    pub site: String,
    pub now: Timestamp,
}

/// Whether an organization can be managed and seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OrganizationState {
    Active,
    /// Administrators have shut it.
    Disabled,
}

impl OrganizationState {
    /// The state that a code stands for. An organization that is being founded, or is gone, has none of these.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "active" => Some(Self::Active),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }
}

/// An organization in the administrators' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub state: OrganizationState,
    /// Whether no Owner of it can use their account: then one can be appointed.
    pub ownerless: bool,
    pub people: u32,
    pub since: Timestamp,
}

/// The newest organizations, or those that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// What was searched for.
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
    /// Its people by role, the most powerful first; the first of them.
    pub people: Vec<MemberRow>,
    /// The request that it came from.
    pub request: Option<RequestId>,
    /// Whom its papers go to; a private organization's alone.
    pub billing: Option<Billing>,
    /// The latest of its history, newest first.
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

/// The newest accounts, or those that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// What was searched for.
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
    /// Why it can't be disabled by the one who looks; the rule's own answer.
    pub disabling: Option<Refusal>,
    /// On how many devices it is signed in.
    pub devices: u32,
    pub addresses: Vec<Address>,
    pub organizations: Vec<YourOrganization>,
    /// The latest, newest first.
    pub requests: Vec<QueueRow>,
    /// The latest of its history, newest first.
    pub history: Vec<HistoryEntry>,
    pub now: Timestamp,
}
