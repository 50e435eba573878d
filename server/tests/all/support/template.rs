//! Migrated databases. Running the migrations for each test would take longer than most tests.
//!
//! A SQLite file is copied. A PostgreSQL copy has three hundred files, so a database of a finished process is reset and
//! used again. The first test that needs a template creates it. Its name has the fingerprint of the migrations, so that
//! other processes and later runs find it.

use super::{COUNT, Engine, Folder, at, create, database};
use server::store::{DatabaseLocation, Purpose, Store};
use sqlx::{Connection as _, PgConnection};
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A migrated database of an engine, and the folder that it may need.
pub async fn copy(engine: &Engine) -> (DatabaseLocation, Folder) {
    let folder = Folder::new();
    let place = match engine {
        Engine::Sqlite => {
            let data = folder.0.join("data");
            // With the same permissions as the program sets.
            std::fs::DirBuilder::new().mode(0o700).create(&data).unwrap();
            std::fs::copy(sqlite().await, data.join("guildhall.db")).unwrap();
            DatabaseLocation::Folder(data)
        }
        Engine::Postgres(url) => DatabaseLocation::Postgres { url: lease(url).await.into(), migrate: false },
    };
    (place, folder)
}

/// The file to copy.
async fn sqlite() -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{:016x}.db", fingerprint("sqlite")));
    if !file.exists() {
        let folder = Folder::new();
        let data = folder.0.join("data");
        Store::open(&DatabaseLocation::Folder(data.clone()), Purpose::Migrate).await.unwrap().close().await;
        // Concurrent processes each rename the same complete file into place.
        let made = file.with_extension(format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst)));
        std::fs::copy(data.join("guildhall.db"), &made).unwrap();
        std::fs::rename(&made, &file).unwrap();
    }
    file
}

/// The URL of a migrated database that belongs to this process until it ends, because a finished test may still write
/// to it.
async fn lease(server: &str) -> String {
    static LEASED: AtomicU64 = AtomicU64::new(0);
    let name = format!("guildhall_test_{}_{}", slot(), LEASED.fetch_add(1, Ordering::SeqCst));
    let url = at(server, &name);
    if !reset(&url).await {
        create(server, &name, &postgres(server).await).await;
    }
    url
}

/// The prefix of this process's database names. Each concurrent process of this folder takes a free number that an
/// earlier one may have used.
fn slot() -> &'static str {
    static SLOT: OnceLock<(String, File)> = OnceLock::new();
    let (slot, _) = SLOT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut hasher = DefaultHasher::new();
        (folder, fingerprint("postgres")).hash(&mut hasher);
        let pool = format!("{:016x}", hasher.finish());
        let free = |number| {
            let lock = File::create(folder.join(format!("postgres-{pool}-{number}"))).unwrap();
            lock.try_lock().is_ok().then(|| (format!("{pool}_{number}"), lock))
        };
        (0_u32..).find_map(free).unwrap()
    });
    slot
}

/// Resets a used database, if it exists and its schema is unchanged.
async fn reset(url: &str) -> bool {
    let Ok(mut connection) = PgConnection::connect(url).await else { return false };
    sqlx::raw_sql(RESET).execute(&mut connection).await.is_ok()
}

/// Stores the initial rows of a database.
const SNAPSHOT: &str = "
    create schema snapshot;
    create function snapshot.fingerprint() returns text language sql as $$
        select md5(string_agg(part, ', ' order by part)) from (
            select concat_ws(' ', attrelid::regclass, attname, atttypid::regtype, attnotnull, attisdropped) as part
            from pg_attribute join pg_class c on c.oid = attrelid where c.relnamespace = 'public'::regnamespace
            union all select concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
                where connamespace = 'public'::regnamespace
            union all select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger
            union all select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace) parts
    $$;
    do $$ declare name text; begin
        for name in select tablename from pg_tables where schemaname = 'public' loop
            execute format('create table snapshot.%1$I as table public.%1$I', name);
        end loop;
    end $$;
    create table snapshot.schema as select snapshot.fingerprint() as fingerprint;
";

/// Ends remaining connections and waits for them.
const RESET: &str = "
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
    set session_replication_role = replica;
    do $$ declare name text; begin
        if snapshot.fingerprint() <> (select fingerprint from snapshot.schema) then
            raise 'its schema is not as it was';
        end if;
        for name in select tablename from pg_tables where schemaname = 'public' loop
            execute format('lock table public.%1$I in access exclusive mode', name);
        end loop;
        for name in select tablename from pg_tables where schemaname = 'public' loop
            execute format('delete from public.%1$I; insert into public.%1$I select * from snapshot.%1$I', name);
        end loop;
        perform setval(format('public.%I', sequencename)::regclass, 1, false) from pg_sequences where schemaname = 'public';
    end $$;
";

/// The name of the template database.
async fn postgres(url: &str) -> String {
    let number = fingerprint("postgres");
    let name = format!("guildhall_template_{number:016x}");
    let mut connection = PgConnection::connect(url).await.unwrap();
    let there = async |connection: &mut PgConnection| {
        let sql = format!("select 1 from pg_database where datname = '{name}'");
        !sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.unwrap().is_empty()
    };
    if !there(&mut connection).await {
        // One process creates it, and those that waited find it. The lock ends with the connection.
        let lock = format!("select pg_advisory_lock({})", number.cast_signed());
        sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut connection).await.unwrap();
        if !there(&mut connection).await {
            let made = database(url).await;
            let (_, temporary) = made.rsplit_once('/').unwrap();
            let place = DatabaseLocation::Postgres { url: at(url, temporary).into(), migrate: true };
            Store::open(&place, Purpose::Migrate).await.unwrap().close().await;
            let mut inside = PgConnection::connect(&made).await.unwrap();
            sqlx::raw_sql(SNAPSHOT).execute(&mut inside).await.unwrap();
            inside.close().await.unwrap();
            let rename = format!("alter database {temporary} rename to {name}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(rename)).execute(&mut connection).await.unwrap();
        }
    }
    name
}

/// A hash of the text of an engine's migrations.
fn fingerprint(engine: &str) -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    SNAPSHOT.hash(&mut hasher);
    for file in files {
        file.file_name().hash(&mut hasher);
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}
