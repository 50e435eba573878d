//! The components that every screen is made of.

pub mod choice;
pub mod data;
pub mod dialog;
pub mod errors;
pub mod field;
pub mod form;
pub mod frame;
pub mod kept;
pub mod name_field;
pub mod public;
pub mod query;
pub mod reason_field;
pub mod refresh;
pub mod rows;
pub mod time;
