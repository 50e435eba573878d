//! The administrators' queue: oldest first.

use super::actions::GetQueue;
use crate::administration::tabs;
use crate::browser;
use crate::organizations::tone;
use crate::ui::data::Data;
use crate::ui::frame::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::moment::Moment;
use shared::wire::requests::{Queue, QueueRow};

/// The page **Requests**.
#[component]
pub fn QueuePage() -> AnyView {
    let data = Data::of(|| GetQueue {});
    let refresh = expect_context::<Refresh>();
    browser::on_news(Signal::derive(|| vec!["requests".to_owned()]), move || refresh.all());
    data.shown(|queue| {
        view! {
            <Title text="Requests"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Requests"</h1>
                {tabs("requests")}
                {lists(queue)}
            </main>
        }
        .into_any()
    })
}

fn lists(queue: Queue) -> AnyView {
    let now = queue.now;
    let open = if queue.open.is_empty() {
        view! {
            <div class="empty">
                <h3>"Nothing to decide"</h3>
                <p>"When somebody asks for an organization, the request stands here until it is decided. You also get a letter."</p>
            </div>
        }
        .into_any()
    } else {
        table(queue.open, now, "Waiting since")
    };
    let closed = (!queue.closed.is_empty())
        .then(|| view! { <section><h2>"Recently decided"</h2>{table(queue.closed, now, "Decided")}</section> });
    view! {
        <section><h2>"Waiting for a decision"</h2><p>"Oldest first."</p>{open}</section>
        {closed}
    }
    .into_any()
}

/// Requests as a table; the page of rivals shows them too.
pub(super) fn table(rows: Vec<QueueRow>, now: Moment, when: &'static str) -> AnyView {
    let rows = rows.into_iter().map(|request| {
        let to = ["/administration/requests/", &request.id.to_string()].concat();
        view! {
            <tr>
                <td><a href=to>{request.display_name}</a> " " <span class="name soft">{request.name}</span></td>
                <td data-label="By">{request.applicant}</td>
                <td data-label="State"><span class=tone(request.state)>{request.state.name()}</span></td>
                <td data-label=when class="soft"><When at=request.decided_at.unwrap_or(request.filed_at) now/></td>
            </tr>
        }
    });
    view! {
        <table class="queue">
            <thead><tr><th scope="col">"Organization"</th><th scope="col">"By"</th><th scope="col">"State"</th><th scope="col">{when}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
