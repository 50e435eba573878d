//! What is true in Guildhall: names, roles, limits, rules, and the types that travel between the
//! browser and the server. Nothing in here reads a clock, rolls a die, or touches the world.
//!
//! The law that it keeps is `RULES.md` beside this crate's sources, cited as “rules, section 2”.
//!
//! - [`names`], [`reserved`], [`text`], [`addresses`], [`passwords`], [`billing`], [`countries`]: what people type, parsed once into types
//! - [`unicode`]: what of it is refused, how it stands in a sentence, and how it is found
//! - [`roles`]: the four roles and what each permits, as data
//! - [`features`]: what is built, and what is not said yet; [`history`]: the kinds of events
//! - [`limits`]: every number, with its reason
//! - [`rules`]: each command, the facts it is decided on, and the decision
//! - [`problem`]: the one error that crosses the wire, and [`words`], which puts it into a sentence
//! - [`wire`]: what screens show

pub mod addresses;
pub mod billing;
pub mod countries;
pub mod features;
pub mod history;
pub mod ids;
pub mod limits;
pub mod names;
pub mod passwords;
pub mod problem;
pub mod reserved;
pub mod roles;
pub mod rules;
pub mod text;
pub mod timestamp;
pub mod unicode;
pub mod wire;
pub mod words;
