//! Whether somebody is about to use a list: whoever aims at a button must not hit another row's, because others changed
//! something at that moment.

use crate::browser;

/// Whether a mouse is over an element that matches a selector.
pub fn is_pointed_at(selector: &str) -> bool {
    browser::is_hovered(selector)
}

/// Whether somebody goes through a list by keyboard, or a menu may be open in it.
pub fn is_used_by_keyboard(list: &str) -> bool {
    browser::exists(&[list, " :is(select:focus, :focus-visible)"].concat())
}

/// Runs a function after the pointer has left a list, or the focus one of its controls, once it is known what is pointed
/// at and focused instead. Where a row went away with the focus, the row beside it has it by then.
pub fn after_leaving(run: impl FnOnce() + 'static) {
    browser::after_refocusing(run);
}
