//! The screens for administrators: organizations, accounts, and outgoing email.

mod accounts;
pub mod actions;
mod email;
mod emails;
mod organizations;

pub use accounts::{AccountPage, AccountsPage};
pub use email::EmailPage;
pub use emails::EmailsPage;
pub use organizations::{OrganizationPage, OrganizationsPage};
