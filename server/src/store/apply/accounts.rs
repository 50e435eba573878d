//! How changes of accounts, addresses and devices are stored.

use super::By;
use crate::store::{StoreResult, Tx};
use shared::limits;
use shared::moment::Moment;
use shared::rules::Change;

pub(super) async fn apply(tx: &mut Tx<'_>, by: &By, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::AccountCreated { id, username, email_id, email, password_hash, administrator } => {
            tx.sql(
                "insert into account (id, username, username_key, password_hash, administrator, created_at)
                 values ($1, $2, $3, $4, $5, $6)",
            )
            .bind(id.0)
            .bind(username.clone())
            .bind(username.key())
            .bind(password_hash.0.as_str())
            .bind(*administrator)
            .bind(now)
            .one()
            .await?;
            tx.sql(
                "insert into email_address (id, account_id, address, address_key, is_primary, created_at)
                 values ($1, $2, $3, $4, $5, $6)",
            )
            .bind(email_id.0)
            .bind(id.0)
            .bind(email.as_str())
            .bind(email.key())
            .bind(true)
            .bind(now)
            .one()
            .await
        }
        Change::VerificationAsked { account, email_id, secret, lives, .. } => {
            tx.sql("update verification set replaced_at = $2 where email_id = $1 and used_at is null and replaced_at is null")
                .bind(email_id.0)
                .bind(now)
                .run()
                .await?;
            tx.sql(
                "insert into verification (secret_hash, email_id, account_id, created_at, ends_at) values ($1, $2, $3, $4, $5)",
            )
            .bind(secret.0.hash())
            .bind(email_id.0)
            .bind(account.0)
            .bind(now)
            .bind(now.plus(*lives))
            .one()
            .await
        }
        Change::EmailVerified { account, email_id, .. } => {
            tx.sql(
                "update email_address set verified_at = $3 where id = $1 and account_id = $2 and verified_at is null",
            )
            .bind(email_id.0)
            .bind(account.0)
            .bind(now)
            .still()
            .await?;
            tx.sql(
                "update verification set used_at = $2 where email_id = $1 and used_at is null and replaced_at is null",
            )
            .bind(email_id.0)
            .bind(now)
            .run()
            .await?;
            Ok(())
        }
        Change::SessionOpened { id, account, secret, agent } => {
            tx.sql(
                "insert into session (id, secret_hash, account_id, created_at, seen_at, ends_at, address, agent)
                 values ($1, $2, $3, $4, $4, $5, $6, $7)",
            )
            .bind(id.0)
            .bind(secret.0.hash())
            .bind(account.id)
            .bind(now)
            .bind(now.plus(limits::SESSION_ABSOLUTE))
            .bind(by.address.as_str())
            .bind(agent.as_str())
            .one()
            .await
        }
        Change::SessionEnded { id, account } => {
            tx.sql("update session set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null")
                .bind(*id)
                .bind(account.id)
                .bind(now)
                .run()
                .await?;
            Ok(())
        }
        // Only a letter follows from a claim.
        Change::AddressClaimed { .. } => Ok(()),
        other => Err(super::misplaced(other)),
    }
}
