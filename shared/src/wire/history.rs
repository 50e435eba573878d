//! History, as pages show it.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// What happened, as a sentence.
    pub what: String,
    /// The address that it came from; empty for the program's own acts.
    pub address: String,
}

/// A page of history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    pub events: Vec<HistoryEntry>,
    /// Where the next, older page begins, if there is one.
    pub older: Option<i64>,
    pub now: Timestamp,
}
