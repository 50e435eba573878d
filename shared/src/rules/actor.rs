//! Who acts. Read anew in the transaction of each command, so that a right that has ended is not used.

use crate::ids::{AccountId, OrganizationId, SessionId};
use crate::names::OrganizationName;
use crate::problem::Refusal;
use crate::text::DisplayName;
use serde::Serialize;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is not signed in.
    Visitor,
    /// An account that is signed in.
    Person(Person),
    /// Whoever runs the program at its command line.
    Operator,
    /// A task of the program itself.
    Job(&'static str),
}

/// An account that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: AccountId,
    pub username: String,
    /// The primary e-mail address.
    pub email: String,
    /// Whether that is verified.
    pub verified: bool,
    /// Whether the account runs the site.
    pub administrator: bool,
    /// The device that it acts from.
    pub session: SessionId,
}

/// An account that a change speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    pub id: AccountId,
    pub username: String,
}

/// An organization that a change speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: OrganizationName,
    pub display_name: DisplayName,
}

impl Actor {
    /// The account that acts.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn person(&self) -> Result<&Person, Refusal> {
        match self {
            Actor::Person(person) => Ok(person),
            _ => Err(Refusal::NotSignedIn {}),
        }
    }

    /// The administrator who acts.
    ///
    /// # Errors
    /// Nobody is signed in, or an account that may not know of administration.
    pub fn administrator(&self) -> Result<&Person, Refusal> {
        let person = self.person()?;
        if person.administrator { Ok(person) } else { Err(Refusal::NotFound {}) }
    }

    /// Passes at the command line alone.
    ///
    /// # Errors
    /// Anybody else is told that there is no such thing.
    pub fn operator(&self) -> Result<(), Refusal> {
        if *self == Actor::Operator { Ok(()) } else { Err(Refusal::NotFound {}) }
    }
}

impl From<&Person> for Party {
    fn from(person: &Person) -> Self {
        Self { id: person.id, username: person.username.clone() }
    }
}
