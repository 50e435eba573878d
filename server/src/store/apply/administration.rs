//! How changes to the running of the site are stored.

use crate::store::{StoreResult, Tx};
use shared::moment::Moment;
use shared::rules::Change;

pub(super) async fn apply(tx: &mut Tx<'_>, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::SetUpOpened { secret } => {
            tx.sql(
                "insert into set_up (one, secret_hash, opened_at) values (1, $1, $2)
                 on conflict (one) do update set secret_hash = excluded.secret_hash, opened_at = excluded.opened_at, used_at = null",
            )
            .bind(secret.0.hash())
            .bind(now)
            .one()
            .await
        }
        Change::SetUpUsed => tx.sql("update set_up set used_at = $1 where used_at is null").bind(now).still().await,
        Change::AdministratorGranted { account } => {
            tx.sql("update account set administrator = $2 where id = $1").bind(account.id).bind(true).one().await
        }
        Change::AccountDisabled { account, reason } => {
            tx.sql("update account set state = 'disabled', disabled_reason = $2 where id = $1")
                .bind(account.id)
                .bind(reason.as_str())
                .one()
                .await?;
            tx.sql("update session set ended_at = $2 where account_id = $1 and ended_at is null")
                .bind(account.id)
                .bind(now)
                .run()
                .await?;
            Ok(())
        }
        Change::NameReserved { name, reason } => {
            tx.sql("insert into reserved_name (name_key, name, reason, reserved_at) values ($1, $2, $3, $4)")
                .bind(name.key())
                .bind(name.clone())
                .bind(reason.as_str())
                .bind(now)
                .one()
                .await
        }
        Change::LetterRetried { id, .. } => {
            tx.sql("update letter set state = 'waiting', due_at = $2, tries = 0 where id = $1 and state <> 'sent'")
                .bind(*id)
                .bind(now)
                .still()
                .await
        }
        other => Err(super::misplaced(other)),
    }
}
