//! Rows stay where they are while somebody is about to use one of them: whoever aims at a button is not to hit another
//! row's, because others changed something that moment. Once the pointer has left the list it is put in order.

use crate::browser;
use crate::ui::refresh::Refresh;
use leptos::prelude::*;
use std::time::Duration;

/// Whether a pointer is over a list, a choice may be open in it, or somebody goes through it by keyboard.
fn in_use() -> bool {
    browser::is_hovered("table.people") || browser::exists("table.people :is(select:focus, :focus-visible)")
}

/// A row, and whether it is not among those that are shown any more: then it keeps its place, and does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<T> {
    pub row: T,
    pub gone: bool,
}

/// A list as it was drawn last, and whether that was in another order than its own.
pub struct Place<T: 'static>(StoredValue<(Vec<Line<T>>, bool)>);

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Place<T> {}

impl<T: Clone + Send + Sync + 'static> Place<T> {
    /// Nothing was drawn yet.
    pub fn new() -> Self {
        Self(StoredValue::new((Vec::new(), false)))
    }

    /// The rows as they are to be drawn: in their order, or, while they are in use and the list is the same part of all,
    /// where they stood. What comes is not drawn then where it would push another list that is pointed at: `may_come`.
    /// `key` is what tells one row from another.
    pub fn lines<K: PartialEq>(
        self,
        rows: &[T],
        same_part: bool,
        may_come: bool,
        key: impl Fn(&T) -> &K,
    ) -> Vec<Line<T>> {
        let before = self.0.try_get_value().filter(|_| same_part && in_use());
        let before = before.map(|(lines, _)| lines).unwrap_or_default();
        let lines = in_place(before, rows, &key, may_come);
        let in_order =
            lines.len() == rows.len() && lines.iter().zip(rows).all(|(line, row)| key(&line.row) == key(row));
        let _ = self.0.try_set_value((lines.clone(), !in_order));
        lines
    }

    fn waits(self) -> bool {
        self.0.try_with_value(|(_, waits)| *waits) == Some(true)
    }
}

/// Hears that the pointer has left one of two lists, or the focus one of its controls: then they are drawn in order.
pub fn left<A, B>(refresh: Refresh, one: Place<A>, other: Place<B>)
where
    A: Clone + Send + Sync + 'static,
    B: Clone + Send + Sync + 'static,
{
    // What is pointed at and focused instead is known a moment later.
    browser::run_later(Duration::ZERO, move || {
        if (one.waits() || other.waits()) && !in_use() {
            refresh.all();
        }
    });
}

/// The rows that stood somewhere stay there; those that come stand behind them.
fn in_place<T: Clone, K: PartialEq>(
    before: Vec<Line<T>>,
    rows: &[T],
    key: impl Fn(&T) -> &K,
    may_come: bool,
) -> Vec<Line<T>> {
    let new = |row: &&T| !before.iter().any(|line| key(&line.row) == key(row));
    let come = rows.iter().filter(new).map(|row| Line { row: row.clone(), gone: false });
    let come: Vec<Line<T>> = come.filter(|_| may_come || before.is_empty()).collect();
    let stay = before.iter().map(|line| match rows.iter().find(|row| key(row) == key(&line.row)) {
        Some(row) => Line { row: row.clone(), gone: false },
        None => Line { row: line.row.clone(), gone: true },
    });
    stay.chain(come).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_places() {
        let drawn = |lines: Vec<Line<(char, u8)>>| {
            let one =
                |line: Line<(char, u8)>| format!("{}{}{}", line.row.0, line.row.1, if line.gone { "-" } else { "" });
            lines.into_iter().map(one).collect::<Vec<_>>().join(" ")
        };
        let first = in_place(Vec::new(), &[('a', 1), ('b', 1)], |row| &row.0, false);
        assert_eq!(drawn(first.clone()), "a1 b1", "the first drawing");
        let moved = in_place(first, &[('c', 1), ('b', 2)], |row| &row.0, true);
        assert_eq!(drawn(moved.clone()), "a1- b2 c1", "one has gone, one has changed, one has come");
        let again = in_place(moved.clone(), &[('b', 3), ('a', 4), ('d', 1)], |row| &row.0, false);
        assert_eq!(drawn(again), "a4 b3 c1-", "whoever was gone is back; nothing may push what is below");
        assert_eq!(drawn(in_place(Vec::new(), &[('c', 1), ('b', 2)], |row| &row.0, true)), "c1 b2");
    }
}
