//! The error type of the store. Every function of the store can fail with the errors of the database, so their docs
//! name only other errors.

use thiserror::Error;

/// Why the store failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A constraint or trigger of the schema refused the statement. The error names it.
    #[error("the invariant {0} does not allow it")]
    Invariant(String),
    /// Another transaction came first. The same work may succeed when it is tried again.
    #[error("another transaction came first: {0}")]
    Race(String),
    /// The database can't be reached, is full, or does not answer in time.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row holds an unexpected value.
    #[error("{column} does not hold what it should: {why}")]
    Inconsistent { column: String, why: String },
    /// One of our statements is wrong.
    #[error("a statement is wrong: {0}")]
    Statement(String),
}

/// The result of a function of the store.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// An unexpected value in a column.
    pub(super) fn inconsistent(column: &str, why: impl ToString) -> Self {
        StoreError::Inconsistent { column: column.to_owned(), why: why.to_string() }
    }
}

impl StoreError {
    /// Whether trying again may succeed.
    pub const fn is_transient(&self) -> bool {
        matches!(self, StoreError::Race(_) | StoreError::Unavailable(_))
    }

    /// Whether another transaction came first.
    pub const fn is_race(&self) -> bool {
        matches!(self, StoreError::Race(_))
    }
}

/// The error of a constraint or trigger. A name that is held or reserved was free when the facts were read, so another
/// transaction came first.
fn invariant_error(invariant: String) -> StoreError {
    match invariant.as_str() {
        "name_held" | "name_reserved" => StoreError::Race(invariant),
        _ => StoreError::Invariant(invariant),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(ref database) = error else {
            return match error {
                sqlx::Error::ColumnDecode { index, source } => StoreError::inconsistent(&index, source),
                sqlx::Error::ColumnNotFound(_) | sqlx::Error::Encode(_) => StoreError::Statement(error.to_string()),
                // A protocol error is a broken connection, or a server in front that is not PostgreSQL.
                other => StoreError::Unavailable(other.to_string()),
            };
        };
        let message = database.message().to_owned();
        let code = database.code().unwrap_or_default();
        // A unique violation is a race and not an invariant: the facts said a moment ago that the place was free.
        if database.is_unique_violation() {
            return StoreError::Race(message);
        }
        match code.as_ref() {
            // Serialization failure, deadlock, lock not available in time.
            "40001" | "40P01" | "55P03" => StoreError::Race(message),
            // SQLite: busy, busy recovery, busy snapshot.
            "5" | "261" | "517" => StoreError::Race(message),
            // PostgreSQL: connection, resources, operator intervention (among them the statement's time-out).
            c if c.len() == 5 && ["08", "53", "57", "58"].iter().any(|class| c.starts_with(class)) => {
                StoreError::Unavailable(message)
            }
            // SQLite: read-only, I/O, corrupt, full, can't open.
            c if c.parse::<i32>().is_ok_and(|c| c < 10_000 && matches!(c & 0xff, 8 | 10 | 11 | 13 | 14))
                && c.len() < 5 =>
            {
                StoreError::Unavailable(message)
            }
            _ if database.is_check_violation() || database.is_foreign_key_violation() => {
                invariant_error(database.constraint().map_or(message, str::to_owned))
            }
            // SQLite: a trigger's raise(abort, …).
            "1811" => invariant_error(message),
            _ => StoreError::Statement(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_that_was_just_taken_is_a_race() {
        assert!(
            invariant_error("name_held".to_owned()).is_race() && invariant_error("name_reserved".to_owned()).is_race()
        );
        assert!(!invariant_error("organization_has_owner".to_owned()).is_race());
    }
}
