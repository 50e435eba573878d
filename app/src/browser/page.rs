//! The page as a whole: focus, dialogs, theme, time, and its beginning.
//!
//! Drawn on the server: a page is sent as it will look, so nothing of this is needed there.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsCast;

/// An element by its id, if it is of that kind.
#[cfg(target_arch = "wasm32")]
pub(super) fn find<T: JsCast>(id: &str) -> Option<T> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Runs something once the next frame is about to be drawn.
pub fn next_frame(run: impl FnOnce() + 'static) {
    #[cfg(target_arch = "wasm32")]
    leptos::leptos_dom::helpers::request_animation_frame(run);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = run;
}

/// Puts the focus on an element without scrolling to it.
pub fn focus(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(element) = find::<web_sys::HtmlElement>(id) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// In the next frame, gives the focus to an element if nothing has it: what had it is gone.
pub fn focus_if_lost(id: String) {
    #[cfg(target_arch = "wasm32")]
    next_frame(move || {
        let document = web_sys::window().and_then(|window| window.document());
        let holder = document.and_then(|document| document.active_element());
        if holder.is_none_or(|element| element.tag_name() == "BODY") {
            focus(&id);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Makes a dialog that is drawn as open modal. It is not closed for that: its `close` event would come late, and
/// be taken for the reader's.
pub fn show_modal(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(dialog) = find::<web_sys::HtmlDialogElement>(id) {
        let _ = dialog.remove_attribute("open");
        let _ = dialog.show_modal();
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Closes a dialog, if it is still there; the browser gives the focus back to where it was.
pub fn close_dialog(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(dialog) = find::<web_sys::HtmlDialogElement>(id) {
        dialog.close();
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Folds a menu up. Answers whether it was open.
pub fn close_menu(id: &str) -> bool {
    #[cfg(target_arch = "wasm32")]
    if let Some(menu) = find::<web_sys::HtmlDetailsElement>(id) {
        let open = menu.open();
        menu.set_open(false);
        return open;
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
    false
}

/// What stands in an input: something may have been typed before the page came alive.
pub fn value_of(id: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let element = find::<web_sys::Element>(id)?;
        js_sys::Reflect::get(&element, &"value".into()).ok()?.as_string()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = id;
        None
    }
}

/// A random token of 128 bits in hexadecimal digits, for the next use of a form. Empty where the browser has no
/// randomness to give; then the page's first token stays.
pub fn fresh_token() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let mut bytes = [0_u8; 16];
        web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
        let digit = |value: u8| char::from_digit(u32::from(value), 16);
        bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// A time in the reader's zone and manner.
pub fn local_time(iso: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let options = js_sys::Object::new();
        for (name, value) in [("dateStyle", "long"), ("timeStyle", "long")] {
            js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
        }
        let date = js_sys::Date::new(&iso.into());
        date.to_locale_string("en-GB", &options).as_string()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = iso;
        None
    }
}

/// Shows a theme; the system's own where there is none.
pub fn paint_theme(theme: Option<&'static str>) {
    #[cfg(target_arch = "wasm32")]
    if let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element()) {
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = theme;
}

/// Puts a text on the clipboard.
pub fn copy(text: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = text;
}

/// Before the page comes alive: a panic must say so, and the address must be the page's own. A refused form is
/// answered at the address of its server function, with the page's address beside it.
#[cfg(feature = "hydrate")]
pub fn prepare() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        #[cfg(target_arch = "wasm32")]
        show_broken();
    }));
    #[cfg(target_arch = "wasm32")]
    keep_address();
}

/// After the page came alive: says so to tests and to whoever measures.
#[cfg(feature = "hydrate")]
pub fn finish() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        if let Some(root) = window.document().and_then(|document| document.document_element()) {
            let _ = root.set_attribute("data-ready", "");
        }
        if let Some(performance) = window.performance() {
            let _ = performance.mark("ready");
        }
    }
}

#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
fn show_broken() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(sentence) = document.get_element_by_id("broken") else { return };
    let _ = sentence.remove_attribute("hidden");
    if let (Ok(Some(reload)), Some(location)) = (sentence.query_selector("a"), document.location())
        && let Ok(here) = location.href()
    {
        let _ = reload.set_attribute("href", &here);
    }
}

#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
fn keep_address() -> Option<()> {
    let window = web_sys::window()?;
    let note = window.document()?.query_selector("meta[name=address]").ok()??;
    let address = note.get_attribute("content")?;
    window.history().ok()?.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)).ok()
}
