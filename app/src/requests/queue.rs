//! The administrators' queue, oldest request first.

use crate::administration::{search_form, tabs, use_search};
use crate::organizations::state_class;
use crate::ui::data::Data;
use crate::ui::query::results_of;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_meta::Title;
use shared::domain::RequestState;
use shared::routes::{Page, Topic};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::requests::{Counted, Queue, QueueQuery, QueueRow};
use shared::words::count;

/// The page **Requests**.
#[component]
pub fn QueuePage() -> AnyView {
    let searched = use_search();
    let data = Data::of(move || QueueQuery { query: searched.get() });
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Requests.name()]), move || refresh.all());
    data.render(move |queue| {
        view! {
            <Title text="Requests"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Requests"</h1>
                {tabs("requests")}
                {search_form(Page::Requests, "Search requests", searched)}
                {lists(queue)}
            </main>
        }
        .into_any()
    })
}

fn lists(queue: Queue) -> AnyView {
    let now = queue.now;
    if !queue.query.is_empty() {
        return search_results(queue);
    }
    let paused = queue.open.iter().filter(|request| request.state != RequestState::Submitted).count();
    let paused = u64::try_from(paused).unwrap_or(0);
    let paused = (paused > 0).then(|| {
        let number = count(paused, "is", "are");
        [" ", &number, " waiting for an answer or deferred."].concat()
    });
    let counted = queue.counted.into_iter().map(|Counted { applicant, more }| {
        let to = addresses::with_query(&Page::Requests.path(), [("q", applicant.as_str())]);
        let others = count(u64::from(more), "other open request", "other open requests");
        view! { <p class="apart"><a href=to>{others} " by " <span translate="no">{applicant}</span></a></p> }
    });
    let counted = counted.collect_view();
    let more =
        queue.more.then(|| view! { <p class="soft apart">"There are more waiting requests than shown here."</p> });
    let open = if queue.open.is_empty() {
        view! {
            <div class="empty">
                <h3>"Nothing to decide"</h3>
                <p>"New requests for organizations appear here until they are decided. You also get an email about each one."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <p>"Oldest first. The bar fills over two weeks." {paused}</p>
            {requests_table(queue.open, now, "Waiting since")}
            {counted}
            {more}
        }
        .into_any()
    };
    let closed = (!queue.closed.is_empty()).then(
        || view! { <section><h2>"Recently decided"</h2>{requests_table(queue.closed, now, "Decided")}</section> },
    );
    view! {
        <section><h2>"Waiting for a decision"</h2>{open}</section>
        {closed}
    }
    .into_any()
}

/// The open and closed requests that match a search.
fn search_results(queue: Queue) -> AnyView {
    let (now, nothing) = (queue.now, queue.open.is_empty() && queue.closed.is_empty());
    let open = (!queue.open.is_empty()).then(|| {
        let title = results_of("Open requests".to_owned(), queue.query.clone());
        view! { <section><h2>{title}</h2>{requests_table(queue.open, now, "Waiting since")}</section> }
    });
    let closed = (!queue.closed.is_empty()).then(|| {
        let title = results_of("Decided requests".to_owned(), queue.query.clone());
        view! { <section><h2>{title}</h2>{requests_table(queue.closed, now, "Decided")}</section> }
    });
    let none = nothing.then(|| {
        view! {
            <section><div class="empty">
                <h2>"No requests match “" <bdi translate="no">{queue.query}</bdi> "”"</h2>
                <p>"The search covers the name, URL and description of every request, and its applicant's username and email addresses."</p>
            </div></section>
        }
    });
    view! { {open} {closed} {none} <p class="row apart"><a href=Page::Requests.path()>"All requests"</a></p> }
        .into_any()
}

/// The age of an open request as a bar, which is full after two weeks.
fn age_bar(filed_at: Timestamp, now: Timestamp) -> AnyView {
    let days = now.seconds_since(filed_at) / Seconds::days(1).0;
    let width = (days.clamp(0, 14) * 4 + 2).to_string();
    let class = if days >= 7 { "age late" } else { "age" };
    view! {
        <svg class=class width="58" height="6" aria-hidden="true">
            <rect class="whole" width="58" height="6" rx="3"/>
            <rect width=width height="6" rx="3"/>
        </svg>
    }
    .into_any()
}

/// Requests as a table for administrators. `when` is the heading of the time column.
pub fn requests_table(rows: Vec<QueueRow>, now: Timestamp, when: &'static str) -> AnyView {
    let rows = rows.into_iter().map(|request| {
        let to = Page::Request(request.id.to_string()).path();
        let waits = request.decided_at.is_none().then(|| age_bar(request.filed_at, now));
        view! {
            <tr role="row">
                <td role="cell"><a href=to><bdi translate="no">{request.display_name}</bdi></a> " " <span translate="no" class="name soft">{request.name}</span></td>
                <td role="cell" data-label="Requested by" translate="no">{request.applicant}</td>
                <td role="cell" data-label="State"><span class=state_class(request.state)>{request.state.name()}</span></td>
                <td role="cell" data-label=when class="soft">{waits} <When at=request.decided_at.unwrap_or(request.filed_at) now/></td>
            </tr>
        }
    });
    view! {
        <table role="table" class="queue">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"Requested by"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">{when}</th></tr></thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
