//! A stored database of an earlier version is brought up to date, and nothing in it is lost.
//!
//! `stored/` has the rows of the demo as a version wrote them, for each engine; the number is that of its newest migration.
//! To store those of this version: `GUILDHALL_STORE=1 cargo test -p server stored::`. A stored file never changes.

use crate::support::{Engine, Folder, NOON, World, engines, place};
use app::backend::Answer as _;
use secrecy::ExposeSecret as _;
use server::demo;
use server::store::{DatabaseLocation, history, organizations};
use shared::names::OrganizationName;
use shared::wire::requests::QueueQuery;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};

/// The table in which sqlx notes what was applied.
const APPLIED: &str = "_sqlx_migrations";

/// A table with the columns that are stored.
struct Section {
    table: String,
    columns: Vec<String>,
}

impl Section {
    /// The line above the rows of a table.
    fn heading(&self) -> String {
        format!("-- {}: {}", self.table, self.columns.join(", "))
    }

    fn of_heading(line: &str) -> Option<Self> {
        let (table, columns) = line.strip_prefix("-- ")?.split_once(": ")?;
        Some(Self { table: table.to_owned(), columns: columns.split(", ").map(str::to_owned).collect() })
    }

    /// A query for its rows, as statements that insert them.
    fn query(&self, engine: &Engine) -> String {
        let columns = self.columns.join(", ");
        let quoted =
            |quote: fn(&String) -> String| self.columns.iter().map(quote).collect::<Vec<_>>().join(" || ', ' || ");
        let (into, values) = match engine {
            Engine::Sqlite => ("", quoted(|column| format!("quote({column})"))),
            Engine::Postgres(_) => {
                (" overriding system value", quoted(|column| format!("quote_nullable({column}::text)")))
            }
        };
        let table = &self.table;
        format!("select 'insert into {table} ({columns}){into} values (' || {values} || ');' from {table} order by 1")
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/stored")
}

const fn name(engine: &Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres(_) => "postgres",
    }
}

/// The migrations of an engine: number and text, in order.
fn migrations(engine: &Engine) -> Vec<(i64, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name(engine));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let number = |file: &Path| file.file_name().unwrap().to_str().unwrap()[..4].parse().unwrap();
    let mut all: Vec<(i64, String)> =
        files.map(|file| (number(&file), std::fs::read_to_string(file).unwrap())).collect();
    all.sort();
    all
}

/// All tables, with their columns.
async fn sections(world: &World, engine: &Engine) -> Vec<Section> {
    let tables = match engine {
        Engine::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!'"
        }
        Engine::Postgres(_) => "select tablename::text from pg_tables where schemaname = 'public'",
    };
    let mut tables = world.rows(tables).await;
    tables.sort_by_key(|table| (table == APPLIED, table.clone()));
    let mut sections = Vec::new();
    for table in tables {
        let columns = match engine {
            Engine::Sqlite => format!("select name from pragma_table_info('{table}') order by cid"),
            Engine::Postgres(_) => format!(
                "select column_name::text from information_schema.columns
                 where table_schema = 'public' and table_name = '{table}' order by ordinal_position"
            ),
        };
        sections.push(Section { columns: world.rows(&columns).await, table });
    }
    sections
}

/// The rows of tables as text: statements, each table below its heading.
async fn rows(world: &World, engine: &Engine, sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        text.push_str(&section.heading());
        text.push('\n');
        for row in world.rows(&section.query(engine)).await {
            text.push_str(&row);
            text.push('\n');
        }
    }
    text
}

/// What a schema consists of.
async fn schema(world: &World, engine: &Engine) -> Vec<String> {
    let parts = match engine {
        Engine::Sqlite => "select type || ' ' || name || ' ' || coalesce(sql, '') from sqlite_master",
        Engine::Postgres(_) => {
            "select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name)
             from information_schema.columns where table_schema = 'public'
             union all select indexdef from pg_indexes where schemaname = 'public'
             union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
             union all select concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
                 where connamespace = 'public'::regnamespace
             union all select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace"
        }
    };
    let mut parts = world.rows(parts).await;
    parts.retain(|part| !part.contains(APPLIED));
    parts.sort();
    parts
}

/// How sqlx notes on PostgreSQL and SQLite what was applied.
fn applied_table(engine: &Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "create table _sqlx_migrations (version bigint primary key, description text not null,
             installed_on timestamp not null default current_timestamp, success boolean not null, checksum blob not null,
             execution_time bigint not null)"
        }
        Engine::Postgres(_) => {
            "create table _sqlx_migrations (version bigint primary key, description text not null,
             installed_on timestamptz not null default now(), success boolean not null, checksum bytea not null,
             execution_time bigint not null)"
        }
    }
}

/// A database as it was stored: the schema of then, with the rows of then.
async fn stored(engine: &Engine, number: i64, rows: &str) -> (DatabaseLocation, Folder) {
    let (place, folder) = place(engine).await;
    let schema = migrations(engine).into_iter().filter(|(of, _)| *of <= number).map(|(_, text)| text);
    let mut steps: Vec<String> = schema.chain([applied_table(engine).to_owned()]).collect();
    match &place {
        DatabaseLocation::Folder(data) => {
            use std::os::unix::fs::DirBuilderExt as _;
            std::fs::DirBuilder::new().mode(0o700).create(data).unwrap();
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("guildhall.db"));
            let mut connection =
                SqliteConnection::connect_with(&options.create_if_missing(true).foreign_keys(false)).await.unwrap();
            for step in steps {
                sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut connection).await.unwrap();
            }
            // Rows come in as they are, past the triggers that hold what may follow what.
            let triggers: Vec<(String, String)> =
                sqlx::query_as("select name, sql from sqlite_master where type = 'trigger'")
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let tables: Vec<(String,)> = sqlx::query_as(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!'",
            )
            .fetch_all(&mut connection)
            .await
            .unwrap();
            let drops = triggers.iter().map(|(name, _)| format!("drop trigger {name}"));
            let empties = tables.iter().map(|(name,)| format!("delete from {name}"));
            let again = triggers.iter().map(|(_, sql)| sql.clone());
            for step in drops.chain(empties).chain([rows.to_owned()]).chain(again) {
                sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        }
        DatabaseLocation::Postgres { url, .. } => {
            let mut connection = PgConnection::connect(url.expose_secret()).await.unwrap();
            steps.insert(0, "set session_replication_role = replica".to_owned());
            steps.push(
                "do $$ declare name text; begin
                    for name in select tablename from pg_tables where schemaname = 'public' loop
                        execute format('delete from %I', name);
                    end loop;
                 end $$"
                    .to_owned(),
            );
            steps.push(rows.to_owned());
            steps.push(
                "select setval(pg_get_serial_sequence('event', 'number'), (select max(number) from event))".to_owned(),
            );
            for step in steps {
                sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        }
    }
    (place, folder)
}

/// Stores the demo as this version writes it, unless that was done.
#[tokio::test(flavor = "multi_thread")]
async fn this_version_is_stored_when_asked_for() {
    if std::env::var_os("GUILDHALL_STORE").is_none() {
        return;
    }
    for engine in engines() {
        let newest = migrations(&engine).last().unwrap().0;
        let file = folder().join(format!("{newest:04}.{}.sql", name(&engine)));
        if !file.exists() {
            let world = World::new(&engine).await.on_loopback();
            demo::fill(world.services.bus.clone(), &world.services.hasher, None).await.unwrap();
            // A few emails stand for all: each is longer than everything else of its sender.
            let few = "delete from letter where id not in (select id from letter order by id desc limit 3)";
            world.execute_raw(few).await.unwrap();
            let sections = sections(&world, &engine).await;
            std::fs::write(file, rows(&world, &engine, &sections).await).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_database_of_each_version_is_upgraded_without_loss() {
    for engine in engines() {
        let fresh = World::new(&engine).await;
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.to_str().unwrap().ends_with(&format!(".{}.sql", name(&engine))));
        assert!(!files.is_empty(), "nothing is stored for {}", name(&engine));
        for file in files {
            let number = file.file_name().unwrap().to_str().unwrap()[..4].parse().unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let (place, folder) = stored(&engine, number, &text).await;
            // The checksums that are stored hold the older migrations to what they were.
            let key = folder.0.join("key");
            let world = World::at(place, folder, &key, NOON, false).await.on_loopback();
            assert_eq!(schema(&world, &engine).await, schema(&fresh, &engine).await, "{file:?}");

            let mut sections: Vec<Section> = text.lines().filter_map(Section::of_heading).collect();
            sections.retain(|section| section.table != APPLIED);
            let before = text.split(&format!("-- {APPLIED}: ")).next().unwrap();
            assert_eq!(rows(&world, &engine, &sections).await, before, "{file:?}");

            // It is a site that works: people sign in, administrators see the queue, and history is sound.
            let boss = world.caller_of(demo::ADMINISTRATOR, demo::PASSWORD).await;
            assert_eq!(world.services.answer(&boss, QueueQuery { query: String::new() }).await.unwrap().open.len(), 6);
            let key = OrganizationName::parse("sundial").unwrap().key();
            let sundial = world.read(async |tx| organizations::by_name(tx, &key).await).await.unwrap();
            let events = world.read(async |tx| history::of_organization(tx, sundial.id, 1).await).await;
            assert!(!events.is_empty());
            assert_eq!(history::first_broken_link(sundial.id, &events), None);
        }
    }
}
