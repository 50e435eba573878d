//! History, as pages show it.

use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Moment,
    /// Who did it.
    pub by: String,
    /// What happened, as a sentence.
    pub what: String,
    /// The address that it came from; empty for the program's own acts.
    pub address: String,
}

/// A page of history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    pub events: Vec<Event>,
    /// Where the next, older page begins, if there is one.
    pub older: Option<i64>,
    pub now: Moment,
}
