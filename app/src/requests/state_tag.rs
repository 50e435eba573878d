//! The tag of a request's state. Each state has a mark of its own, because colours alone don't tell states apart.

use leptos::prelude::*;
use shared::domain::RequestState;

/// The state of a request, with a mark.
pub fn state_tag(state: RequestState) -> AnyView {
    view! {
        <span class=class(state)>
            <svg class="mark" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><path d=mark(state)/></svg>
            {state.name()}
        </span>
    }
    .into_any()
}

const fn class(state: RequestState) -> &'static str {
    match state {
        RequestState::Draft | RequestState::Withdrawn => "tag dashed",
        RequestState::Submitted => "tag open",
        RequestState::MoreInformationNeeded => "tag wait",
        RequestState::Deferred => "tag wait dashed",
        RequestState::Approved => "tag good filled",
        RequestState::Declined => "tag bad filled",
    }
}

/// The path of the mark, in a square of 10 units.
const fn mark(state: RequestState) -> &'static str {
    match state {
        // A pencil.
        RequestState::Draft => "M1.5 8.5 2 6.3 6.8 1.5 8.5 3.2 3.7 8z",
        // An open circle.
        RequestState::Submitted => "M2 5a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
        // A question mark.
        RequestState::MoreInformationNeeded => "M3 3.3a2 2 0 1 1 2.8 1.9Q5 5.6 5 6.5M5 8.8v.1",
        // A pause sign.
        RequestState::Deferred => "M3.2 2v6M6.8 2v6",
        // A tick.
        RequestState::Approved => "M1.8 5.4 4 7.6 8.4 2.6",
        // A cross.
        RequestState::Declined => "M2.2 2.2l5.6 5.6M7.8 2.2 2.2 7.8",
        // An arrow back.
        RequestState::Withdrawn => "M8.5 5h-7M4.2 2.2 1.5 5l2.7 2.8",
    }
}
