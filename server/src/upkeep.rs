//! The program's own housework, once an hour: what nobody needs any more is forgotten.

use crate::door::Door;
use crate::store::{StoreResult, Tx, once};
use shared::moment::Span;
use std::time::Duration;
use tokio::sync::watch;

/// How long the outcome of a form is kept for a browser that sends it again.
const FORMS_KEPT: Span = Span::days(7);
/// How often the work is done.
const EVERY: Duration = Duration::from_secs(3_600);

/// Does the housework until it is told to stop.
pub async fn run(door: Door, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let before = door.clock.now().minus(FORMS_KEPT);
        let done: StoreResult<u64> = door.store.write(async |tx: &mut Tx<'_>| once::forget(tx, before).await).await;
        match done {
            Ok(forgotten) => tracing::debug!(forgotten, "upkeep.forms"),
            Err(error) => tracing::warn!(%error, "the housework could not reach the database"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}
