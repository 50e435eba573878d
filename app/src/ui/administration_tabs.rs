//! The tabs of the administration.

use leptos::prelude::*;
use shared::routes::Page;

/// The tabs of the administration; `here` is the current one.
pub fn administration_tabs(here: &'static str) -> AnyView {
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
