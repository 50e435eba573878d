//! The change feed: reads new audit events and publishes what they changed to open pages. Every command appends audit
//! events, so no command needs to publish anything. The feed reads after each commit of this server and after each
//! notification of another one ([`crate::store::notifications`]). It also polls, because a listening connection can die
//! unnoticed, and commands of an operator notify nobody.
//!
//! An event is never published before an event that was committed earlier. So nobody receives a topic by a right that
//! ended before it.

use crate::broadcast::ChangedData;
use crate::command_bus::CommandBus;
use crate::store::history::{self, FeedEvent};
use crate::store::{StoreResult, Tx};
use shared::timestamp::{Seconds, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How often the history is read without a notification.
pub const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// The pause between two reads. Commits within it are published together.
const COALESCE_FOR: Duration = Duration::from_millis(10);
/// A server that commits more often sends no more notifications than this.
const NOTIFY_INTERVAL: Duration = Duration::from_millis(50);
/// How long one connection listens. A connection that died unnoticed is replaced after this time.
const LISTEN_FOR: Duration = Duration::from_secs(60);
/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait before the next attempt to connect.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long to wait for a number that is missing between others, because its transaction may be the slower one. It is
/// longer than a transaction may take, so later the number was rolled back.
const GAP_TIMEOUT: Seconds = Seconds(20);
/// How many numbers before the newest may belong to open transactions when a server starts.
const LOOK_BACK: i64 = 1_000;

/// How far the history has been read. A number is assigned when an event is inserted and visible when it is committed,
/// so a number may appear after a greater one.
#[derive(Debug)]
struct GapTracker {
    last: i64,
    /// Numbers that have not appeared, and since when they have been missing.
    missing: BTreeMap<i64, Timestamp>,
}

impl GapTracker {
    /// Starts some numbers before the newest, because a smaller one may still be committed.
    fn before(newest: i64) -> Self {
        Self { last: newest.saturating_sub(LOOK_BACK).max(0), missing: BTreeMap::new() }
    }

    /// The number after which to read.
    fn after(&self) -> i64 {
        self.missing.keys().next().map_or(self.last, |first| first - 1)
    }

    /// The events that were not seen before, in their order.
    fn retain_unseen(&mut self, events: Vec<FeedEvent>, now: Timestamp) -> Vec<FeedEvent> {
        events
            .into_iter()
            .filter(|event| {
                if event.number <= self.last {
                    return self.missing.remove(&event.number).is_some();
                }
                // A large jump is not a slow transaction, so the gap is bounded.
                let first = (self.last + 1).max(event.number - LOOK_BACK);
                self.missing.extend((first..event.number).map(|number| (number, now)));
                self.last = event.number;
                true
            })
            .collect()
    }

    /// Gives up numbers that were missing too long at a read that began at this moment.
    fn expire(&mut self, began: Timestamp) {
        self.missing.retain(|_, since| since.plus(GAP_TIMEOUT) > began);
    }
}

/// Publishes what is committed until it is stopped, and polls at least as often as `every`.
pub async fn run(bus: CommandBus, every: Duration, mut stop: watch::Receiver<bool>) {
    let (wake, name) = (Notify::new(), bus.random.token());
    tokio::select! {
        () = poll(&bus, every, &wake) => {}
        () = notify_others(&bus, &name) => {}
        () = listen_to_others(&bus, &name, &wake) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Reads the history repeatedly: new events after each wake-up, and missing ones as well at each tick.
async fn poll(bus: &CommandBus, every: Duration, wake: &Notify) {
    let mut committed = bus.committed.subscribe();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut gaps, mut failing) = (None, false);
    loop {
        let include_missing = tokio::select! {
            biased;
            _ = ticks.tick() => true,
            _ = committed.changed() => false,
            () = wake.notified() => false,
        };
        let result = publish_new(bus, &mut gaps, include_missing).await;
        if let Err(error) = &result
            && !failing
        {
            tracing::warn!(%error, "the history can't be read now");
        }
        failing = result.is_err();
        sleep(COALESCE_FOR).await;
    }
}

/// Notifies the other servers after each commit of this one, once for several commits in a row.
async fn notify_others(bus: &CommandBus, name: &str) {
    let mut committed = bus.committed.subscribe();
    while committed.changed().await.is_ok() {
        if let Err(error) = bus.store.notify(name).await {
            tracing::debug!(%error, "other servers could not be notified");
        }
        sleep(NOTIFY_INTERVAL).await;
    }
}

/// Waits for notifications of other servers, on one connection after another.
async fn listen_to_others(bus: &CommandBus, name: &str, wake: &Notify) {
    let mut warned = false;
    loop {
        match timeout(CONNECT_TIMEOUT, bus.store.listen()).await {
            Ok(Ok(Some(mut notifications))) => {
                warned = false;
                // Something may have been committed while nobody listened.
                wake.notify_one();
                let listened = timeout(LISTEN_FOR, async {
                    while let Ok(sender) = notifications.next().await {
                        if sender != name {
                            wake.notify_one();
                        }
                    }
                });
                if listened.await.is_err() {
                    continue;
                }
            }
            // A data folder has one server, and a pooler passes no notifications on.
            Ok(Ok(None)) => return pending().await,
            Ok(Err(_)) | Err(_) => {
                if !std::mem::replace(&mut warned, true) {
                    tracing::warn!("can't listen to other servers now; the history is still polled");
                }
            }
        }
        sleep(RETRY_AFTER).await;
    }
}

/// Publishes what is new, and numbers that were missing if `include_missing`. After an outage it publishes everything
/// since.
async fn publish_new(bus: &CommandBus, gaps: &mut Option<GapTracker>, include_missing: bool) -> StoreResult<()> {
    let began = bus.clock.now();
    let gaps = match gaps {
        Some(gaps) => gaps,
        None => {
            let newest = bus.store.read_single(async |tx: &mut Tx<'_>| history::newest(tx).await).await?;
            gaps.insert(GapTracker::before(newest))
        }
    };
    let mut from = if include_missing { gaps.after() } else { gaps.last };
    let mut changed = BTreeSet::new();
    let read = loop {
        let page: StoreResult<(Vec<FeedEvent>, bool)> =
            bus.store.read_single(async |tx: &mut Tx<'_>| history::after(tx, from).await).await;
        let (events, last) = match page {
            Ok(page) => page,
            Err(error) => break Err(error),
        };
        from = events.last().map_or(from, |event| event.number);
        changed.extend(gaps.retain_unseen(events, began).iter().flat_map(changed_data));
        if last {
            break Ok(());
        }
    };
    if include_missing && read.is_ok() {
        gaps.expire(began);
    }
    bus.broadcast.publish_up_to(&changed.into_iter().collect::<Vec<_>>(), gaps.after());
    read
}

/// What an event may have changed. Too much is harmless, because a page that reloads finds nothing new.
pub fn changed_data(event: &FeedEvent) -> impl Iterator<Item = ChangedData> {
    let own = event.account.map(ChangedData::Account);
    let people = event.organization.map(ChangedData::People);
    let state = event.organization.filter(|_| event.changes_organization_state).map(ChangedData::OrganizationState);
    let request = event.request.map(|_| ChangedData::Requests);
    let emails = event.may_send_email.then_some(ChangedData::Emails);
    [own, people, state, request, emails].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: i64) -> FeedEvent {
        FeedEvent {
            number,
            account: None,
            may_send_email: true,
            request: None,
            organization: None,
            changes_organization_state: false,
        }
    }

    fn numbers(events: &[FeedEvent]) -> Vec<i64> {
        events.iter().map(|event| event.number).collect()
    }

    #[test]
    fn late_event_is_seen_once() {
        let mut gaps = GapTracker { last: 4, missing: BTreeMap::new() };
        let begin = Timestamp(0);
        let mut sees_at = |began: Timestamp, lines: &[i64]| {
            let unseen = gaps.retain_unseen(lines.iter().copied().map(event).collect(), began);
            gaps.expire(began);
            (numbers(&unseen), gaps.after())
        };
        let mut sees = |lines: &[i64]| sees_at(begin, lines);
        assert_eq!(sees(&[5, 6]), (vec![5, 6], 6));
        assert_eq!(sees(&[9]), (vec![9], 6), "7 and 8 may still appear");
        assert_eq!(sees(&[8, 9, 10]), (vec![8, 10], 6));
        assert_eq!(sees(&[8, 9, 10]), (vec![], 6));
        assert_eq!(sees(&[7, 8, 9, 10]), (vec![7], 10));
        assert_eq!(sees(&[12]), (vec![12], 10));
        assert_eq!(sees_at(begin.plus(GAP_TIMEOUT), &[12, 14]), (vec![14], 12), "11 was rolled back");
        let later = begin.plus(GAP_TIMEOUT).plus(GAP_TIMEOUT);
        assert_eq!(sees_at(later, &[13, 14]), (vec![13], 14), "13 was committed during an outage");
    }

    #[test]
    fn jump_of_the_numbers_is_a_bounded_gap() {
        let mut gaps = GapTracker { last: 4, missing: BTreeMap::new() };
        gaps.retain_unseen(vec![event(10_000_000)], Timestamp(0));
        assert_eq!((gaps.missing.len(), gaps.last), (usize::try_from(LOOK_BACK).unwrap(), 10_000_000));
    }

    #[test]
    fn new_server_starts_before_the_newest_event() {
        assert_eq!(GapTracker::before(3).after(), 0);
        assert_eq!(GapTracker::before(LOOK_BACK + 5).after(), 5);
    }
}
