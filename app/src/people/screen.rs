//! The page **People** of an organization, drawn once. From then on its parts follow the state.

use super::invite::invite_disclosure;
use super::state::{InvitationView, PeopleState, RowView, invitations, rows};
use super::{matrix, members, organization_header, pending};
use crate::ui::rows::{self as keyed, Row};
use crate::ui::store::Store;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use shared::wire::people::RecentEvent;
use shared::words::{self, count};

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

/// The content of the page.
pub fn screen(screen: Screen) -> AnyView {
    let store = screen.store;
    let heading = store.select(|state| state.answer().map(|answer| answer.heading.clone()));
    let members = store.select(|state| count(u64::from(state.number_of_members()), "person", "people"));
    let roles = store.select(roles);
    let why = store.select(|state| state.answer().and_then(|answer| answer.managing.as_ref()).map(words::refusal));
    let manages = screen.manages;
    view! {
        {move || heading.with(|heading| heading.as_ref().map(organization_header))}
        <div class="between">
            <h2>{move || members.get()}</h2>
            {move || roles.get().map(|roles| view! { <p class="soft">{roles}</p> })}
            {move || manages.get().then(|| invite_disclosure(store))}
        </div>
        {move || manages.get().then(|| recent_changes(store))}
        {pending::pending_invitations(screen)}
        {members::members(screen)}
        {move || why.get().map(|why| view! { <p class="soft">{why}</p> })}
        {matrix(false)}
    }
    .into_any()
}

/// The number of people of each role. They add nothing to a list of one person.
fn roles(state: &PeopleState) -> Option<String> {
    let answer = state.answer().filter(|_| state.number_of_members() > 1)?;
    let roles = answer.roles.iter().map(|(role, n)| count(u64::from(*n), role.name(), role.plural()));
    Some(roles.collect::<Vec<_>>().join(" · "))
}

/// The line that says what others did recently. It is always there, so that nothing moves.
fn recent_changes(store: Store<PeopleState>) -> AnyView {
    let events = store.select(|state| state.recent().shown().to_vec());
    let newest = move || events.with(|events| events.first().cloned().into_iter().collect::<Vec<RecentEvent>>());
    let more = move || events.with(Vec::len).saturating_sub(1);
    let more = move || (more() > 0).then(|| view! { " " <small>"and " {more} " more"</small> });
    // Screen readers announce what is new in it, and not the whole again.
    view! {
        <p class="lately" aria-live="polite">
            <For each=newest key=|event| event.number let(event)><span>{event.sentence}</span></For>
            {more}
        </p>
    }
    .into_any()
}
