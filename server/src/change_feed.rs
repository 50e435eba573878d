//! What is committed, for the pages that are open. Every command leaves its lines in history, so history is what is read:
//! after each commit here, when another server of the same PostgreSQL calls ([`crate::store::calls`]), and a few times a
//! second besides, because a line that does nothing but listen can die without anybody noticing it, and an operator's
//! command beside the server calls nobody.
//!
//! Whatever was committed before a line that is told is told no later than that line: so nobody hears of a thing by a right
//! that ended before it.

use crate::broadcast::Topic;
use crate::command_bus::CommandBus;
use crate::store::history::{self, Heard};
use crate::store::{StoreResult, Tx};
use shared::timestamp::{Seconds, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How often history is looked at where nobody calls.
pub const EVERY: Duration = Duration::from_millis(500);
/// How long to rest between two looks: commits that come faster are told together.
const PAUSE: Duration = Duration::from_millis(10);
/// A server that commits more often than this calls no more often.
const CALLS_EVERY: Duration = Duration::from_millis(50);
/// How long one line is listened on: one that has died without a word is missed no longer.
const LISTENED_ON: Duration = Duration::from_secs(60);
/// How long opening one may take.
const OPENED_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait before a line is tried again.
const TRIED_AGAIN: Duration = Duration::from_secs(1);
/// How long a number that is missing between others is waited for: its transaction may be the slower one. Longer than
/// the store's patience with a transaction; after that it was rolled back.
const WAITED_FOR: Seconds = Seconds(20);
/// How many numbers before the newest may belong to transactions that are under way when a server starts.
const LOOKED_BACK: i64 = 1_000;

/// How far history has been read. Numbers are given when a line is written and appear when it is committed, so that one
/// may appear after a greater one.
#[derive(Debug)]
struct GapTracker {
    last: i64,
    /// Numbers that have not appeared, and since when they are missed.
    missing: BTreeMap<i64, Timestamp>,
}

impl GapTracker {
    /// From a little before the newest number on: what is being committed now may have a smaller one.
    fn before(newest: i64) -> Self {
        Self { last: newest.saturating_sub(LOOKED_BACK).max(0), missing: BTreeMap::new() }
    }

    /// After which number to read.
    fn after(&self) -> i64 {
        self.missing.keys().next().map_or(self.last, |first| first - 1)
    }

    /// Those of the lines, in their order, that were not seen before.
    fn unseen(&mut self, lines: Vec<Heard>, now: Timestamp) -> Vec<Heard> {
        lines
            .into_iter()
            .filter(|line| {
                if line.number <= self.last {
                    return self.missing.remove(&line.number).is_some();
                }
                // A jump is no transaction that is slower.
                let first = (self.last + 1).max(line.number - LOOKED_BACK);
                self.missing.extend((first..line.number).map(|number| (number, now)));
                self.last = line.number;
                true
            })
            .collect()
    }

    /// Waits no longer for what should have been there at a look that began at this moment.
    fn give_up(&mut self, began: Timestamp) {
        self.missing.retain(|_, since| since.plus(WAITED_FOR) > began);
    }
}

/// Tells the pages what is committed until it is told to stop, looking at history at least as often as is asked for.
pub async fn tell(bus: CommandBus, every: Duration, mut stop: watch::Receiver<bool>) {
    let (called, name) = (Notify::new(), bus.random.token());
    tokio::select! {
        () = look_again(&bus, every, &called) => {}
        () = call(&bus, &name) => {}
        () = be_called(&bus, &name, &called) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Looks at history again and again: at what is new whenever something may be, and every time also for what is missing.
async fn look_again(bus: &CommandBus, every: Duration, called: &Notify) {
    let mut committed = bus.committed.subscribe();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut horizon, mut blind) = (None, false);
    loop {
        let whole = tokio::select! {
            biased;
            _ = ticks.tick() => true,
            _ = committed.changed() => false,
            () = called.notified() => false,
        };
        let looked = look(bus, &mut horizon, whole).await;
        if let Err(error) = &looked
            && !blind
        {
            tracing::warn!(%error, "what is committed can't be read now");
        }
        blind = looked.is_err();
        sleep(PAUSE).await;
    }
}

/// Calls the others after each commit here, and once for all that come soon after one another.
async fn call(bus: &CommandBus, name: &str) {
    let mut committed = bus.committed.subscribe();
    while committed.changed().await.is_ok() {
        if let Err(error) = bus.store.call(name).await {
            tracing::debug!(%error, "other servers find it without being called");
        }
        sleep(CALLS_EVERY).await;
    }
}

/// Waits for the others' calls, on one line after another.
async fn be_called(bus: &CommandBus, name: &str, called: &Notify) {
    let mut deaf = false;
    loop {
        match timeout(OPENED_WITHIN, bus.store.calls()).await {
            Ok(Ok(Some(mut calls))) => {
                deaf = false;
                // What was called while nobody listened.
                called.notify_one();
                let listened = timeout(LISTENED_ON, async {
                    while let Ok(who) = calls.next().await {
                        if who != name {
                            called.notify_one();
                        }
                    }
                });
                if listened.await.is_err() {
                    continue;
                }
            }
            // A folder has one server, and through a pooler nobody is heard.
            Ok(Ok(None)) => return pending().await,
            Ok(Err(_)) | Err(_) => {
                if !std::mem::replace(&mut deaf, true) {
                    tracing::warn!(
                        "other servers' calls can't be heard now; history is read twice a second all the same"
                    );
                }
            }
        }
        sleep(TRIED_AGAIN).await;
    }
}

/// Tells the open pages what is new, and where it is asked for what was missing. After an outage that is all that was not
/// told.
async fn look(bus: &CommandBus, horizon: &mut Option<GapTracker>, whole: bool) -> StoreResult<()> {
    let began = bus.clock.now();
    let horizon = match horizon {
        Some(horizon) => horizon,
        None => {
            let newest = bus.store.read_single(async |tx: &mut Tx<'_>| history::newest(tx).await).await?;
            horizon.insert(GapTracker::before(newest))
        }
    };
    let mut from = if whole { horizon.after() } else { horizon.last };
    let mut topics = BTreeSet::new();
    let read = loop {
        let lines: StoreResult<(Vec<Heard>, bool)> =
            bus.store.read_single(async |tx: &mut Tx<'_>| history::after(tx, from).await).await;
        let (lines, last) = match lines {
            Ok(lines) => lines,
            Err(error) => break Err(error),
        };
        from = lines.last().map_or(from, |line| line.number);
        topics.extend(horizon.unseen(lines, began).iter().flat_map(self::topics));
        if last {
            break Ok(());
        }
    };
    if whole && read.is_ok() {
        horizon.give_up(began);
    }
    bus.broadcast.tell_all(&topics.into_iter().collect::<Vec<_>>(), horizon.after());
    read
}

/// Whom a line may concern: rather one page too many, which looks again and finds nothing new.
pub fn topics(line: &Heard) -> impl Iterator<Item = Topic> {
    let own = line.account.map(Topic::Yours);
    let people = line.organization.map(Topic::People);
    let standing = line.organization.filter(|_| line.changes_standing).map(Topic::Standing);
    let request = line.request.map(|_| Topic::Requests);
    let mail = line.may_be_written_of.then_some(Topic::Mail);
    [own, people, standing, request, mail].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: i64) -> Heard {
        Heard {
            number,
            account: None,
            may_be_written_of: true,
            request: None,
            organization: None,
            changes_standing: false,
        }
    }

    fn numbers(lines: &[Heard]) -> Vec<i64> {
        lines.iter().map(|line| line.number).collect()
    }

    #[test]
    fn a_line_that_appears_late_is_heard_once() {
        let mut horizon = GapTracker { last: 4, missing: BTreeMap::new() };
        let begin = Timestamp(0);
        let mut sees_at = |began: Timestamp, lines: &[i64]| {
            let unseen = horizon.unseen(lines.iter().copied().map(line).collect(), began);
            horizon.give_up(began);
            (numbers(&unseen), horizon.after())
        };
        let mut sees = |lines: &[i64]| sees_at(begin, lines);
        assert_eq!(sees(&[5, 6]), (vec![5, 6], 6));
        assert_eq!(sees(&[9]), (vec![9], 6), "7 and 8 may still come");
        assert_eq!(sees(&[8, 9, 10]), (vec![8, 10], 6));
        assert_eq!(sees(&[8, 9, 10]), (vec![], 6));
        assert_eq!(sees(&[7, 8, 9, 10]), (vec![7], 10));
        assert_eq!(sees(&[12]), (vec![12], 10));
        assert_eq!(sees_at(begin.plus(WAITED_FOR), &[12, 14]), (vec![14], 12), "11 was rolled back");
        let later = begin.plus(WAITED_FOR).plus(WAITED_FOR);
        assert_eq!(sees_at(later, &[13, 14]), (vec![13], 14), "it was there, and nobody could look");
    }

    #[test]
    fn a_jump_of_the_numbers_is_not_waited_for_in_full() {
        let mut horizon = GapTracker { last: 4, missing: BTreeMap::new() };
        horizon.unseen(vec![line(10_000_000)], Timestamp(0));
        assert_eq!((horizon.missing.len(), horizon.last), (usize::try_from(LOOKED_BACK).unwrap(), 10_000_000));
    }

    #[test]
    fn a_server_begins_a_little_before_the_newest_line() {
        assert_eq!(GapTracker::before(3).after(), 0);
        assert_eq!(GapTracker::before(LOOKED_BACK + 5).after(), 5);
    }
}
