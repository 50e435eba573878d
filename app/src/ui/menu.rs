//! A menu that folds out: a `details` element, which needs no script. With one, Escape and a click elsewhere close it.

use crate::browser;
use leptos::prelude::*;

/// The behaviour of a fold-out menu.
#[derive(Clone, Copy)]
pub struct FoldOut {
    /// The `details` element.
    pub node: NodeRef<leptos::html::Details>,
    /// A selector for its summary.
    summary: &'static str,
}

impl FoldOut {
    /// A closed menu.
    pub fn new(summary: &'static str) -> Self {
        let menu = Self { node: NodeRef::new(), summary };
        browser::on_click_elsewhere(menu.node, move || menu.close());
        menu
    }

    /// Closes the menu, for example over the page that was chosen.
    pub fn close(self) {
        if let Some(node) = self.node.try_get_untracked().flatten() {
            node.set_open(false);
        }
    }

    /// Handles a pressed key.
    pub fn on_key(self, key: &str) {
        if key == "Escape" {
            self.close();
            browser::focus_later(self.summary);
        }
    }
}
