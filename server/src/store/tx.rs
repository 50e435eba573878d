//! One way to speak to both engines: [`Tx`], its queries and its rows. It also refuses what the drivers
//! let pass: NULL that would read as 0, and a number of values that differs from the statement's.

use super::address::Way;
use super::known::Known;
use super::writer::eagerly;
use super::{StoreError, StoreResult};
use shared::timestamp::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{PgConnection, Row as _, SqliteConnection};
use tracing::{Instrument as _, debug_span};
use uuid::Uuid;

/// A transaction, or a connection that only looks.
pub struct Tx<'c> {
    connection: Connection<'c>,
    writes: bool,
    pub(super) known: Known,
    /// Whether a statement has failed: then nothing of the work may stay.
    failed: bool,
}

enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection, Way),
}

/// Where transactions meet that hang on something which has no row to lock.
#[derive(Clone, Copy, Debug)]
pub(super) enum LockKey<'a> {
    /// The name of an organization, whoever asks for it, holds it or keeps it.
    Name(&'a NameKey),
    /// An e-mail address to which letters about verifying it go, whoever asks for them.
    Address(&'a str),
    /// The making of the first administrator.
    SetUp,
}

impl<'a> LockKey<'a> {
    /// The text and the number that the lock's own number is made of. A name's are those of the schema's
    /// triggers.
    fn place(self) -> (&'a str, i64) {
        match self {
            LockKey::Name(key) => (key.as_str(), 1),
            LockKey::SetUp => ("", 2),
            LockKey::Address(key) => (key, 3),
        }
    }
}

/// A value that goes into a statement. NULL keeps its type, which PostgreSQL asks for.
#[derive(Clone, Debug)]
pub enum Value {
    Id(Option<Uuid>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Bool(bool),
}

/// What can be put into a statement.
pub trait Bind {
    fn value(self) -> Value;
}

/// What can be read from a column. NULL is refused unless an `Option` is asked for.
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

/// What a row can be read as.
pub trait FromRow: Sized {
    /// # Errors
    /// A column is missing or holds an unexpected value.
    fn from_row(row: &Row) -> StoreResult<Self>;
}

/// A statement with the values that go into it.
pub struct Query<'t, 'c> {
    tx: &'t mut Tx<'c>,
    text: &'static str,
    values: Vec<Value>,
}

impl<'c> Tx<'c> {
    pub(super) fn sqlite(connection: &'c mut SqliteConnection, writes: bool) -> Self {
        Self { connection: Connection::Sqlite(connection), writes, known: Known::default(), failed: false }
    }

    pub(super) fn postgres(connection: &'c mut PgConnection, writes: bool, way: Way) -> Self {
        Self { connection: Connection::Postgres(connection, way), writes, known: Known::default(), failed: false }
    }

    /// Whether rows must be locked before they are read: others may write beside this transaction. On SQLite writers stand
    /// in one line already, and whoever only looks, as a preview does, waits for nobody.
    pub const fn locks(&self) -> bool {
        self.writes && matches!(self.connection, Connection::Postgres(..))
    }

    /// Waits until every other transaction that met here before has ended, and keeps those that come after
    /// waiting until this one ends. What is read from then on is what they left behind. On SQLite writers
    /// stand in one line already, and whoever only looks waits for nobody.
    pub(super) async fn advisory_lock(&mut self, at: LockKey<'_>) -> StoreResult<()> {
        if !self.writes {
            return Ok(());
        }
        let Connection::Postgres(connection, way) = &mut self.connection else { return Ok(()) };
        let (key, kind) = at.place();
        sqlx::query::<sqlx::Postgres>("select pg_advisory_xact_lock(hashtextextended($1, $2))")
            .bind(key)
            .bind(kind)
            .persistent(way.names_statements())
            .execute(&mut **connection)
            .await?;
        Ok(())
    }

    /// Whether all that was asked was done. An engine may have taken everything back after a statement that failed, and
    /// answers a commit as if it had not.
    ///
    /// # Errors
    /// A statement failed, and the work went on.
    pub(super) fn whole(&self) -> StoreResult<()> {
        if self.failed { Err(StoreError::Statement("work went on after it had failed".to_owned())) } else { Ok(()) }
    }

    /// A statement; its text serves both engines.
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
                let asked = statement.$method(&mut **connection).instrument(debug_span!("statement", text));
                let answer = if tx.writes { eagerly(asked).await } else { asked.await };
                tx.failed |= answer.is_err();
                ($wrap.0)(answer?)
            }
            Connection::Postgres(connection, way) => {
                let mut statement = sqlx::query::<sqlx::Postgres>(text).persistent(way.names_statements());
                for value in values {
                    statement = match value {
                        Value::Id(v) => statement.bind(v),
                        Value::Int(v) => statement.bind(v),
                        Value::Text(v) => statement.bind(v),
                        Value::Bytes(v) => statement.bind(v),
                        Value::Bool(v) => statement.bind(v),
                    };
                }
                let asked = statement.$method(&mut **connection).instrument(debug_span!("statement", text));
                let answer = asked.await;
                tx.failed |= answer.is_err();
                ($wrap.1)(answer?)
            }
        }
    }};
}

impl Query<'_, '_> {
    /// The next value: the first is `$1`. NUL stands in no text that is kept, and PostgreSQL takes none: what is looked for
    /// with one has the sign for what is no character in its place, and is not found.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(match value.value() {
            Value::Text(Some(text)) if text.contains('\0') => Value::Text(Some(text.replace('\0', "\u{fffd}"))),
            other => other,
        });
        self
    }

    /// One value for each `$n`: too few would read as NULL on SQLite, and too many pass on both.
    fn check(&self) -> StoreResult<()> {
        let wanted = placeholders(self.text);
        if wanted == self.values.len() {
            return Ok(());
        }
        Err(StoreError::Statement(format!("{wanted} values wanted, {} given: {}", self.values.len(), self.text)))
    }

    /// The row, if there is one.
    pub(super) async fn optional<T: FromRow>(self) -> StoreResult<Option<T>> {
        let row: Option<Row> = run!(
            self,
            fetch_optional,
            (|r: Option<SqliteRow>| r.map(Row::Sqlite), |r: Option<PgRow>| r.map(Row::Postgres))
        );
        row.as_ref().map(T::from_row).transpose()
    }

    /// All rows. Whoever asks bounds their number in the statement, or says why all are wanted.
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

    /// The one value of the one row, in the column `value`.
    pub(super) async fn value<T: Get>(self) -> StoreResult<T> {
        let found: Option<Single<T>> = self.optional().await?;
        found.map(|Single(v)| v).ok_or_else(|| StoreError::inconsistent("value", "no row"))
    }

    /// Changes rows, and says how many.
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

    /// Changes exactly one row.
    pub(super) async fn one(self) -> StoreResult<()> {
        let text = self.text;
        match self.run().await? {
            1 => Ok(()),
            n => Err(StoreError::Statement(format!("{n} rows changed instead of one: {text}"))),
        }
    }

    /// Changes exactly one row, whose condition says once more what the facts said of it. Where it no longer
    /// holds, another transaction came first, and the command is decided anew.
    pub(super) async fn expect_one_or_conflict(self) -> StoreResult<()> {
        let text = self.text;
        match self.run().await? {
            1 => Ok(()),
            0 => Err(StoreError::Race(format!("no row is as it was: {text}"))),
            n => Err(StoreError::Statement(format!("{n} rows changed instead of one: {text}"))),
        }
    }
}

/// How many values a statement wants: its largest `$n`.
pub(super) fn placeholders(text: &str) -> usize {
    let digits = |piece: &str| piece.bytes().take_while(u8::is_ascii_digit).count();
    text.split('$').skip(1).filter_map(|piece| piece.get(..digits(piece))?.parse().ok()).max().unwrap_or(0)
}

struct Single<T>(T);

impl<T: Get> FromRow for Single<T> {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("value").map(Single)
    }
}

impl Row {
    /// A value that must be there.
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

    /// An enumeration that is kept as a code.
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

/// Types that are kept as one of the plain ones.
macro_rules! kept_as {
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
kept_as! {
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
