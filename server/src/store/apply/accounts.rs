//! How changes of accounts, addresses and devices are stored.

use super::By;
use crate::store::{StoreResult, Tx};
use shared::addresses::EmailAddress;
use shared::ids::{AccountId, EmailId, SessionId};
use shared::limits;
use shared::moment::{Moment, Span};
use shared::names::Username;
use shared::rules::Secret;

pub(super) async fn create(
    tx: &mut Tx<'_>,
    now: Moment,
    id: AccountId,
    username: &Username,
    password_hash: &str,
    administrator: bool,
) -> StoreResult<()> {
    tx.sql(
        "insert into account (id, username, username_key, password_hash, administrator, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(username.clone())
    .bind(username.key())
    .bind(password_hash)
    .bind(administrator)
    .bind(now)
    .one()
    .await
}

pub(super) async fn add_primary_address(
    tx: &mut Tx<'_>,
    now: Moment,
    account: AccountId,
    id: EmailId,
    email: &EmailAddress,
) -> StoreResult<()> {
    tx.sql(
        "insert into email_address (id, account_id, address, address_key, is_primary, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(account)
    .bind(email.as_str())
    .bind(email.key())
    .bind(true)
    .bind(now)
    .one()
    .await
}

pub(super) async fn ask_for_verification(
    tx: &mut Tx<'_>,
    now: Moment,
    account: AccountId,
    email: EmailId,
    secret: &Secret,
    lives: Span,
) -> StoreResult<()> {
    tx.sql("update verification set replaced_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
        .bind(email)
        .bind(now)
        .run()
        .await?;
    tx.sql(
        "insert into verification (secret_hash, email_id, account_id, created_at, ends_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(secret.hash())
    .bind(email)
    .bind(account)
    .bind(now)
    .bind(now.plus(lives))
    .one()
    .await
}

/// A link that is dead from the start: nothing but the letter is counted by it.
pub(super) async fn count_claim(
    tx: &mut Tx<'_>,
    now: Moment,
    account: AccountId,
    email: EmailId,
    secret: &Secret,
) -> StoreResult<()> {
    tx.sql(
        "insert into verification (secret_hash, email_id, account_id, created_at, ends_at, replaced_at)
         values ($1, $2, $3, $4, $4, $4)",
    )
    .bind(secret.hash())
    .bind(email)
    .bind(account)
    .bind(now)
    .one()
    .await
}

pub(super) async fn verify(tx: &mut Tx<'_>, now: Moment, account: AccountId, email: EmailId) -> StoreResult<()> {
    tx.sql("update email_address set verified_at = $3 where id = $1 and account_id = $2 and verified_at is null")
        .bind(email)
        .bind(account)
        .bind(now)
        .still()
        .await?;
    tx.sql("update verification set used_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
        .bind(email)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

pub(super) async fn open_session(
    tx: &mut Tx<'_>,
    by: &By,
    now: Moment,
    id: SessionId,
    account: AccountId,
    secret: &Secret,
    agent: &str,
) -> StoreResult<()> {
    tx.sql(
        "insert into session (id, secret_hash, account_id, created_at, seen_at, ends_at, address, agent)
         values ($1, $2, $3, $4, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(secret.hash())
    .bind(account)
    .bind(now)
    .bind(now.plus(limits::SESSION_ABSOLUTE))
    .bind(by.address.as_str())
    .bind(agent)
    .one()
    .await
}

pub(super) async fn end_session(tx: &mut Tx<'_>, now: Moment, id: SessionId, account: AccountId) -> StoreResult<()> {
    tx.sql("update session set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null")
        .bind(id)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(())
}
