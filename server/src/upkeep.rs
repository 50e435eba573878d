//! The program's own housework, once an hour: what nobody needs any more is deleted, after the times that the limits state.

use crate::accounts::unused;
use crate::command_bus::CommandBus;
use crate::people::invite;
use crate::store::{StoreResult, Tx, allowances, idempotency, retention};
use shared::limits;
use std::time::Duration;
use tokio::sync::watch;

/// How often the work is done.
const EVERY: Duration = Duration::from_secs(3_600);
/// How many rows of a kind are deleted in one transaction: others write between two of them.
const AT_ONCE: u32 = 500;

/// How often invitations are looked at whose end has come. Nobody can accept one meanwhile: the rule looks at the clock.
const ENDS_EVERY: Duration = Duration::from_secs(60);

/// Ends invitations that nobody answered, until it is told to stop.
pub async fn end_invitations(bus: CommandBus, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = invite::end_overdue(&bus).await {
            tracing::warn!(%error, "the ends of invitations could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(ENDS_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Does the housework until it is told to stop.
pub async fn run(bus: CommandBus, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = clean_up(&bus).await {
            tracing::warn!(%error, "the housework could not reach the database");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Deletes everything whose time is over, and frees usernames that nobody used.
pub async fn clean_up(bus: &CommandBus) -> StoreResult<()> {
    let now = bus.clock.now();
    let work = async |tx: &mut Tx<'_>| {
        Ok((
            idempotency::delete_before(tx, now.minus(limits::FORMS_KEPT)).await?,
            allowances::delete_full(tx, now).await?,
        ))
    };
    let forgotten: StoreResult<(u64, u64)> = bus.store.write(work).await;
    let (forms, allowances) = forgotten?;
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
