//! Times: relative in words, which grow older with the page; exact on hover, on touch, by keyboard and for screen readers,
//! in the reader's zone.

use crate::browser;
use leptos::prelude::*;
use shared::timestamp::{Seconds, Timestamp, relative};

/// How many minutes the page is open.
#[derive(Clone, Copy)]
pub struct Minutes(RwSignal<u32>);

impl Minutes {
    /// Begins to count.
    pub fn begin() -> Self {
        let minutes = RwSignal::new(0);
        browser::each_minute(move || {
            let _ = minutes.try_update(|minutes| *minutes += 1);
        });
        Self(minutes)
    }
}

/// A moment as seen from `now`, the moment of what it stands in. The exact time is UTC until the browser knows better.
///
/// It can be focused: where nothing hovers, that shows the exact time.
#[component]
pub fn When(at: Timestamp, now: Timestamp) -> impl IntoView {
    let iso = at.iso();
    let exact = RwSignal::new(at.in_words());
    Effect::new({
        let iso = iso.clone();
        move |_| {
            if let Some(local) = browser::in_readers_zone(&iso) {
                exact.set(local);
            }
        }
    });
    let (Minutes(minutes), begun) = (expect_context(), browser::seconds());
    let words = move || {
        minutes.track();
        relative(at, now.plus(Seconds(browser::seconds().saturating_sub(begun))))
    };
    view! { <time datetime=iso title=exact tabindex="0">{words}</time> }
}
