//! Times: relative in words, exact on hover and for screen readers, in the reader's zone.

use leptos::prelude::*;
use shared::moment::{Moment, relative};

/// A moment as seen from the moment of the page. The exact time is UTC until the browser knows better;
/// the words do not change, so nothing moves.
#[component]
pub fn When(at: Moment, now: Moment) -> impl IntoView {
    let iso = at.iso();
    let exact = RwSignal::new(at.in_words());
    Effect::new({
        let iso = iso.clone();
        move |_| {
            if let Some(local) = crate::browser::in_readers_zone(&iso) {
                exact.set(local);
            }
        }
    });
    view! { <time datetime=iso title=exact>{relative(at, now)}</time> }
}
