//! Retention: sessions, links and emails are deleted after some time. Their audit events stay. This is bookkeeping of
//! the program beside the write path: no rule decides it, and nobody is notified.
//!
//! Each function deletes a limited number of rows, so that no transaction takes long, and returns how many it deleted.

use super::{StoreResult, Tx};
use shared::timestamp::Timestamp;

/// Deletes sessions that began before a moment and have ended or expired.
pub async fn sessions(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, limit: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from session where id in (
            select id from session where created_at < $1 and (ended_at is not null or ends_at <= $2) order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(limit))
    .run()
    .await
}

/// Deletes expired verification links that were made before a moment.
pub async fn verifications(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, limit: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from verification where secret_hash in (
            select secret_hash from verification where created_at < $1 and ends_at <= $2 order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(limit))
    .run()
    .await
}

/// Deletes expired password reset links that were made before a moment.
pub async fn resets(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp, limit: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from password_reset where secret_hash in (
            select secret_hash from password_reset where created_at < $1 and ends_at <= $2 order by created_at limit $3)",
    )
    .bind(before)
    .bind(now)
    .bind(i64::from(limit))
    .run()
    .await
}

/// Deletes emails that were sent and written before one moment, and emails that failed or were kept and were written
/// before another. Waiting emails stay.
pub async fn emails(tx: &mut Tx<'_>, sent: Timestamp, unsent: Timestamp, limit: u32) -> StoreResult<u64> {
    tx.sql(
        "delete from letter where id in (
            select id from letter where (written_at < $1 and state = 'sent')
                or (written_at < $2 and state in ('failed', 'kept')) order by written_at limit $3)",
    )
    .bind(sent)
    .bind(unsent)
    .bind(i64::from(limit))
    .run()
    .await
}
