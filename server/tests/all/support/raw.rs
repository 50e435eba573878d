//! Raw access to the database: the actual rows, and statements that no rule checks.

use super::World;
use secrecy::ExposeSecret as _;
use server::store::DatabaseLocation;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use tokio::sync::{MappedMutexGuard, MutexGuard};

/// A raw connection, and the statements that read everything on it.
pub struct Raw {
    connection: Connection,
    /// By the column that is left out: the tables, and the statement that reads all of them.
    snapshots: BTreeMap<String, (Vec<String>, String)>,
}

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl World {
    /// Runs a statement without the rules, for states that no command leads to yet. Returns whether the schema accepted
    /// it.
    pub async fn execute_raw(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.place {
            DatabaseLocation::Folder(folder) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(folder.join("guildhall.db"))
                    .foreign_keys(true)
                    .pragma("recursive_triggers", "ON");
                let mut connection = SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
            DatabaseLocation::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url.expose_secret()).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
        }
    }

    /// The raw connection, opened when it is first needed.
    async fn raw(&self) -> MappedMutexGuard<'_, Raw> {
        let mut raw = self.raw.lock().await;
        if raw.is_none() {
            *raw = Some(Raw::open(&self.place).await);
        }
        MutexGuard::map(raw, |raw| raw.as_mut().unwrap())
    }

    /// The one text column of a query on the raw connection.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        self.raw().await.rows(sql).await
    }

    /// Every table with its rows, as [`contents`] returns them.
    pub async fn contents(&self, but: &str) -> BTreeMap<String, Vec<String>> {
        self.raw().await.contents(but).await
    }

    /// Everything in the database except the attempt counters, as text. Two equal snapshots show that nothing changed.
    pub async fn snapshot(&self) -> String {
        let mut tables = self.contents("").await;
        tables.remove("allowance");
        let tables: Vec<String> = tables.iter().map(|(table, rows)| format!("{table}\n{}", rows.join("\n"))).collect();
        tables.join("\n\n")
    }
}

/// Every table with its rows as sorted text, the same on both engines. The column `but` is left out.
pub async fn contents(place: &DatabaseLocation, but: &str) -> BTreeMap<String, Vec<String>> {
    Raw::open(place).await.contents(but).await
}

/// The tables of a database, by name.
pub async fn tables(place: &DatabaseLocation) -> Vec<String> {
    Raw::open(place).await.tables().await
}

/// The one text column of a query, on a connection of its own.
pub async fn raw_rows(place: &DatabaseLocation, sql: &str) -> Vec<String> {
    Raw::open(place).await.rows(sql).await
}

impl Raw {
    pub async fn open(place: &DatabaseLocation) -> Self {
        let connection = match place {
            DatabaseLocation::Folder(folder) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
                Connection::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
            }
            DatabaseLocation::Postgres { url, .. } => {
                Connection::Postgres(PgConnection::connect(url.expose_secret()).await.unwrap())
            }
        };
        Self { connection, snapshots: BTreeMap::new() }
    }

    /// The one text column of a query.
    pub async fn rows(&mut self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        let rows: Vec<(String,)> = match &mut self.connection {
            Connection::Sqlite(connection) => sqlx::query_as(sql).fetch_all(connection).await.unwrap(),
            Connection::Postgres(connection) => sqlx::query_as(sql).fetch_all(connection).await.unwrap(),
        };
        rows.into_iter().map(|(text,)| text).collect()
    }

    async fn tables(&mut self) -> Vec<String> {
        let sql = match self.connection {
            Connection::Sqlite(_) => {
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '\\_%' escape '\\' order by name"
            }
            Connection::Postgres(_) => {
                "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and left(table_name, 1) <> '_' order by 1"
            }
        };
        self.rows(sql).await
    }

    async fn contents(&mut self, but: &str) -> BTreeMap<String, Vec<String>> {
        if !self.snapshots.contains_key(but) {
            let query = self.snapshot_query(but).await;
            self.snapshots.insert(but.to_owned(), query);
        }
        let (tables, sql) = self.snapshots[but].clone();
        let mut found: BTreeMap<String, Vec<String>> = tables.into_iter().map(|table| (table, Vec::new())).collect();
        for row in self.rows(&sql).await {
            let (table, row) = row.split_once('|').unwrap();
            found.get_mut(table).unwrap().push(row.to_owned());
        }
        found.values_mut().for_each(|rows| rows.sort());
        found
    }

    /// All tables, and one statement that selects each row of each, prefixed with the name of its table.
    async fn snapshot_query(&mut self, but: &str) -> (Vec<String>, String) {
        let columns = match self.connection {
            Connection::Sqlite(_) => {
                "select name || ' ' || lower(type) from pragma_table_info('{table}') where name <> '{but}' order by name"
            }
            Connection::Postgres(_) => {
                "select column_name || ' ' || data_type from information_schema.columns
                 where table_schema = 'public' and table_name = '{table}' and column_name <> '{but}' order by column_name"
            }
        };
        let tables = self.tables().await;
        let mut parts = Vec::new();
        for table in &tables {
            let columns = self.rows(&columns.replace("{table}", table).replace("{but}", but)).await;
            let columns: Vec<String> = columns.iter().map(|column| as_text(column)).collect();
            parts.push(format!("select '{table}|' || concat_ws(', ', {}) from {table}", columns.join(", ")));
        }
        (tables, parts.join(" union all "))
    }
}

/// The SQL expression for a column, given with its type: its name, and its value in the format of SQLite's `quote`.
fn as_text(column: &str) -> String {
    let (name, kind) = column.split_once(' ').unwrap();
    let shown = match kind {
        "uuid" => format!("'X''' || upper(encode(uuid_send({name}), 'hex')) || ''''"),
        "bytea" => format!("'X''' || upper(encode({name}, 'hex')) || ''''"),
        "boolean" => format!("{name}::int::text"),
        "bigint" => format!("{name}::text"),
        "text" => format!("'''' || replace({name}, '''', '''''') || ''''"),
        "blob" | "integer" => format!("quote({name})"),
        other => panic!("how is a column of {other} shown?"),
    };
    format!("'{name} ' || coalesce({shown}, 'NULL')")
}
