//! The dialogs that confirm withdrawing a request or discarding a draft.

use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use leptos::prelude::*;
use shared::wire::requests::{DiscardDraftForm, WithdrawRequestForm};

/// The dialog for `withdraw` or `discard`, or `None` for any other value. `form` is the id of the form and of the link that
/// opened the dialog.
pub fn end_request_dialog(what: &str, id: String, back: String, form: String) -> Option<AnyView> {
    let (request, opener) = (id.clone(), ["#", &form].concat());
    let (title, url, verb, preview) = match what {
        "withdraw" => {
            let preview = Data::preview(move || WithdrawRequestForm { request: request.clone() });
            ("Withdraw this request?", WithdrawRequestForm::URL, "Withdraw", preview)
        }
        "discard" => {
            let preview = Data::preview(move || DiscardDraftForm { request: request.clone() });
            ("Discard this draft?", DiscardDraftForm::URL, "Discard", preview)
        }
        _ => return None,
    };
    let dialog = view! {
        <Confirm title url form preview back opener verb tone="danger main">
            <input type="hidden" name="request" value=id.clone()/>
        </Confirm>
    };
    Some(dialog.into_any())
}
