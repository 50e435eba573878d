//! The program's own housework, once an hour: what nobody needs any more is forgotten.

use crate::door::Door;
use crate::people::invite;
use crate::store::{StoreResult, Tx, allowances, once};
use shared::moment::Span;
use std::time::Duration;
use tokio::sync::watch;

/// How long the outcome of a form is kept for a browser that sends it again.
const FORMS_KEPT: Span = Span::days(7);
/// How often the work is done.
const EVERY: Duration = Duration::from_secs(3_600);

/// How often invitations are looked at whose end has come. Nobody can accept one meanwhile: the rule looks at the clock.
const ENDS_EVERY: Duration = Duration::from_secs(60);

/// Ends invitations that nobody answered, until it is told to stop.
pub async fn end_invitations(door: Door, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = invite::end_overdue(&door).await {
            tracing::warn!(%error, "the ends of invitations could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(ENDS_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Does the housework until it is told to stop.
pub async fn run(door: Door, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let now = door.clock.now();
        let work = async |tx: &mut Tx<'_>| {
            Ok((once::forget(tx, now.minus(FORMS_KEPT)).await?, allowances::forget_whole(tx, now).await?))
        };
        let done: StoreResult<(u64, u64)> = door.store.write(work).await;
        match done {
            Ok((forms, allowances)) => tracing::debug!(forms, allowances, "upkeep.forgotten"),
            Err(error) => tracing::warn!(%error, "the housework could not reach the database"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}
