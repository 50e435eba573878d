//! What others did recently, in a line above the list: a row that is gone can't say it itself.

use shared::timestamp::{Seconds, Timestamp};
use shared::wire::people::RecentEvent;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long an event is shown.
pub const RECENT_SHOWN: Duration = Duration::from_secs(20);

/// A command that began before the page was drawn may have been committed after it.
const BEFORE: Seconds = Seconds(5);

/// The recent events. The page asks for them when something has changed, and again if the server didn't answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentChanges {
    /// The events that are shown, the newest first.
    shown: Vec<RecentEvent>,
    /// The numbers of all events that were shown.
    known: BTreeSet<i64>,
    /// The time after which events are news, once the page was drawn.
    since: Option<Timestamp>,
    /// The number of the latest question.
    asked: u32,
    /// The number of the latest question that was answered.
    answered: u32,
    /// How many questions wait for their answer.
    waiting: u32,
}

impl RecentChanges {
    /// The page is drawn.
    pub fn open(&mut self, now: Timestamp) {
        self.since.get_or_insert(now.minus(BEFORE));
    }

    /// The time after which events are news. `None` until the page is drawn.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Whether the latest question was never answered. The server can answer by now, if the page has its data.
    pub fn is_unanswered(&self) -> bool {
        self.waiting == 0 && self.answered < self.asked
    }

    /// The page asks. The question gets the number [`Self::asked`].
    pub fn ask(&mut self) {
        self.asked += 1;
        self.waiting += 1;
    }

    /// The number of the latest question.
    pub fn asked(&self) -> u32 {
        self.asked
    }

    /// A question was answered, or failed with `None`.
    pub fn answer(&mut self, question: u32, events: Option<Vec<RecentEvent>>) {
        // A question about another organization.
        if question > self.asked {
            return;
        }
        self.waiting = self.waiting.saturating_sub(1);
        let Some(mut events) = events else { return };
        self.answered = self.answered.max(question);
        events.retain(|event| self.known.insert(event.number));
        self.shown.splice(..0, events).for_each(drop);
    }

    /// Events have been shown long enough.
    pub fn expire(&mut self, numbers: &[i64]) {
        self.shown.retain(|event| !numbers.contains(&event.number));
    }

    /// The events that are shown, the newest first.
    pub fn shown(&self) -> &[RecentEvent] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(numbers: &[i64]) -> Vec<RecentEvent> {
        numbers.iter().map(|number| RecentEvent { number: *number, sentence: format!("event {number}") }).collect()
    }

    fn numbers(recent: &RecentChanges) -> Vec<i64> {
        recent.shown().iter().map(|event| event.number).collect()
    }

    #[test]
    fn event_is_shown_once() {
        let mut recent = RecentChanges::default();
        for answer in [events(&[1]), events(&[3, 2, 1])] {
            recent.ask();
            recent.answer(recent.asked(), Some(answer));
        }
        assert_eq!(numbers(&recent), [3, 2, 1]);
        recent.expire(&[1, 2]);
        recent.ask();
        recent.answer(recent.asked(), Some(events(&[3, 2, 1])));
        assert_eq!(numbers(&recent), [3]);
    }

    #[test]
    fn failed_question_is_asked_again_unless_a_later_one_was_answered() {
        let mut recent = RecentChanges::default();
        recent.ask();
        assert!(!recent.is_unanswered(), "the answer may still come");
        recent.answer(1, None);
        assert!(recent.is_unanswered());
        recent.ask();
        recent.ask();
        recent.answer(3, Some(events(&[1])));
        recent.answer(2, None);
        assert!(!recent.is_unanswered());
        recent.answer(4, Some(events(&[2])));
        assert_eq!(numbers(&recent), [1], "an answer to nobody's question");
    }
}
