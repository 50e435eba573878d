//! Asking again for what is shown: when something was done, when news comes, and when the server did not answer.

use crate::browser;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Raised when something was done, so that what is shown is asked for again.
#[derive(Clone, Copy)]
pub struct Refresh {
    times: RwSignal<u32>,
    /// How many forms await their answer, and whether something asked for everything meanwhile.
    held: StoredValue<(u32, bool)>,
}

impl Refresh {
    /// Nothing was asked for yet.
    pub fn new() -> Self {
        Self { times: RwSignal::new(0), held: StoredValue::new((0, false)) }
    }

    /// How often everything was asked for.
    pub fn times(self) -> u32 {
        self.times.get()
    }

    /// Asks for everything anew; while a form awaits its answer, which is said at the form, as soon as that is there.
    pub fn all(self) {
        let held = self.held.try_update_value(|(forms, wanted)| {
            *wanted = *forms > 0;
            *wanted
        });
        if held == Some(false) {
            let _ = self.times.try_update(|n| *n += 1);
        }
    }

    /// A form begins to wait for its answer.
    pub fn hold(self) {
        let _ = self.held.try_update_value(|(forms, _)| *forms += 1);
    }

    /// The answer is there. Says whether everything was asked for meanwhile.
    pub fn release(self) -> bool {
        let wanted = self.held.try_update_value(|(forms, wanted)| {
            *forms = forms.saturating_sub(1);
            *forms == 0 && std::mem::take(wanted)
        });
        wanted == Some(true)
    }
}

/// Whether the session has ended under what the reader is typing.
#[derive(Clone, Copy)]
pub struct Ended(pub RwSignal<bool>);

/// What of the page the server did not answer when it was asked again.
#[derive(Clone, Copy)]
pub struct Stale {
    refresh: Refresh,
    questions: StoredValue<BTreeSet<String>>,
    /// How often in a row something was not answered.
    rounds: RwSignal<u32>,
    /// Whether it will be asked again.
    waits: StoredValue<bool>,
}

impl Stale {
    /// Everything was answered so far; `refresh` is what asks again.
    pub fn new(refresh: Refresh) -> Self {
        Self {
            refresh,
            questions: StoredValue::new(BTreeSet::new()),
            rounds: RwSignal::new(0),
            waits: StoredValue::new(false),
        }
    }

    /// There was no answer: everything is asked for again in a while.
    pub fn raise(self, question: &str) {
        let _ = self.questions.try_update_value(|questions| questions.insert(question.to_owned()));
        if self.waits.try_update_value(|waits| std::mem::replace(waits, true)) != Some(false) {
            return;
        }
        let failed = self.rounds.try_update(|rounds| std::mem::replace(rounds, rounds.saturating_add(1)));
        browser::try_again(failed.unwrap_or_default(), move || {
            let _ = self.waits.try_set_value(false);
            self.refresh.all();
        });
    }

    /// There was one, or nobody looks at it any more.
    pub fn lower(self, question: &str) {
        let all = self.questions.try_update_value(|questions| questions.remove(question) && questions.is_empty());
        if all == Some(true) {
            let _ = self.rounds.try_set(0);
        }
    }

    /// The server is heard again: what it did not answer is asked for at once.
    pub fn ask(self) {
        if self.questions.try_with_value(BTreeSet::is_empty) == Some(false) {
            self.refresh.all();
        }
    }

    /// Whether the reader is to know: not of one answer that did not come.
    pub fn is_known(self) -> bool {
        self.rounds.get() > 1
    }
}
