//! How events of accounts, addresses and sessions are stored.

use super::Author;
use crate::store::{StoreResult, Tx};
use shared::addresses::EmailAddress;
use shared::ids::{AccountId, EmailAddressId, SessionId};
use shared::limits;
use shared::names::Username;
use shared::rules::Secret;
use shared::timestamp::{Seconds, Timestamp};

/// An account as it is created.
pub(super) struct NewAccount<'a> {
    pub id: AccountId,
    pub username: &'a Username,
    pub password_hash: &'a str,
    pub administrator: bool,
}

pub(super) async fn create(tx: &mut Tx<'_>, now: Timestamp, account: NewAccount<'_>) -> StoreResult<()> {
    let NewAccount { id, username, password_hash, administrator } = account;
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
    .expect_one()
    .await
}

/// An address of an account as it is added.
pub(super) struct NewAddress<'a> {
    pub id: EmailAddressId,
    pub email: &'a EmailAddress,
    pub primary: bool,
}

pub(super) async fn add_address(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    address: NewAddress<'_>,
) -> StoreResult<()> {
    let NewAddress { id, email, primary } = address;
    tx.sql(
        "insert into email_address (id, account_id, address, address_key, is_primary, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(account)
    .bind(email.as_str())
    .bind(email.key())
    .bind(primary)
    .bind(now)
    .expect_one()
    .await
}

/// A link that verifies an address.
pub(super) struct NewVerificationLink<'a> {
    pub address: EmailAddressId,
    pub email: &'a EmailAddress,
    pub secret: &'a Secret,
}

pub(super) async fn insert_verification(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    link: NewVerificationLink<'_>,
    lives: Seconds,
) -> StoreResult<()> {
    let NewVerificationLink { address: id, email, secret } = link;
    tx.sql("update verification set replaced_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    tx.sql(
        "insert into verification (secret_hash, email_id, account_id, address_key, created_at, ends_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(secret.hash())
    .bind(id)
    .bind(account)
    .bind(email.key())
    .bind(now)
    .bind(now.plus(lives))
    .expect_one()
    .await
}

/// Stores a link that is invalid from the start, so that its email is counted.
pub(super) async fn count_claim(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    link: NewVerificationLink<'_>,
) -> StoreResult<()> {
    let NewVerificationLink { address: id, email, secret } = link;
    tx.sql(
        "insert into verification (secret_hash, email_id, account_id, address_key, created_at, ends_at, replaced_at)
         values ($1, $2, $3, $4, $5, $5, $5)",
    )
    .bind(secret.hash())
    .bind(id)
    .bind(account)
    .bind(email.key())
    .bind(now)
    .expect_one()
    .await
}

pub(super) async fn verify(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    email: EmailAddressId,
) -> StoreResult<()> {
    tx.sql("update email_address set verified_at = $3 where id = $1 and account_id = $2 and verified_at is null")
        .bind(email)
        .bind(account)
        .bind(now)
        .expect_one_or_conflict()
        .await?;
    tx.sql("update verification set used_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
        .bind(email)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

pub(super) async fn make_primary(tx: &mut Tx<'_>, account: AccountId, email: EmailAddressId) -> StoreResult<()> {
    // Two statements, because an account has one primary address at every moment and the engines check row by row.
    tx.sql("update email_address set is_primary = $2 where account_id = $1 and is_primary")
        .bind(account)
        .bind(false)
        .expect_one()
        .await?;
    tx.sql("update email_address set is_primary = $3 where id = $1 and account_id = $2 and verified_at is not null")
        .bind(email)
        .bind(account)
        .bind(true)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn remove_address(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    email: EmailAddressId,
) -> StoreResult<()> {
    tx.sql("update verification set replaced_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
        .bind(email)
        .bind(now)
        .run()
        .await?;
    tx.sql("delete from email_address where id = $1 and account_id = $2 and not is_primary")
        .bind(email)
        .bind(account)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn change_password(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    password_hash: &str,
) -> StoreResult<()> {
    tx.sql("update account set password_hash = $2 where id = $1")
        .bind(account)
        .bind(password_hash)
        .expect_one()
        .await?;
    tx.sql("update password_reset set used_at = $2 where account_id = $1 and used_at is null")
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

/// A link that resets a password.
pub(super) struct NewResetLink<'a> {
    pub email: &'a EmailAddress,
    pub secret: &'a Secret,
    pub lives: Seconds,
}

pub(super) async fn insert_reset(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    link: NewResetLink<'_>,
) -> StoreResult<()> {
    let NewResetLink { email, secret, lives } = link;
    tx.sql("insert into password_reset (secret_hash, account_id, address, created_at, ends_at) values ($1, $2, $3, $4, $5)")
        .bind(secret.hash())
        .bind(account)
        .bind(email.as_str())
        .bind(now)
        .bind(now.plus(lives))
        .expect_one()
        .await
}

/// A session as it begins.
pub(super) struct NewSession<'a> {
    pub id: SessionId,
    pub account: AccountId,
    pub secret: &'a Secret,
    pub agent: &'a str,
}

pub(super) async fn open_session(
    tx: &mut Tx<'_>,
    by: &Author,
    now: Timestamp,
    session: NewSession<'_>,
) -> StoreResult<()> {
    let NewSession { id, account, secret, agent } = session;
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
    .expect_one()
    .await
}

pub(super) async fn end_session(tx: &mut Tx<'_>, now: Timestamp, id: SessionId, account: AccountId) -> StoreResult<()> {
    tx.sql("update session set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null")
        .bind(id)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

/// Stores why emails to an address bounce, or that they no longer do.
pub(super) async fn set_bounce(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: EmailAddressId,
    why: Option<&String>,
) -> StoreResult<()> {
    tx.sql("update email_address set bounced_why = $3 where id = $1 and account_id = $2")
        .bind(id)
        .bind(account)
        .bind(why.cloned())
        .expect_one()
        .await
}

/// Deletes an account that was never used, with its links, sessions and addresses. Its audit events stay.
pub(super) async fn delete(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.sql("delete from verification where account_id = $1").bind(account).run().await?;
    tx.sql("delete from password_reset where account_id = $1").bind(account).run().await?;
    tx.sql("delete from session where account_id = $1").bind(account).run().await?;
    tx.sql("delete from email_address where account_id = $1 and verified_at is null").bind(account).run().await?;
    tx.sql("delete from account where id = $1 and state = 'active'").bind(account).expect_one_or_conflict().await
}
