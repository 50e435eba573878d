//! What rows say of recent changes by others.

use shared::timestamp::{Seconds, Timestamp};
use std::collections::BTreeMap;

/// How long a note is shown, however often the list is drawn meanwhile.
pub const NOTE_SHOWN: Seconds = Seconds(10);

/// Notes beside rows, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(BTreeMap<String, Note>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    text: String,
    since: Timestamp,
}

impl Notes {
    /// Adds a note, in place of an earlier one of the same row.
    pub fn add(&mut self, key: String, text: String, now: Timestamp) {
        self.0.insert(key, Note { text, since: now });
    }

    /// Keeps the notes of the rows for which they are still true.
    pub fn retain(&mut self, is_true: impl Fn(&str) -> bool) {
        self.0.retain(|key, _| is_true(key));
    }

    /// Removes the notes that have been shown long enough.
    pub fn expire(&mut self, now: Timestamp) {
        self.0.retain(|_, note| note.since.plus(NOTE_SHOWN) > now);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The note of a row.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|note| note.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn note_is_shown_for_a_while_and_only_while_it_is_true() {
        let at = |seconds| Timestamp(0).plus(Seconds(seconds));
        let mut notes = Notes::default();
        notes.add("kim".to_owned(), "joined just now".to_owned(), at(0));
        notes.add("lee".to_owned(), "now a Manager".to_owned(), at(5));
        notes.expire(at(9));
        assert_eq!((notes.get("kim"), notes.get("lee")), (Some("joined just now"), Some("now a Manager")));
        notes.expire(at(10));
        assert_eq!((notes.get("kim"), notes.get("lee")), (None, Some("now a Manager")));
        notes.retain(|key| key != "lee");
        assert!(notes.is_empty());
    }
}
