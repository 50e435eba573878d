//! What can be asked about the people of an organization.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::people::People;

#[cfg(feature = "ssr")]
use crate::backend::backend;

/// The people of an organization, for those who belong to it.
#[server(name = GetPeople, prefix = "/see", endpoint = "people/list", input = GetUrl)]
pub async fn list(organization: String) -> Result<People, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.list(&who, &organization).await?)
}
