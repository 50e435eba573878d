//! The server: pages over HTTP, the store, email, jobs and the command line.
//!
//! - [`command_bus`]: the one way to change anything; [`services`]: the server's side of the port
//! - [`accounts`], [`requests`], [`organizations`], [`people`], [`administration`]: use cases and queries
//! - [`store`]: all SQL; [`mail`]: emails and how they are sent; [`secrets`]: hashing and sealing
//! - [`http`]: router and middleware; [`broadcast`], [`change_feed`]: updates for open pages
//! - [`config`], [`logs`], [`clock`], [`random`], [`start`]: the program around it; [`web`]: what the web layer asks
//!   besides the port; [`upkeep`]: retention; [`demo`]: demo data
//!
//! Invariants: `http` calls the areas, the areas call the store, and the store calls none of them. The clock and
//! randomness are parameters.

pub mod accounts;
pub mod administration;
pub mod broadcast;
pub mod change_feed;
pub mod clock;
pub mod command_bus;
pub mod config;
pub mod context;
pub mod demo;
pub mod history;
pub mod http;
pub mod logs;
pub mod mail;
pub mod mail_worker;
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
