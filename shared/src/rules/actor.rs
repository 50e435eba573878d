//! The actor of a command. It is read again in the transaction of each command, so that a revoked right is not used.

use crate::ids::{AccountId, OrganizationId, SessionId};
use crate::names::OrganizationName;
use crate::refusal::Refusal;
use crate::text::DisplayName;
use serde::Serialize;

/// The actor of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is not signed in.
    Visitor,
    /// An account that is signed in.
    Person(Person),
    /// The operator at the command line.
    Operator,
    /// A background job of the program.
    Job(&'static str),
}

/// An account that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: AccountId,
    pub username: String,
    /// The primary email address.
    pub email: String,
    /// Whether the primary address is verified.
    pub verified: bool,
    /// Whether the account is a site administrator.
    pub administrator: bool,
    /// The session of the device.
    pub session: SessionId,
}

/// An account in an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    pub id: AccountId,
    pub username: String,
}

/// An organization in an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: OrganizationName,
    pub display_name: DisplayName,
}

impl Actor {
    /// Returns the account that acts.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn person(&self) -> Result<&Person, Refusal> {
        match self {
            Actor::Person(person) => Ok(person),
            _ => Err(Refusal::NotSignedIn {}),
        }
    }

    /// Returns the account that acts, if it is an administrator.
    ///
    /// # Errors
    /// Nobody is signed in, or the account is no administrator. Then the answer is [`Refusal::NotFound`].
    pub fn administrator(&self) -> Result<&Person, Refusal> {
        let person = self.person()?;
        if person.administrator { Ok(person) } else { Err(Refusal::NotFound {}) }
    }

    /// Checks that the operator acts.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for everybody else.
    pub fn operator(&self) -> Result<(), Refusal> {
        if *self == Actor::Operator { Ok(()) } else { Err(Refusal::NotFound {}) }
    }
}

impl From<&Person> for Party {
    fn from(person: &Person) -> Self {
        Self { id: person.id, username: person.username.clone() }
    }
}
