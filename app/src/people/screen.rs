//! The state of the page **People**, with what its parts follow.

use super::state::{InvitationView, PeopleState, RowView, invitations, rows};
use crate::ui::rows::{self as keyed, Row};
use crate::ui::store::Store;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;

/// The page's state, and its rows as they follow it.
#[derive(Clone, Copy)]
pub struct Screen {
    pub store: Store<PeopleState>,
    pub rows: Memo<Vec<RowView>>,
    pub invitations: Memo<Vec<InvitationView>>,
    /// Whether the reader manages people.
    pub manages: Memo<bool>,
    /// The reactive owner of the page, which outlives each drawing of a list.
    page: StoredValue<WeakOwner>,
}

impl Screen {
    /// The screen before the first answer, within the page's component.
    pub fn new() -> Self {
        let store = Store::<PeopleState>::new();
        Self {
            store,
            rows: store.select(rows),
            invitations: store.select(invitations),
            manages: store.select(|state| state.manages() == Some(true)),
            page: StoredValue::new(keyed::page()),
        }
    }

    /// Draws rows. One whose key was there before stays as it is.
    pub fn draw(self, rows: Vec<Row>) -> AnyView {
        keyed::rows(&self.page.get_value(), rows)
    }

    /// A part of a member's row that follows the state while the row stays.
    pub fn follow<T: Default>(
        self,
        username: String,
        part: impl Fn(&RowView) -> T + Send + 'static,
    ) -> impl Fn() -> T + Send + 'static {
        move || self.rows.with(|rows| rows.iter().find(|row| row.username == username).map(&part).unwrap_or_default())
    }
}
