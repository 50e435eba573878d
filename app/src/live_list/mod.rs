//! A list that is kept up to date while somebody uses it, as pure state: it knows neither the browser nor the server.
//!
//! - [`LiveList`]: rows keep their places while they are in use, and then are put in order.
//! - [`Selection`] and [`Drafts`]: what the reader has ticked, or chosen in a row, survives each answer of the server.
//! - [`Notes`]: a row says for a while what others did to it; [`RecentChanges`]: a line says it of rows that are gone.
//!
//! A page combines the parts in a state of its own, as [`crate::people`] does.

mod drafts;
mod notes;
mod recent;
mod selection;

pub use drafts::Drafts;
pub use notes::{NOTE_SHOWN, Notes};
pub use recent::{RECENT_SHOWN, RecentChanges};
pub use selection::Selection;

/// A row, or what is selected of it.
pub trait Keyed {
    /// What tells this row from the others. It stays the same while the row changes.
    fn key(&self) -> String;
}

/// What an answer may do to the rows that are shown, because of where the pointer and the focus are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nobody uses the list: it is shown in its own order.
    Nothing,
    /// The list is in use: rows keep their places, and new ones are added behind them.
    Places,
    /// Something below the list is in use: rows keep their places, and new ones wait, because they would push it.
    Height,
}

/// A row in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<R> {
    pub row: R,
    /// Whether the row is no longer in the list. It keeps its place, and does nothing.
    pub gone: bool,
}

impl<R: Clone> Placed<R> {
    fn of(row: &R) -> Self {
        Self { row: row.clone(), gone: false }
    }
}

/// The rows of a list, in the places where they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveList<R> {
    /// The rows of the latest answer, in their own order.
    latest: Vec<R>,
    placed: Vec<Placed<R>>,
}

impl<R> Default for LiveList<R> {
    fn default() -> Self {
        Self { latest: Vec::new(), placed: Vec::new() }
    }
}

impl<R: Keyed + Clone> LiveList<R> {
    /// The rows of an answer have arrived.
    pub fn arrive(&mut self, rows: Vec<R>, hold: Hold) {
        self.placed = match hold {
            Hold::Nothing => rows.iter().map(Placed::of).collect(),
            Hold::Places | Hold::Height => self.in_place(&rows, hold),
        };
        self.latest = rows;
    }

    /// The list is no longer in use: rows that are gone leave, those that waited come, and all are put in order.
    pub fn release(&mut self) {
        self.placed = self.latest.iter().map(Placed::of).collect();
    }

    /// Whether the rows are shown in another order than their own.
    pub fn is_held(&self) -> bool {
        let differs = |(placed, row): (&Placed<R>, &R)| placed.gone || placed.row.key() != row.key();
        self.placed.len() != self.latest.len() || self.placed.iter().zip(&self.latest).any(differs)
    }

    /// The rows in their places.
    pub fn placed(&self) -> &[Placed<R>] {
        &self.placed
    }

    /// The rows of the latest answer.
    pub fn latest(&self) -> &[R] {
        &self.latest
    }

    fn in_place(&self, rows: &[R], hold: Hold) -> Vec<Placed<R>> {
        let stay = self.placed.iter().map(|placed| {
            let key = placed.row.key();
            match rows.iter().find(|row| row.key() == key) {
                Some(row) => Placed::of(row),
                None => Placed { row: placed.row.clone(), gone: true },
            }
        });
        let is_new = |row: &&R| {
            let key = row.key();
            !self.placed.iter().any(|placed| placed.row.key() == key)
        };
        let come = rows.iter().filter(is_new).filter(|_| hold == Hold::Places).map(Placed::of);
        stay.chain(come).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A letter that tells it from the others, and a value.
    impl Keyed for (char, u8) {
        fn key(&self) -> String {
            self.0.to_string()
        }
    }

    /// “a1 b2”, with a minus behind a row that is gone.
    fn shown(list: &LiveList<(char, u8)>) -> String {
        let one = |placed: &Placed<(char, u8)>| {
            format!("{}{}{}", placed.row.0, placed.row.1, if placed.gone { "-" } else { "" })
        };
        list.placed().iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rows_keep_their_places_while_the_list_is_in_use() {
        let mut list = LiveList::default();
        let answers = [
            (vec![('a', 1), ('b', 1)], Hold::Nothing, "a1 b1"),
            // One is gone, one has changed, one is new.
            (vec![('c', 1), ('b', 2)], Hold::Places, "a1- b2 c1"),
            // The one that was gone is back.
            (vec![('b', 3), ('a', 4)], Hold::Places, "a4 b3 c1-"),
            // A new one would push what is below.
            (vec![('b', 3), ('a', 4), ('d', 1)], Hold::Height, "a4 b3 c1-"),
            (vec![('b', 3), ('a', 4), ('d', 1)], Hold::Places, "a4 b3 c1- d1"),
        ];
        for (rows, hold, expected) in answers {
            list.arrive(rows, hold);
            assert_eq!(shown(&list), expected, "{hold:?}");
        }
        assert!(list.is_held());
        list.release();
        assert_eq!(shown(&list), "b3 a4 d1");
        assert!(!list.is_held());
    }

    #[test]
    fn empty_list_above_what_is_in_use_stays_empty() {
        let mut list = LiveList::default();
        list.arrive(Vec::new(), Hold::Nothing);
        list.arrive(vec![('a', 1)], Hold::Height);
        assert_eq!((shown(&list).as_str(), list.is_held()), ("", true));
        list.release();
        assert_eq!((shown(&list).as_str(), list.is_held()), ("a1", false));
    }
}
