//! The types that travel between the browser and the server: what screens show, and what forms answer.

pub mod accounts;
pub mod administration;
pub mod history;
pub mod organizations;
pub mod people;
pub mod requests;

use crate::words::Notice;
use serde::{Deserialize, Serialize};

/// What a form answers when it did what it said: a sentence for the status line, and where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What happened.
    pub notice: Notice,
    /// The page to go to; the form's own page where there is none.
    pub next: Option<String>,
}

impl Done {
    /// It happened; stay on this page.
    pub const fn here(notice: Notice) -> Self {
        Self { notice, next: None }
    }

    /// It happened; go on there.
    pub fn then(notice: Notice, next: impl Into<String>) -> Self {
        Self { notice, next: Some(next.into()) }
    }
}

/// What the line of news says where nothing has happened for a while: that it is alive.
pub const ALIVE: &str = "alive";

/// What would follow from a command, in sentences, and the digest by which a person agrees to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Stands for the list of changes, ids and times left out.
    pub digest: String,
    /// What to look at before one agrees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heed: Vec<String>,
    /// What comes to be.
    pub happens: Vec<String>,
    /// What ends.
    pub ends: Vec<String>,
    /// What stays as it is, where a reader might fear for it.
    pub stays: Vec<String>,
    /// To whom nothing happens though they were chosen, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Who is told by e-mail.
    pub told: Vec<String>,
    /// What was done of late, where the list is another than the one that was agreed to; newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lately: Vec<String>,
}
