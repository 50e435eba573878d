//! The screens of organizations: one's own, the public profile, search.

pub mod actions;
mod profile;
mod search;
mod yours;

pub use profile::ProfilePage;
pub use search::SearchPage;
pub use yours::{YourOrganizations, tone};
