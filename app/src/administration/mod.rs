//! The screens for administrators: organizations, accounts, outgoing email, and their tabs.

mod accounts;
pub mod actions;
mod email;
mod emails;
mod organizations;
mod search;

pub use accounts::{AccountPage, AccountsPage};
pub use email::EmailPage;
pub use emails::EmailsPage;
pub use organizations::{OrganizationPage, OrganizationsPage};
pub use search::{search_form, use_search};

use leptos::prelude::*;
use shared::routes::Page;

/// The tabs of the administration; `here` is the current one.
pub fn tabs(here: &'static str) -> AnyView {
    let tab = |name: &'static str, to: Page, label: &'static str| {
        let current = (name == here).then_some("page");
        view! { <a href=to.path() aria-current=current>{label}</a> }
    };
    view! {
        <nav class="tabs" aria-label="Administration">
            {tab("requests", Page::Requests, "Requests")}
            {tab("organizations", Page::Organizations, "Organizations")}
            {tab("accounts", Page::Accounts, "Accounts")}
            {tab("mail", Page::Emails, "Outgoing email")}
        </nav>
    }
    .into_any()
}
