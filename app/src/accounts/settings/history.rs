//! The history of the reader's own account.

use crate::ui::data::Data;
use crate::ui::query::use_query;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::routes::Page;
use shared::timestamp::Timestamp;
use shared::wire::accounts::AccountHistoryQuery;
use shared::wire::history::{HistoryEntry, HistoryPage};

/// The page **History of your account**. `?before=` is the number of the event before which the page begins.
#[component]
pub fn AccountHistoryPage() -> AnyView {
    let query = use_query();
    let before = Memo::new(move |_| query.read().get("before").and_then(|number| number.parse::<i64>().ok()));
    let data = Data::of(move || AccountHistoryQuery { before: before.get() });
    view! {
        <Title text="History of your account"/>
        <main id="main" class="page">
            <h1 tabindex="-1">"History of your account"</h1>
            <p class="soft">"Everything done to your account or by it, newest first. Entries can't be changed. " <a href=Page::AccountSettings.path()>"Account settings"</a></p>
            {data.render(events)}
        </main>
    }
    .into_any()
}

fn events(events: HistoryPage) -> AnyView {
    let now = events.now;
    let older = events.older.map(|number| {
        let to = [&Page::AccountHistory.path(), "?before=", &number.to_string()].concat();
        view! { <p class="row"><a class="button" href=to>"Older events"</a></p> }
    });
    view! { {events_table(events.events, now)} {older} }.into_any()
}

/// A table of events.
pub fn events_table(events: Vec<HistoryEntry>, now: Timestamp) -> AnyView {
    view! {
        <table role="table" class="even">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Event"</th><th role="columnheader" scope="col">"By"</th><th role="columnheader" scope="col">"When"</th></tr></thead>
            <tbody role="rowgroup">{events.into_iter().map(|event| row(event, now)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(event: HistoryEntry, now: Timestamp) -> AnyView {
    let from = (!event.address.is_empty()).then(|| view! { <small class="under">"from " {event.address}</small> });
    view! {
        <tr role="row">
            <td role="cell">{event.what}</td>
            <td role="cell" data-label="By"><span translate="no">{event.by}</span>{from}</td>
            <td role="cell" data-label="When" class="soft"><When at=event.at now/></td>
        </tr>
    }
    .into_any()
}
