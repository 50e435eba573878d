//! Where the pointer is, and whether it is pressed.

use super::web::exists;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::Cell;
use std::time::Duration;

thread_local! {
    /// Where a mouse was last, once it has moved.
    static MOUSE: Cell<Option<MousePosition>> = const { Cell::new(None) };
    /// Whether a pointer is pressed.
    static PRESSED: Cell<bool> = const { Cell::new(false) };
    /// How often one was.
    static PRESSES: Cell<u32> = const { Cell::new(0) };
}

/// A place in the window.
#[derive(Clone, Copy)]
struct MousePosition {
    x: i32,
    y: i32,
    /// Whether it is outside of the page, or was over a dialog: such a mouse points at nothing below, though the dialog may
    /// have closed since.
    elsewhere: bool,
}

/// How often a pointer was pressed.
pub(super) fn presses() -> u32 {
    PRESSES.get()
}

/// Knows from now on where a mouse is, whether a pointer is pressed, and how often one was.
pub fn watch_pointer() {
    for (event, pressed) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
        let noted = Closure::<dyn Fn()>::new(move || {
            PRESSED.set(pressed);
            PRESSES.set(PRESSES.get().wrapping_add(u32::from(pressed)));
        });
        // In the capturing phase: before anything that the press does.
        let _ = window().add_event_listener_with_callback_and_bool(event, noted.as_ref().unchecked_ref(), true);
        // As long as the page.
        noted.forget();
    }
    let moved = Closure::<dyn Fn(web_sys::MouseEvent)>::new(|event: web_sys::MouseEvent| {
        let (x, y, out) = (event.client_x(), event.client_y(), event.type_() == "mouseout");
        // Out of a part of the page is into another one; out of all of them is into nothing.
        if out && event.related_target().is_some() {
            return;
        }
        // Browsers tell of a move when the page has moved below a mouse that rests.
        if !out && MOUSE.get().is_some_and(|at| (at.x, at.y) == (x, y)) {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_dialog = target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
        MOUSE.set(Some(MousePosition { x, y, elsewhere: out || in_dialog }));
    });
    for event in ["mousemove", "mouseout"] {
        let _ = window().add_event_listener_with_callback_and_bool(event, moved.as_ref().unchecked_ref(), true);
    }
    moved.forget();
}

/// Whether a mouse is over something that a selector finds. A finger leaves no trace: what it touched last is not what it
/// is about to touch. Not by `:hover` alone: Chromium leaves that on what stood around a row that has gone.
pub fn is_hovered(selector: &str) -> bool {
    let mouse = window().match_media("(hover: hover)").ok().flatten().is_some_and(|mouse| mouse.matches());
    let over = |at: MousePosition| {
        let element = document().element_from_point(at.x as f32, at.y as f32);
        !at.elsewhere && element.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    };
    mouse && MOUSE.get().map_or_else(|| exists(&[selector, ":hover"].concat()), over)
}

/// Does something at once, or when the pointer that is pressed is released and its click has been heard.
pub fn after_pointer_release(run: impl FnOnce() + 'static) {
    if !PRESSED.get() {
        return run();
    }
    let later = Closure::once_into_js(move || set_timeout(run, Duration::ZERO));
    let options = web_sys::AddEventListenerOptions::new();
    options.set_once(true);
    let _ = window().add_event_listener_with_callback_and_add_event_listener_options(
        "pointerup",
        later.unchecked_ref(),
        &options,
    );
}
