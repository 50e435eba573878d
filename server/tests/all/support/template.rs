//! Migrated databases. Migrating anew for each test would take longer than most tests.
//!
//! Of SQLite, a file is copied. Of PostgreSQL a copy is three hundred files, so a database that an earlier process is through
//! with is made as it was and used again. What there is to copy is made by the first test that needs it, and named for the
//! migrations that made it: tests in other processes, and later runs, find the same.

use super::{COUNT, Engine, Folder, at, create, database};
use server::store::{Place, Purpose, Store};
use sqlx::{Connection as _, PgConnection};
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

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
        Engine::Postgres(url) => Place::Postgres { url: lease(url).await, migrate: false },
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

/// The address of a migrated database that is this process's own until it ends: what a test left running may still write
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

/// Names the databases of this process: of the processes that run beside each other from this folder, each has a number that
/// an earlier one had.
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

/// Makes a database that was used what it was, if it is there and its schema is what it was.
async fn reset(url: &str) -> bool {
    let Ok(mut connection) = PgConnection::connect(url).await else { return false };
    sqlx::raw_sql(RESET).execute(&mut connection).await.is_ok()
}

/// Keeps what a database begins with.
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

/// Whoever is still in it is put out, and waited for.
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
            let made = database(url).await;
            let (_, temporary) = made.rsplit_once('/').unwrap();
            let place = Place::Postgres { url: at(url, temporary), migrate: true };
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

/// A number for the text of an engine's migrations.
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
