//! Servers that share a PostgreSQL call each other when they have committed something. A call says only that there is
//! something to read: it goes out after the commit and not with it, because PostgreSQL lets transactions that notify
//! commit one at a time.

use super::address::Way;
use super::line::Line;
use super::{Pool, Store, StoreResult};
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};

const CHANNEL: &str = "guildhall";

/// A line on which the calls of all servers are heard, one's own among them.
pub struct Calls(PgListener);

impl Calls {
    /// Waits for the next call; says who called.
    ///
    /// # Errors
    /// The connection was lost and could not be opened again.
    pub async fn next(&mut self) -> StoreResult<String> {
        Ok(self.0.recv().await?.payload().to_owned())
    }
}

impl Store {
    /// Calls all servers of this database, by the name of the one who calls; a folder has one.
    pub async fn call(&self, name: &str) -> StoreResult<()> {
        if let Pool::Postgres { pool, way } = &self.pool {
            let call = async |line: &mut PgConnection| -> StoreResult<()> {
                let notify = sqlx::query::<sqlx::Postgres>("select pg_notify($1, $2)")
                    .bind(CHANNEL)
                    .bind(name)
                    .persistent(way.names_statements());
                if *way == Way::Direct {
                    notify.execute(line).await?;
                } else {
                    let mut tx = line.begin_with(way.begin()).await?;
                    notify.execute(&mut *tx).await?;
                    tx.commit().await?;
                }
                Ok(())
            };
            Line::of(pool).await?.work(call).await?;
        }
        Ok(())
    }

    /// Listens for calls, on a line beside those that work; `None` in a folder, where there is nobody to call, and through
    /// a pooler, where a line hears nothing.
    pub async fn calls(&self) -> StoreResult<Option<Calls>> {
        let Pool::Postgres { pool, way: Way::Direct } = &self.pool else { return Ok(None) };
        let beside = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with((*pool.connect_options()).clone())
            .await?;
        let mut listener = PgListener::connect_with(&beside).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Calls(listener)))
    }
}
