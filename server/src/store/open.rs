//! Opening a database: locking its folder, migrating it, and refusing one that is older or newer than the program.

use super::postgres_url::{ConnectionMode, PostgresUrl};
use super::writer::Writer;
use super::{Pool, Store, StoreError, Tx, keys, migrations};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// How long a connection to PostgreSQL may be idle before it is pinged.
const PING_AFTER: Duration = Duration::from_secs(1);

/// Where a site keeps its data.
#[derive(Clone, Debug)]
pub enum DatabaseLocation {
    /// One file, `guildhall.db`, in this folder.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Postgres {
        /// `postgres://user:password@host/database`
        url: SecretString,
        /// Whether to migrate it. Otherwise an older database is refused.
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
        "a pooler in front of the database refused a start-up parameter ({0}); if it is PgBouncer, add pgbouncer=true to --database, as in postgres://user@host/name?pgbouncer=true"
    )]
    Pooler(String),
    #[error("the database can't be opened: {0}")]
    Database(#[from] StoreError),
}

/// The sentence for a database whose certificate can't be verified.
fn unproven(host: &str, by_default: &bool, why: &str) -> String {
    let reason = if *by_default { "is on another machine, so its certificate is verified" } else { "must use TLS" };
    format!(
        "the database at {host} {reason}, which failed: {why}; name the certificate authority in --database with sslrootcert=FILE, as in postgres://user@host/name?sslrootcert=/etc/ssl/db.pem, or lower the requirement with sslmode=require (encrypted, but not verified) or sslmode=disable (plain text)"
    )
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        OpenError::Database(error.into())
    }
}

/// The file of an embedded database.
pub(super) fn database_file(folder: &Path) -> PathBuf {
    folder.join("guildhall.db")
}

/// How every connection to the embedded database is set up.
pub(super) fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        // Without it, replacing a row bypasses the triggers that forbid deleting it.
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
    /// To serve the site. One server uses a data folder at a time.
    Serve,
    /// For a command beside a server that may be running, so nothing is migrated.
    Command,
    /// To migrate the database. No server may be running on the folder.
    Migrate,
}

impl Store {
    /// Opens the database and migrates it where that is allowed. A folder is migrated only by a process that has it for
    /// itself, or creates it.
    pub async fn open(location: &DatabaseLocation, purpose: Purpose) -> Result<Self, OpenError> {
        match location {
            DatabaseLocation::Folder(folder) => Self::open_folder(folder, purpose).await,
            DatabaseLocation::Postgres { url, migrate } => {
                Self::open_postgres(url.expose_secret(), *migrate || purpose == Purpose::Migrate).await
            }
        }
    }

    async fn open_folder(folder: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        let unusable = |why| OpenError::Folder { folder: folder.to_owned(), why };
        make_private_folder(folder).map_err(unusable)?;
        let lock = match purpose {
            Purpose::Serve | Purpose::Migrate => Some(lock_folder(folder)?),
            Purpose::Command => None,
        };
        // The engine gives its own files the same permissions.
        make_private_file(&database_file(folder)).map_err(unusable)?;
        let options = sqlite_options(&database_file(folder));
        let mut connection = options.connect().await?;
        let applied = applied_sqlite(&mut connection).await?;
        refuse_newer(applied)?;
        // The folder of an existing database may belong to a running server. A command migrates only a database that it
        // creates.
        let new_lock = match (purpose, applied) {
            (Purpose::Command, None) => Some(lock_folder(folder)?),
            (Purpose::Command, Some(older)) if older < migrations::newest() => {
                return Err(OpenError::OlderFolder(folder.to_owned()));
            }
            _ => None,
        };
        migrations::sqlite().run(&mut connection).await.map_err(migration_error)?;
        let mut tx = connection.begin().await?;
        keys::fill(&mut Tx::sqlite(&mut tx, true)).await?;
        tx.commit().await?;
        connection.close().await?;
        drop(new_lock);
        let write = Writer::open(options.clone()).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(8))
            // A file needs no ping.
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self { pool: Pool::Sqlite { write, read }, _lock: lock.map(Arc::new) })
    }

    async fn open_postgres(url: &str, migrate: bool) -> Result<Self, OpenError> {
        if migrate {
            migrate_postgres(url).await?;
        }
        let url = PostgresUrl::parse(url)?.with_settings([
            ("statement_timeout", "10000"),
            ("lock_timeout", "5000"),
            ("idle_in_transaction_session_timeout", "15000"),
            // A rollback without a transaction needs no warning.
            ("client_min_messages", "error"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(8))
            // A recently used connection needs no ping.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > PING_AFTER {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(url.options.clone())
            .await
            .map_err(|error| url.connect_error(error))?;
        let mut connection = pool.acquire().await?;
        let mut tx = connection.begin_with(url.mode.begin_read()).await?;
        refuse_other_postgres(&mut tx).await?;
        tx.rollback().await?;
        // An older server may have written rows since the migration, or filling the keys was interrupted.
        let mut tx = connection.begin_with(url.mode.begin()).await?;
        keys::fill(&mut Tx::postgres(&mut tx, true, url.mode)).await?;
        tx.commit().await?;
        drop(connection);
        Ok(Self { pool: Pool::Postgres { pool, mode: url.mode }, _lock: None })
    }
}

/// A connection to PostgreSQL without time-outs, for a large table or while another server migrates.
pub(super) async fn connect_without_timeouts(url: &str) -> Result<(PgConnection, ConnectionMode), OpenError> {
    let no_timeouts = [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];
    let url = PostgresUrl::parse(url)?.with_settings(no_timeouts);
    // Slow statements are expected here.
    let options = url.options.clone().disable_statement_logging();
    let connection = options.connect().await.map_err(|error| url.connect_error(error))?;
    Ok((connection, url.mode))
}

/// Migrates a PostgreSQL database.
async fn migrate_postgres(url: &str) -> Result<(), OpenError> {
    let (mut connection, mode) = connect_without_timeouts(url).await?;
    if mode == ConnectionMode::Pooled {
        migrate_in_one_transaction(&mut connection).await?;
    } else {
        refuse_newer(applied_postgres(&mut connection).await?)?;
        migrations::postgres().run(&mut connection).await.map_err(migration_error)?;
    }
    let mut tx = connection.begin_with(mode.begin()).await?;
    keys::fill(&mut Tx::postgres(&mut tx, true, mode)).await?;
    tx.commit().await?;
    Ok(connection.close().await?)
}

/// Migrates through a pooler in one transaction, because session state would reach another session afterwards. The
/// driver names some of the statements here, so they are deallocated at the end. If that fails, the connection closes
/// within the transaction, and the pooler ends the session.
async fn migrate_in_one_transaction(connection: &mut PgConnection) -> Result<(), OpenError> {
    let begin = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 SET LOCAL idle_in_transaction_session_timeout = 0; \
                 SELECT pg_advisory_xact_lock(hashtextextended('guildhall migrate', 0))";
    let mut tx = connection.begin_with(begin).await?;
    refuse_newer(applied_postgres(&mut tx).await?)?;
    let mut migrations = migrations::postgres();
    migrations.set_locking(false);
    migrations.run(&mut *tx).await.map_err(migration_error)?;
    sqlx::raw_sql("DEALLOCATE ALL").execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Refuses a PostgreSQL database that is older or newer than the program.
pub(super) async fn refuse_other_postgres(connection: &mut PgConnection) -> Result<(), OpenError> {
    let applied = applied_postgres(connection).await?;
    refuse_newer(applied)?;
    if applied < Some(migrations::newest()) { Err(OpenError::Older) } else { Ok(()) }
}

/// Locks the folder for this process. The lock ends with the process.
fn lock_folder(folder: &Path) -> Result<std::fs::File, OpenError> {
    let unusable = |why| OpenError::Folder { folder: folder.to_owned(), why };
    let lock = std::fs::File::create(folder.join("guildhall.lock")).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(why)) => Err(unusable(why)),
    }
}

/// Creates the folder, readable by its owner only.
pub(super) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates a file that only its owner can read, or restricts the existing one.
///
/// An existing file is not opened, because closing it would release the locks that this process may hold on it.
pub(super) fn make_private_file(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            // If the file belongs to another user, that user is responsible for it.
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

pub(super) fn migration_error(error: MigrateError) -> OpenError {
    OpenError::Migration(error.to_string())
}

/// The newest migration that was applied, if any.
async fn applied_sqlite(connection: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    let exists: Option<(i64,)> = sqlx::query_as("select 1 from sqlite_master where name = '_sqlx_migrations'")
        .fetch_optional(&mut *connection)
        .await?;
    if exists.is_none() {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(&mut *connection).await?;
    Ok(newest)
}

async fn applied_postgres(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    let (exists,): (bool,) = sqlx::query_as::<sqlx::Postgres, _>("select to_regclass('_sqlx_migrations') is not null")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) = sqlx::query_as::<sqlx::Postgres, _>("select max(version) from _sqlx_migrations")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await?;
    Ok(newest)
}
