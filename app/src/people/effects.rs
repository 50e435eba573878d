//! What the page does besides drawing: it listens to the change feed, asks what others did recently, and lets notes
//! expire.

use super::list_query::ListQuery;
use super::state::{Attention, PeopleMessage, PeopleState};
use crate::live_list::{NOTE_SHOWN, RECENT_SHOWN};
use crate::ui::in_use;
use crate::ui::refresh::Refresh;
use crate::ui::store::Store;
use crate::{addresses, browser};
use leptos::prelude::*;
use shared::routes::Topic;
use shared::wire::people::{PeopleView, RecentEvent, RecentEventsQuery};
use std::time::Duration;

/// The list of members, and of invitations.
const MEMBERS: &str = "table.people:not(.waiting)";
const INVITATIONS: &str = "table.waiting";

/// Fetches everything again when others have changed something. The topic `yours` covers changes to the reader's own
/// membership, and so to their access.
pub fn listen(store: Store<PeopleState>, name: Memo<String>) {
    let refresh = expect_context::<Refresh>();
    let topics = Signal::derive(move || vec![Topic::People(name.get()).name(), Topic::Yours.name()]);
    browser::on_change(topics, move || {
        refresh.all();
        ask(store);
    });
}

/// The server has answered.
pub fn arrived(store: Store<PeopleState>, people: PeopleView, query: ListQuery) {
    let now = people.now;
    store.send(PeopleMessage::Arrived { people: Box::new(people), query, attention: attention() });
    if store.read(PeopleState::has_notes) {
        let shown = Duration::from_secs(NOTE_SHOWN.0.unsigned_abs());
        browser::run_later(shown, move || store.send(PeopleMessage::NotesExpired(now.plus(NOTE_SHOWN))));
    }
    if store.read(|state| state.manages() == Some(true) && state.recent().is_unanswered()) {
        ask(store);
    }
}

/// The pointer has left one of the lists, or the focus one of its controls.
pub fn left(store: Store<PeopleState>) {
    in_use::after_leaving(move || {
        if store.read(PeopleState::is_held) && attention() == Attention::Elsewhere {
            browser::keep_focus();
            store.send(PeopleMessage::Left);
        }
    });
}

fn attention() -> Attention {
    if in_use::is_pointed_at(MEMBERS) {
        Attention::Members
    } else if in_use::is_pointed_at(INVITATIONS) {
        Attention::Invitations
    } else if in_use::is_used_by_keyboard("table.people") {
        Attention::Keyboard
    } else {
        Attention::Elsewhere
    }
}

/// Asks what others did since the page was drawn.
fn ask(store: Store<PeopleState>) {
    let Some(since) = store.read(|state| state.recent().since()) else { return };
    let organization = store.read(PeopleState::organization);
    let address = addresses::get_url(&RecentEventsQuery { organization, since });
    store.send(PeopleMessage::RecentAsked);
    let question = store.read(|state| state.recent().asked());
    leptos::task::spawn_local(async move {
        let request = browser::AbortOnDrop::default();
        let events = browser::fetch::<Vec<RecentEvent>>(address, &request).await;
        let numbers: Vec<i64> = events.iter().flatten().map(|event| event.number).collect();
        store.send(PeopleMessage::RecentAnswered { question, events });
        if !numbers.is_empty() {
            browser::run_later(RECENT_SHOWN, move || store.send(PeopleMessage::RecentExpired(numbers)));
        }
    });
}
