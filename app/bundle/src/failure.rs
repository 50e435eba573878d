//! What can go wrong, as one sentence for whoever started the build.

use std::{fmt, io, path::Path};

/// A step that failed, and why.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// `step` reads after “Could not”.
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
