//! Identifiers: one type for each kind of thing, so that none can be taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// An account: a person who can sign in.
    AccountId,
    /// A question, an answer or a note about a request.
    MessageId,
    /// One e-mail address of an account.
    EmailAddressId,
    /// A signed-in device.
    SessionId,
    /// An organization.
    OrganizationId,
    /// A request for an organization.
    RequestId,
    /// An invitation to an organization.
    InvitationId,
    /// A letter in the outbox.
    EmailId,
    /// A line of history.
    EventId,
}
