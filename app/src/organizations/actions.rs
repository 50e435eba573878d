//! The server functions of organizations.

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::organizations::{ProfileQuery, SearchQuery, YourOrganizationsQuery};

server_functions! {
    /// The reader's organizations, requests and pending invitations.
    Answer yours(YourOrganizationsQuery) at "organizations/yours";
    /// The public profile of an organization.
    Answer profile(ProfileQuery) at "organizations/profile";
    /// Organizations whose name contains the query.
    Answer search(SearchQuery) at "organizations/search";
}
