//! Past the store: what is really in the database, and statements that no rule lets through.

use super::World;
use server::store::Place;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;

impl World {
    /// Runs a statement past every rule, for states that no rule leads to yet, and says whether the schema
    /// let it.
    pub async fn force(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.place {
            Place::Folder(folder) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(folder.join("guildhall.db"))
                    .foreign_keys(true)
                    .pragma("recursive_triggers", "ON");
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
            Place::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
        }
    }

    /// The one text column of a query that goes past the store, to see what is really there.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        raw_rows(&self.place, sql).await
    }

    /// Everything in the database but how often something was tried, as text: to see that nothing changed.
    pub async fn picture(&self) -> String {
        let mut tables = contents(&self.place, "").await;
        tables.remove("allowance");
        let tables: Vec<String> = tables.iter().map(|(table, rows)| format!("{table}\n{}", rows.join("\n"))).collect();
        tables.join("\n\n")
    }
}

/// The tables of a database, by name.
pub async fn tables(place: &Place) -> Vec<String> {
    let sql = match place {
        Place::Folder(_) => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '\\_%' escape '\\' order by name"
        }
        Place::Postgres { .. } => {
            "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and left(table_name, 1) <> '_' order by 1"
        }
    };
    raw_rows(place, sql).await
}

/// Every table with its rows as sorted text, the same on both engines; `but` is a column that is left out.
pub async fn contents(place: &Place, but: &str) -> BTreeMap<String, Vec<String>> {
    let tables = tables(place).await;
    let columns = match place {
        Place::Folder(_) => {
            "select name || ' ' || lower(type) from pragma_table_info('{table}') where name <> '{but}' order by name"
        }
        Place::Postgres { .. } => {
            "select column_name || ' ' || data_type from information_schema.columns
             where table_schema = 'public' and table_name = '{table}' and column_name <> '{but}' order by column_name"
        }
    };
    let columns: Vec<String> =
        tables.iter().map(|table| columns.replace("{table}", table).replace("{but}", but)).collect();
    let columns = raw_answers(place, &columns).await;
    let queries: Vec<String> = tables
        .iter()
        .zip(columns)
        .map(|(table, columns)| {
            let columns: Vec<String> = columns.iter().map(|column| as_text(column)).collect();
            format!("select concat_ws(', ', {}) from {table}", columns.join(", "))
        })
        .collect();
    let mut answers = raw_answers(place, &queries).await;
    answers.iter_mut().for_each(|rows| rows.sort());
    tables.into_iter().zip(answers).collect()
}

/// The expression that shows a column, given with its type: its name, and its value as SQLite's `quote` has it.
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

/// The one text column of a query, on a connection of its own.
pub async fn raw_rows(place: &Place, sql: &str) -> Vec<String> {
    raw_answers(place, &[sql.to_owned()]).await.swap_remove(0)
}

/// The one text column of each query, all on one connection.
async fn raw_answers(place: &Place, queries: &[String]) -> Vec<Vec<String>> {
    let mut answers: Vec<Vec<(String,)>> = Vec::new();
    let queries = queries.iter().map(|sql| sqlx::AssertSqlSafe(sql.clone()));
    match place {
        Place::Folder(folder) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            for sql in queries {
                answers.push(sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap());
            }
        }
        Place::Postgres { url, .. } => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            for sql in queries {
                answers.push(sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap());
            }
        }
    }
    answers.into_iter().map(|rows| rows.into_iter().map(|(text,)| text).collect()).collect()
}
