//! History as pages show it.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// The sentence of the event.
    pub what: String,
    /// The IP address that it came from. It is empty for jobs of the program.
    pub address: String,
}

/// A page of history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    pub events: Vec<HistoryEntry>,
    /// The cursor of the next, older page.
    pub older: Option<i64>,
    pub now: Timestamp,
}
