//! What touches the world: pages over HTTP, the store, letters, jobs and the command line.
//!
//! - [`command_bus`]: the one way by which everything changes; [`services`]: the port's server side
//! - [`accounts`], [`requests`], [`organizations`], [`people`], [`administration`]: use cases and views
//! - [`store`]: all SQL; [`mail`]: letters and their way out; [`secrets`]: hashing and sealing
//! - [`http`]: router and middleware; [`live`], [`news`]: what open pages hear
//! - [`config`], [`logs`], [`clock`], [`random`], [`start`]: the program around it; [`web`]: what the web asks besides the port; [`upkeep`]: housework; [`demo`]: a world to look at
//!
//! Invariants: `http` calls areas, areas call the store, and the store calls nobody; the clock and
//! randomness are parameters.

pub mod accounts;
pub mod administration;
pub mod broadcast;
pub mod change_feed;
pub mod clock;
pub mod command_bus;
pub mod config;
pub mod demo;
pub mod history;
pub mod http;
pub mod logs;
pub mod mail;
pub mod organizations;
pub mod people;
pub mod random;
pub mod requests;
pub mod secrets;
pub mod services;
pub mod start;
pub mod store;
pub mod throttle;
pub mod upkeep;
pub mod web;
