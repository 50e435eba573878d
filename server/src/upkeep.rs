//! Upkeep: jobs of the program that delete old rows once an hour and end expired invitations.

use crate::accounts::unused;
use crate::command_bus::CommandBus;
use crate::people::invite;
use crate::store::{StoreResult, Tx, allowances, idempotency, retention};
use shared::limits;
use std::time::Duration;
use tokio::sync::watch;

/// How often old rows are deleted.
const EVERY: Duration = Duration::from_secs(3_600);
/// How many rows of a kind one transaction deletes, so that others can write in between.
const AT_ONCE: u32 = 500;

/// How often expired invitations are ended. Nobody can accept one meanwhile, because the rule checks the time.
const ENDS_EVERY: Duration = Duration::from_secs(60);

/// Ends expired invitations until it is stopped.
pub async fn end_invitations(bus: CommandBus, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = invite::end_overdue(&bus).await {
            tracing::warn!(%error, "expired invitations could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(ENDS_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Deletes old rows until it is stopped.
pub async fn run(bus: CommandBus, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = clean_up(&bus).await {
            tracing::warn!(%error, "upkeep could not reach the database");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Deletes what is past its retention time, and frees the usernames of unused accounts.
pub async fn clean_up(bus: &CommandBus) -> StoreResult<()> {
    let now = bus.clock.now();
    let work = async |tx: &mut Tx<'_>| {
        Ok((
            idempotency::delete_before(tx, now.minus(limits::FORMS_KEPT)).await?,
            allowances::delete_full(tx, now).await?,
        ))
    };
    let deleted: StoreResult<(u64, u64)> = bus.store.write(work).await;
    let (forms, allowances) = deleted?;
    tracing::debug!(forms, allowances, "upkeep.forgotten");
    let (began, made) = (now.minus(limits::SESSIONS_KEPT), now.minus(limits::LINKS_KEPT));
    let (sent, unsent) = (now.minus(limits::EMAILS_SENT_KEPT), now.minus(limits::EMAILS_UNSENT_KEPT));
    loop {
        let some = async |tx: &mut Tx<'_>| {
            Ok([
                retention::sessions(tx, began, now, AT_ONCE).await?,
                retention::verifications(tx, made, now, AT_ONCE).await?,
                retention::resets(tx, made, now, AT_ONCE).await?,
                retention::emails(tx, sent, unsent, AT_ONCE).await?,
            ])
        };
        let deleted: StoreResult<[u64; 4]> = bus.store.write(some).await;
        let deleted = deleted?;
        tracing::debug!(?deleted, "upkeep.deleted");
        if deleted.iter().all(|number| *number < u64::from(AT_ONCE)) {
            break;
        }
    }
    let freed = unused::free(bus).await?;
    tracing::debug!(freed, "upkeep.freed");
    Ok(())
}
