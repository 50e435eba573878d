//! Accounts: the viewer of a page, and the pages of sign-up, verification and set-up.

mod forms;

pub use forms::*;

use crate::ids::{EmailAddressId, RequestId, SessionId};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use crate::wire::people::Received;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// The viewer of a page, and what the frame around each page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The account that is signed in.
    pub account: Option<SignedIn>,
    /// The program's version, for the footer.
    pub version: String,
    /// Whether this is a developer's server, which has the style guide and logs emails.
    pub development: bool,
    /// Whether emails are sent. Otherwise administrators read them under Outgoing email.
    pub mail_goes_out: bool,
    /// Whether the site has no administrator yet.
    pub awaits_set_up: bool,
}

/// The account that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub username: String,
    /// The primary email address.
    pub email: String,
    /// Whether that address is verified.
    pub verified: bool,
    /// Whether emails to it bounce.
    pub bounces: bool,
    /// Whether the account is an administrator.
    pub administrator: bool,
    /// The number of requests that wait for a decision, for administrators.
    pub requests_waiting: u32,
    /// The number of invitations that wait for an answer.
    pub invitations: u32,
    /// The invitation that expires first.
    pub invitation: Option<Received>,
    /// The requests of the account that have an unanswered question, oldest first.
    pub questioned: Vec<PendingQuestion>,
}

/// A request of the viewer that has an unanswered question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingQuestion {
    pub request: RequestId,
    pub display_name: String,
}

/// What a verification link is for. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    pub username: String,
    pub email: String,
    pub ends_at: Timestamp,
    pub now: Timestamp,
}

/// What a password reset link is for. Opening it changes nothing.
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
pub struct AccountSettingsView {
    pub username: String,
    pub since: Timestamp,
    /// Ordered with the primary address first.
    pub addresses: Vec<Address>,
    /// The refusal of the rule, if no more addresses can be added.
    pub more_addresses: Option<Refusal>,
    /// Ordered with the most recently used device first.
    pub devices: Vec<Device>,
    pub now: Timestamp,
}

/// An email address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub id: EmailAddressId,
    pub email: String,
    pub verified: bool,
    /// Whether emails are sent to it.
    pub primary: bool,
    /// The reply of a mail server that refused email for it.
    pub bounces: Option<String>,
}

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: SessionId,
    /// The browser and the system: “Firefox on Linux”.
    pub name: String,
    /// The IP address that it signed in from.
    pub address: String,
    pub since: Timestamp,
    pub seen_at: Timestamp,
    /// Whether it is the device of the viewer.
    pub this: bool,
}

/// Whether a username is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsernameStanding {
    pub free: bool,
}

/// The color theme: light, dark, or that of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes, in the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the theme of a code, and [`Theme::System`] for an unknown code.
    pub fn from_code(code: &str) -> Self {
        code.parse().unwrap_or_default()
    }

    /// Returns a cookie of this name that stores the theme for a year. Scripts may write it, because it is no secret.
    /// It is put together by hand, because the browser writes it too and its half has no crate for cookies.
    pub fn cookie(self, name: &str) -> String {
        [name, "=", self.code(), "; Path=/; Max-Age=31536000; SameSite=Lax"].concat()
    }

    /// Returns the name of the theme in the switch.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }
}
