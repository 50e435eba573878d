//! Browser APIs, through web-sys, js-sys and gloo-net.
//!
//! `ssr` has the same functions for server-side rendering and native tests. Most of them do nothing there.

/// Names and values of a form's fields, in order.
pub type FormValues = Vec<(String, String)>;

#[cfg(target_arch = "wasm32")]
mod change_feed;
#[cfg(target_arch = "wasm32")]
mod drafts;
#[cfg(target_arch = "wasm32")]
mod focus;
#[cfg(target_arch = "wasm32")]
mod hydration;
#[cfg(target_arch = "wasm32")]
mod pointer;
#[cfg(target_arch = "wasm32")]
mod web;
#[cfg(target_arch = "wasm32")]
pub use change_feed::{on_change, set_feed_cursor};
#[cfg(target_arch = "wasm32")]
pub use drafts::{draft_key, drop_draft, drop_drafts, keep_draft};
#[cfg(target_arch = "wasm32")]
pub use focus::{after_refocusing, focus_fault, focus_heading_of_new_page, focus_later, keep_focus};
#[cfg(target_arch = "wasm32")]
pub use hydration::{
    after_hydration, has_unsaved_input, hide_content, is_hydrated, is_trusted, restore_draft, show_modal,
};
#[cfg(target_arch = "wasm32")]
pub use pointer::{after_pointer_release, is_hovered, watch_pointer};
#[cfg(target_arch = "wasm32")]
pub use web::*;

#[cfg(not(target_arch = "wasm32"))]
mod ssr;
#[cfg(not(target_arch = "wasm32"))]
pub use ssr::*;
