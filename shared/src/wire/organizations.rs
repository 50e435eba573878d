//! Organizations: those of the viewer, and the public profile.

use super::requests::MyRequest;
use crate::billing::Price;
use crate::refusal::Refusal;
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use crate::wire::Query;
use crate::wire::people::Received;
use serde::{Deserialize, Serialize};

/// The reader's organizations, requests and pending invitations.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct YourOrganizationsQuery {}

impl Query for YourOrganizationsQuery {
    type Output = YourOrganizationsView;
}

/// The public profile of an organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileQuery {
    pub name: String,
}

impl Query for ProfileQuery {
    type Output = Profile;
}

/// Organizations whose name contains the query.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    pub query: String,
}

impl Query for SearchQuery {
    type Output = SearchResults;
}

/// An organization of the viewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourOrganization {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub role: Role,
    pub people: u32,
    /// Why administrators have disabled it, if they have.
    pub disabled: Option<String>,
}

/// The page **Your organizations**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourOrganizationsView {
    /// The pending invitations, ordered by their end.
    pub invitations: Vec<Received>,
    pub organizations: Vec<YourOrganization>,
    pub requests: Vec<MyRequest>,
    /// The refusal of the rule, if no request can be submitted now.
    pub filing: Option<Refusal>,
    /// What a private organization costs.
    pub price: Price,
    /// The number of days within which requests are usually decided.
    pub estimate: Option<u32>,
    pub now: Timestamp,
}

/// The public profile of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    pub kind: Kind,
    pub since: Timestamp,
    /// The role of the viewer, if they are a member. Then the page links to Manage.
    pub my_role: Option<Role>,
}

/// An organization that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResult {
    pub name: String,
    pub display_name: String,
    pub description: String,
}

/// The results of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    pub query: String,
    pub found: Vec<SearchResult>,
    /// Whether there are more than are shown.
    pub more: bool,
}
