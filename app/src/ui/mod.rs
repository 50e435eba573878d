//! The components that all screens share.

pub mod administration_tabs;
pub mod avatar;
pub mod choice;
pub mod data;
pub mod dialog;
pub mod errors;
pub mod field;
pub mod form;
pub mod form_answer;
pub mod form_state;
pub mod in_use;
pub mod list_search;
pub mod menu;
pub mod name_field;
pub mod public;
pub mod query;
pub mod reason_field;
pub mod refresh;
pub mod refused_form;
pub mod rows;
pub mod status_line;
pub mod store;
pub mod time;
pub mod viewer;
