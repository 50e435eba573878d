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

/// A time relative to `now`, the time at which the surrounding data was fetched. The exact time is UTC until the
/// browser has rendered it in the reader's time zone.
///
/// It is focusable, because touch screens show the exact time on focus.
#[component]
pub fn When(at: Timestamp, now: Timestamp) -> impl IntoView {
    let iso = at.iso();
    let exact = RwSignal::new(at.in_words());
    Effect::new({
        let iso = iso.clone();
        move |_| {
            if let Some(local) = browser::local_time(&iso) {
                exact.set(local);
            }
        }
    });
    let (MinuteTick(tick), rendered_at) = (expect_context(), browser::now_seconds());
    let words = move || {
        tick.track();
        relative(at, now.plus(Seconds(browser::now_seconds().saturating_sub(rendered_at))))
    };
    view! { <time datetime=iso title=exact tabindex="0">{words}</time> }
}
