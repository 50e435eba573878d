//! Everything that the server implements for the screens.

use crate::backend::Answer;
use crate::{accounts, administration, invitations, organizations, people, requests};
use leptos::prelude::provide_context;
use shared::wire::people::ExportQuery;
use std::sync::Arc;

/// What the server implements: everything that the lists of the areas name, and the export, which is no server function.
pub trait Backend:
    accounts::actions::Port
    + accounts::settings::actions::Port
    + requests::actions::Port
    + organizations::actions::Port
    + people::actions::Port
    + invitations::actions::Port
    + administration::actions::Port
    + Answer<ExportQuery>
{
}

impl<T> Backend for T where
    T: accounts::actions::Port
        + accounts::settings::actions::Port
        + requests::actions::Port
        + organizations::actions::Port
        + people::actions::Port
        + invitations::actions::Port
        + administration::actions::Port
        + Answer<ExportQuery>
{
}

/// The server's implementation.
pub type SharedBackend = Arc<dyn Backend>;

/// Provides the implementation to the server functions of each area.
pub fn provide(backend: &SharedBackend) {
    provide_context::<Arc<dyn accounts::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn accounts::settings::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn requests::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn organizations::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn people::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn invitations::actions::Port>>(Arc::clone(backend) as _);
    provide_context::<Arc<dyn administration::actions::Port>>(Arc::clone(backend) as _);
}
