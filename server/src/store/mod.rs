//! The store: all SQL is in this folder. Reads are plain functions over a [`Tx`], one file for each group of tables.
//! Writes go through [`Store::write`] and [`apply`], which stores what the rules decided.
//!
//! Invariants: nothing here knows of pages, email texts or permissions. One SQL text serves both engines. Every
//! statement is a literal in a call of [`Tx::sql`], because a test prepares all of them. Opening and copying a database
//! use SQL of each engine's own.

pub mod accounts;
pub mod addresses;
pub mod allowances;
pub mod apply;
pub mod backup;
pub mod billing;
mod chain_heads;
mod connection_guard;
mod error;
pub mod history;
pub mod idempotency;
pub mod invitations;
mod keys;
pub mod messages;
mod migrations;
pub mod notifications;
mod open;
pub mod organizations;
pub mod outbox;
pub mod people;
mod postgres_url;
pub mod requests;
pub mod resemblance;
pub mod resets;
pub mod retention;
pub mod sessions;
mod tx;
pub mod unused;
mod writer;

pub use error::{StoreError, StoreResult};
pub use open::{DatabaseLocation, OpenError, Purpose};
pub use tx::{FromRow, Row, Tx};

use connection_guard::ConnectionGuard;
use postgres_url::ConnectionMode;
use sqlx::{Connection as _, PgConnection, PgPool, SqlitePool};
use std::sync::Arc;
use writer::Writer;

/// The database of a site. Cloning it is cheap.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    /// Held as long as the store exists, because one server uses a data folder at a time.
    _lock: Option<Arc<std::fs::File>>,
}

#[derive(Clone)]
enum Pool {
    /// One connection writes, so that writers queue here and not on the file. Several connections read.
    Sqlite {
        write: Writer,
        read: SqlitePool,
    },
    Postgres {
        pool: PgPool,
        mode: ConnectionMode,
    },
}

impl Store {
    /// Runs work that changes rows in one transaction: all of it is committed, or none.
    ///
    /// A caller that may be cancelled runs this in a task of its own. Work that fails with [`StoreError::Race`] may be
    /// tried again from its beginning.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { write, .. } => write.write(work).await,
            Pool::Postgres { pool, mode } => {
                let write = async |connection: &mut PgConnection| {
                    let mut tx = connection.begin_with(mode.begin()).await.map_err(StoreError::from)?;
                    let mut inside = Tx::postgres(&mut tx, true, *mode);
                    let result = work(&mut inside).await;
                    let result = result.and_then(|value| inside.ensure_no_failure().map(|()| value).map_err(E::from));
                    if result.is_ok() {
                        tx.commit().await.map_err(StoreError::from)?;
                    } else if let Err(error) = tx.rollback().await {
                        // The server rolls back what a lost connection leaves. The result of the work says more than
                        // this error.
                        tracing::debug!(%error, "a rollback was not confirmed");
                    }
                    result
                };
                ConnectionGuard::acquire(pool).await?.run(write).await
            }
        }
    }

    /// Runs reads on one snapshot of the database.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                let mut tx = read.begin().await.map_err(StoreError::from)?;
                let result = work(&mut Tx::sqlite(&mut tx, false)).await;
                tx.rollback().await.map_err(StoreError::from)?;
                result
            }
            Pool::Postgres { pool, mode } => {
                let read = async |connection: &mut PgConnection| {
                    let mut tx = connection.begin_with(mode.begin_read()).await.map_err(StoreError::from)?;
                    let result = work(&mut Tx::postgres(&mut tx, false, *mode)).await;
                    tx.rollback().await.map_err(StoreError::from)?;
                    result
                };
                ConnectionGuard::acquire(pool).await?.run(read).await
            }
        }
    }

    /// Runs a single read statement, which needs no transaction.
    pub async fn read_single<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                let mut connection = read.acquire().await.map_err(StoreError::from)?;
                work(&mut Tx::sqlite(&mut connection, false)).await
            }
            // A pooler may prepare a statement in one session and execute it in another outside a transaction.
            Pool::Postgres { mode: ConnectionMode::Pooled, .. } => self.read(work).await,
            Pool::Postgres { pool, mode: ConnectionMode::Direct } => {
                let read = async |connection: &mut PgConnection| {
                    work(&mut Tx::postgres(connection, false, ConnectionMode::Direct)).await
                };
                ConnectionGuard::acquire(pool).await?.run(read).await
            }
        }
    }

    /// Whether the engine is the embedded one.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    /// Closes all connections, so that SQLite's file is left in order.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres { pool, .. } => pool.close().await,
        }
    }
}
