//! Refetching of the shown data: after a submitted form, when the change feed reports something, and when the server
//! did not respond.

use crate::browser;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// A counter; when it rises, all shown data is fetched again.
#[derive(Clone, Copy)]
pub struct Refresh {
    count: RwSignal<u32>,
    /// The number of forms that wait for their answer, and whether a refetch was requested meanwhile.
    pending: StoredValue<(u32, bool)>,
}

impl Refresh {
    /// A counter at zero.
    pub fn new() -> Self {
        Self { count: RwSignal::new(0), pending: StoredValue::new((0, false)) }
    }

    /// How often everything was fetched again. Tracked.
    pub fn count(self) -> u32 {
        self.count.get()
    }

    /// Fetches all shown data again. While a form waits for its answer the request is remembered, because the answer is
    /// shown at the form and a refetch could remove that form.
    pub fn all(self) {
        let requested = self.pending.try_update_value(|(forms, requested)| {
            *requested = *forms > 0;
            *requested
        });
        if requested == Some(false) {
            let _ = self.count.try_update(|n| *n += 1);
        }
    }

    /// A form was sent and waits for its answer.
    pub fn hold(self) {
        let _ = self.pending.try_update_value(|(forms, _)| *forms += 1);
    }

    /// The answer has arrived. Returns whether a refetch was requested meanwhile.
    pub fn release(self) -> bool {
        let requested = self.pending.try_update_value(|(forms, requested)| {
            *forms = forms.saturating_sub(1);
            *forms == 0 && std::mem::take(requested)
        });
        requested == Some(true)
    }
}

/// Whether the session has ended while the reader is typing.
#[derive(Clone, Copy)]
pub struct SessionEnded(pub RwSignal<bool>);

/// The shown data that could not be fetched again, because the server did not respond.
#[derive(Clone, Copy)]
pub struct StaleData {
    refresh: Refresh,
    addresses: StoredValue<BTreeSet<String>>,
    /// How many rounds in a row failed.
    failures: RwSignal<u32>,
    retry_scheduled: StoredValue<bool>,
}

impl StaleData {
    /// Nothing is stale; `refresh` is what retries.
    pub fn new(refresh: Refresh) -> Self {
        Self {
            refresh,
            addresses: StoredValue::new(BTreeSet::new()),
            failures: RwSignal::new(0),
            retry_scheduled: StoredValue::new(false),
        }
    }

    /// Marks the data of an address as stale, and schedules a retry of everything.
    pub fn mark(self, address: &str) {
        let _ = self.addresses.try_update_value(|addresses| addresses.insert(address.to_owned()));
        if self.retry_scheduled.try_update_value(|scheduled| std::mem::replace(scheduled, true)) != Some(false) {
            return;
        }
        let failures = self.failures.try_update(|failures| std::mem::replace(failures, failures.saturating_add(1)));
        browser::retry_later(failures.unwrap_or_default(), move || {
            let _ = self.retry_scheduled.try_set_value(false);
            self.refresh.all();
        });
    }

    /// The data of an address has arrived, or is no longer shown.
    pub fn clear(self, address: &str) {
        let all = self.addresses.try_update_value(|addresses| addresses.remove(address) && addresses.is_empty());
        if all == Some(true) {
            let _ = self.failures.try_set(0);
        }
    }

    /// The server responds again: fetches stale data at once.
    pub fn retry_now(self) {
        if self.addresses.try_with_value(BTreeSet::is_empty) == Some(false) {
            self.refresh.all();
        }
    }

    /// Whether to tell the reader. One missing answer is not worth a notice.
    pub fn is_visible(self) -> bool {
        self.failures.get() > 1
    }
}
