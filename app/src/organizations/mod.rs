//! The screens of organizations: the reader's own list, the public profile and search.

pub mod actions;
mod create;
mod profile;
mod search;
mod yours;

pub use create::CreateOrganizationPage;
pub use profile::ProfilePage;
pub use search::SearchPage;
pub use yours::YourOrganizationsPage;
