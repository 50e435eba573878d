//! Times: relative in words, which are updated while the page is open. The exact time, in the reader's time zone, is
//! shown on hover and focus and read by screen readers.

use crate::browser;
use leptos::prelude::*;
use shared::timestamp::{Seconds, Timestamp, relative};

/// A counter that rises each minute while the page is open.
#[derive(Clone, Copy)]
pub struct MinuteTick(RwSignal<u32>);

impl MinuteTick {
    /// Starts the timer.
    pub fn start() -> Self {
        let tick = RwSignal::new(0);
        browser::each_minute(move || {
            let _ = tick.try_update(|tick| *tick += 1);
        });
        Self(tick)
    }
}

/// A time relative to `now`, the time at which the surrounding data was fetched.
///
/// It is focusable, because touch screens show the exact time on focus.
#[component]
pub fn When(at: Timestamp, now: Timestamp) -> impl IntoView {
    let (iso, exact) = (at.iso(), exact_time(at));
    let (MinuteTick(tick), rendered_at) = (expect_context(), browser::now_seconds());
    let words = move || {
        tick.track();
        relative(at, now.plus(Seconds(browser::now_seconds().saturating_sub(rendered_at))))
    };
    view! { <time datetime=iso title=exact tabindex="0">{words}</time> }
}

/// The date of a time. In a column of dates every one has the same form, whenever it was.
///
/// It is focusable, because touch screens show the exact time on focus.
#[component]
pub fn Day(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.iso() title=exact_time(at) tabindex="0">{at.date_in_words()}</time> }
}

/// The exact time: UTC until the browser has rendered it in the reader's time zone.
fn exact_time(at: Timestamp) -> RwSignal<String> {
    let exact = RwSignal::new(at.in_words());
    let iso = at.iso();
    Effect::new(move |_| {
        if let Some(local) = browser::local_time(&iso) {
            exact.set(local);
        }
    });
    exact
}
