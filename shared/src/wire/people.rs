//! The people of an organization.

use crate::moment::Moment;
use crate::roles::{Kind, Role};
use serde::{Deserialize, Serialize};

/// What stands above every page of an organization that one manages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub my_role: Role,
}

/// A person of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub username: String,
    pub role: Role,
    pub joined_at: Moment,
    /// Whether this is the one who looks.
    pub you: bool,
}

/// The page People.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub heading: Heading,
    /// Owners first, then by name.
    pub people: Vec<PersonRow>,
    pub now: Moment,
}
