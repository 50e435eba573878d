//! The domain of Guildhall: names, roles, limits, rules, and the types that the browser and the server exchange. The
//! code is pure: it reads no clock, draws no random numbers and does no input or output.
//!
//! The rules are written down in `RULES.md` beside this crate's sources, cited as “rules, section 2”.
//!
//! - [`names`], [`reserved`], [`text`], [`addresses`], [`passwords`], [`billing`], [`countries`]: what people type, parsed once into types
//! - [`unicode`]: which characters are refused, how text is isolated in a sentence, and how it is searched
//! - [`roles`]: the four roles and what each permits, as data
//! - [`features`]: what is built; [`history`]: the kinds of events
//! - [`limits`]: every number, with its reason
//! - [`routes`]: the addresses of pages, and the topics of the change feed
//! - [`rules`]: each command, the facts it is decided on, and the decision
//! - [`domain`]: the states and values that rules, the store and screens share
//! - [`refusal`]: why something is refused; [`words`]: the sentences for it, made with [`grammar`]; [`notice`]: what a
//!   form did
//! - [`wire`]: the types that the browser and the server exchange; [`problem`]: its error type

pub mod addresses;
pub mod billing;
pub mod countries;
pub mod domain;
pub mod features;
pub mod grammar;
pub mod history;
pub mod ids;
pub mod limits;
pub mod names;
pub mod notice;
pub mod passwords;
pub mod problem;
pub mod refusal;
pub mod reserved;
pub mod roles;
pub mod routes;
pub mod rules;
pub mod text;
pub mod timestamp;
pub mod unicode;
pub mod wire;
pub mod words;
