//! The same functions where there is no browser: during server-side rendering, and in tests.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::problem::Problem;
use shared::wire::Done;
use shared::wire::accounts::Theme;
use std::time::Duration;

/// A question that may be dropped before its answer comes. Here it is never asked.
#[derive(Default)]
pub struct AbortOnDrop(());

/// Focuses an element when the page has been drawn. Here: nothing.
pub fn focus_later(_selector: impl Into<String>) {}

/// Focuses what is wrong with a form. Here: the field has `autofocus`.
pub fn focus_fault(_form: NodeRef<leptos::html::Form>) {}

/// A fresh token for forms. Here: none; the page has the one of its first paint.
pub fn random_token() -> String {
    String::new()
}

/// Posts a form. Here: nobody submits one.
pub async fn post_form(_url: &str, _body: String) -> Result<Done, Problem> {
    Err(Problem::Unavailable {})
}

/// Asks the server a question. Here: nobody asks.
pub async fn fetch<T: DeserializeOwned>(_url: String, _question: &AbortOnDrop) -> Option<T> {
    None
}

/// The answer to a question. Here: nobody asks.
pub async fn fetch_json(_url: String) -> String {
    String::new()
}

/// Whether something is on the page. Here: there is none.
pub fn exists(_selector: &str) -> bool {
    false
}

/// Whether a pointer is over something. Here: there is none.
pub fn is_hovered(_selector: &str) -> bool {
    false
}

/// Says when news comes that concern the page. Here: nothing.
pub fn on_change(_topics: Signal<Vec<String>>, _notify: impl Fn() + Clone + 'static) {}

/// From where on news is heard. Here: nothing is.
pub fn set_feed_cursor(_told: Option<i64>) {}

/// A moment in the reader's own zone and manner. Here: nothing.
pub fn local_time(_iso: &str) -> Option<String> {
    None
}

/// Shows a dialog as a modal one. Here: it stands open in the page.
pub fn show_modal(_dialog: NodeRef<leptos::html::Dialog>) {}

/// Closes a dialog. Here: nothing; Cancel is a link.
pub fn close_dialog(_dialog: NodeRef<leptos::html::Dialog>) {}

/// What was typed into a dialog. Here: nothing.
pub fn field_values(_dialog: NodeRef<leptos::html::Dialog>) -> crate::first_paint::FormValues {
    Vec::new()
}

/// Whether something stands in a field that was not there before. Here: no.
pub fn has_unsaved_input() -> bool {
    false
}

/// Gives the focus back to what had it, once the page has been drawn anew. Here: nothing has it.
pub fn keep_focus() {}

/// Does something when no pointer is pressed. Here: never.
pub fn after_pointer_release(_run: impl FnOnce() + 'static) {}

/// The fields of a form as they are sent. Here: none.
pub fn form_body(_form: NodeRef<leptos::html::Form>) -> Option<String> {
    None
}

/// The function that the pressed button sends its form to. Here: none is pressed.
pub fn submitter_action(_sent: &leptos::ev::SubmitEvent) -> Option<String> {
    None
}

/// Empties a form's fields. Here: nothing.
pub fn reset_form(_form: NodeRef<leptos::html::Form>) {}

/// Takes away what the head says of the page before. Here: each page is drawn with its own.
pub fn remove_page_metadata() {}

/// Draws the page in a theme, and keeps it. Here: the document says it already.
pub fn set_theme(_theme: Theme, _cookie: &str) {}

/// Says when a page is come back to. Here: nobody does.
pub fn on_return(_notify: impl Fn() + Clone + 'static) {}

/// Tries something again after a while. Here: never.
pub fn retry_later(_failed: u32, _run: impl FnOnce() + 'static) {}

/// Does something after a while. Here: never.
pub fn run_later(_wait: Duration, _run: impl FnOnce() + 'static) {}

/// Says when somebody clicks beside an open menu. Here: nobody does.
pub fn on_click_elsewhere(_menu: NodeRef<leptos::html::Details>, _notify: impl Fn() + Clone + 'static) {}

/// Puts a text on the clipboard. Here: there is none.
pub async fn copy_to_clipboard(_text: &str) -> bool {
    false
}

/// A form's fields as a query. Here: none; the browser sends it.
pub fn form_query(_form: NodeRef<leptos::html::Form>, _sent: &leptos::ev::SubmitEvent) -> Option<String> {
    None
}

/// Whether the page answers what is done on it. Here: not yet.
pub fn is_hydrated() -> bool {
    false
}

/// Whether an event was made by the reader. Here: there are none.
pub fn is_trusted(_event: &leptos::ev::Event) -> bool {
    false
}

/// Covers what a page shows of somebody who is signed in no more. Here: it is drawn for whoever asks.
pub fn hide_content(_covered: bool) {}

/// Puts what was kept of a form into its fields. Here: nothing is kept.
pub fn restore_draft(_form: NodeRef<leptos::html::Form>, _key: &str) {}

/// Under which name a form is kept. Here: none is.
pub fn draft_key(_reader: &str, _page: &str, _form: &str) -> String {
    String::new()
}

/// Keeps what stands in a form. Here: nothing is typed.
pub fn keep_draft(_form: NodeRef<leptos::html::Form>, _key: &str) {}

/// Forgets what was kept of a form. Here: nothing was.
pub fn drop_draft(_key: &str) {}

/// Forgets what was kept of all forms. Here: nothing was.
pub fn drop_drafts() {}

/// Does something each minute. Here: never.
pub fn each_minute(_run: impl Fn() + 'static) {}

/// The seconds since some moment. Here: a page is drawn in none.
pub fn now_seconds() -> i64 {
    0
}

/// The theme that this browser chose last. Here: the request says it.
pub fn chosen_theme(_cookie: &str) -> Option<Theme> {
    None
}

/// Says when another tab was drawn for somebody else. Here: there are none.
pub fn on_other_reader(_reader: RwSignal<String>, _notify: impl Fn() + 'static) {}
