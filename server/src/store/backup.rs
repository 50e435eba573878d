//! Backups: a consistent copy of a running site.

mod from_postgres;

use super::open::{database_file, make_private_file, make_private_folder, sqlite_options};
use super::{DatabaseLocation, OpenError, StoreError};
use secrecy::ExposeSecret as _;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::fs::File;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why no copy was made. Each is a sentence for an operator.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error("{0} exists already; choose a new folder, so that no earlier copy is lost")]
    Exists(PathBuf),
    #[error("{0} is in the way and contains more than an unfinished copy; remove it first")]
    InTheWay(PathBuf),
    #[error("there is no site in {0}")]
    NoSite(PathBuf),
    #[error("the copy can't be written to {folder}: {why}")]
    Folder { folder: PathBuf, why: std::io::Error },
    #[error("there is no key at {0}; name the servers' key file with --key-file")]
    NoKey(PathBuf),
    #[error(transparent)]
    Unopened(#[from] OpenError),
    #[error("the table {0} differs from this program's schema, so the copy would be incomplete")]
    Unlike(String),
    #[error("the copy failed its check: {0}")]
    Unsound(String),
    #[error("the database can't be copied: {0}")]
    Database(#[from] StoreError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        BackupError::Database(error.into())
    }
}

/// The files of a copy, in the order in which they are made. The journal exists only while the database is written.
const FILES: [&str; 3] = ["guildhall.db", "guildhall.db-journal", "key"];

/// The site to copy, already opened and checked.
enum Source {
    Sqlite(SqliteConnection),
    Postgres(from_postgres::Site),
}

/// Copies a site, running or not, into a new folder that `guildhall serve --data` can start from. The copy is a
/// snapshot of the database, and the key. A PostgreSQL database becomes an embedded one. Only the owner can read the
/// copy, because it contains every secret.
///
/// # Errors
/// A failed copy is not left behind under the requested name.
pub async fn copy(location: &DatabaseLocation, key: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let source = open(location, key).await?;
    let folder_error = |why| BackupError::Folder { folder: to.to_owned(), why };
    let invalid_name = || folder_error(std::io::ErrorKind::InvalidFilename.into());
    let mut name = to.file_name().ok_or_else(invalid_name)?.to_os_string();
    name.push(".unfinished");
    let unfinished = to.with_file_name(name);
    clear(&unfinished)?;
    make_private_folder(&unfinished).map_err(folder_error)?;
    let copy = database_file(&unfinished);
    make_private_file(&copy).map_err(folder_error)?;
    match source {
        Source::Sqlite(mut site) => {
            let target = copy.to_str().ok_or_else(invalid_name)?;
            let vacuum = sqlx::query("vacuum into $1").bind(target).execute(&mut site).await;
            site.close().await?;
            vacuum?;
        }
        Source::Postgres(site) => from_postgres::copy(site, &copy).await?,
    }
    finish(key, &unfinished, to).map_err(folder_error)
}

/// Opens the site to copy.
async fn open(location: &DatabaseLocation, key: &Path) -> Result<Source, BackupError> {
    match location {
        DatabaseLocation::Folder(folder) => {
            let source = database_file(folder);
            if !source.exists() {
                return Err(BackupError::NoSite(folder.clone()));
            }
            Ok(Source::Sqlite(sqlite_options(&source).create_if_missing(false).connect().await?))
        }
        // The servers may keep the key on another machine. Without the key, the links of waiting emails are lost.
        DatabaseLocation::Postgres { .. } if !key.exists() => Err(BackupError::NoKey(key.to_owned())),
        DatabaseLocation::Postgres { url, .. } => Ok(Source::Postgres(from_postgres::open(url.expose_secret()).await?)),
    }
}

/// Adds the key, and renames the copy once all of it is on the disk.
fn finish(key: &Path, unfinished: &Path, to: &Path) -> std::io::Result<()> {
    if key.exists() {
        let copy = unfinished.join("key");
        make_private_file(&copy)?;
        std::fs::write(&copy, std::fs::read(key)?)?;
        sync_file(&copy)?;
    }
    sync_file(&database_file(unfinished))?;
    sync_folder(unfinished)?;
    std::fs::rename(unfinished, to)?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

/// Removes the remains of an unfinished copy, and nothing else.
fn clear(unfinished: &Path) -> Result<(), BackupError> {
    let folder_error = |why| BackupError::Folder { folder: unfinished.to_owned(), why };
    let entries = match std::fs::read_dir(unfinished) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(folder_error(e)),
    };
    let left: Vec<PathBuf> =
        entries.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>().map_err(folder_error)?;
    let ours = |path: &PathBuf| FILES.iter().any(|name| path.file_name().is_some_and(|n| n == *name));
    if !left.iter().all(ours) {
        return Err(BackupError::InTheWay(unfinished.to_owned()));
    }
    left.iter().try_for_each(std::fs::remove_file).map_err(folder_error)?;
    std::fs::remove_dir(unfinished).map_err(folder_error)
}

/// Waits until a file is on the disk.
fn sync_file(file: &Path) -> std::io::Result<()> {
    File::options().write(true).open(file)?.sync_all()
}

/// Waits until the entries of a folder are on the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Here folders can't be opened, and their entries need no sync.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
