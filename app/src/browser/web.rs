//! In the browser.

use gloo_net::http::Request;
use js_sys::Function;
use js_sys::Intl::DateTimeFormat;
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use shared::problem::Problem;
use shared::wire::Done;
use shared::wire::accounts::Theme;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, HtmlElement};

/// A question that is dropped with its holder, before its answer comes.
pub struct AbortOnDrop(Option<AbortController>);

impl Default for AbortOnDrop {
    fn default() -> Self {
        Self(AbortController::new().ok())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

pub(super) fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Whether a selector finds something on the page.
pub fn exists(selector: &str) -> bool {
    element(selector).is_some()
}

/// A fresh token for forms: 128 bits in hexadecimal.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    shared::rules::hex(bytes.iter())
}

/// Posts a form to its server function. A line that breaks is [`Problem::Unavailable`]: whether the form
/// arrived is not known, and sending it again is safe, for its token is the same.
pub async fn post_form(url: &str, body: String) -> Result<Done, Problem> {
    let request = Request::post(url)
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body);
    let away = |_| Problem::Unavailable {};
    let response = request.map_err(away)?.send().await.map_err(away)?;
    if response.ok() {
        response.json().await.map_err(away)
    } else {
        Err(response.json().await.unwrap_or(Problem::Unavailable {}))
    }
}

/// Asks the server a question by GET; `None` when it was dropped or not answered.
pub async fn fetch<T: DeserializeOwned>(url: String, question: &AbortOnDrop) -> Option<T> {
    let signal = question.0.as_ref().map(AbortController::signal);
    let answer = get(&url, signal.as_ref()).await;
    serde_json::from_str(answer.strip_prefix('+')?).ok()
}

/// The answer to a question by GET: `+` and what was asked for, or `-` and the [`Problem`], as JSON.
pub fn fetch_json(url: String) -> impl Future<Output = String> + Send {
    let question = AbortOnDrop::default();
    let patience = question.0.clone();
    run_later(TIMEOUT, move || {
        if let Some(patience) = patience {
            patience.abort();
        }
    });
    // There is one thread.
    SendWrapper::new(async move { get(&url, question.0.as_ref().map(AbortController::signal).as_ref()).await })
}

/// How long an answer is waited for: a network that is silent is no different from a server that is away.
const TIMEOUT: Duration = Duration::from_secs(20);

async fn get(url: &str, signal: Option<&AbortSignal>) -> String {
    // What is no JSON is read as a server that is away.
    let away = |_| "-".to_owned();
    let request = Request::get(url).header("Accept", "application/json").abort_signal(signal);
    match request.send().await {
        Ok(response) => {
            let sign = if response.ok() { "+" } else { "-" };
            response.text().await.map_or_else(away, |text| [sign, &text].concat())
        }
        Err(broken) => away(broken),
    }
}

thread_local! {
    /// How moments are written here: made once, because it takes longer than the rest of drawing a row.
    static DATE_FORMAT: Option<Function> = date_format();
}

fn date_format() -> Option<Function> {
    let options = js_sys::Object::new();
    for (name, value) in [
        ("year", "numeric"),
        ("month", "long"),
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("timeZoneName", "short"),
    ] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    Some(DateTimeFormat::new(&js_sys::Array::of1(&"en-GB".into()), &options).format())
}

/// A moment in the reader's own zone and manner, as the browser writes it.
pub fn local_time(iso: &str) -> Option<String> {
    let date = js_sys::Date::new(&JsValue::from_str(iso));
    DATE_FORMAT.with(|writes| writes.as_ref()?.call1(&JsValue::UNDEFINED, &date).ok()?.as_string())
}

/// Closes a dialog, as Escape does.
pub fn close_dialog(dialog: NodeRef<leptos::html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// What was typed into a dialog: names and values, but secrets.
pub fn field_values(dialog: NodeRef<leptos::html::Dialog>) -> crate::first_paint::FormValues {
    dialog.get_untracked().map(|dialog| values_in(&dialog)).unwrap_or_default()
}

/// What was typed and chosen within an element: names and values, but secrets.
pub(super) fn values_in(element: &web_sys::Element) -> crate::first_paint::FormValues {
    let Ok(fields) = element.query_selector_all("textarea, select, input") else { return Vec::new() };
    let get = |field: &web_sys::Node, name: &str| js_sys::Reflect::get(field, &name.into()).unwrap_or_default();
    let text = |field: &web_sys::Node, name: &str| get(field, name).as_string().unwrap_or_default();
    (0..fields.length())
        .filter_map(|n| fields.get(n))
        .filter(|field| match text(field, "type").as_str() {
            "hidden" | "password" => false,
            "radio" | "checkbox" => get(field, "checked").is_truthy(),
            _ => true,
        })
        .map(|field| (text(&field, "name"), text(&field, "value")))
        .collect()
}

/// Whether a field of the page holds something that was not there before.
pub fn has_unsaved_input() -> bool {
    let fields = document().query_selector_all(":is(main, dialog) :is(input, textarea, select)");
    let Ok(fields) = fields else { return false };
    (0..fields.length())
        .filter_map(|n| fields.get(n)?.dyn_into::<web_sys::Element>().ok())
        .any(|field| super::hydration::is_modified(&field))
}

/// The fields of a form as they are sent.
pub fn form_body(form: NodeRef<leptos::html::Form>) -> Option<String> {
    let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    fields.to_string().as_string()
}

/// The function that the pressed button sends its form to, where the button names one.
pub fn submitter_action(sent: &web_sys::SubmitEvent) -> Option<String> {
    sent.submitter()?.get_attribute("formaction")
}

/// A form's fields as a query, with the button that sent it.
pub fn form_query(form: NodeRef<leptos::html::Form>, sent: &web_sys::SubmitEvent) -> Option<String> {
    let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
    let button = sent.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlButtonElement>().ok());
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    fields.to_string().as_string()
}

/// Empties a form's fields to what the page began with.
pub fn reset_form(form: NodeRef<leptos::html::Form>) {
    if let Some(form) = form.get_untracked() {
        form.reset();
    }
}

/// Takes away what the head says of the page that the server drew, once the reader has gone on: a browser that shares the
/// page would share the address of the one before.
pub fn remove_page_metadata() {
    let about = "head > :is(link[rel=canonical], meta[name=description], meta[property^='og:'])";
    let Ok(tags) = document().query_selector_all(about) else { return };
    for tag in (0..tags.length()).filter_map(|n| tags.get(n)) {
        if let Some(head) = tag.parent_node() {
            let _ = head.remove_child(&tag);
        }
    }
}

/// Draws the page in a theme, and keeps it in a cookie of this name.
pub fn set_theme(theme: Theme, cookie: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme.code());
    }
    if let Some(document) = document().dyn_ref::<web_sys::HtmlDocument>() {
        let _ = document.set_cookie(&theme.cookie(cookie));
    }
}

/// Says when a page is come back to, and is what it was then: out of the browser's memory as a whole, or drawn anew
/// from an answer that it had kept; or when the network is back.
pub fn on_return(notify: impl Fn() + Clone + 'static) {
    let back = window().performance().map(|performance| performance.get_entries_by_type("navigation").get(0));
    let kind =
        back.and_then(|entry| js_sys::Reflect::get(&entry, &"type".into()).ok()).and_then(|kind| kind.as_string());
    let drawn_anew = kind.as_deref() == Some("back_forward");
    let notify = move || {
        if !has_panicked() {
            notify();
        }
    };
    Effect::new({
        let notify = notify.clone();
        move |_| {
            if drawn_anew {
                notify();
            }
        }
    });
    let online = window_event_listener_untyped("online", {
        let notify = notify.clone();
        move |_| {
            // A tab that nobody looks at asks when it is looked at again.
            if !document().hidden() {
                retry_later(0, notify.clone());
            }
        }
    });
    let shown = window_event_listener_untyped("pageshow", move |event| {
        if event.dyn_ref::<web_sys::PageTransitionEvent>().is_some_and(web_sys::PageTransitionEvent::persisted) {
            notify();
        }
    });
    on_cleanup(move || {
        online.remove();
        shown.remove();
    });
}

/// Tries something again after a while: longer each time that it has failed in a row, up to a minute, and a little
/// different on each page, so that not all come at once.
pub fn retry_later(failed: u32, run: impl FnOnce() + 'static) {
    let wait = 2_000.0 * 2_f64.powi(failed.min(5).cast_signed());
    let wait = wait.min(40_000.0) * (0.5 + js_sys::Math::random());
    run_later(Duration::from_millis(wait as u64), run);
}

/// Does something after a while, if the page works then.
pub fn run_later(wait: Duration, run: impl FnOnce() + 'static) {
    let run = move || {
        if !has_panicked() {
            run();
        }
    };
    set_timeout(run, wait);
}

/// Does something each minute, as long as the page works.
pub fn each_minute(run: impl Fn() + 'static) {
    let run = move || {
        if !has_panicked() {
            run();
        }
    };
    set_interval(run, Duration::from_secs(60));
}

/// The seconds since some moment, always the same one on a page.
pub fn now_seconds() -> i64 {
    (js_sys::Date::now() / 1_000.0) as i64
}

/// The theme that this browser chose last, maybe on another page, by the cookie of this name.
pub fn chosen_theme(cookie: &str) -> Option<Theme> {
    let cookies = document().dyn_ref::<web_sys::HtmlDocument>()?.cookie().ok()?;
    let (_, theme) =
        cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == cookie)?;
    Some(Theme::from_code(theme))
}

/// Tells the other tabs whom this page was drawn for, and says when one of them was drawn for somebody else: then the
/// session, which all tabs share, has ended or is another's. Nothing of it is kept.
pub fn on_other_reader(reader: RwSignal<String>, notify: impl Fn() + 'static) {
    const KEY: &str = "reader";
    let told = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        let text = |name: &str| js_sys::Reflect::get(&event, &name.into()).ok().and_then(|value| value.as_string());
        let other = text("newValue").filter(|_| text("key").as_deref() == Some(KEY));
        let is_other = |other: String| reader.try_with_untracked(|reader| *reader != other) == Some(true);
        if other.is_some_and(is_other) && !has_panicked() {
            notify();
        }
    });
    let _ = window().add_event_listener_with_callback("storage", told.as_ref().unchecked_ref());
    // As long as the page.
    told.forget();
    Effect::new(move |_| {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(KEY, &reader.get());
            let _ = storage.remove_item(KEY);
        }
    });
}

/// Says when somebody clicks beside an open menu.
pub fn on_click_elsewhere(menu: NodeRef<leptos::html::Details>, notify: impl Fn() + Clone + 'static) {
    let clicked = window_event_listener(leptos::ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if let Some(menu) = menu.try_get_untracked().flatten()
            && !menu.contains(target.as_ref())
        {
            notify();
        }
    });
    on_cleanup(move || clicked.remove());
}

/// Puts a text on the clipboard; whether that went well. Browsers allow it over https and on this machine alone.
pub async fn copy_to_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

thread_local! {
    /// Whether the browser half has panicked.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the browser half has panicked: nothing that it has drawn can be relied on.
pub(super) fn has_panicked() -> bool {
    PANICKED.get()
}

/// After a panic of the browser half the page goes on as one without scripts: its starting script sees to that when it
/// hears of it. A page that had been taken over may have lost something: it says so, and offers to reload.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        PANICKED.set(true);
        console_error_panic_hook::hook(panic);
        if let Ok(event) = web_sys::Event::new("broken") {
            let _ = window().dispatch_event(&event);
        }
        if super::is_hydrated()
            && let Some(notice) = element("#broken")
        {
            let _ = notice.remove_attribute("hidden");
        }
    }));
}

/// The page that answers a refused form stands at the form's address, which the router does not know:
/// it takes the address of the page that it is.
pub fn restore_address() {
    let meta = document().query_selector("meta[name=address]").ok().flatten();
    if let Some(address) = meta.and_then(|meta| meta.get_attribute("content"))
        && let Ok(history) = window().history()
    {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Marks the page as taken over, for tests and measurements.
pub fn mark_ready() {
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-ready", "");
        }
        if let Some(performance) = window().performance() {
            let _ = performance.mark("ready");
        }
    });
}
