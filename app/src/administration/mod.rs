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

/// The tabs of the administration; `here` is the current one.
pub fn tabs(here: &'static str) -> AnyView {
    let tab = |name: &'static str, to: &'static str, label: &'static str| {
        let current = (name == here).then_some("page");
        view! { <a href=to aria-current=current>{label}</a> }
    };
    view! {
        <nav class="tabs" aria-label="Administration">
            {tab("requests", "/administration/requests", "Requests")}
            {tab("organizations", "/administration/organizations", "Organizations")}
            {tab("accounts", "/administration/accounts", "Accounts")}
            {tab("mail", "/administration/mail", "Outgoing email")}
        </nav>
    }
    .into_any()
}
