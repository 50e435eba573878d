//! Why a command failed, and what a person is told about it.

use crate::logs::LogThrottle;
use crate::store::StoreError;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Preview;

/// Why a command or a query failed.
#[derive(Debug)]
pub enum Failure {
    Refused(Refusal),
    PreviewStale(Box<Preview>),
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Problem::Refused(refusal),
            Failure::PreviewStale(preview) => Problem::PreviewStale(preview),
            Failure::Store(error) => store_problem(&error),
        }
    }
}

/// An unavailable database fails many requests at once, so it is logged at a limited rate.
static UNAVAILABLE: LogThrottle = LogThrottle::new();

/// What a person is told about an error of the store. It is logged here, once.
pub fn store_problem(error: &StoreError) -> Problem {
    match error {
        StoreError::Unavailable(_) | StoreError::Race(_) => {
            if let Some(more) = UNAVAILABLE.allow() {
                tracing::warn!(%error, more, "the database did not answer");
            }
            Problem::Unavailable {}
        }
        StoreError::Invariant(_) | StoreError::Inconsistent { .. } | StoreError::Statement(_) => {
            tracing::error!(%error, "the database and the program disagree");
            Problem::Broken {}
        }
    }
}
