//! The administrators' queue: what is ready for review, what is on hold, and what was decided.

use super::state_tag::state_tag;
use crate::ui::administration_tabs::administration_tabs;
use crate::ui::data::Data;
use crate::ui::list_search::{search_form, use_search};
use crate::ui::query::results_of;
use crate::ui::refresh::Refresh;
use crate::ui::time::{Day, When};
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_meta::Title;
use shared::domain::RequestState;
use shared::routes::{Page, Topic};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::requests::{Counted, NameConflicts, OpenRequest, Queue, QueueQuery, QueueRow, QueueSummary};
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
                {administration_tabs("requests")}
                {search_form(Page::Requests, "Search requests", searched)}
                {lists(queue)}
            </main>
        }
        .into_any()
    })
}

/// What the first table of open requests says about itself.
const ORDER: &str = "Oldest first. The bar fills over two weeks.";

fn lists(queue: Queue) -> AnyView {
    let now = queue.now;
    let Some(QueueSummary { ready: all_ready, on_hold: all_on_hold, counted, more }) = queue.summary else {
        return search_results(queue);
    };
    let (ready, on_hold): (Vec<OpenRequest>, Vec<OpenRequest>) =
        queue.open.into_iter().partition(|request| request.row.state == RequestState::Submitted);
    let heading = |title: &str, number: u32| [title, " (", &number.to_string(), ")"].concat();
    let ready = if all_ready == 0 {
        view! {
            <div class="empty">
                <h3>"Nothing to review"</h3>
                <p>"New requests for organizations appear here until they are decided. You also get an email about each one."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <p>{ORDER}</p>
            {open_requests_table(ready, now)}
        }
        .into_any()
    };
    let on_hold = (all_on_hold > 0).then(|| {
        view! {
            <section>
                <h2>{heading("On hold", all_on_hold)}</h2>
                <p>"Deferred, or waiting for the applicant's answer. " {(all_ready == 0).then_some(ORDER)}</p>
                {(!on_hold.is_empty()).then(|| open_requests_table(on_hold, now))}
            </section>
        }
    });
    let counted = counted.into_iter().map(|Counted { applicant, more }| {
        let to = addresses::with_query(&Page::Requests.path(), [("q", applicant.as_str())]);
        let others = count(u64::from(more), "other open request", "other open requests");
        view! { <p class="apart"><a href=to>{others} " by " <span translate="no">{applicant}</span></a></p> }
    });
    let counted = counted.collect_view();
    let more = more.then(|| view! { <p class="soft apart">"There are more open requests than shown here."</p> });
    let closed = (!queue.closed.is_empty())
        .then(|| view! { <section><h2>"Recently decided"</h2>{requests_table(queue.closed, "Decided")}</section> });
    view! {
        <section><h2>{heading("Ready for review", all_ready)}</h2>{ready}</section>
        {on_hold}
        {counted}
        {more}
        {closed}
    }
    .into_any()
}

/// The open and closed requests that match a search.
fn search_results(queue: Queue) -> AnyView {
    let (now, nothing) = (queue.now, queue.open.is_empty() && queue.closed.is_empty());
    let open = (!queue.open.is_empty()).then(|| {
        let title = results_of("Open requests".to_owned(), queue.query.clone());
        view! { <section><h2>{title}</h2>{open_requests_table(queue.open, now)}</section> }
    });
    let closed = (!queue.closed.is_empty()).then(|| {
        let title = results_of("Decided requests".to_owned(), queue.query.clone());
        view! { <section><h2>{title}</h2>{requests_table(queue.closed, "Decided")}</section> }
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
    let (waited, two_weeks) = (now.seconds_since(filed_at), Seconds::days(14).0);
    let width = (waited.clamp(0, two_weeks) * 56 / two_weeks + 2).to_string();
    let class = if waited >= two_weeks / 2 { "age late" } else { "age" };
    view! {
        <svg class=class width="58" height="6" aria-hidden="true">
            <rect class="whole" width="58" height="6" rx="3"/>
            <rect width=width height="6" rx="3"/>
        </svg>
    }
    .into_any()
}

/// The cell that names what is requested: the display name, and under it the account name and the kind.
fn organization_cell(request: &QueueRow) -> AnyView {
    let to = Page::Request(request.id.to_string()).path();
    view! {
        <td role="cell">
            <a href=to><bdi translate="no">{request.display_name.clone()}</bdi></a>
            <small class="under"><span translate="no" class="name">{request.name.clone()}</span> " · " {request.kind.name()}</small>
        </td>
    }
    .into_any()
}

/// What the name of a request conflicts with. What prevents an approval, of this request or of others, is in bold.
fn conflicts(found: NameConflicts) -> AnyView {
    let NameConflicts { unavailable, rivals, organizations, requests } = found;
    if !unavailable && rivals == 0 && organizations.is_empty() && requests.is_empty() {
        return view! { <span class="soft">"None"</span> }.into_any();
    }
    let rivals = (rivals > 0).then(|| {
        let others = count(u64::from(rivals), "other request", "other requests");
        view! { <li><b>{others} " for this name"</b></li> }
    });
    let similar = |label: &'static str, names: Vec<String>| {
        (!names.is_empty()).then(|| {
            view! { <li>{label} " " <span translate="no" class="name">{names.join(", ")}</span></li> }
        })
    };
    view! {
        <ul role="list" class="bare">
            {unavailable.then(|| view! { <li><b>"This name is not available"</b></li> })}
            {rivals}
            {similar("Similar to", organizations)}
            {similar(if requests.len() == 1 { "Similar request:" } else { "Similar requests:" }, requests)}
        </ul>
    }
    .into_any()
}

/// Open requests as a table for administrators, with what their names conflict with.
fn open_requests_table(requests: Vec<OpenRequest>, now: Timestamp) -> AnyView {
    let rows = requests.into_iter().map(|request| {
        let OpenRequest { row, conflicts: found } = request;
        view! {
            <tr role="row">
                {organization_cell(&row)}
                <td role="cell" data-label="Requested by" translate="no">{row.applicant}</td>
                <td role="cell" data-label="Conflicts">{conflicts(found)}</td>
                <td role="cell" data-label="State">{state_tag(row.state)}</td>
                <td role="cell" data-label="Waiting since" class="soft">{age_bar(row.filed_at, now)} <When at=row.filed_at now/></td>
            </tr>
        }
    });
    view! {
        <table role="table" class="queue open">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"Requested by"</th><th role="columnheader" scope="col">"Conflicts"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"Waiting since"</th></tr></thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// Requests as a table for administrators. `when` is the heading of the column with the date of the decision or, for an
/// open request, of its submission.
pub fn requests_table(rows: Vec<QueueRow>, when: &'static str) -> AnyView {
    let rows = rows.into_iter().map(|request| {
        view! {
            <tr role="row">
                {organization_cell(&request)}
                <td role="cell" data-label="Requested by" translate="no">{request.applicant}</td>
                <td role="cell" data-label="State">{state_tag(request.state)}</td>
                <td role="cell" data-label=when class="soft"><Day at=request.decided_at.unwrap_or(request.filed_at)/></td>
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
