//! Sessions, which every request looks up.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, SessionId};
use shared::limits;
use shared::timestamp::{Seconds, Timestamp};

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub seen_at: Timestamp,
}

impl FromRow for Session {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { id: row.get("id")?, account: row.get("account_id")?, seen_at: row.get("seen_at")? })
    }
}

/// The live session with this hash: not ended, not expired, not idle for too long, and of an enabled account.
pub async fn live(tx: &mut Tx<'_>, hash: [u8; 32], now: Timestamp) -> StoreResult<Option<Session>> {
    tx.sql(
        "select s.id, s.account_id, s.seen_at from session s join account a on a.id = s.account_id
         where s.secret_hash = $1 and s.ended_at is null and s.ends_at > $2 and s.seen_at > $3 and a.state = 'active'",
    )
    .bind(hash)
    .bind(now)
    .bind(now.minus(limits::SESSION_IDLE))
    .optional()
    .await
}

/// Records that a session was used. Once a minute is enough, because there is one writer.
pub async fn mark_seen(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> StoreResult<()> {
    tx.sql("update session set seen_at = $2 where id = $1 and seen_at < $3")
        .bind(id)
        .bind(now)
        .bind(now.minus(SEEN_EVERY))
        .run()
        .await?;
    Ok(())
}

/// The precision of a session's last use.
pub const SEEN_EVERY: Seconds = Seconds::minutes(1);

/// A signed-in device, as its owner sees it.
#[derive(Clone, Debug)]
pub struct Device {
    pub id: SessionId,
    pub agent: String,
    /// The client address at sign-in.
    pub address: String,
    pub since: Timestamp,
    pub seen_at: Timestamp,
}

impl FromRow for Device {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.get("id")?,
            agent: row.get("agent")?,
            address: row.get("address")?,
            since: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
        })
    }
}

/// The signed-in devices of an account, the one used last first.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<Vec<Device>> {
    // All of them: each is to be seen, and to end with a changed password.
    tx.sql(
        "select id, agent, address, created_at, seen_at from session
         where account_id = $1 and ended_at is null and ends_at > $2 and seen_at > $3 order by seen_at desc, id",
    )
    .bind(account)
    .bind(now)
    .bind(now.minus(limits::SESSION_IDLE))
    .list()
    .await
}

struct IdRow(SessionId);

impl FromRow for IdRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(IdRow)
    }
}

/// The devices that are signed in to an account, the one that signed in last first.
pub async fn signed_in(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<Vec<SessionId>> {
    // All of them: those beyond their number are to end.
    let found: Vec<IdRow> = tx
        .sql(
            "select id from session where account_id = $1 and ended_at is null and ends_at > $2 and seen_at > $3
             order by created_at desc, id desc",
        )
        .bind(account)
        .bind(now)
        .bind(now.minus(limits::SESSION_IDLE))
        .list()
        .await?;
    Ok(found.into_iter().map(|IdRow(id)| id).collect())
}

struct AddressRow(String);

impl FromRow for AddressRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("address").map(AddressRow)
    }
}

/// The addresses from which somebody signed in to an account since a moment, at most 100.
pub async fn addresses(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> StoreResult<Vec<String>> {
    let found: Vec<AddressRow> = tx
        .sql("select distinct address from session where account_id = $1 and created_at > $2 limit 100")
        .bind(account)
        .bind(since)
        .list()
        .await?;
    Ok(found.into_iter().map(|AddressRow(address)| address).collect())
}
