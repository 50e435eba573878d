//! How events of the site's administration are stored.

use crate::store::keys::literal;
use crate::store::{StoreResult, Tx};
use shared::ids::{AccountId, EmailId};
use shared::names::OrganizationName;
use shared::rules::Secret;
use shared::text::Reason;
use shared::timestamp::Timestamp;

pub(super) async fn open_set_up(tx: &mut Tx<'_>, now: Timestamp, secret: &Secret) -> StoreResult<()> {
    tx.sql(
        "insert into set_up (one, secret_hash, opened_at) values (1, $1, $2)
         on conflict (one) do update set secret_hash = excluded.secret_hash, opened_at = excluded.opened_at, used_at = null",
    )
    .bind(secret.hash())
    .bind(now)
    .expect_one()
    .await
}

pub(super) async fn close_set_up(tx: &mut Tx<'_>, now: Timestamp) -> StoreResult<()> {
    tx.sql("update set_up set used_at = $1 where used_at is null").bind(now).expect_one_or_conflict().await
}

pub(super) async fn grant(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.sql("update account set administrator = $2 where id = $1").bind(account).bind(true).expect_one().await
}

pub(super) async fn revoke(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.sql("update account set administrator = $2 where id = $1").bind(account).bind(false).expect_one().await
}

pub(super) async fn end_sessions(tx: &mut Tx<'_>, now: Timestamp, account: AccountId) -> StoreResult<()> {
    tx.sql("update session set ended_at = $2 where account_id = $1 and ended_at is null")
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

pub(super) async fn disable(tx: &mut Tx<'_>, now: Timestamp, account: AccountId, reason: &Reason) -> StoreResult<()> {
    tx.sql("update account set state = 'disabled', disabled_reason = $2 where id = $1")
        .bind(account)
        .bind(reason.as_str())
        .expect_one()
        .await?;
    end_sessions(tx, now, account).await
}

pub(super) async fn enable(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.sql("update account set state = 'active', disabled_reason = null where id = $1 and state = 'disabled'")
        .bind(account)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn reserve(
    tx: &mut Tx<'_>,
    now: Timestamp,
    name: &OrganizationName,
    reason: &Reason,
) -> StoreResult<()> {
    tx.sql("insert into reserved_name (name_key, name, reason, reserved_at) values ($1, $2, $3, $4)")
        .bind(name.key())
        .bind(name.clone())
        .bind(reason.as_str())
        .bind(now)
        .expect_one()
        .await
}

pub(super) async fn retry_email(tx: &mut Tx<'_>, now: Timestamp, id: EmailId) -> StoreResult<()> {
    tx.sql("update letter set state = 'waiting', due_at = $2, tries = 0 where id = $1 and state <> 'sent'")
        .bind(id)
        .bind(now)
        .expect_one_or_conflict()
        .await
}

/// Emails that failed after they were counted are retried as well.
pub(super) async fn retry_failed_emails(tx: &mut Tx<'_>, now: Timestamp, query: &str) -> StoreResult<()> {
    tx.sql(
        r"update letter set state = 'waiting', due_at = $2, tries = 0
          where state = 'failed' and search_key like $1 escape '\'",
    )
    .bind(format!("%{}%", literal(query)))
    .bind(now)
    .run()
    .await?;
    Ok(())
}
