//! What is selected in a list.

use super::Keyed;
use std::collections::{BTreeMap, BTreeSet};

/// The selection of a list: the one in the address, and what was ticked since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<V> {
    address: Vec<V>,
    /// By key: what is selected, or `None` for what is not.
    ticks: BTreeMap<String, Option<V>>,
    /// What was selected and is no longer in the list.
    dropped: Vec<String>,
    /// How often the selection was cleared.
    cleared: u32,
}

impl<V> Default for Selection<V> {
    fn default() -> Self {
        Self { address: Vec::new(), ticks: BTreeMap::new(), dropped: Vec::new(), cleared: 0 }
    }
}

impl<V: Keyed + Clone> Selection<V> {
    /// The selection in the address. What the reader has ticked takes precedence.
    pub fn load(&mut self, address: Vec<V>) {
        self.address = address;
    }

    /// The reader has selected a row, or deselected it with `None`.
    pub fn tick(&mut self, key: String, selected: Option<V>) {
        self.ticks.insert(key, selected);
    }

    /// Drops what is not in the list. It must be the whole list.
    pub fn keep_only(&mut self, keys: &BTreeSet<String>) {
        let gone: BTreeSet<String> = self.selected().iter().map(Keyed::key).filter(|key| !keys.contains(key)).collect();
        self.address.retain(|one| keys.contains(&one.key()));
        self.dropped.retain(|key| !keys.contains(key));
        self.ticks.extend(gone.iter().map(|key| (key.clone(), None)));
        self.dropped.extend(gone);
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self { cleared: self.cleared + 1, ..Self::default() };
    }

    /// What is selected.
    pub fn selected(&self) -> Vec<V> {
        let kept = self.address.iter().filter(|one| !self.ticks.contains_key(&one.key()));
        kept.chain(self.ticks.values().flatten()).cloned().collect()
    }

    /// Whether a row is selected.
    pub fn contains(&self, key: &str) -> bool {
        match self.ticks.get(key) {
            Some(ticked) => ticked.is_some(),
            None => self.address.iter().any(|one| one.key() == key),
        }
    }

    /// What the address has selected.
    pub fn in_address(&self) -> &[V] {
        &self.address
    }

    /// What was selected and is no longer in the list.
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// How often the selection was cleared. A checkbox holds its own state, so it is drawn again after that.
    pub fn cleared(&self) -> u32 {
        self.cleared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Keyed for &'static str {
        fn key(&self) -> String {
            (*self).to_owned()
        }
    }

    fn keys(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn ticks_take_precedence_over_the_address() {
        let mut selection = Selection::default();
        selection.load(vec!["kim", "lee"]);
        selection.tick("mira".to_owned(), Some("mira"));
        selection.tick("kim".to_owned(), None);
        assert_eq!(selection.selected(), ["lee", "mira"]);
        // The address of a dialog repeats the selection, and Back leads to an older one.
        for address in [vec!["lee", "mira"], vec!["kim", "lee"]] {
            selection.load(address);
            assert_eq!(selection.selected(), ["lee", "mira"]);
        }
        assert_eq!(["kim", "lee", "mira", "sam"].map(|one| selection.contains(one)), [false, true, true, false]);
        selection.load(Vec::new());
        selection.clear();
        assert_eq!((selection.selected(), selection.cleared()), (Vec::new(), 1));
    }

    #[test]
    fn what_is_gone_is_dropped_once_until_it_is_back() {
        let mut selection = Selection::default();
        selection.load(vec!["lee"]);
        selection.tick("mira".to_owned(), Some("mira"));
        selection.keep_only(&keys(&["mira", "sam"]));
        assert_eq!((selection.selected(), selection.dropped()), (vec!["mira"], &["lee".to_owned()][..]));
        // The address still names it.
        selection.load(vec!["lee"]);
        selection.keep_only(&keys(&["sam"]));
        assert_eq!((selection.selected(), selection.dropped().join(" ")), (Vec::new(), "lee mira".to_owned()));
        selection.keep_only(&keys(&["lee", "sam"]));
        assert_eq!((selection.selected(), selection.dropped().join(" ")), (Vec::new(), "mira".to_owned()));
    }
}
