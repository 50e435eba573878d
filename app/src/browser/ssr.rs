//! The same functions without a browser: for server-side rendering and native tests. Most do nothing. `web` documents
//! what they do in the browser.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::problem::Problem;
use shared::wire::Done;
use shared::wire::accounts::Theme;
use std::time::Duration;

/// A request that is aborted when this is dropped. Never sent here.
#[derive(Default)]
pub struct AbortOnDrop(());

/// Does nothing.
pub fn focus_later(_selector: impl Into<String>) {}

/// Does nothing.
pub fn focus_heading_of_new_page() {}

/// Does nothing; the invalid field has `autofocus`.
pub fn focus_fault(_form: NodeRef<leptos::html::Form>) {}

/// Empty; the page has the token of its first paint.
pub fn random_token() -> String {
    String::new()
}

/// Never called; the browser itself submits forms.
pub async fn post_form(_url: &str, _body: String) -> Result<Done, Problem> {
    Err(Problem::Unavailable {})
}

/// Returns nothing.
pub async fn fetch<T: DeserializeOwned>(_url: String, _guard: &AbortOnDrop) -> Option<T> {
    None
}

/// Returns nothing.
pub async fn fetch_json(_url: String) -> String {
    String::new()
}

/// Always false.
pub fn exists(_selector: &str) -> bool {
    false
}

/// Always false.
pub fn is_hovered(_selector: &str) -> bool {
    false
}

/// Does nothing.
pub fn on_change(_topics: Signal<Vec<String>>, _notify: impl Fn() + Clone + 'static) {}

/// Does nothing.
pub fn set_feed_cursor(_cursor: Option<i64>) {}

/// Returns nothing; times are rendered in UTC.
pub fn local_time(_iso: &str) -> Option<String> {
    None
}

/// Does nothing; the dialog is open within the page.
pub fn show_modal(_dialog: NodeRef<leptos::html::Dialog>) {}

/// Does nothing; Cancel is a link.
pub fn close_dialog(_dialog: NodeRef<leptos::html::Dialog>) {}

/// Returns nothing.
pub fn field_values(_dialog: NodeRef<leptos::html::Dialog>) -> super::FormValues {
    Vec::new()
}

/// Always false.
pub fn has_unsaved_input() -> bool {
    false
}

/// Does nothing.
pub fn keep_focus() {}

/// Never runs the function.
pub fn after_refocusing(_run: impl FnOnce() + 'static) {}

/// Never runs the function.
pub fn after_pointer_release(_run: impl FnOnce() + 'static) {}

/// Returns nothing.
pub fn form_body(_form: NodeRef<leptos::html::Form>) -> Option<String> {
    None
}

/// Returns nothing.
pub fn submitter_action(_sent: &leptos::ev::SubmitEvent) -> Option<String> {
    None
}

/// Does nothing.
pub fn reset_form(_form: NodeRef<leptos::html::Form>) {}

/// Does nothing; each page is rendered with its own metadata.
pub fn remove_page_metadata() {}

/// Does nothing; the document already has the theme.
pub fn set_theme(_theme: Theme, _cookie: &str) {}

/// Never calls the function.
pub fn on_return(_notify: impl Fn() + Clone + 'static) {}

/// Never runs the function.
pub fn retry_later(_failed: u32, _run: impl FnOnce() + 'static) {}

/// Never runs the function.
pub fn run_later(_wait: Duration, _run: impl FnOnce() + 'static) {}

/// Never calls the function.
pub fn on_click_elsewhere(_menu: NodeRef<leptos::html::Details>, _notify: impl Fn() + Clone + 'static) {}

/// Always false.
pub async fn copy_to_clipboard(_text: &str) -> bool {
    false
}

/// Returns nothing; the browser itself submits the form.
pub fn form_query(_form: NodeRef<leptos::html::Form>, _sent: &leptos::ev::SubmitEvent) -> Option<String> {
    None
}

/// Always false.
pub fn is_hydrated() -> bool {
    false
}

/// Always false.
pub fn is_trusted(_event: &leptos::ev::Event) -> bool {
    false
}

/// Does nothing; the content is rendered for whoever asks.
pub fn hide_content(_covered: bool) {}

/// Does nothing.
pub fn restore_draft(_form: NodeRef<leptos::html::Form>, _key: &str) {}

/// Empty.
pub fn draft_key(_reader: &str, _page: &str, _form: &str) -> String {
    String::new()
}

/// Does nothing.
pub fn keep_draft(_form: NodeRef<leptos::html::Form>, _key: &str) {}

/// Does nothing.
pub fn drop_draft(_key: &str) {}

/// Does nothing.
pub fn drop_drafts() {}

/// Never calls the function.
pub fn each_minute(_run: impl Fn() + 'static) {}

/// Always 0, because a page is rendered at one moment.
pub fn now_seconds() -> i64 {
    0
}

/// Returns nothing; the request has the theme's cookie.
pub fn chosen_theme(_cookie: &str) -> Option<Theme> {
    None
}

/// Never calls the function.
pub fn on_other_reader(_reader: RwSignal<String>, _notify: impl Fn() + 'static) {}
