//! Organizations: one's own, and the public profile.

use super::requests::MyRequest;
use crate::billing::Price;
use crate::problem::Refusal;
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use crate::wire::people::Received;
use serde::{Deserialize, Serialize};

/// An organization in the list of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourOrganization {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub role: Role,
    pub people: u32,
    /// Why administrators have shut it, if they have.
    pub disabled: Option<String>,
}

/// The page Your organizations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourOrganizations {
    /// Those that wait for an answer, the first to end first.
    pub invitations: Vec<Received>,
    pub organizations: Vec<YourOrganization>,
    pub requests: Vec<MyRequest>,
    /// Why no request can be handed in now, whatever it asks for; the rule's own answer.
    pub filing: Option<Refusal>,
    /// What a private organization costs.
    pub price: Price,
    /// Within how many days requests are usually decided.
    pub estimate: Option<u32>,
    pub now: Timestamp,
}

/// What everybody may see of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    pub kind: Kind,
    pub since: Timestamp,
    /// The role of the one who looks, if they have one: then the page leads to Manage.
    pub my_role: Option<Role>,
}

/// An organization that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub name: String,
    pub display_name: String,
    pub description: String,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub query: String,
    pub found: Vec<Found>,
    /// Whether there are more than are shown.
    pub more: bool,
}
