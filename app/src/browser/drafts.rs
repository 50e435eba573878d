//! Drafts of forms: what was typed and not yet submitted. A draft is stored in the tab's session storage, for one
//! account, until the form is submitted or the reader signs out. Where the browser has no storage, nothing is kept.

use super::FormValues;
use super::web::values_in;
use leptos::prelude::*;
use web_sys::Storage;

const PREFIX: &str = "draft ";

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// The storage key for a form of a page, and the account that it belongs to.
pub fn draft_key(reader: &str, page: &str, form: &str) -> String {
    [PREFIX, reader, " ", page, " ", form].concat()
}

/// Stores what is typed into a form, except secrets.
pub fn keep_draft(form: NodeRef<leptos::html::Form>, key: &str) {
    let typed = form.get_untracked().map(|form| values_in(&form)).unwrap_or_default();
    if let Some(storage) = storage()
        && let Ok(text) = serde_json::to_string(&typed)
    {
        let _ = storage.set_item(key, &text);
    }
}

pub(super) fn read_draft(key: &str) -> FormValues {
    let text = storage().and_then(|storage| storage.get_item(key).ok().flatten());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Removes a form's draft, after it was submitted.
pub fn drop_draft(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// Removes all drafts, when the reader signs out.
pub fn drop_drafts() {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|n| storage.key(n).ok().flatten());
    let keys: Vec<String> = keys.filter(|key| key.starts_with(PREFIX)).collect();
    keys.iter().for_each(|key| drop_draft(key));
}
