//! The content of the page **People**, drawn once. From then on its parts follow the state.

use super::invite::invite_disclosure;
use super::screen::Screen;
use super::state::PeopleState;
use super::{matrix, members, organization_header, pending};
use crate::ui::store::Store;
use leptos::prelude::*;
use shared::wire::people::RecentEvent;
use shared::words::{self, count};

/// The content of the page.
pub fn content(screen: Screen) -> AnyView {
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
        <p class="recent-events" aria-live="polite">
            <For each=newest key=|event| event.number let(event)><span>{event.sentence}</span></For>
            {more}
        </p>
    }
    .into_any()
}
