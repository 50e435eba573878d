//! The types that the browser and the server exchange: what screens show, and what forms answer.

pub mod accounts;
pub mod administration;
pub mod history;
pub mod organizations;
pub mod people;
pub mod requests;

use crate::words::Notice;
use serde::{Deserialize, Serialize};

/// The answer to a form that succeeded: a notice for the status line, and where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What happened.
    pub notice: Notice,
    /// The page to go to. The browser stays on the page of the form where there is none.
    pub next: Option<String>,
}

impl Done {
    /// Answers with a notice and stays on the page.
    pub const fn stay(notice: Notice) -> Self {
        Self { notice, next: None }
    }

    /// Answers with a notice and goes to the page `next`.
    pub fn redirect(notice: Notice, next: impl Into<String>) -> Self {
        Self { notice, next: Some(next.into()) }
    }
}

/// The event that the change feed sends while nothing happens, so that the connection stays alive.
pub const ALIVE: &str = "alive";

/// What a command would do, in sentences, and the digest by which a person confirms it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The digest of the events, without ids and times.
    pub digest: String,
    /// What to check before confirming.
    #[serde(rename = "heed", default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What begins.
    pub happens: Vec<String>,
    /// What ends.
    pub ends: Vec<String>,
    /// What stays as it is, where a reader might expect it to end.
    pub stays: Vec<String>,
    /// Who was selected but is skipped, and why.
    #[serde(default, rename = "passed_over", skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Who is emailed.
    #[serde(rename = "told")]
    pub recipients: Vec<String>,
    /// The recent changes, newest first, where the preview differs from the one that was confirmed.
    #[serde(rename = "lately", default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<String>,
}
