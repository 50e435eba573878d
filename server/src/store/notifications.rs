//! LISTEN and NOTIFY between servers that share a PostgreSQL database. A notification says only that something was
//! committed. It is sent after the commit and not within it, because PostgreSQL commits transactions that notify one at
//! a time.

use super::connection_guard::ConnectionGuard;
use super::postgres_url::ConnectionMode;
use super::{Pool, Store, StoreResult};
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};

const CHANNEL: &str = "guildhall";

/// A connection that listens for the notifications of all servers, this one included.
pub struct Notifications(PgListener);

impl Notifications {
    /// Waits for the next notification and returns the name of its sender.
    ///
    /// # Errors
    /// The connection was lost and could not be opened again.
    pub async fn next(&mut self) -> StoreResult<String> {
        Ok(self.0.recv().await?.payload().to_owned())
    }
}

impl Store {
    /// Notifies all servers of this database. On SQLite it does nothing, because a data folder has one server.
    pub async fn notify(&self, sender: &str) -> StoreResult<()> {
        if let Pool::Postgres { pool, mode } = &self.pool {
            let send = async |connection: &mut PgConnection| -> StoreResult<()> {
                let notify = sqlx::query::<sqlx::Postgres>("select pg_notify($1, $2)")
                    .bind(CHANNEL)
                    .bind(sender)
                    .persistent(mode.names_statements());
                if *mode == ConnectionMode::Direct {
                    notify.execute(connection).await?;
                } else {
                    let mut tx = connection.begin_with(mode.begin()).await?;
                    notify.execute(&mut *tx).await?;
                    tx.commit().await?;
                }
                Ok(())
            };
            ConnectionGuard::acquire(pool).await?.run(send).await?;
        }
        Ok(())
    }

    /// Listens on a connection of its own. Returns `None` on SQLite, which has one server, and through a pooler, which
    /// passes no notifications on.
    pub async fn listen(&self) -> StoreResult<Option<Notifications>> {
        let Pool::Postgres { pool, mode: ConnectionMode::Direct } = &self.pool else { return Ok(None) };
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with((*pool.connect_options()).clone())
            .await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Notifications(listener)))
    }
}
