//! What the answer to a sent form does to the form and its page.

use super::form_state::FormState;
use super::refresh::Refresh;
use super::status_line::StatusLine;
use super::viewer::ViewerData;
use crate::first_paint::{FirstPaint, first_paint};
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_location;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::{Done, Preview};

/// What a form changes outside of itself.
#[derive(Clone, Copy)]
pub struct Surroundings {
    pub refresh: Refresh,
    pub status: StatusLine,
    paint: FirstPaint,
    viewer: ViewerData,
    /// The path and the query of the address.
    path: Memo<String>,
    query: Memo<String>,
}

impl Surroundings {
    /// Those of the current page.
    pub fn of_page() -> Self {
        let location = use_location();
        Self {
            refresh: expect_context(),
            status: expect_context(),
            paint: first_paint(),
            viewer: expect_context(),
            path: location.pathname,
            query: location.search,
        }
    }
}

/// Who else wants to know of an answer.
#[derive(Clone, Copy)]
pub struct Listeners {
    /// Called with the new preview when the one that was agreed to is stale.
    pub on_stale: Option<Callback<Preview>>,
    /// Called when the action is no longer possible, or was done already (404 or 409).
    pub on_conflict: Option<Callback<Problem>>,
    /// Called when the action was done.
    pub on_done: Option<Callback<()>>,
}

/// A form that waits for its answer.
pub struct SentForm {
    pub state: FormState,
    pub node: NodeRef<leptos::html::Form>,
    pub once: RwSignal<String>,
    /// The key of its draft.
    pub draft: Option<String>,
    /// The path and the address of the page that it was sent from.
    pub path: String,
    pub page: String,
    pub listeners: Listeners,
    pub surroundings: Surroundings,
}

impl SentForm {
    /// Shows the answer.
    pub fn answered(self, answer: Result<Done, Problem>, navigate: &dyn Fn(&str, NavigateOptions)) {
        let Surroundings { refresh, paint, .. } = self.surroundings;
        let missed = refresh.release();
        // The form may have been rendered again meanwhile, or the reader may have left. The outcome is shown anyway.
        let gone = self.state.pending.try_set(false).is_some();
        paint.forget();
        match answer {
            Ok(done) => self.accepted(done, gone, navigate),
            Err(_) if gone => refresh.all(),
            Err(problem) => {
                let refreshed = self.refused(problem);
                if missed && !refreshed {
                    refresh.all();
                }
            }
        }
    }

    fn accepted(self, mut done: Done, gone: bool, navigate: &dyn Fn(&str, NavigateOptions)) {
        let Surroundings { refresh, status, paint, viewer: ViewerData(viewer_data), path, query } = self.surroundings;
        paint.renew_idempotency_key();
        if let Some(key) = &self.draft {
            browser::drop_draft(key);
        }
        // The listener may be gone with its page.
        if let Some(on_done) = self.listeners.on_done {
            let _ = on_done.try_run(());
        }
        if gone {
            done.next = done.next.filter(|_| path.get_untracked() == self.path);
        } else {
            self.state.problem.set(None);
            self.state.typed.set_value(Vec::new());
            self.state.reset_count.update(|n| *n += 1);
            self.once.set(self.state.name.with_value(|name| paint.idempotency_key(name)));
            browser::reset_form(self.node);
        }
        let next = done.next.as_deref().and_then(crate::safe_redirect);
        let next = next.map(|next| addresses::redirect_after(&next, &self.page));
        let elsewhere = next.as_deref().is_some_and(|next| path_of(next) != path.get_untracked());
        if elsewhere {
            status.say_on_next_page(done.notice);
        } else {
            status.say(done.notice);
        }
        if let Some(next) = next {
            // Back must skip the dialog's address, because its question has been answered.
            let replace = query.get_untracked().contains("confirm=");
            navigate(&next, NavigateOptions { replace, ..NavigateOptions::default() });
        }
        // The next page fetches its own data. The page that is left must not fetch what the form has just removed.
        if elsewhere {
            viewer_data.refetch();
        } else {
            refresh.all();
        }
    }

    /// Returns whether everything is fetched again.
    fn refused(self, problem: Problem) -> bool {
        let Surroundings { refresh, paint, viewer: ViewerData(viewer_data), .. } = self.surroundings;
        let Listeners { on_stale, on_conflict, .. } = self.listeners;
        match &problem {
            Problem::PreviewStale(preview) => {
                if let Some(on_stale) = on_stale {
                    on_stale.run(Preview::clone(preview));
                }
            }
            Problem::Refused(Refusal::NotSignedIn {}) => viewer_data.refetch(),
            // The sentence says who is signed in now; sending the form again does it as that account.
            Problem::Refused(Refusal::DifferentAccount { reader: now }) => {
                paint.reader.set(now.clone());
                viewer_data.refetch();
            }
            _ => {}
        }
        let is_stale = matches!(problem, Problem::PreviewStale(_));
        match on_conflict.filter(|_| !is_stale && matches!(problem.status(), 404 | 409)) {
            Some(on_conflict) => {
                on_conflict.run(problem);
                refresh.all();
                true
            }
            None => {
                self.state.problem.set(Some(problem));
                browser::focus_fault(self.node);
                false
            }
        }
    }
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split_once('?').map_or(address, |(path, _)| path)
}
