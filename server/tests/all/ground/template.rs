//! Migrated databases to copy. Migrating anew for each test would take longer than most tests.
//!
//! They are made by the first test that needs one, and named for the migrations that made them: tests in other processes,
//! and later runs, copy the same.

use super::{COUNT, Engine, Folder, at, database};
use server::store::{Place, Purpose, Store};
use sqlx::{Connection as _, PgConnection};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// A migrated database of an engine, and the folder that it may need.
pub async fn copy(engine: &Engine) -> (Place, Folder) {
    let folder = Folder::new();
    let place = match engine {
        Engine::Sqlite => {
            let data = folder.0.join("data");
            // As the program makes it.
            std::fs::DirBuilder::new().mode(0o700).create(&data).unwrap();
            std::fs::copy(sqlite().await, data.join("guildhall.db")).unwrap();
            Place::Folder(data)
        }
        Engine::Postgres(url) => Place::Postgres { url: database(url, &postgres(url).await).await, migrate: false },
    };
    (place, folder)
}

/// The file to copy.
async fn sqlite() -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{:016x}.db", fingerprint("sqlite")));
    if !file.exists() {
        let folder = Folder::new();
        let data = folder.0.join("data");
        Store::open(&Place::Folder(data.clone()), Purpose::Migrate).await.unwrap().close().await;
        // Of several who make it at once, each puts the same in its place, whole.
        let made = file.with_extension(format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst)));
        std::fs::copy(data.join("guildhall.db"), &made).unwrap();
        std::fs::rename(&made, &file).unwrap();
    }
    file
}

/// The name of the database to copy.
async fn postgres(url: &str) -> String {
    let number = fingerprint("postgres");
    let name = format!("guildhall_template_{number:016x}");
    let mut connection = PgConnection::connect(url).await.unwrap();
    let there = async |connection: &mut PgConnection| {
        let sql = format!("select 1 from pg_database where datname = '{name}'");
        !sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.unwrap().is_empty()
    };
    if !there(&mut connection).await {
        // One makes it; who waited for that finds it. The lock goes with the connection.
        let lock = format!("select pg_advisory_lock({})", number.cast_signed());
        sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut connection).await.unwrap();
        if !there(&mut connection).await {
            let made = database(url, "template1").await;
            let (_, temporary) = made.rsplit_once('/').unwrap();
            let place = Place::Postgres { url: at(url, temporary), migrate: true };
            Store::open(&place, Purpose::Migrate).await.unwrap().close().await;
            let rename = format!("alter database {temporary} rename to {name}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(rename)).execute(&mut connection).await.unwrap();
        }
    }
    name
}

/// A number for the text of an engine's migrations.
fn fingerprint(engine: &str) -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.file_name().hash(&mut hasher);
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}
