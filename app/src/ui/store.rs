//! The state of a page as one value, which only messages change. What a message does is a pure function, so it can be
//! tested without a browser.

use leptos::prelude::*;

/// The state of a page.
pub trait State: Default + Send + Sync + 'static {
    /// What happens on the page.
    type Message;

    /// The state after a message.
    fn reduce(self, message: Self::Message) -> Self;
}

/// Holds the state of a page.
///
/// Messages come from handlers that may outlive the page, so a store that is gone ignores them.
pub struct Store<S: 'static>(RwSignal<S>);

impl<S: 'static> Clone for Store<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: 'static> Copy for Store<S> {}

impl<S: State> Store<S> {
    /// The state before any message.
    pub fn new() -> Self {
        Self(RwSignal::new(S::default()))
    }

    /// Changes the state.
    pub fn send(self, message: S::Message) {
        let _ = self.0.try_update(|state| *state = std::mem::take(state).reduce(message));
    }

    /// A part of the state as it is now.
    pub fn read<T: Default>(self, part: impl FnOnce(&S) -> T) -> T {
        self.0.try_with_untracked(part).unwrap_or_default()
    }

    /// A part of the state, for views. They follow its changes, and nothing else of the state.
    pub fn select<T>(self, part: impl Fn(&S) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.0.with(&part))
    }
}
