//! A line to PostgreSQL that is held no longer than it lives: one may die without a word at any moment.

use super::{StoreError, StoreResult};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use std::time::Duration;
use tokio::time::timeout;

/// How long work may hold a line: longer than a statement may take. What takes longer hangs on a line that has died; if
/// that was in the middle of a commit, whether it stands is not known.
const WORK_TAKES: Duration = Duration::from_secs(12);
/// How long the pool may take to take a line back: it asks it for a sign of life, and would wait for that for ever.
const TAKING_BACK_TAKES: Duration = Duration::from_secs(3);

/// A line that goes back to the pool when it is dropped, or is cut.
pub(super) struct Line {
    connection: Option<PoolConnection<Postgres>>,
    /// Whether its work came to an end.
    is_clean: bool,
}

impl Line {
    /// One that is free.
    pub async fn of(pool: &PgPool) -> StoreResult<Self> {
        Ok(Self { connection: Some(pool.acquire().await?), is_clean: false })
    }

    /// Does some work on it, and cuts it where the work does not come to its end in time.
    ///
    /// # Errors
    /// The error of the work, or [`StoreError::Unavailable`] after the time-out.
    pub async fn work<T, E: From<StoreError>>(
        mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let late = || StoreError::Unavailable("it gave no answer in time".to_owned());
        let Some(line) = self.connection.as_mut() else { return Err(late().into()) };
        match timeout(WORK_TAKES, work(line)).await {
            Ok(answer) => {
                self.is_clean = true;
                answer
            }
            Err(_) => {
                drop(self.connection.take().map(PoolConnection::detach));
                Err(late().into())
            }
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(line) = self.connection.take() else { return };
        tokio::spawn(give_back(line, self.is_clean));
    }
}

/// A reader who goes away while a transaction is being begun leaves it behind, unknown to the pool: what came next on that
/// line would be inside it, and could not write.
async fn give_back(mut line: PoolConnection<Postgres>, is_clean: bool) {
    if !is_clean
        && !matches!(timeout(TAKING_BACK_TAKES, sqlx::raw_sql("rollback").execute(&mut *line)).await, Ok(Ok(_)))
    {
        drop(line.detach());
        return;
    }
    // Where this is given up, the line is cut and its place in the pool is free again.
    let _ = timeout(TAKING_BACK_TAKES, line.return_to_pool()).await;
}
