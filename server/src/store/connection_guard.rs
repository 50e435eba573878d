//! A pooled connection to PostgreSQL that is held for a bounded time, because a connection may die silently at any
//! moment.

use super::{StoreError, StoreResult};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use std::time::Duration;
use tokio::time::timeout;

/// How long work may hold a connection, which is longer than a statement may take. Work that takes longer waits on a
/// dead connection. If that happens during a commit, the outcome is unknown.
const WORK_TIMEOUT: Duration = Duration::from_secs(12);
/// How long returning a connection may take. The pool pings it, and would wait for the answer without a limit.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(3);

/// A connection that returns to the pool, or is closed, when it is dropped.
pub(super) struct ConnectionGuard {
    connection: Option<PoolConnection<Postgres>>,
    /// Whether the work has finished.
    is_finished: bool,
}

impl ConnectionGuard {
    /// Takes a free connection from the pool.
    pub async fn acquire(pool: &PgPool) -> StoreResult<Self> {
        Ok(Self { connection: Some(pool.acquire().await?), is_finished: false })
    }

    /// Runs work on the connection, and closes the connection if the work times out.
    ///
    /// # Errors
    /// The error of the work, or [`StoreError::Unavailable`] after the time-out.
    pub async fn run<T, E: From<StoreError>>(
        mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let timed_out = || StoreError::Unavailable("no answer in time".to_owned());
        let Some(connection) = self.connection.as_mut() else { return Err(timed_out().into()) };
        match timeout(WORK_TIMEOUT, work(connection)).await {
            Ok(answer) => {
                self.is_finished = true;
                answer
            }
            Err(_) => {
                drop(self.connection.take().map(PoolConnection::detach));
                Err(timed_out().into())
            }
        }
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        tokio::spawn(release(connection, self.is_finished));
    }
}

/// Returns a connection to the pool. A reader that is cancelled while its transaction begins leaves the transaction
/// open, unknown to the pool. The next work on that connection would run inside it and could not write.
async fn release(mut connection: PoolConnection<Postgres>, is_finished: bool) {
    if !is_finished
        && !matches!(timeout(RELEASE_TIMEOUT, sqlx::raw_sql("rollback").execute(&mut *connection)).await, Ok(Ok(_)))
    {
        drop(connection.detach());
        return;
    }
    // On a time-out the connection is closed, and its place in the pool is free again.
    let _ = timeout(RELEASE_TIMEOUT, connection.return_to_pool()).await;
}
