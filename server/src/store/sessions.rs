//! Signed-in devices, as every request to the server looks them up.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, SessionId};
use shared::limits;
use shared::moment::{Moment, Span};

/// A session that is alive.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub seen_at: Moment,
}

impl FromRow for Session {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { id: row.get("id")?, account: row.get("account_id")?, seen_at: row.get("seen_at")? })
    }
}

/// The live session with this hash: not ended, not idle for too long, of an account that is not disabled.
///
/// # Errors
/// The database's own trouble.
pub async fn live(tx: &mut Tx<'_>, hash: [u8; 32], now: Moment) -> StoreResult<Option<Session>> {
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
///
/// # Errors
/// The database's own trouble.
pub async fn seen(tx: &mut Tx<'_>, id: SessionId, now: Moment) -> StoreResult<()> {
    tx.sql("update session set seen_at = $2 where id = $1 and seen_at < $3")
        .bind(id)
        .bind(now)
        .bind(now.minus(SEEN_EVERY))
        .run()
        .await?;
    Ok(())
}

/// How fine the record of a device's last use is.
pub const SEEN_EVERY: Span = Span::minutes(1);
