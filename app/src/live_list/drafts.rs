//! What the reader has chosen in rows and not saved yet.

use std::collections::BTreeMap;

/// Unsaved choices, by the key of their row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafts<V>(BTreeMap<String, Draft<V>>);

/// An unsaved choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft<V> {
    pub chosen: V,
    /// The stored value that the reader saw when they chose.
    pub seen: V,
}

impl<V> Default for Drafts<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Copy + PartialEq> Drafts<V> {
    /// The reader has chosen a value. Choosing the stored one leaves nothing to save.
    pub fn choose(&mut self, key: &str, chosen: V, stored: V) {
        self.0.insert(key.to_owned(), Draft { chosen, seen: stored });
        self.settle(key, stored);
    }

    /// A row has arrived with its stored value. A choice that equals it has been saved and is forgotten. Otherwise a
    /// later change by someone else would look like the reader's own choice.
    pub fn settle(&mut self, key: &str, stored: V) {
        if self.get(key).is_some_and(|draft| draft.chosen == stored) {
            self.0.remove(key);
        }
    }

    /// The unsaved choice of a row.
    pub fn get(&self, key: &str) -> Option<Draft<V>> {
        self.0.get(key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draft_is_kept_until_it_is_stored() {
        let mut drafts = Drafts::default();
        drafts.choose("lee", 'm', 'o');
        drafts.settle("lee", 'b');
        assert_eq!(drafts.get("lee"), Some(Draft { chosen: 'm', seen: 'o' }));
        drafts.settle("lee", 'm');
        assert_eq!(drafts.get("lee"), None);
        drafts.choose("lee", 'o', 'm');
        drafts.choose("lee", 'm', 'm');
        assert_eq!(drafts.get("lee"), None);
    }
}
