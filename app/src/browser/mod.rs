//! What only a browser can do, by web-sys, js-sys and gloo-net. Each function says what it does during
//! server-side rendering; most do nothing there.

#[cfg(target_arch = "wasm32")]
mod begun;
#[cfg(target_arch = "wasm32")]
mod drafts;
#[cfg(target_arch = "wasm32")]
mod focus;
#[cfg(target_arch = "wasm32")]
mod news;
#[cfg(target_arch = "wasm32")]
mod pointer;
#[cfg(target_arch = "wasm32")]
mod real;
#[cfg(target_arch = "wasm32")]
pub use begun::{cover, is_readers, is_taken_over, resume, show_modal, take_over};
#[cfg(target_arch = "wasm32")]
pub use drafts::{draft_key, drop_draft, drop_drafts, keep_draft};
#[cfg(target_arch = "wasm32")]
pub use focus::{focus_fault, focus_later, keep_focus};
#[cfg(target_arch = "wasm32")]
pub use news::{news_from, on_news};
#[cfg(target_arch = "wasm32")]
pub use pointer::{is_pointed_at, watch_pointer, when_released};
#[cfg(target_arch = "wasm32")]
pub use real::*;

#[cfg(not(target_arch = "wasm32"))]
mod absent;
#[cfg(not(target_arch = "wasm32"))]
pub use absent::*;
