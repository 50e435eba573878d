//! Identifiers, with one newtype per entity, so that one can't be mistaken for another.

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
    /// An email address of an account.
    EmailAddressId,
    /// A signed-in device.
    SessionId,
    /// An organization.
    OrganizationId,
    /// A request for an organization.
    RequestId,
    /// An invitation to an organization.
    InvitationId,
    /// An email in the outbox.
    EmailId,
    /// An event in the history.
    EventId,
}
