//! Forms: read, sent and emptied by the script of the page.
//!
//! Drawn on the server: a form is plain HTML that posts by itself, and none of this is called.

use leptos::ev::{MouseEvent, SubmitEvent};
use shared::problem::Problem;
use shared::wire::Done;

/// Everything that a form would send, written as forms write it, with the button that sent it left out.
#[cfg(target_arch = "wasm32")]
pub fn body_of(event: &SubmitEvent) -> Option<String> {
    let data = web_sys::FormData::new_with_form(&form_of(event)?).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some(fields.to_string().into())
}

/// Nothing is sent from here.
#[cfg(not(target_arch = "wasm32"))]
pub fn body_of(_event: &SubmitEvent) -> Option<String> {
    None
}

#[cfg(target_arch = "wasm32")]
fn form_of(event: &SubmitEvent) -> Option<web_sys::HtmlFormElement> {
    use wasm_bindgen::JsCast as _;
    event.target()?.dyn_into().ok()
}

/// Sends a form to its server function.
///
/// # Errors
/// What the server says is wrong; [`Problem::Unavailable`] when it says nothing, or nothing that can be read:
/// then it is not known whether the form has done its work.
#[cfg(target_arch = "wasm32")]
pub async fn send(action: &str, body: String) -> Result<Done, Problem> {
    let request = gloo_net::http::Request::post(action)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .map_err(|_| Problem::Malformed {})?;
    let answer = request.send().await.map_err(|_| Problem::Unavailable {})?;
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    if answer.ok() {
        return serde_json::from_str(&text).map_err(|_| Problem::Unavailable {});
    }
    // An answer from before the server function, or from a proxy, is no problem of ours by its text.
    Err(serde_json::from_str(&text).unwrap_or(match status {
        413 => Problem::TooLarge {},
        429 => Problem::Busy { seconds: 60 },
        400..=499 => Problem::Malformed {},
        500 => Problem::Broken {},
        _ => Problem::Unavailable {},
    }))
}

/// Nothing is sent from here.
///
/// # Errors
/// Always.
#[cfg(not(target_arch = "wasm32"))]
pub async fn send(_action: &str, _body: String) -> Result<Done, Problem> {
    Err(Problem::Unavailable {})
}

/// Whether a click is the second of a double click. What the first one began may be over before the second
/// comes, and would be begun again.
pub fn is_second_click(event: &MouseEvent) -> bool {
    event.detail() > 1
}

/// Brings a form back to how it began.
pub fn empty_form(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(form) = super::page::find::<web_sys::HtmlFormElement>(id) {
        form.reset();
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Empties the passwords of a form, which are never given back.
pub fn empty_passwords(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(form) = super::page::find::<web_sys::HtmlFormElement>(id)
        && let Ok(Some(field)) = form.query_selector("input[name=password]")
    {
        use wasm_bindgen::JsCast as _;
        if let Ok(field) = field.dyn_into::<web_sys::HtmlInputElement>() {
            field.set_value("");
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Once the refusal is drawn: puts the focus on the first field that needs another look, or brings the sentence
/// into view.
pub fn show_refusal(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast as _;
        let id = id.to_owned();
        super::page::next_frame(move || {
            let Some(form) = super::page::find::<web_sys::HtmlFormElement>(&id) else { return };
            if let Ok(Some(field)) = form.query_selector("[aria-invalid=true]") {
                if let Ok(field) = field.dyn_into::<web_sys::HtmlElement>() {
                    let _ = field.focus();
                }
            } else if let Ok(Some(sentence)) = form.query_selector("[role=alert]") {
                sentence.scroll_into_view_with_bool(false);
            }
        });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}
