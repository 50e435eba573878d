//! Why a request to the server failed: the one error type that is sent to the browser.

use crate::refusal::{FaultCode, Field, Refusal};
use crate::wire::Preview;
use serde::{Deserialize, Serialize};

/// Why a request to the server did not do what it asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A rule says no.
    Refused(Refusal),
    /// The facts have changed since the preview. Nothing was done, and this is the new preview.
    #[serde(rename = "Moved")]
    PreviewStale(Box<Preview>),
    /// A field of the form is missing or invalid.
    Malformed {},
    /// The form is larger than [`crate::limits::FORM_BYTES`].
    TooLarge {},
    /// The server is busy. The client should retry after this many seconds.
    Busy { seconds: u32 },
    /// An internal error, which is logged.
    Broken {},
    /// The database or the server can't be reached. It is unknown whether the change was made.
    Unavailable {},
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal)
    }
}

impl Problem {
    /// Returns the HTTP status code.
    pub const fn status(&self) -> u16 {
        match self {
            Problem::Refused(refusal) => refusal.status(),
            Problem::PreviewStale(_) => 409,
            Problem::Malformed {} => 400,
            Problem::TooLarge {} => 413,
            Problem::Broken {} => 500,
            Problem::Busy { .. } | Problem::Unavailable {} => 503,
        }
    }

    /// Returns the fault of a field, if it has one.
    pub fn of(&self, field: Field) -> Option<&FaultCode> {
        match self {
            Problem::Refused(Refusal::Invalid { faults }) => faults.iter().find(|f| f.field == field).map(|f| &f.code),
            _ => None,
        }
    }
}
