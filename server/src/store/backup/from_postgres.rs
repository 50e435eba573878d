//! Copying a site from PostgreSQL into an embedded database.

use super::BackupError;
use crate::store::open::{connect_without_timeouts, migration_error, refuse_other_postgres, sqlite_options};
use crate::store::postgres_url::ConnectionMode;
use crate::store::{StoreError, migrations};
use futures::TryStreamExt as _;
use sqlx::postgres::{PgColumn, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx::{Column as _, ConnectOptions as _, Connection as _, Executor as _, Row as _, Statement as _, TypeInfo as _};
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};
use std::collections::BTreeSet;
use std::path::Path;
use uuid::Uuid;

/// The connection to the site to copy, and how it is reached.
pub(super) type Site = (PgConnection, ConnectionMode);

/// Opens a site, and checks that its schema is the one that this program gives to a copy.
pub(super) async fn open(url: &str) -> Result<Site, BackupError> {
    let (mut site, mode) = connect_without_timeouts(url).await?;
    let mut tx = site.begin_with(mode.begin_read_without_timeouts()).await?;
    refuse_other_postgres(&mut tx).await?;
    tx.rollback().await?;
    Ok((site, mode))
}

/// Copies every row of every table from one snapshot into an embedded database in a new file. It holds one row at a
/// time in memory.
pub(super) async fn copy((mut site, mode): Site, file: &Path) -> Result<(), BackupError> {
    let mut copy = sqlite_options(file)
        // One file, which is synced at the end. An unfinished copy is made again.
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Off)
        // Tables are copied in any order, so references are checked at the end.
        .foreign_keys(false)
        .disable_statement_logging()
        .connect()
        .await?;
    migrations::sqlite().run(&mut copy).await.map_err(migration_error)?;
    let filled = fill(&mut copy, &mut site, mode).await;
    let closed = copy.close().await;
    filled?;
    closed?;
    Ok(site.close().await?)
}

/// Fills a migrated database. Its triggers check transitions of a site and not rows in any order, so they are dropped
/// meanwhile.
async fn fill(copy: &mut SqliteConnection, site: &mut PgConnection, mode: ConnectionMode) -> Result<(), BackupError> {
    let before = schema(copy).await?;
    let named = |kind| before.iter().filter(move |part| part.kind == kind).map(|part| part.name.as_str());
    let tables: Vec<&str> = named("table").filter(|name| !name.starts_with("sqlite_") && *name != MIGRATIONS).collect();

    let mut site = site.begin_with(mode.begin_read_without_timeouts()).await?;
    // The tables are locked before the first read, which fixes the snapshot. So none is altered after it.
    let all = list(tables.iter().map(|table| quoted(table)));
    sqlx::raw_sql(trusted_sql(format!("lock table {all} in access share mode"))).execute(&mut *site).await?;
    refuse_other_postgres(&mut site).await?;

    let mut copy = copy.begin().await?;
    for trigger in named("trigger") {
        copy.execute(trusted_sql(format!("drop trigger {}", quoted(trigger)))).await?;
    }
    for table in tables {
        copy_table(table, &mut copy, &mut site).await?;
    }
    for trigger in before.iter().filter(|part| part.kind == "trigger") {
        copy.execute(trusted_sql(trigger.sql.clone().unwrap_or_default())).await?;
    }
    let after: BTreeSet<Part> = schema(&mut copy).await?.into_iter().collect();
    if after != before.into_iter().collect() {
        return Err(BackupError::Unsound("its schema has changed".to_owned()));
    }
    let stray: Option<(String, String)> =
        sqlx::query_as(r#"select "table", parent from pragma_foreign_key_check limit 1"#)
            .fetch_optional(&mut *copy)
            .await?;
    if let Some((table, parent)) = stray {
        return Err(BackupError::Unsound(format!("a row of {table} refers to a missing row of {parent}")));
    }
    copy.commit().await?;
    Ok(site.rollback().await?)
}

/// Replaces the rows that the migrations inserted into a table with those of the site. Columns are matched by name.
async fn copy_table(table: &str, copy: &mut SqliteConnection, site: &mut PgConnection) -> Result<(), BackupError> {
    let ours: Vec<(String,)> =
        sqlx::query_as("select name from pragma_table_info($1)").bind(table).fetch_all(&mut *copy).await?;
    let theirs: Vec<(String,)> = sqlx::query_as::<Postgres, _>(
        "select attname::text from pg_attribute
         where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped",
    )
    .bind(table)
    .persistent(false)
    .fetch_all(&mut *site)
    .await?;
    if ours.iter().collect::<BTreeSet<_>>() != theirs.iter().collect() {
        return Err(BackupError::Unlike(table.to_owned()));
    }
    let (name, columns) = (quoted(table), list(ours.iter().map(|(column,)| quoted(column))));
    let values = list((1..=ours.len()).map(|n| format!("${n}")));
    copy.execute(trusted_sql(format!("delete from {name}"))).await?;
    let insert = copy.prepare(trusted_sql(format!("insert into {name} ({columns}) values ({values})"))).await?;
    let mut rows =
        sqlx::query::<Postgres>(trusted_sql(format!("select {columns} from {name}"))).persistent(false).fetch(site);
    while let Some(row) = rows.try_next().await? {
        let mut statement = insert.query();
        for column in row.columns() {
            statement = bind(statement, &row, column)?.ok_or_else(|| BackupError::Unlike(table.to_owned()))?;
        }
        statement.execute(&mut *copy).await?;
    }
    Ok(())
}

type Insert<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds a value of a row to a statement. Returns `None` for a type that the schema doesn't use.
fn bind<'q>(statement: Insert<'q>, row: &PgRow, column: &PgColumn) -> Result<Option<Insert<'q>>, StoreError> {
    let at = column.ordinal();
    Ok(Some(match column.type_info().name() {
        "UUID" => statement.bind(row.try_get::<Option<Uuid>, _>(at)?),
        "BYTEA" => statement.bind(row.try_get::<Option<Vec<u8>>, _>(at)?),
        "INT8" => statement.bind(row.try_get::<Option<i64>, _>(at)?),
        "BOOL" => statement.bind(row.try_get::<Option<bool>, _>(at)?),
        "TEXT" => statement.bind(row.try_get::<Option<String>, _>(at)?),
        _ => return Ok(None),
    }))
}

/// The table in which each database records its migrations.
const MIGRATIONS: &str = "_sqlx_migrations";

/// A table, index or trigger of an embedded database.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    kind: String,
    name: String,
    sql: Option<String>,
}

/// All parts of the schema, in the order in which they were created.
async fn schema(copy: &mut SqliteConnection) -> Result<Vec<Part>, sqlx::Error> {
    let parts = sqlx::query_as("select type, name, sql from sqlite_master order by rowid").fetch_all(copy).await?;
    Ok(parts.into_iter().map(|(kind, name, sql)| Part { kind, name, sql }).collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// A statement made of names from the catalogue. It contains nothing that people have typed.
#[expect(clippy::disallowed_methods, reason = "names of tables and columns can't be bound")]
fn trusted_sql(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}
