//! The position and the state of the pointer.

use super::web::exists;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::Cell;
use std::time::Duration;

thread_local! {
    /// The last position of the mouse, once it has moved.
    static MOUSE: Cell<Option<MousePosition>> = const { Cell::new(None) };
    /// Whether a pointer is pressed.
    static PRESSED: Cell<bool> = const { Cell::new(false) };
    /// How often a pointer was pressed.
    static PRESSES: Cell<u32> = const { Cell::new(0) };
}

/// A position in the viewport.
#[derive(Clone, Copy)]
struct MousePosition {
    x: i32,
    y: i32,
    /// Whether the mouse is outside of the page or over a dialog. It then points at nothing below, even if the dialog
    /// has been closed since.
    elsewhere: bool,
}

/// How often a pointer was pressed.
pub(super) fn presses() -> u32 {
    PRESSES.get()
}

/// Starts tracking the mouse and pointer presses.
pub fn watch_pointer() {
    for (event, pressed) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
        let on_press = Closure::<dyn Fn()>::new(move || {
            PRESSED.set(pressed);
            PRESSES.set(PRESSES.get().wrapping_add(u32::from(pressed)));
        });
        // In the capture phase, so that it runs before all handlers of the press.
        let _ = window().add_event_listener_with_callback_and_bool(event, on_press.as_ref().unchecked_ref(), true);
        // Lives as long as the page.
        on_press.forget();
    }
    let on_move = Closure::<dyn Fn(web_sys::MouseEvent)>::new(|event: web_sys::MouseEvent| {
        let (x, y, out) = (event.client_x(), event.client_y(), event.type_() == "mouseout");
        // Leaving one element enters another; only leaving the page has no related target.
        if out && event.related_target().is_some() {
            return;
        }
        // Browsers also report a move when the page moved below a resting mouse.
        if !out && MOUSE.get().is_some_and(|at| (at.x, at.y) == (x, y)) {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_dialog = target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
        MOUSE.set(Some(MousePosition { x, y, elsewhere: out || in_dialog }));
    });
    for event in ["mousemove", "mouseout"] {
        let _ = window().add_event_listener_with_callback_and_bool(event, on_move.as_ref().unchecked_ref(), true);
    }
    on_move.forget();
}

/// Whether the mouse is over an element that matches a selector. Touch does not count, because the last touch says
/// nothing about the next. `:hover` alone is not enough: Chromium keeps it on what surrounded a removed row.
pub fn is_hovered(selector: &str) -> bool {
    let mouse = window().match_media("(hover: hover)").ok().flatten().is_some_and(|mouse| mouse.matches());
    let over = |at: MousePosition| {
        let element = document().element_from_point(at.x as f32, at.y as f32);
        !at.elsewhere && element.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    };
    mouse && MOUSE.get().map_or_else(|| exists(&[selector, ":hover"].concat()), over)
}

/// Runs a function at once, or after a pressed pointer is released and its click was handled.
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
