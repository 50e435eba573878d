//! The search form above the administrators' lists.

use crate::ui::query::use_query;
use leptos::prelude::*;
use shared::routes::Page;

/// The search text in the page's address.
pub fn use_search() -> Memo<String> {
    let query = use_query();
    Memo::new(move |_| query.read().get("q").unwrap_or_default())
}

/// A form that searches the list at `action` with `?q=`.
pub fn search_form(list: Page, label: &'static str, searched: Memo<String>) -> AnyView {
    view! {
        <form class="find" role="search" aria-label="This list" action=list.path() method="get" autocomplete="off">
            <input type="search" name="q" value=searched aria-label=label placeholder=label/>
            <button type="submit">"Search"</button>
        </form>
    }
    .into_any()
}
