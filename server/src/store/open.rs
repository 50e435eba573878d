//! Opening a database: where it is, that it is ours alone, and that it is neither older nor newer than
//! the program.

use super::address::{Address, Way};
use super::writer::Writer;
use super::{Pool, Store, StoreError, Tx, keys, migrations};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// How long a line to PostgreSQL may have rested without being asked whether it still is one.
const FRESH: Duration = Duration::from_secs(1);

/// Where a site keeps its data.
#[derive(Clone, Debug)]
pub enum Place {
    /// One file, `guildhall.db`, in this folder.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Postgres {
        /// `postgres://user:password@host/database`
        url: String,
        /// Whether to bring it up to date; otherwise an older one is refused.
        migrate: bool,
    },
}

/// Why a database can't be opened. Each is a sentence for an operator.
#[derive(Debug, Error)]
pub enum OpenError {
    #[error("the data folder {folder} can't be used: {why}")]
    Folder { folder: PathBuf, why: std::io::Error },
    #[error("another Guildhall is running on the data folder {0}; stop it first, or choose another folder with --data")]
    InUse(PathBuf),
    #[error(
        "the database is newer than this program: it has migration {database}, the program knows up to {program}; start the newer program"
    )]
    Newer { database: i64, program: i64 },
    #[error("the database is older than this program; run `guildhall migrate`, or start with --migrate")]
    Older,
    #[error(
        "the database in {0} is older than this program; stop the server that runs on it and run `guildhall migrate`, or start the newer server"
    )]
    OlderFolder(PathBuf),
    #[error("the database can't be brought up to date: {0}")]
    Migration(String),
    #[error("the database address is wrong: {0}")]
    Address(String),
    #[error("{}", unproven(.host, .by_default, .why))]
    Unproven { host: String, by_default: bool, why: String },
    #[error(
        "a pooler before the database refuses what Guildhall says to a database of its own ({0}); if it is PgBouncer, add pgbouncer=true to --database, as in postgres://user@host/name?pgbouncer=true"
    )]
    Pooler(String),
    #[error("the database can't be opened: {0}")]
    Database(#[from] StoreError),
}

/// What an operator reads whose database does not prove who it is.
fn unproven(host: &str, by_default: &bool, why: &str) -> String {
    let asked = if *by_default { "is on another machine and must prove who it is" } else { "is asked for TLS" };
    format!(
        "the database at {host} {asked}, and does not: {why}; name the authority of its certificate in --database with sslrootcert=FILE, as in postgres://user@host/name?sslrootcert=/etc/ssl/db.pem, or ask for less with sslmode=require (encrypted, to whoever answers) or sslmode=disable (as plain text)"
    )
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        OpenError::Database(error.into())
    }
}

/// The file of an embedded database.
pub(super) fn file(folder: &Path) -> PathBuf {
    folder.join("guildhall.db")
}

/// How every connection to the embedded database is set up.
pub(super) fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What was acknowledged stays, over a power cut too.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        // Without it, replacing a row passes the triggers that forbid deleting it.
        .pragma("recursive_triggers", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16000")
        .pragma("journal_size_limit", "67108864")
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To serve the site: there is one server a data folder.
    Serve,
    /// For a command at the command line, beside a server that may be running: nothing is migrated under it.
    Command,
    /// To bring the database up to date. In a folder no server may be running.
    Migrate,
}

impl Store {
    /// Opens the database, and brings it up to date where that is asked for: in a folder by whoever has it
    /// for themselves, or makes it.
    pub async fn open(place: &Place, purpose: Purpose) -> Result<Self, OpenError> {
        match place {
            Place::Folder(folder) => Self::open_folder(folder, purpose).await,
            Place::Postgres { url, migrate } => Self::open_postgres(url, *migrate || purpose == Purpose::Migrate).await,
        }
    }

    async fn open_folder(folder: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        let unusable = |why| OpenError::Folder { folder: folder.to_owned(), why };
        make_private_folder(folder).map_err(unusable)?;
        let lock = match purpose {
            Purpose::Serve | Purpose::Migrate => Some(hold(folder)?),
            Purpose::Command => None,
        };
        // The engine's own files beside it get the same permissions.
        make_private_file(&file(folder)).map_err(unusable)?;
        let options = sqlite_options(&file(folder));
        let mut line = options.connect().await?;
        let applied = applied_sqlite(&mut line).await?;
        refuse_newer(applied)?;
        // What is there already may be a running server's; where nothing is, a command makes it.
        let made = match (purpose, applied) {
            (Purpose::Command, None) => Some(hold(folder)?),
            (Purpose::Command, Some(older)) if older < migrations::newest() => {
                return Err(OpenError::OlderFolder(folder.to_owned()));
            }
            _ => None,
        };
        migrations::sqlite().run(&mut line).await.map_err(migration)?;
        let mut tx = line.begin().await?;
        keys::fill(&mut Tx::sqlite(&mut tx, true)).await?;
        tx.commit().await?;
        line.close().await?;
        drop(made);
        let write = Writer::open(options.clone()).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(8))
            // A file does not hang up.
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self { pool: Pool::Sqlite { write, read }, _lock: lock.map(Arc::new) })
    }

    async fn open_postgres(url: &str, migrate: bool) -> Result<Self, OpenError> {
        if migrate {
            migrate_postgres(url).await?;
        }
        let address = Address::parse(url)?.with([
            ("statement_timeout", "10000"),
            ("lock_timeout", "5000"),
            ("idle_in_transaction_session_timeout", "15000"),
            // A rollback of nothing is no news.
            ("client_min_messages", "error"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(8))
            // A line that was at work a moment ago needs no sign of life.
            .test_before_acquire(false)
            .before_acquire(|line, was| {
                Box::pin(async move {
                    if was.idle_for > FRESH {
                        line.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(address.options.clone())
            .await
            .map_err(|error| address.unopened(error))?;
        let mut line = pool.acquire().await?;
        let mut look = line.begin_with(address.way.begin_to_read()).await?;
        refuse_other_postgres(&mut look).await?;
        look.rollback().await?;
        // An older server may have written rows since the database was brought up to date, or that was broken off.
        let mut tx = line.begin_with(address.way.begin()).await?;
        keys::fill(&mut Tx::postgres(&mut tx, true, address.way)).await?;
        tx.commit().await?;
        drop(line);
        Ok(Self { pool: Pool::Postgres { pool, way: address.way }, _lock: None })
    }
}

/// A connection to a PostgreSQL database that waits as long as it takes: for a large table, or for another
/// server that migrates.
pub(super) async fn patient_postgres(url: &str) -> Result<(PgConnection, Way), OpenError> {
    let patient = [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];
    let address = Address::parse(url)?.with(patient);
    // What takes long here is no news.
    let options = address.options.clone().disable_statement_logging();
    let connection = options.connect().await.map_err(|error| address.unopened(error))?;
    Ok((connection, address.way))
}

/// Brings a PostgreSQL database up to date.
async fn migrate_postgres(url: &str) -> Result<(), OpenError> {
    let (mut connection, way) = patient_postgres(url).await?;
    if way == Way::Pooled {
        migrate_in_one(&mut connection).await?;
    } else {
        refuse_newer(applied_postgres(&mut connection).await?)?;
        migrations::postgres().run(&mut connection).await.map_err(migration)?;
    }
    let mut tx = connection.begin_with(way.begin()).await?;
    keys::fill(&mut Tx::postgres(&mut tx, true, way)).await?;
    tx.commit().await?;
    Ok(connection.close().await?)
}

/// The same through a pooler, in one transaction: what belongs to a session would be another's after it. The driver gives
/// names to some of the statements here, which go at the end; where it does not come to that, the line is cut in the middle
/// of the transaction, and the pooler ends the session.
async fn migrate_in_one(connection: &mut PgConnection) -> Result<(), OpenError> {
    let begin = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 SET LOCAL idle_in_transaction_session_timeout = 0; \
                 SELECT pg_advisory_xact_lock(hashtextextended('guildhall migrate', 0))";
    let mut all = connection.begin_with(begin).await?;
    refuse_newer(applied_postgres(&mut all).await?)?;
    let mut migrations = migrations::postgres();
    migrations.set_locking(false);
    migrations.run(&mut *all).await.map_err(migration)?;
    sqlx::raw_sql("DEALLOCATE ALL").execute(&mut *all).await?;
    Ok(all.commit().await?)
}

/// Refuses a PostgreSQL database that is older or newer than the program.
pub(super) async fn refuse_other_postgres(connection: &mut PgConnection) -> Result<(), OpenError> {
    let applied = applied_postgres(connection).await?;
    refuse_newer(applied)?;
    if applied < Some(migrations::newest()) { Err(OpenError::Older) } else { Ok(()) }
}

/// Takes the folder for this server alone. The lock goes with the process, however it ends.
fn hold(folder: &Path) -> Result<std::fs::File, OpenError> {
    let unusable = |why| OpenError::Folder { folder: folder.to_owned(), why };
    let lock = std::fs::File::create(folder.join("guildhall.lock")).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(why)) => Err(unusable(why)),
    }
}

/// Makes the folder for the owner's eyes only, if it is not there.
pub(super) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file for the owner's eyes only, or shuts the one that is there to others.
///
/// That one is not opened: closing it would give up the locks that this process may hold on it.
pub(super) fn make_private_file(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            // Where it is not ours to shut, its owner answers for it.
            #[cfg(unix)]
            let _ = std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600));
            Ok(())
        }
        made => made.map(|_| ()),
    }
}

fn refuse_newer(applied: Option<i64>) -> Result<(), OpenError> {
    let program = migrations::newest();
    match applied {
        Some(database) if database > program => Err(OpenError::Newer { database, program }),
        _ => Ok(()),
    }
}

pub(super) fn migration(error: MigrateError) -> OpenError {
    OpenError::Migration(error.to_string())
}

/// The newest migration that the database has had, if any.
async fn applied_sqlite(line: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    let there: Option<(i64,)> = sqlx::query_as("select 1 from sqlite_master where name = '_sqlx_migrations'")
        .fetch_optional(&mut *line)
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(&mut *line).await?;
    Ok(newest)
}

async fn applied_postgres(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    let (there,): (bool,) = sqlx::query_as::<sqlx::Postgres, _>("select to_regclass('_sqlx_migrations') is not null")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) = sqlx::query_as::<sqlx::Postgres, _>("select max(version) from _sqlx_migrations")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await?;
    Ok(newest)
}
