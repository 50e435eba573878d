//! Browser APIs in the browser.

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

/// A request that is aborted when this is dropped.
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

/// Whether an element matches a selector.
pub fn exists(selector: &str) -> bool {
    element(selector).is_some()
}

/// A random token for forms: 128 bits, in hexadecimal.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    shared::rules::hex(bytes.iter())
}

/// Posts a form to its server function. If the connection breaks, the result is [`Problem::Unavailable`]: it is not
/// known whether the form arrived, and sending it again is safe, because its idempotency key is the same.
pub async fn post_form(url: &str, body: String) -> Result<Done, Problem> {
    let request = Request::post(url)
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body);
    let unavailable = |_| Problem::Unavailable {};
    let response = request.map_err(unavailable)?.send().await.map_err(unavailable)?;
    if response.ok() {
        response.json().await.map_err(unavailable)
    } else {
        Err(response.json().await.unwrap_or(Problem::Unavailable {}))
    }
}

/// Fetches data by GET; `None` if the request was aborted or failed.
pub async fn fetch<T: DeserializeOwned>(url: String, guard: &AbortOnDrop) -> Option<T> {
    let signal = guard.0.as_ref().map(AbortController::signal);
    let answer = get(&url, signal.as_ref()).await;
    serde_json::from_str(answer.strip_prefix('+')?).ok()
}

/// Fetches an answer by GET: `+` and the data, or `-` and the [`Problem`], as JSON.
pub fn fetch_json(url: String) -> impl Future<Output = String> + Send {
    let guard = AbortOnDrop::default();
    let controller = guard.0.clone();
    run_later(TIMEOUT, move || {
        if let Some(controller) = controller {
            controller.abort();
        }
    });
    // WebAssembly has one thread here.
    SendWrapper::new(async move { get(&url, guard.0.as_ref().map(AbortController::signal).as_ref()).await })
}

/// The timeout for an answer. A silent network is treated like a server that doesn't respond.
const TIMEOUT: Duration = Duration::from_secs(20);

async fn get(url: &str, signal: Option<&AbortSignal>) -> String {
    // Without valid JSON after the sign this is read as [`Problem::Unavailable`].
    let unavailable = |_| "-".to_owned();
    let request = Request::get(url).header("Accept", "application/json").abort_signal(signal);
    match request.send().await {
        Ok(response) => {
            let sign = if response.ok() { "+" } else { "-" };
            response.text().await.map_or_else(unavailable, |text| [sign, &text].concat())
        }
        Err(broken) => unavailable(broken),
    }
}

thread_local! {
    /// Formats times. It is made once, because making it takes longer than the rest of rendering a row.
    static DATE_FORMAT: Option<Function> = date_format();
}

fn date_format() -> Option<Function> {
    let options = js_sys::Object::new();
    for (name, value) in [
        ("year", "numeric"),
        ("month", "short"),
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("timeZoneName", "short"),
    ] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    Some(DateTimeFormat::new(&js_sys::Array::of1(&"en-GB".into()), &options).format())
}

/// A time in the reader's time zone, formatted by the browser.
pub fn local_time(iso: &str) -> Option<String> {
    let date = js_sys::Date::new(&JsValue::from_str(iso));
    DATE_FORMAT.with(|format| format.as_ref()?.call1(&JsValue::UNDEFINED, &date).ok()?.as_string())
}

/// Closes a dialog, as Escape does.
pub fn close_dialog(dialog: NodeRef<leptos::html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// Names and values of a dialog's fields, except secrets.
pub fn field_values(dialog: NodeRef<leptos::html::Dialog>) -> super::FormValues {
    dialog.get_untracked().map(|dialog| values_in(&dialog)).unwrap_or_default()
}

/// Names and values of the fields within an element, except secrets.
pub(super) fn values_in(element: &web_sys::Element) -> super::FormValues {
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

/// The form-encoded body of a form.
pub fn form_body(form: NodeRef<leptos::html::Form>) -> Option<String> {
    let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    fields.to_string().as_string()
}

/// The server function of the pressed button, if the button has its own.
pub fn submitter_action(sent: &web_sys::SubmitEvent) -> Option<String> {
    sent.submitter()?.get_attribute("formaction")
}

/// A form's fields as a query, with the pressed button.
pub fn form_query(form: NodeRef<leptos::html::Form>, sent: &web_sys::SubmitEvent) -> Option<String> {
    let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
    let button = sent.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlButtonElement>().ok());
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    fields.to_string().as_string()
}

/// Resets a form's fields to their rendered values.
pub fn reset_form(form: NodeRef<leptos::html::Form>) {
    if let Some(form) = form.get_untracked() {
        form.reset();
    }
}

/// Removes the metadata of the page that the server rendered, after the reader has gone to another page. A browser that
/// shares the page would otherwise share the address of the first one.
pub fn remove_page_metadata() {
    let about = "head > :is(link[rel=canonical], meta[name=description], meta[property^='og:'])";
    let Ok(tags) = document().query_selector_all(about) else { return };
    for tag in (0..tags.length()).filter_map(|n| tags.get(n)) {
        if let Some(head) = tag.parent_node() {
            let _ = head.remove_child(&tag);
        }
    }
}

/// Applies a theme, and stores it in this cookie.
pub fn set_theme(theme: Theme, cookie: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme.code());
    }
    if let Some(document) = document().dyn_ref::<web_sys::HtmlDocument>() {
        let _ = document.set_cookie(&theme.cookie(cookie));
    }
}

/// Calls a function when the page is restored by Back or Forward, from the back/forward cache or from a cached
/// response, and when the network is back.
pub fn on_return(notify: impl Fn() + Clone + 'static) {
    let back = window().performance().map(|performance| performance.get_entries_by_type("navigation").get(0));
    let kind =
        back.and_then(|entry| js_sys::Reflect::get(&entry, &"type".into()).ok()).and_then(|kind| kind.as_string());
    let back_forward = kind.as_deref() == Some("back_forward");
    let notify = move || {
        if !has_panicked() {
            notify();
        }
    };
    Effect::new({
        let notify = notify.clone();
        move |_| {
            if back_forward {
                notify();
            }
        }
    });
    let online = window_event_listener_untyped("online", {
        let notify = notify.clone();
        move |_| {
            // A hidden tab fetches when it becomes visible again.
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

/// Runs a function after a delay that doubles with each failure in a row, up to about a minute. It varies at random, so
/// that not all pages retry at once.
pub fn retry_later(failed: u32, run: impl FnOnce() + 'static) {
    let wait = 2_000.0 * 2_f64.powi(failed.min(5).cast_signed());
    let wait = wait.min(40_000.0) * (0.5 + js_sys::Math::random());
    run_later(Duration::from_millis(wait as u64), run);
}

/// Runs a function after a delay, unless the module has panicked.
pub fn run_later(wait: Duration, run: impl FnOnce() + 'static) {
    let run = move || {
        if !has_panicked() {
            run();
        }
    };
    set_timeout(run, wait);
}

/// Calls a function each minute, until the module panics.
pub fn each_minute(run: impl Fn() + 'static) {
    let run = move || {
        if !has_panicked() {
            run();
        }
    };
    set_interval(run, Duration::from_secs(60));
}

/// The current time in seconds since 1970.
pub fn now_seconds() -> i64 {
    (js_sys::Date::now() / 1_000.0) as i64
}

/// The theme in this cookie, which another page may have set.
pub fn chosen_theme(cookie: &str) -> Option<Theme> {
    let cookies = document().dyn_ref::<web_sys::HtmlDocument>()?.cookie().ok()?;
    let (_, theme) =
        cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == cookie)?;
    Some(Theme::from_code(theme))
}

/// Tells the other tabs for whom this page is rendered, and calls a function when one of them is rendered for somebody
/// else: all tabs share one session, so it has ended or belongs to another account. The storage keeps nothing.
pub fn on_other_reader(reader: RwSignal<String>, notify: impl Fn() + 'static) {
    const KEY: &str = "reader";
    let on_storage = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        let text = |name: &str| js_sys::Reflect::get(&event, &name.into()).ok().and_then(|value| value.as_string());
        let other = text("newValue").filter(|_| text("key").as_deref() == Some(KEY));
        let is_other = |other: String| reader.try_with_untracked(|reader| *reader != other) == Some(true);
        if other.is_some_and(is_other) && !has_panicked() {
            notify();
        }
    });
    let _ = window().add_event_listener_with_callback("storage", on_storage.as_ref().unchecked_ref());
    // Lives as long as the page.
    on_storage.forget();
    Effect::new(move |_| {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(KEY, &reader.get());
            let _ = storage.remove_item(KEY);
        }
    });
}

/// Calls a function when the reader clicks outside of an open menu.
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

/// Copies a text to the clipboard. Returns whether that worked: browsers allow it only on https and on localhost.
pub async fn copy_to_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

thread_local! {
    /// Whether the module has panicked.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the module has panicked. Then nothing that it has rendered can be relied on.
pub(super) fn has_panicked() -> bool {
    PANICKED.get()
}

/// Reports panics. The page's script reacts to the event and lets the page continue as one without scripts. A hydrated
/// page may have lost something, so it shows a notice with a link to reload.
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

/// The answer to a refused form has the address of the server function, which the router does not know. This replaces
/// it with the address of the form's page.
pub fn restore_address() {
    let meta = document().query_selector("meta[name=address]").ok().flatten();
    if let Some(address) = meta.and_then(|meta| meta.get_attribute("content"))
        && let Ok(history) = window().history()
    {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Marks the page as hydrated, for tests and benchmarks.
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
