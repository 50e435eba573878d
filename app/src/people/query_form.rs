//! The forms that change the page's address: they use GET, and keep the part of the list and the selection.

use super::list_query::ListQuery;
use super::state::PeopleState;
use crate::ui::status_line::StatusLine;
use crate::ui::store::Store;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Hidden fields that keep a query in a GET form.
pub fn hidden_fields(query: &ListQuery) -> AnyView {
    let fields = query.parameters().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    fields.collect_view().into_any()
}

/// Submits a GET form by client-side navigation, with the current selection.
pub fn submit_by_get(
    form: NodeRef<leptos::html::Form>,
    to: String,
    store: Store<PeopleState>,
) -> impl Fn(leptos::ev::SubmitEvent) {
    let (navigate, status) = (use_navigate(), expect_context::<StatusLine>());
    move |event| {
        let Some(query) = browser::form_query(form, &event) else { return };
        event.prevent_default();
        // The status line describes an earlier action.
        status.clear();
        let rest: Vec<&str> = query.split('&').filter(|part| !part.starts_with("people=")).collect();
        let selected: Vec<String> = store.read(PeopleState::selected).iter().map(ToString::to_string).collect();
        let to = [&to, "?", &rest.join("&")].concat();
        let to = addresses::with_query(&to, selected.iter().map(|one| ("people", one.as_str())));
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    }
}
