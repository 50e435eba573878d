//! Signed-in devices, as every request to the server looks them up.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, SessionId};
use shared::limits;
use shared::timestamp::{Seconds, Timestamp};

/// A session that is alive.
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

/// The live session with this hash: not ended, not idle for too long, of an account that is not disabled.
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

/// Notes that a device was used. Once a minute is enough, and keeps the one writer free.
pub async fn seen(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> StoreResult<()> {
    tx.sql("update session set seen_at = $2 where id = $1 and seen_at < $3")
        .bind(id)
        .bind(now)
        .bind(now.minus(SEEN_EVERY))
        .run()
        .await?;
    Ok(())
}

/// How fine the record of a device's last use is.
pub const SEEN_EVERY: Seconds = Seconds::minutes(1);

/// A signed-in device, as its owner sees it.
#[derive(Clone, Debug)]
pub struct Device {
    pub id: SessionId,
    pub agent: String,
    /// The address that it signed in from.
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

/// The devices that are signed in to an account, the one used last first.
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

struct Id(SessionId);

impl FromRow for Id {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(Id)
    }
}

/// The devices that are signed in to an account, the one that signed in last first.
pub async fn signed_in(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<Vec<SessionId>> {
    // All of them: those beyond their number are to end.
    let found: Vec<Id> = tx
        .sql(
            "select id from session where account_id = $1 and ended_at is null and ends_at > $2 and seen_at > $3
             order by created_at desc, id desc",
        )
        .bind(account)
        .bind(now)
        .bind(now.minus(limits::SESSION_IDLE))
        .list()
        .await?;
    Ok(found.into_iter().map(|Id(id)| id).collect())
}

struct From(String);

impl FromRow for From {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("address").map(From)
    }
}

/// The addresses from which somebody signed in to an account since a moment, at most 100.
pub async fn addresses(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> StoreResult<Vec<String>> {
    let found: Vec<From> = tx
        .sql("select distinct address from session where account_id = $1 and created_at > $2 limit 100")
        .bind(account)
        .bind(since)
        .list()
        .await?;
    Ok(found.into_iter().map(|From(address)| address).collect())
}
