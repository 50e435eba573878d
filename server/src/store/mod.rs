//! The store: all SQL lives in this folder. Reading is done by plain functions over a [`Tx`], one file
//! for each group of tables; writing has one door, [`Store::write`], and one set of functions behind it,
//! [`apply`], which carry out what the rules decided.
//!
//! Invariants: nothing here knows of pages, letters' words or who may do what; one SQL text serves both
//! engines; every statement stands as a literal in a call of [`Tx::sql`] (a test prepares them all). Opening
//! and copying a database speak to each engine in its own words.

pub mod accounts;
mod address;
pub mod addresses;
pub mod allowances;
pub mod apply;
pub mod backup;
pub mod billing;
pub mod calls;
mod error;
pub mod history;
pub mod idempotency;
pub mod invitations;
mod keys;
mod known;
mod line;
pub mod messages;
mod migrations;
mod open;
pub mod organizations;
pub mod outbox;
pub mod people;
pub mod requests;
pub mod resemblance;
pub mod resets;
pub mod retention;
pub mod sessions;
mod tx;
pub mod unused;
mod writer;

pub use error::{StoreError, StoreResult};
pub use open::{OpenError, Place, Purpose};
pub use tx::{FromRow, Row, Tx};

use address::Way;
use line::Line;
use sqlx::{Connection as _, PgConnection, PgPool, SqlitePool};
use std::sync::Arc;
use writer::Writer;

/// The database of a site: cheap to clone, shared by everything.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    /// Held as long as the store is: one server a data folder.
    _lock: Option<Arc<std::fs::File>>,
}

#[derive(Clone)]
enum Pool {
    /// One writer, so that writes queue here and not in the file; several readers beside it.
    Sqlite {
        write: Writer,
        read: SqlitePool,
    },
    Postgres {
        pool: PgPool,
        way: Way,
    },
}

impl Store {
    /// Does some work that changes rows, in one transaction: all of it happens, or none.
    ///
    /// Whoever may be cut off in the middle runs this in a task of its own. Work that lost a race
    /// ([`StoreError::Race`]) may be done again by the caller, from its beginning.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { write, .. } => write.write(work).await,
            Pool::Postgres { pool, way } => {
                let write = async |line: &mut PgConnection| {
                    let mut tx = line.begin_with(way.begin()).await.map_err(StoreError::from)?;
                    let mut inside = Tx::postgres(&mut tx, true, *way);
                    let answer = work(&mut inside).await;
                    let answer = answer.and_then(|done| inside.whole().map(|()| done).map_err(E::from));
                    if answer.is_ok() {
                        tx.commit().await.map_err(StoreError::from)?;
                    } else if let Err(error) = tx.rollback().await {
                        // The server rolls back what a lost connection leaves; the work's own answer says more.
                        tracing::debug!(%error, "a rollback was not confirmed");
                    }
                    answer
                };
                Line::of(pool).await?.work(write).await
            }
        }
    }

    /// Reads several things as they stood at one moment.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                let mut tx = read.begin().await.map_err(StoreError::from)?;
                let answer = work(&mut Tx::sqlite(&mut tx, false)).await;
                tx.rollback().await.map_err(StoreError::from)?;
                answer
            }
            Pool::Postgres { pool, way } => {
                let read = async |line: &mut PgConnection| {
                    let mut tx = line.begin_with(way.begin_to_read()).await.map_err(StoreError::from)?;
                    let answer = work(&mut Tx::postgres(&mut tx, false, *way)).await;
                    tx.rollback().await.map_err(StoreError::from)?;
                    answer
                };
                Line::of(pool).await?.work(read).await
            }
        }
    }

    /// Reads by a single statement, which needs no transaction.
    pub async fn look<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                let mut connection = read.acquire().await.map_err(StoreError::from)?;
                work(&mut Tx::sqlite(&mut connection, false)).await
            }
            // What prepares a statement and what carries it out may come to different sessions outside a transaction.
            Pool::Postgres { way: Way::Pooled, .. } => self.read(work).await,
            Pool::Postgres { pool, way: Way::Direct } => {
                let look = async |line: &mut PgConnection| work(&mut Tx::postgres(line, false, Way::Direct)).await;
                Line::of(pool).await?.work(look).await
            }
        }
    }

    /// Whether this is the embedded engine.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    /// Ends all connections, so that the file is closed in order.
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
