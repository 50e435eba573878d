//! What only a browser can do. The server draws the same components and calls the same functions; there each of
//! them does nothing and says so, so that no component asks where it runs.

mod asking;
mod forms;
mod listening;
mod page;

pub use asking::{Asking, ask_soon};
pub use forms::{body_of, empty_passwords, empty_form, is_second_click, send, show_refusal};
pub use listening::{Listening, listen};
pub use page::{close_dialog, close_menu, copy, focus, focus_if_lost, fresh_token, local_time, next_frame, paint_theme, show_modal, value_of};
#[cfg(feature = "hydrate")]
pub use page::{finish, prepare};
