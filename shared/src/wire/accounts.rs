//! Accounts: who is looking, and the pages of sign-up, verification and set-up.

use crate::ids::{EmailAddressId, RequestId, SessionId};
use crate::problem::Refusal;
use crate::timestamp::Timestamp;
use crate::wire::people::Received;
use serde::{Deserialize, Serialize};

/// Who is looking at the page, and what the frame shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The account that is signed in.
    pub account: Option<SignedIn>,
    /// The program's version, for the footer.
    pub version: String,
    /// Whether this is a developer's server: the style guide is there, and letters are in the log.
    pub development: bool,
    /// Whether letters go out; otherwise an administrator reads them under Outgoing mail.
    pub mail_goes_out: bool,
    /// Whether the site still waits for its first administrator.
    pub awaits_set_up: bool,
}

/// The account that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub username: String,
    /// The primary e-mail address.
    pub email: String,
    /// Whether that address is verified.
    pub verified: bool,
    /// Whether letters to it come back.
    pub bounces: bool,
    /// Whether the account runs the site.
    pub administrator: bool,
    /// Requests that wait for a decision; for administrators.
    pub requests_waiting: u32,
    /// Invitations that wait for an answer.
    pub invitations: u32,
    /// The one of them that ends first.
    pub invitation: Option<Received>,
    /// Own requests about which an administrator asks something, the oldest first.
    pub questioned: Vec<Questioned>,
}

/// An own request that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questioned {
    pub request: RequestId,
    pub display_name: String,
}

/// What a verification link stands for. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    pub username: String,
    pub email: String,
    pub ends_at: Timestamp,
    pub now: Timestamp,
}

/// What a link for a new password stands for. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    pub username: String,
    /// Where the link was sent.
    pub email: String,
    pub ends_at: Timestamp,
    pub now: Timestamp,
}

/// Account settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    pub username: String,
    pub since: Timestamp,
    /// The primary one first.
    pub addresses: Vec<Address>,
    /// Why no further address can be added; the rule's own answer.
    pub more_addresses: Option<Refusal>,
    /// The one used last first.
    pub devices: Vec<Device>,
    pub now: Timestamp,
}

/// An e-mail address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub id: EmailAddressId,
    pub email: String,
    pub verified: bool,
    /// Whether letters go there.
    pub primary: bool,
    /// What a mail server said that would not take letters for it.
    pub bounces: Option<String>,
}

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: SessionId,
    /// What it is, as far as it says so: “Firefox on Linux”.
    pub name: String,
    /// The address that it signed in from.
    pub address: String,
    pub since: Timestamp,
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Whether a username can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsernameStanding {
    pub free: bool,
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes, in the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// How the theme is kept and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme that a code stands for; the system's for anything else.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|t| t.code() == code).unwrap_or_default()
    }

    /// The cookie of this name that keeps it for a year. Scripts may write it: it is no secret, and nothing hangs on it.
    pub fn cookie(self, name: &str) -> String {
        [name, "=", self.code(), "; Path=/; Max-Age=31536000; SameSite=Lax"].concat()
    }

    /// The theme's name in the switch.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }
}
