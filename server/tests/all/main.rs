//! The server's tests, in one program so that they are linked once. Each file is named for what it
//! shows; the support they stand on is in [`support`].
//!
//! They run on SQLite always, and on PostgreSQL where `GUILDHALL_TEST_POSTGRES` names a server; with
//! `GUILDHALL_TEST_BOTH_ENGINES` they fail where it names none.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop where something is not as it should be"
)]

mod architecture;
mod backup;
mod change_feed;
mod consent;
mod contract;
mod demo;
mod effects;
mod emails;
mod forms;
mod guesses;
mod logs;
mod mail;
mod names;
mod opening;
mod previews;
mod races;
mod races_of_people;
mod retention;
mod routes;
mod schema;
mod schema_at_once;
mod search_keys;
mod stored;
mod support;
mod unanswered;
mod writing;
