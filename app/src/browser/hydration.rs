//! What a reader did before hydration. Until then no listener hears what they type, tick or pick, nor what the browser
//! restores when it reloads a page. So each control whose value differs from the rendered one dispatches its change
//! events again.

use super::drafts;
use super::web::{element, has_panicked};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::Cell;
use std::time::Duration;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
    PageTransitionEvent,
};

thread_local! {
    static HYDRATED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the page has been hydrated and reacts to events.
pub fn is_hydrated() -> bool {
    HYDRATED.get()
}

/// Called when the page has been hydrated: replays early input, and then calls `then`.
pub fn after_hydration(then: impl FnOnce() + 'static) {
    // In a new task, so that the first effects run before.
    set_timeout(
        move || {
            if has_panicked() {
                return;
            }
            HYDRATED.set(true);
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("data-alive", "");
            }
            replay_early_input();
            // Some browsers restore the fields of a reloaded page only after its load event.
            let on_pageshow = Closure::<dyn Fn(Event)>::new(|event: Event| {
                if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
                    reset_searches();
                }
                replay_early_input();
            });
            let _ = window().add_event_listener_with_callback("pageshow", on_pageshow.as_ref().unchecked_ref());
            // Lives as long as the page.
            on_pageshow.forget();
            then();
        },
        Duration::ZERO,
    );
}

/// Resets the search forms to the address's query. A page from the back/forward cache has them as the reader left them,
/// while its lists show what the address says.
fn reset_searches() {
    let Ok(forms) = document().query_selector_all("form[role=search]") else { return };
    for form in (0..forms.length()).filter_map(|n| forms.get(n)?.dyn_into::<HtmlFormElement>().ok()) {
        form.reset();
    }
    let Ok(controls) = document().query_selector_all("form[role=search] :is(input[type=search], select)") else {
        return;
    };
    let controls = (0..controls.length()).filter_map(|n| controls.get(n)?.dyn_into::<Element>().ok());
    controls.for_each(|control| dispatch_change(&control));
}

fn replay_early_input() {
    let Ok(controls) = document().query_selector_all("input, textarea, select") else { return };
    let controls = (0..controls.length()).filter_map(|n| controls.get(n)?.dyn_into::<Element>().ok());
    controls.filter(is_modified).for_each(|control| dispatch_change(&control));
}

/// Whether a field of the page differs from its rendered value.
pub fn has_unsaved_input() -> bool {
    let fields = document().query_selector_all(":is(main, dialog) :is(input, textarea, select)");
    let Ok(fields) = fields else { return false };
    (0..fields.length())
        .filter_map(|n| fields.get(n)?.dyn_into::<web_sys::Element>().ok())
        .any(|field| is_modified(&field))
}

/// Whether a control's value differs from the rendered one. Of a group of radio buttons, the chosen one does.
fn is_modified(control: &Element) -> bool {
    if let Some(text) = control.dyn_ref::<HtmlTextAreaElement>() {
        return text.default_value().is_ok_and(|default| text.value() != default);
    }
    if let Some(choice) = control.dyn_ref::<HtmlSelectElement>() {
        return choice.value() != default_value(choice);
    }
    let Some(input) = control.dyn_ref::<HtmlInputElement>() else { return false };
    match input.type_().as_str() {
        "hidden" | "submit" => false,
        "radio" => input.checked() && !input.default_checked(),
        "checkbox" => input.checked() != input.default_checked(),
        _ => input.value() != input.default_value(),
    }
}

fn default_value(choice: &HtmlSelectElement) -> String {
    let option = |selector| choice.query_selector(selector).ok().flatten();
    let option = option("option[selected]").or_else(|| option("option"));
    option.and_then(|option| option.get_attribute("value")).unwrap_or_default()
}

/// Dispatches `input` and `change`, and `blur` if the control does not have the focus.
pub(super) fn dispatch_change(control: &Element) {
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    for name in ["input", "change"] {
        if let Ok(event) = Event::new_with_event_init_dict(name, &bubbling) {
            let _ = control.dispatch_event(&event);
        }
    }
    if document().active_element().as_ref() != Some(control)
        && let Ok(left) = Event::new("blur")
    {
        let _ = control.dispatch_event(&left);
    }
}

/// Whether the reader caused an event, and not a script.
pub fn is_trusted(event: &Event) -> bool {
    event.is_trusted()
}

/// Shows a dialog as a modal one: the rest of the page is inert, and Escape closes it. A reader who is already in the
/// dialog keeps the focus. If they were typing outside of it before hydration, the dialog becomes modal when they leave
/// that field.
pub fn show_modal(dialog: NodeRef<leptos::html::Dialog>) {
    let Some(shown) = dialog.get() else { return };
    match is_hydrated() {
        true => open_modal(&shown),
        false => open_modal_when_free(dialog),
    }
}

fn open_modal_when_free(dialog: NodeRef<leptos::html::Dialog>) {
    let Some(shown) = dialog.try_get_untracked().flatten() else { return };
    let field = document().active_element().filter(|active| active.matches("input, textarea, select") == Ok(true));
    let Some(field) = field.filter(|field| !shown.contains(Some(field.as_ref()))) else { return open_modal(&shown) };
    // The new active element is known a moment later. If another window has the focus, it is still the same field.
    let here = field.clone();
    let left = Closure::once_into_js(move || {
        set_timeout(
            move || {
                if document().active_element().as_ref() == Some(&here) {
                    open_modal_when_free(dialog);
                } else if let Some(shown) = dialog.try_get_untracked().flatten() {
                    open_modal(&shown);
                }
            },
            Duration::ZERO,
        );
    });
    let once = web_sys::AddEventListenerOptions::new();
    once.set_once(true);
    let left = left.unchecked_ref();
    let _ = field.add_event_listener_with_callback_and_add_event_listener_options("blur", left, &once);
}

fn open_modal(dialog: &web_sys::HtmlDialogElement) {
    let focused = document().active_element().filter(|active| {
        let (active, dialog): (&web_sys::Node, &web_sys::Node) = (active.as_ref(), dialog.as_ref());
        active != dialog && dialog.contains(Some(active))
    });
    // With this attribute the browser leaves the focus where it is.
    let marked = focused.filter(|field| !field.has_attribute("autofocus"));
    if let Some(field) = &marked {
        let _ = field.set_attribute("autofocus", "");
    }
    // Not `close()`, because its event would arrive later and lead away from the page.
    let _ = dialog.remove_attribute("open");
    let _ = dialog.show_modal();
    if let Some(field) = marked {
        let _ = field.remove_attribute("autofocus");
        if document().active_element().as_ref() != Some(&field)
            && let Some(field) = field.dyn_ref::<HtmlElement>()
        {
            let _ = field.focus();
        }
    }
}

/// Restores a form's draft into the fields that the reader has not changed.
pub fn restore_draft(form: NodeRef<leptos::html::Form>, key: &str) {
    let Some(form) = form.get_untracked() else { return };
    for (name, value) in drafts::read_draft(key) {
        let Ok(controls) = form.query_selector_all("input, textarea, select") else { return };
        let controls = (0..controls.length()).filter_map(|n| controls.get(n)?.dyn_into::<Element>().ok());
        for control in controls.filter(|control| control.get_attribute("name").as_deref() == Some(name.as_str())) {
            if !is_modified(&control) && set_value(&control, &value) {
                dispatch_change(&control);
            }
        }
    }
}

/// Sets a control's value. Returns whether that changed it.
fn set_value(control: &Element, value: &str) -> bool {
    if let Some(text) = control.dyn_ref::<HtmlTextAreaElement>() {
        text.set_value(value);
    } else if let Some(choice) = control.dyn_ref::<HtmlSelectElement>() {
        choice.set_value(value);
    } else if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        match input.type_().as_str() {
            "hidden" | "password" | "checkbox" => return false,
            "radio" => input.set_checked(input.value() == value || input.checked()),
            _ => input.set_value(value),
        }
    }
    is_modified(control)
}

/// Hides or shows the content of a page whose reader is signed out. What they typed stays.
pub fn hide_content(covered: bool) {
    if let Some(root) = element("html") {
        let _ = root.toggle_attribute_with_force("data-signed-out", covered);
    }
}
