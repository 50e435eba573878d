//! Focus management when parts of the page are rendered again.

use super::pointer::presses;
use super::web::element;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// Focuses the first element that matches a selector, after the next rendering.
pub fn focus_later(selector: impl Into<String>) {
    let selector = selector.into();
    request_animation_frame(move || {
        let Some(opener) = element(&selector) else { return };
        focus(&opener, true);
        // The bulk actions are hidden after one of them, because nobody is selected any more.
        if is_lost()
            && let Some(heading) = element("h1")
        {
            focus(&heading, false);
        }
        // The completed action may render the element's row again.
        keep_focus();
    });
}

/// How many frames a page is waited for: about ten seconds.
const PAGE_FRAMES: u16 = 600;

/// How many frames the heading of the page before may stay. A page of the same kind keeps it, with another text.
const OLD_FRAMES: u16 = 30;

/// Focuses the heading of the page that the reader has gone to, as soon as it is there. A reader who moves the focus
/// meanwhile keeps it.
pub fn focus_heading_of_new_page() {
    await_heading(element("h1"), document().active_element(), 0);
}

fn await_heading(before: Option<HtmlElement>, focused: Option<Element>, frame: u16) {
    request_animation_frame(move || {
        let heading = element("h1").filter(|heading| before.as_ref() != Some(heading) || frame > OLD_FRAMES);
        match heading {
            Some(heading) if is_lost() || document().active_element() == focused => focus(&heading, false),
            Some(_) => {}
            None if frame < PAGE_FRAMES => await_heading(before, focused, frame + 1),
            None => {}
        }
    });
}

/// Focuses an element, or the field that it belongs to.
fn focus(element: &HtmlElement, scroll: bool) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(!scroll);
    let _ = element.focus_with_options(&options);
    // A Save button is visible only while there is something to save. When it is gone, its field gets the focus.
    if document().active_element().as_ref() != Some(element)
        && let Ok(Some(form)) = element.closest("form")
        && let Ok(Some(field)) = form.query_selector("select, input:not([type=hidden])")
        && let Ok(field) = field.dyn_into::<HtmlElement>()
    {
        let _ = field.focus_with_options(&options);
    }
}

/// Focuses the first invalid field of a form after rendering, or else the form's alert.
pub fn focus_fault(form: NodeRef<leptos::html::Form>) {
    request_animation_frame(move || {
        let Some(form) = form.try_get_untracked().flatten() else { return };
        let fault = ["[aria-invalid=true]", "[role=alert] a", "[role=alert]"]
            .into_iter()
            .find_map(|selector| form.query_selector(selector).ok().flatten()?.dyn_into::<HtmlElement>().ok());
        if let Some(fault) = fault {
            let _ = fault.focus();
        }
    });
}

/// A selector that finds an element again after rendering: by its id, its form, or its link.
fn selector_of(element: &web_sys::Element) -> Option<String> {
    let (id, tag) = (element.id(), element.tag_name());
    if !id.is_empty() {
        return Some(["[id='", &id, "']"].concat());
    }
    let form =
        element.closest("form").ok().flatten().and_then(|form| form.query_selector("input[name=form]").ok().flatten());
    let form = form.and_then(|form| form.get_attribute("value"));
    form.map(|form| ["form:has(> input[name=form][value='", &form, "']) ", &tag].concat())
        .or_else(|| element.get_attribute("href").map(|href| ["a[href='", &href, "']"].concat()))
}

/// How many frames the focus is watched, because rendering takes a few.
const FRAMES: u8 = 30;

/// Keeps the focus on the current element while the page is rendered again and rows move or disappear.
pub fn keep_focus() {
    let Some(before) = document().active_element().filter(|element| element.closest("main").ok().flatten().is_some())
    else {
        return;
    };
    if let Some(selector) = selector_of(&before) {
        hold_focus(before, selector, presses(), FRAMES);
    }
}

/// Runs a function after [`keep_focus`] has had the time to find a lost focus again: it does so in the next frame.
pub fn after_refocusing(run: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(run));
}

fn hold_focus(before: Element, selector: String, pressed: u32, frames: u8) {
    request_animation_frame(move || {
        let there = document().active_element().as_ref() == Some(&before);
        // A reader who moved the focus keeps it, and one who clicked on nothing wants no focus.
        if !(there || is_lost()) || presses() != pressed {
            return;
        }
        let (mut before, mut selector) = (before, selector);
        if !there || selector_of(&before).as_ref() != Some(&selector) {
            refocus(&selector);
            // It may be a control beside it, or in the next row.
            let Some(focused) = document().active_element() else { return };
            let Some(found_again) = selector_of(&focused) else { return };
            (before, selector) = (focused, found_again);
        }
        if let Some(frames) = frames.checked_sub(1) {
            hold_focus(before, selector, pressed, frames);
        }
    });
}

/// Whether no element has the focus.
fn is_lost() -> bool {
    document().active_element() == document().body().map(Into::into)
}

/// Focuses the element that matches a selector. If its row is disappearing, the next row gets the focus; if there is
/// none, the heading.
fn refocus(selector: &str) {
    let found = element(selector);
    let gone = found.as_ref().and_then(|found| found.closest("[inert]").ok().flatten());
    let found = match gone {
        None => found,
        Some(row) => {
            let beside = row.next_element_sibling().or_else(|| row.previous_element_sibling());
            let control = beside.and_then(|row| row.query_selector("input, select, a").ok().flatten());
            control.and_then(|control| control.dyn_into().ok())
        }
    };
    if let Some(found) = found {
        focus(&found, false);
    }
    if is_lost()
        && let Some(heading) = element("h1")
    {
        focus(&heading, false);
    }
}
