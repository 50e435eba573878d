//! What the database can answer instead of rows.

use thiserror::Error;

/// What went wrong in the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// An invariant of the schema said no; it is named.
    #[error("the invariant {0} does not allow it")]
    Invariant(String),
    /// Another transaction came first; the same may succeed when it is done again.
    #[error("another transaction came first: {0}")]
    Race(String),
    /// The database can't be reached, is full, or does not answer in time.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row does not hold what the program expects of it.
    #[error("{column} does not hold what it should: {why}")]
    Inconsistent { column: String, why: String },
    /// A statement of ours is wrong.
    #[error("a statement is wrong: {0}")]
    Statement(String),
}

/// What a store function answers.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// A row without the value that it must have.
    pub(super) fn inconsistent(column: &str, why: impl ToString) -> Self {
        StoreError::Inconsistent { column: column.to_owned(), why: why.to_string() }
    }
}

impl StoreError {
    /// Whether doing the same again can succeed.
    pub const fn passes(&self) -> bool {
        matches!(self, StoreError::Race(_) | StoreError::Unavailable(_))
    }

    /// Whether another transaction came first.
    pub const fn lost_a_race(&self) -> bool {
        matches!(self, StoreError::Race(_))
    }
}

/// What an invariant's refusal is. That a name is held or reserved is what the facts said a moment ago
/// that it is not: somebody came first.
fn refused(invariant: String) -> StoreError {
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
                // A protocol that breaks off is a line that broke, or something before the database that is not it.
                other => StoreError::Unavailable(other.to_string()),
            };
        };
        let message = database.message().to_owned();
        let code = database.code().unwrap_or_default();
        // Unique violations are told apart from other invariants: facts that were read a moment ago
        // said that the place was free, so somebody came first, and another look will see them.
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
                refused(database.constraint().map_or(message, str::to_owned))
            }
            // SQLite: a trigger's raise(abort, …).
            "1811" => refused(message),
            _ => StoreError::Statement(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_somebody_else_has_just_got_is_a_lost_race() {
        assert!(refused("name_held".to_owned()).lost_a_race() && refused("name_reserved".to_owned()).lost_a_race());
        assert!(!refused("organization_has_owner".to_owned()).lost_a_race());
    }
}
