//! The server's tests, in one binary so that they are linked once. Each file is named for its subject. Their helpers
//! are in [`support`].
//!
//! They always run on SQLite, and on PostgreSQL if `GUILDHALL_TEST_POSTGRES` names a server. With
//! `GUILDHALL_TEST_BOTH_ENGINES` they fail if it names none.

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
mod races_of_accounts;
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
