//! What other servers of the same PostgreSQL commit, for the pages that are open here. Every command leaves its lines in
//! history, so history is what is read: when another server calls ([`crate::store::calls`]), and a few times a second
//! besides, because a line that does nothing but listen can die without anybody noticing it.
//!
//! A folder has one server, and nobody to listen to: there only how far history went before is looked up.

use crate::door::Door;
use crate::live::Topic;
use crate::store::history::{self, Heard};
use crate::store::{StoreResult, Tx};
use shared::moment::{Moment, Span};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// How often history is looked at where nobody calls.
pub const EVERY: Duration = Duration::from_millis(500);
/// A server that commits more often than this calls no more often.
const CALLS_EVERY: Duration = Duration::from_millis(50);
/// How long one line is listened on: one that has died without a word is missed no longer.
const LISTENED_ON: Duration = Duration::from_secs(60);
/// How long to wait before a line is tried again.
const TRIED_AGAIN: Duration = Duration::from_secs(1);
/// How long a number that is missing between others is waited for: its transaction may be the slower one. Longer than
/// the store's patience with a transaction; after that it was rolled back.
const WAITED_FOR: Span = Span(20);

/// How far history has been read. Numbers are given when a line is written and appear when it is committed, so that one
/// may appear after a greater one.
#[derive(Debug)]
struct Horizon {
    last: i64,
    /// Numbers that have not appeared, and since when they are missed.
    missing: BTreeMap<i64, Moment>,
}

impl Horizon {
    fn at(last: i64) -> Self {
        Self { last, missing: BTreeMap::new() }
    }

    /// After which number to read.
    fn after(&self) -> i64 {
        self.missing.keys().next().map_or(self.last, |first| first - 1)
    }

    /// Those of the lines, in their order, that were not seen before.
    fn unseen(&mut self, lines: Vec<Heard>, now: Moment) -> Vec<Heard> {
        self.missing.retain(|_, since| since.plus(WAITED_FOR) > now);
        lines
            .into_iter()
            .filter(|line| {
                if line.number <= self.last {
                    return self.missing.remove(&line.number).is_some();
                }
                self.missing.extend((self.last + 1..line.number).map(|number| (number, now)));
                self.last = line.number;
                true
            })
            .collect()
    }
}

/// Listens until it is told to stop, and looks at history at least as often as is asked for; in a folder it looks once.
pub async fn hear(door: Door, every: Duration, mut stop: watch::Receiver<bool>) {
    let called = Notify::new();
    tokio::select! {
        () = look_again(&door, every, &called) => {}
        () = call(&door) => {}
        () = be_called(&door, &called) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Looks at history again and again; in a folder once.
async fn look_again(door: &Door, every: Duration, called: &Notify) {
    let (mut horizon, mut deaf) = (None, false);
    loop {
        let looked = look(door, &mut horizon).await;
        if door.store.is_embedded() && looked.is_ok() {
            return;
        }
        if let Err(error) = &looked
            && !deaf
        {
            tracing::warn!(%error, "what other servers do is not known now");
        }
        deaf = looked.is_err();
        let _ = timeout(every, called.notified()).await;
    }
}

/// Calls the others after each commit here, and once for all that come soon after one another.
async fn call(door: &Door) {
    loop {
        door.committed.notified().await;
        if let Err(error) = door.store.call().await {
            tracing::debug!(%error, "other servers find it without being called");
        }
        sleep(CALLS_EVERY).await;
    }
}

/// Waits for the others' calls, on one line after another.
async fn be_called(door: &Door, called: &Notify) {
    loop {
        if let Ok(Some(mut calls)) = door.store.calls().await {
            // What was called while nobody listened.
            called.notify_one();
            let listened = timeout(LISTENED_ON, async {
                while calls.next().await.is_ok() {
                    called.notify_one();
                }
            });
            if listened.await.is_err() {
                continue;
            }
        }
        sleep(TRIED_AGAIN).await;
    }
}

/// Tells the open pages what is new. After an outage that is all that was missed.
async fn look(door: &Door, horizon: &mut Option<Horizon>) -> StoreResult<()> {
    let Some(horizon) = horizon else {
        let newest = door.store.look(async |tx: &mut Tx<'_>| history::newest(tx).await).await?;
        door.live.tell_all(&[], None, Some(newest));
        *horizon = Some(Horizon::at(newest));
        return Ok(());
    };
    let mut from = horizon.after();
    let mut topics: Vec<Topic> = Vec::new();
    let read = loop {
        let lines: StoreResult<Vec<Heard>> =
            door.store.look(async |tx: &mut Tx<'_>| history::after(tx, from).await).await;
        let lines = match lines {
            Ok(lines) => lines,
            Err(error) => break Err(error),
        };
        let whole = lines.len() < history::AFTER_AT_ONCE;
        from = lines.last().map_or(from, |line| line.number);
        let unseen = horizon.unseen(lines, door.clock.now());
        for topic in unseen.iter().filter(|line| !door.own.take(line.id)).flat_map(self::topics) {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        if whole {
            break Ok(());
        }
    };
    door.live.tell_all(&topics, None, Some(horizon.after()));
    read
}

/// Whom a line may concern: rather one page too many, which looks again and finds nothing new.
pub fn topics(line: &Heard) -> impl Iterator<Item = Topic> {
    let own = line.account.map(Topic::Yours);
    let people = line.organization.map(Topic::People);
    let standing = line.organization.filter(|_| line.changes_standing).map(Topic::Standing);
    let request = line.request.map(|_| Topic::Requests);
    [own, people, standing, request, Some(Topic::Mail)].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::EventId;
    use uuid::Uuid;

    fn line(number: i64) -> Heard {
        let id = EventId(Uuid::from_u128(u128::try_from(number).unwrap()));
        Heard { number, id, account: None, request: None, organization: None, changes_standing: false }
    }

    fn numbers(lines: &[Heard]) -> Vec<i64> {
        lines.iter().map(|line| line.number).collect()
    }

    #[test]
    fn a_line_that_appears_late_is_heard_once() {
        let mut horizon = Horizon::at(4);
        let begin = Moment(0);
        let mut sees_at = |now: Moment, lines: &[i64]| {
            let unseen = horizon.unseen(lines.iter().copied().map(line).collect(), now);
            (numbers(&unseen), horizon.after())
        };
        let mut sees = |lines: &[i64]| sees_at(begin, lines);
        assert_eq!(sees(&[5, 6]), (vec![5, 6], 6));
        assert_eq!(sees(&[9]), (vec![9], 6), "7 and 8 may still come");
        assert_eq!(sees(&[8, 9, 10]), (vec![8, 10], 6));
        assert_eq!(sees(&[8, 9, 10]), (vec![], 6));
        assert_eq!(sees(&[7, 8, 9, 10]), (vec![7], 10));
        assert_eq!(sees(&[12]), (vec![12], 10));
        assert_eq!(sees_at(begin.plus(WAITED_FOR), &[12]), (vec![], 12), "11 was rolled back");
    }
}
