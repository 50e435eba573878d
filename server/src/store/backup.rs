//! A consistent copy of a running site.

use super::open::{file, sqlite_options};
use super::{Place, StoreError};
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why no copy was made. Each is a sentence for an operator.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error("{0} exists already; name a folder that does not, so that no earlier copy is lost")]
    Exists(PathBuf),
    #[error("there is no site in {0}")]
    NoSite(PathBuf),
    #[error("the copy can't be written to {folder}: {why}")]
    Folder { folder: PathBuf, why: std::io::Error },
    #[error("PostgreSQL keeps its own copies: use pg_dump, and keep the key file beside it")]
    Postgres,
    #[error("the database can't be copied: {0}")]
    Database(#[from] StoreError),
}

/// Copies a site, running or not, into a new folder that `guildhall serve --data` can start from: the
/// database as it stands at one moment, and the key.
///
/// # Errors
/// See [`BackupError`]. A copy that failed is not left behind under the name that was asked for.
pub async fn copy(place: &Place, key: &Path, to: &Path) -> Result<(), BackupError> {
    let Place::Folder(folder) = place else { return Err(BackupError::Postgres) };
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let source = file(folder);
    if !source.exists() {
        return Err(BackupError::NoSite(folder.clone()));
    }
    let unwritable = |why| BackupError::Folder { folder: to.to_owned(), why };
    let unfinished = to.with_extension("unfinished");
    let _ = std::fs::remove_dir_all(&unfinished);
    std::fs::create_dir_all(&unfinished).map_err(unwritable)?;
    let target = file(&unfinished);
    let target = target.to_str().ok_or_else(|| unwritable(std::io::ErrorKind::InvalidFilename.into()))?;
    let mut connection = sqlite_options(&source).create_if_missing(false).connect().await.map_err(StoreError::from)?;
    let copied = sqlx::query("vacuum into $1").bind(target).execute(&mut connection).await.map_err(StoreError::from);
    connection.close().await.map_err(StoreError::from)?;
    copied?;
    if key.exists() {
        std::fs::copy(key, unfinished.join("key")).map_err(unwritable)?;
    }
    std::fs::rename(&unfinished, to).map_err(unwritable)
}
