//! Build errors, as one sentence each.

use std::{fmt, io, path::Path};

/// A failed step, with the reason.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// `step` follows “Could not”.
    pub(crate) fn step(step: &str, reason: impl fmt::Display) -> Self {
        Self(format!("Could not {step}: {reason}."))
    }

    /// A file that could not be read, written or removed.
    pub(crate) fn file(step: &str, path: &Path, reason: &io::Error) -> Self {
        Self(format!("Could not {step} {}: {reason}.", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
