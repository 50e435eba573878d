//! Administration: accounts, outgoing mail.

use super::accounts::Address;
use super::history::Event;
use super::organizations::YourOrganization;
use super::requests::{Billing, QueueRow};
use crate::ids::{LetterId, RequestId};
use crate::moment::Moment;
use crate::problem::Refusal;
use crate::roles::{Kind, Role};
use serde::{Deserialize, Serialize};

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LetterState {
    /// Waits for its turn, or for the next try.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// Every try failed.
    Failed,
    /// There was no mail server; it is read here.
    Kept,
}

impl LetterState {
    /// All states.
    pub const ALL: [LetterState; 4] = [LetterState::Waiting, LetterState::Sent, LetterState::Failed, LetterState::Kept];

    /// How the state is kept and sent.
    pub const fn code(self) -> &'static str {
        match self {
            LetterState::Waiting => "waiting",
            LetterState::Sent => "sent",
            LetterState::Failed => "failed",
            LetterState::Kept => "kept",
        }
    }

    /// The state that a code stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state's name, as it is shown.
    pub const fn name(self) -> &'static str {
        match self {
            LetterState::Waiting => "Waiting",
            LetterState::Sent => "Sent",
            LetterState::Failed => "Failed",
            LetterState::Kept => "Kept here",
        }
    }
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRow {
    pub id: LetterId,
    pub to: String,
    pub subject: String,
    pub state: LetterState,
    pub tries: u32,
    pub written_at: Moment,
    pub sent_at: Option<Moment>,
    /// When the next try is due.
    pub next_try_at: Option<Moment>,
    /// What the mail server said at the last try, where it has not taken the letter.
    pub last_error: Option<String>,
}

/// A page of the letters that a search finds, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// What was searched for: a part of an address or of a subject.
    pub query: String,
    /// The state that all of them are in; none where any will do.
    pub only: Option<LetterState>,
    pub letters: Vec<LetterRow>,
    /// Behind which letter the next page begins, if there is one.
    pub older: Option<LetterId>,
    /// Whether this is a further page.
    pub further: bool,
    /// How many of those that the search finds have failed, on whatever page.
    pub failed: u32,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    pub now: Moment,
}

/// One letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterPage {
    pub row: LetterRow,
    /// The text part. A link that is a secret is left out where a mail server is configured.
    pub text: String,
    /// Whether such a link was left out.
    pub secret_withheld: bool,
    /// The site's own address: what begins with it in the text is a link.
    pub site: String,
    pub now: Moment,
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
    pub since: Moment,
}

/// The newest organizations, or those that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// What was searched for.
    pub query: String,
    pub found: Vec<OrganizationRow>,
    /// Whether there are more than are shown.
    pub more: bool,
    pub now: Moment,
}

/// A member of an organization on its page for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub username: String,
    /// Whether their account is disabled.
    pub disabled: bool,
    pub role: Role,
    pub joined_at: Moment,
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
    pub history: Vec<Event>,
    pub now: Moment,
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
    pub since: Moment,
}

/// The newest accounts, or those that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// What was searched for.
    pub query: String,
    pub found: Vec<AccountRow>,
    /// Whether there are more than are shown.
    pub more: bool,
    pub now: Moment,
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
    pub history: Vec<Event>,
    pub now: Moment,
}
