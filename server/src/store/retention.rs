//! What is deleted once its time is over: sessions, links and letters. What they did stands in history, which stays. The
//! program's own mechanics, beside the write path: no rule decides it, and nobody is told.
//!
//! Each function deletes some, up to a number, so that no transaction takes long, and answers how many it found.

use super::{StoreResult, Tx};
use shared::timestamp::Timestamp;

/// Deletes sessions that have ended one way or the other, and began before a moment.
pub async fn sessions(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, most: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from session where id in (
            select id from session where created_at < $1 and (ended_at is not null or ends_at <= $2) order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(most))
    .run()
    .await
}

/// Deletes links that verify an address, made before a moment and over by now.
pub async fn verifications(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, most: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from verification where secret_hash in (
            select secret_hash from verification where created_at < $1 and ends_at <= $2 order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(most))
    .run()
    .await
}

/// Deletes links for a new password, made before a moment and over by now.
pub async fn resets(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, most: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from password_reset where secret_hash in (
            select secret_hash from password_reset where created_at < $1 and ends_at <= $2 order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(most))
    .run()
    .await
}

/// Deletes letters that a mail server has taken, written before one moment, and those that none took, before another. One
/// that waits stays, however old.
pub async fn emails(tx: &mut Tx<'_>, sent: Timestamp, unsent: Timestamp, most: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from letter where id in (
            select id from letter where (written_at < $1 and state = 'sent')
                or (written_at < $2 and state in ('failed', 'kept')) order by written_at limit $3)",
    )
    .bind(sent)
    .bind(unsent)
    .bind(i64::from(most))
    .run()
    .await
}
