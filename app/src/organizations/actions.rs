//! Server functions that read organizations.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::organizations::{Profile, SearchResults, YourOrganizations};

#[cfg(feature = "ssr")]
use crate::backend::backend;

/// The reader's organizations, requests and pending invitations.
#[server(name = GetYours, prefix = "/see", endpoint = "organizations/yours", input = GetUrl)]
pub async fn yours() -> Result<YourOrganizations, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.organizations.yours(&who).await?)
}

/// The public profile of an organization.
#[server(name = GetProfile, prefix = "/see", endpoint = "organizations/profile", input = GetUrl)]
pub async fn profile(name: String) -> Result<Profile, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.organizations.profile(&who, &name).await?)
}

/// Organizations whose name contains the query.
#[server(name = GetSearch, prefix = "/see", endpoint = "organizations/search", input = GetUrl)]
pub async fn search(query: String) -> Result<SearchResults, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.organizations.search(&who, &query).await?)
}
