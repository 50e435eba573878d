//! Administration: accounts, outgoing mail.

use super::accounts::Address;
use super::history::Event;
use super::organizations::YourOrganization;
use super::requests::QueueRow;
use crate::ids::LetterId;
use crate::moment::Moment;
use crate::problem::Refusal;
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
}

/// The list of letters, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    pub letters: Vec<LetterRow>,
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
    /// What the mail server said at the last try.
    pub last_error: Option<String>,
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
    pub addresses: Vec<Address>,
    pub organizations: Vec<YourOrganization>,
    /// The latest, newest first.
    pub requests: Vec<QueueRow>,
    /// The latest of its history, newest first.
    pub history: Vec<Event>,
    pub now: Moment,
}
