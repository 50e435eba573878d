//! The questions, answers and notes about a request.

use crate::ui::time::When;
use leptos::prelude::*;
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::requests::{Exchange, Note};

/// Questions and answers, oldest first. `answer` makes the control under a question that has no answer.
pub(super) fn exchanges(
    exchanges: Vec<Exchange>,
    now: Timestamp,
    answer: impl Fn(&Exchange) -> AnyView,
) -> Option<AnyView> {
    if exchanges.is_empty() {
        return None;
    }
    let items = exchanges.into_iter().map(|exchange| {
        let below = match &exchange.answer {
            Some(reply) => view! {
                <p class="soft">"Answered " <When at=reply.at now/></p>
                <blockquote class="quote">{reply.body.clone()}</blockquote>
            }
            .into_any(),
            None => answer(&exchange),
        };
        view! {
            <li>
                <p class="soft"><b translate="no">{exchange.asked_by}</b> " asked " <When at=exchange.asked_at now/></p>
                <blockquote class="quote">{exchange.question}</blockquote>
                {below}
            </li>
        }
    });
    Some(view! { <ol role="list" class="said">{items.collect_view()}</ol> }.into_any())
}

/// The administrators' notes, oldest first.
pub(super) fn notes(notes: Vec<Note>, now: Timestamp) -> AnyView {
    let items = notes.into_iter().map(|note| {
        view! {
            <li>
                <p class="soft"><b translate="no">{note.by}</b> ", " <When at=note.at now/></p>
                <blockquote class="quote">{note.body}</blockquote>
            </li>
        }
    });
    view! { <ol role="list" class="said">{items.collect_view()}</ol> }.into_any()
}

/// How many days a decision usually takes. `waited` is the age of the reader's oldest request.
pub fn estimate(days: Option<u32>, waited: Seconds) -> String {
    match days {
        Some(days) => {
            let late = waited > Seconds::days(i64::from(days));
            let usual = shared::words::count(u64::from(days), "day", "days");
            ["Usually decided within ", &usual, if late { ". Yours is taking longer." } else { "." }].concat()
        }
        None => "There's no estimate yet for how long a decision takes.".to_owned(),
    }
}
