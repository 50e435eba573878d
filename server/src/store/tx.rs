//! One interface to both engines: [`Tx`], its queries and its rows. It also refuses what the drivers accept: NULL that
//! would read as 0, and a wrong number of values.

use super::chain_heads::ChainHeads;
use super::postgres_url::ConnectionMode;
use super::writer::spin_then_wait;
use super::{StoreError, StoreResult};
use shared::timestamp::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{PgConnection, Row as _, SqliteConnection};
use tracing::{Instrument as _, debug_span};
use uuid::Uuid;

/// A transaction, or a connection for a single read.
pub struct Tx<'c> {
    connection: Connection<'c>,
    writes: bool,
    pub(super) chain_heads: ChainHeads,
    /// Whether a statement has failed. Then the transaction must not commit.
    failed: bool,
}

enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection, ConnectionMode),
}

/// What an advisory lock protects where there is no row to lock.
#[derive(Clone, Copy, Debug)]
pub(super) enum LockKey<'a> {
    /// The name of an organization, which is requested, held or reserved.
    Name(&'a NameKey),
    /// An email address that verification emails go to, whoever requests them.
    Address(&'a str),
    /// The creation of the first administrator.
    SetUp,
}

impl<'a> LockKey<'a> {
    /// The text and the number that the number of the lock is hashed from. Those of a name are the same in the schema's
    /// triggers.
    fn hash_input(self) -> (&'a str, i64) {
        match self {
            LockKey::Name(key) => (key.as_str(), 1),
            LockKey::SetUp => ("", 2),
            LockKey::Address(key) => (key, 3),
        }
    }
}

/// A value for a statement. NULL keeps its type, because PostgreSQL requires one.
#[derive(Clone, Debug)]
pub enum Value {
    Id(Option<Uuid>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Bool(bool),
}

/// A type whose values can be bound to a statement.
pub trait Bind {
    fn value(self) -> Value;
}

/// A type that can be read from a column. NULL is an error unless an `Option` is read.
pub trait Get: Sized {
    /// # Errors
    /// The column is missing or has another type.
    fn get(row: &Row, column: &str) -> StoreResult<Option<Self>>;
}

/// A row of either engine.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that can be read from a row.
pub trait FromRow: Sized {
    /// # Errors
    /// A column is missing or holds an unexpected value.
    fn from_row(row: &Row) -> StoreResult<Self>;
}

/// A statement with its values.
pub struct Query<'t, 'c> {
    tx: &'t mut Tx<'c>,
    text: &'static str,
    values: Vec<Value>,
}

impl<'c> Tx<'c> {
    pub(super) fn sqlite(connection: &'c mut SqliteConnection, writes: bool) -> Self {
        Self { connection: Connection::Sqlite(connection), writes, chain_heads: ChainHeads::default(), failed: false }
    }

    pub(super) fn postgres(connection: &'c mut PgConnection, writes: bool, mode: ConnectionMode) -> Self {
        Self {
            connection: Connection::Postgres(connection, mode),
            writes,
            chain_heads: ChainHeads::default(),
            failed: false,
        }
    }

    /// Whether rows must be locked before they are read, because other transactions may write at the same time. On
    /// SQLite writers run one at a time. A preview only reads, and waits for nobody.
    pub const fn locks(&self) -> bool {
        self.writes && matches!(self.connection, Connection::Postgres(..))
    }

    /// Takes a lock that is held until the transaction ends. What is read after this includes what earlier holders
    /// committed. It does nothing on SQLite, where writers run one at a time, and in a transaction that only reads.
    pub(super) async fn advisory_lock(&mut self, key: LockKey<'_>) -> StoreResult<()> {
        if !self.writes {
            return Ok(());
        }
        let Connection::Postgres(connection, mode) = &mut self.connection else { return Ok(()) };
        let (text, kind) = key.hash_input();
        sqlx::query::<sqlx::Postgres>("select pg_advisory_xact_lock(hashtextextended($1, $2))")
            .bind(text)
            .bind(kind)
            .persistent(mode.names_statements())
            .execute(&mut **connection)
            .await?;
        Ok(())
    }

    /// Fails if a statement has failed. After that an engine may have rolled back the transaction, and still accept a
    /// commit.
    ///
    /// # Errors
    /// A statement failed, and the work went on.
    pub(super) fn ensure_no_failure(&self) -> StoreResult<()> {
        if self.failed {
            Err(StoreError::Statement("the work went on after a statement failed".to_owned()))
        } else {
            Ok(())
        }
    }

    /// A statement whose text serves both engines.
    pub(super) fn sql<'t>(&'t mut self, text: &'static str) -> Query<'t, 'c> {
        Query { tx: self, text, values: Vec::new() }
    }
}

/// Runs one of sqlx's fetching methods on whichever engine there is.
macro_rules! run {
    ($query:expr, $method:ident, $wrap:expr) => {{
        let query = $query;
        query.check()?;
        let Query { tx, text, values } = query;
        match &mut tx.connection {
            Connection::Sqlite(connection) => {
                let mut statement = sqlx::query::<sqlx::Sqlite>(text);
                for value in values {
                    statement = match value {
                        Value::Id(v) => statement.bind(v),
                        Value::Int(v) => statement.bind(v),
                        Value::Text(v) => statement.bind(v),
                        Value::Bytes(v) => statement.bind(v),
                        Value::Bool(v) => statement.bind(v),
                    };
                }
                let running = statement.$method(&mut **connection).instrument(debug_span!("statement", text));
                let result = if tx.writes { spin_then_wait(running).await } else { running.await };
                tx.failed |= result.is_err();
                ($wrap.0)(result?)
            }
            Connection::Postgres(connection, mode) => {
                let mut statement = sqlx::query::<sqlx::Postgres>(text).persistent(mode.names_statements());
                for value in values {
                    statement = match value {
                        Value::Id(v) => statement.bind(v),
                        Value::Int(v) => statement.bind(v),
                        Value::Text(v) => statement.bind(v),
                        Value::Bytes(v) => statement.bind(v),
                        Value::Bool(v) => statement.bind(v),
                    };
                }
                let running = statement.$method(&mut **connection).instrument(debug_span!("statement", text));
                let result = running.await;
                tx.failed |= result.is_err();
                ($wrap.1)(result?)
            }
        }
    }};
}

impl Query<'_, '_> {
    /// Binds the next value, the first to `$1`. No stored text contains NUL, and PostgreSQL accepts none. It is
    /// replaced with U+FFFD, so that a search for it finds nothing.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(match value.value() {
            Value::Text(Some(text)) if text.contains('\0') => Value::Text(Some(text.replace('\0', "\u{fffd}"))),
            other => other,
        });
        self
    }

    /// Requires one value for each `$n`. SQLite would read missing ones as NULL, and both engines ignore surplus ones.
    fn check(&self) -> StoreResult<()> {
        let expected = placeholders(self.text);
        if expected == self.values.len() {
            return Ok(());
        }
        Err(StoreError::Statement(format!("{expected} values expected, {} given: {}", self.values.len(), self.text)))
    }

    /// Reads at most one row.
    pub(super) async fn optional<T: FromRow>(self) -> StoreResult<Option<T>> {
        let row: Option<Row> = run!(
            self,
            fetch_optional,
            (|r: Option<SqliteRow>| r.map(Row::Sqlite), |r: Option<PgRow>| r.map(Row::Postgres))
        );
        row.as_ref().map(T::from_row).transpose()
    }

    /// Reads all rows. The statement has a limit, or its caller explains why all rows are needed.
    pub(super) async fn list<T: FromRow>(self) -> StoreResult<Vec<T>> {
        let rows: Vec<Row> = run!(
            self,
            fetch_all,
            (
                |r: Vec<SqliteRow>| r.into_iter().map(Row::Sqlite).collect::<Vec<Row>>(),
                |r: Vec<PgRow>| r.into_iter().map(Row::Postgres).collect::<Vec<Row>>()
            )
        );
        rows.iter().map(T::from_row).collect()
    }

    /// Reads the column `value` of the only row.
    pub(super) async fn value<T: Get>(self) -> StoreResult<T> {
        let found: Option<ValueRow<T>> = self.optional().await?;
        found.map(|ValueRow(v)| v).ok_or_else(|| StoreError::inconsistent("value", "no row"))
    }

    /// Executes the statement and returns the number of affected rows.
    pub(super) async fn run(self) -> StoreResult<u64> {
        Ok(run!(
            self,
            execute,
            (
                |done: sqlx::sqlite::SqliteQueryResult| done.rows_affected(),
                |done: sqlx::postgres::PgQueryResult| done.rows_affected()
            )
        ))
    }

    /// Executes the statement, which must change exactly one row.
    pub(super) async fn expect_one(self) -> StoreResult<()> {
        let text = self.text;
        match self.run().await? {
            1 => Ok(()),
            n => Err(StoreError::Statement(format!("{n} rows changed instead of one: {text}"))),
        }
    }

    /// Executes the statement, which must change exactly one row. Its condition repeats what the facts said of the row.
    /// If it no longer holds, another transaction came first, and the command starts again.
    pub(super) async fn expect_one_or_conflict(self) -> StoreResult<()> {
        let text = self.text;
        match self.run().await? {
            1 => Ok(()),
            0 => Err(StoreError::Race(format!("no row is as it was: {text}"))),
            n => Err(StoreError::Statement(format!("{n} rows changed instead of one: {text}"))),
        }
    }
}

/// How many values a statement expects: its largest `$n`.
pub(super) fn placeholders(text: &str) -> usize {
    let digits = |piece: &str| piece.bytes().take_while(u8::is_ascii_digit).count();
    text.split('$').skip(1).filter_map(|piece| piece.get(..digits(piece))?.parse().ok()).max().unwrap_or(0)
}

struct ValueRow<T>(T);

impl<T: Get> FromRow for ValueRow<T> {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("value").map(ValueRow)
    }
}

impl Row {
    /// A value that must not be NULL.
    ///
    /// # Errors
    /// It is NULL, of another type, or the column is missing.
    pub fn get<T: Get>(&self, column: &str) -> StoreResult<T> {
        T::get(self, column)?.ok_or_else(|| StoreError::inconsistent(column, "NULL"))
    }

    /// A value that may be NULL.
    ///
    /// # Errors
    /// It is of another type, or the column is missing.
    pub fn maybe<T: Get>(&self, column: &str) -> StoreResult<Option<T>> {
        T::get(self, column)
    }

    /// An enumeration that is stored as a code.
    ///
    /// # Errors
    /// The code is unknown.
    pub fn code<T>(&self, column: &str, from_code: fn(&str) -> Option<T>) -> StoreResult<T> {
        let code: String = self.get(column)?;
        from_code(&code).ok_or_else(|| StoreError::inconsistent(column, code))
    }
}

macro_rules! get {
    ($($type:ty),*) => {$(
        impl Get for $type {
            fn get(row: &Row, column: &str) -> StoreResult<Option<Self>> {
                Ok(match row {
                    Row::Sqlite(row) => row.try_get(column)?,
                    Row::Postgres(row) => row.try_get(column)?,
                })
            }
        }
    )*};
}
get!(Uuid, i64, bool, String, Vec<u8>);

/// Types that are stored as one of the primitive ones.
macro_rules! stored_as {
    ($($type:ty, $plain:ty, $value:path, $out:expr, $in:expr;)*) => {$(
        impl Get for $type {
            fn get(row: &Row, column: &str) -> StoreResult<Option<Self>> {
                Ok(<$plain>::get(row, column)?.map($in))
            }
        }
        impl Bind for $type {
            fn value(self) -> Value {
                let out: fn($type) -> $plain = $out;
                $value(Some(out(self)))
            }
        }
        impl Bind for Option<$type> {
            fn value(self) -> Value {
                let out: fn($type) -> $plain = $out;
                $value(self.map(out))
            }
        }
    )*};
}
use shared::ids::{
    AccountId, EmailAddressId, EmailId, EventId, InvitationId, MessageId, OrganizationId, RequestId, SessionId,
};
use shared::names::{NameKey, OrganizationName, Username};
stored_as! {
    AccountId, Uuid, Value::Id, |v| v.0, AccountId;
    EmailAddressId, Uuid, Value::Id, |v| v.0, EmailAddressId;
    EventId, Uuid, Value::Id, |v| v.0, EventId;
    InvitationId, Uuid, Value::Id, |v| v.0, InvitationId;
    EmailId, Uuid, Value::Id, |v| v.0, EmailId;
    MessageId, Uuid, Value::Id, |v| v.0, MessageId;
    OrganizationId, Uuid, Value::Id, |v| v.0, OrganizationId;
    RequestId, Uuid, Value::Id, |v| v.0, RequestId;
    SessionId, Uuid, Value::Id, |v| v.0, SessionId;
    Timestamp, i64, Value::Int, |v| v.0, Timestamp;
    NameKey, String, Value::Text, |v| v.as_str().to_owned(), NameKey::from_stored;
    OrganizationName, String, Value::Text, |v| v.as_str().to_owned(), OrganizationName::from_stored;
    Username, String, Value::Text, |v| v.as_str().to_owned(), Username::from_stored;
}

impl Get for u32 {
    fn get(row: &Row, column: &str) -> StoreResult<Option<Self>> {
        let wide = i64::get(row, column)?;
        wide.map(|n| u32::try_from(n).map_err(|e| StoreError::inconsistent(column, e))).transpose()
    }
}

impl Bind for Uuid {
    fn value(self) -> Value {
        Value::Id(Some(self))
    }
}

impl Bind for i64 {
    fn value(self) -> Value {
        Value::Int(Some(self))
    }
}

impl Bind for bool {
    fn value(self) -> Value {
        Value::Bool(self)
    }
}

impl Bind for &str {
    fn value(self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl Bind for String {
    fn value(self) -> Value {
        Value::Text(Some(self))
    }
}

impl Bind for Option<String> {
    fn value(self) -> Value {
        Value::Text(self)
    }
}

impl Bind for Vec<u8> {
    fn value(self) -> Value {
        Value::Bytes(Some(self))
    }
}

impl Bind for Option<Vec<u8>> {
    fn value(self) -> Value {
        Value::Bytes(self)
    }
}

impl Bind for [u8; 32] {
    fn value(self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl Bind for Option<i64> {
    fn value(self) -> Value {
        Value::Int(self)
    }
}
