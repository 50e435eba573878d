//! Forms. Each is an HTML form that posts to its server function and is redirected back; in the browser it does the
//! same without leaving the page.
//!
//! A form carries an idempotency key, so that sending it twice has one outcome. After a refusal it keeps what was typed
//! and shows each error at its field.

use super::refresh::Refresh;
use super::status_line::StatusLine;
use super::viewer::ViewerData;
use crate::browser::FormValues;
use crate::first_paint::{FirstPaint, first_paint};
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::routes::Page;
use shared::wire::Preview;
use shared::words;

/// The state of a form: its latest refusal, and what was typed when it was refused.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The form's name, unique within its page.
    pub name: StoredValue<String>,
    /// The problem of the latest refusal.
    pub problem: RwSignal<Option<Problem>>,
    /// What had been typed when the form was refused; empty for a fresh form.
    pub typed: StoredValue<FormValues>,
    /// Whether the form waits for its answer.
    pub pending: RwSignal<bool>,
    /// Raised each time the form is reset.
    pub reset_count: RwSignal<u32>,
    /// The address of the form's page.
    page: Memo<String>,
}

impl FormState {
    fn new(name: String, paint: FirstPaint, page: Memo<String>) -> Self {
        let refused = paint.refusal(&name);
        let (problem, typed) =
            refused.map_or_else(|| (None, paint.dialog_values(&name)), |r| (Some(r.problem), r.typed));
        Self {
            name: StoredValue::new(name),
            problem: RwSignal::new(problem),
            typed: StoredValue::new(typed),
            pending: RwSignal::new(false),
            reset_count: RwSignal::new(0),
            page,
        }
    }

    /// The first value of a field: what was typed when the form was refused, or else `initial`.
    pub fn value(&self, field: Field, initial: &str) -> String {
        let name = field.name();
        let typed = self.typed.with_value(|typed| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()));
        typed.unwrap_or_else(|| initial.to_owned())
    }

    /// The id of a field's control.
    pub fn id(&self, field: Field) -> String {
        self.name.with_value(|name| [name, "-", field.name()].concat())
    }
}

/// The state of the form around the current component.
pub fn form_state() -> FormState {
    expect_context::<FormState>()
}

/// A form that posts to a server function.
#[component]
pub fn PostForm(
    /// The address of its server function.
    url: &'static str,
    /// The form's name, unique within its page.
    #[prop(into)]
    form: String,
    /// Lets the browser submit the form and load a new page. For forms that sign in or out, so that nothing of the
    /// earlier page stays.
    #[prop(optional)]
    plain: bool,
    /// Keeps what is typed in this tab until the form is submitted, so that it is there after leaving and coming back.
    #[prop(optional)]
    keeps: bool,
    /// The page that the kept input belongs to, if the form is on several pages.
    #[prop(optional, into)]
    kept_for: Option<Page>,
    /// The digest of the preview that is shown beside the form.
    #[prop(optional, into)]
    agreed: Option<Signal<String>>,
    /// Called with the new preview when the one that was agreed to is stale. Without it, only the sentence is shown.
    #[prop(optional, into)]
    on_stale: Option<Callback<Preview>>,
    /// Called when the action is no longer possible, or was done already (404 or 409).
    #[prop(optional, into)]
    on_conflict: Option<Callback<Problem>>,
    /// Called when the action was done.
    #[prop(default = None)]
    on_done: Option<Callback<()>>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let paint = first_paint();
    let location = use_location();
    let page = Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { [path, search].join("?") }
    });
    let state = FormState::new(form.clone(), paint, page);
    provide_context(state);
    let action = move || addresses::form_at(url, &page.get());
    let once = RwSignal::new(paint.idempotency_key(&form));
    let node = NodeRef::<leptos::html::Form>::new();
    let draft = keeps.then(|| {
        let page = kept_for.map_or_else(|| location.pathname.get_untracked(), |page| page.path());
        StoredValue::new(paint.reader.with_untracked(|reader| browser::draft_key(reader, &page, &form)))
    });
    // A refused form already has what was typed.
    let fresh = state.problem.with_untracked(Option::is_none);
    if let Some(draft) = draft.filter(|_| fresh) {
        Effect::new(move |_| draft.with_value(|key| browser::restore_draft(node, key)));
    }
    let (navigate, refresh, status) = (use_navigate(), expect_context::<Refresh>(), expect_context::<StatusLine>());
    let ViewerData(viewer_data) = expect_context();

    // The second click of a double click would send the form that was just reset.
    let on_click = move |event: leptos::ev::MouseEvent| {
        if event.detail() > 1 && state.pending.get_untracked() {
            event.prevent_default();
        }
    };
    // A reader who types has seen the status line, and it must not cover the field.
    let on_input = move |event: leptos::ev::Event| {
        if browser::is_trusted(&event) {
            status.clear();
        }
        if let Some(draft) = draft {
            let _ = draft.try_with_value(|key| browser::keep_draft(node, key));
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        if plain {
            return;
        }
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        let Some(body) = browser::form_body(node) else { return };
        let url = browser::submitter_action(&event).unwrap_or_else(|| url.to_owned());
        state.pending.set(true);
        status.clear();
        refresh.hold();
        // Signals are read now, because the form may be disposed when the answer arrives.
        let (navigate, sent_from, page) = (navigate.clone(), location.pathname.get_untracked(), page.get_untracked());
        let draft = draft.map(|draft| draft.get_value());
        leptos::task::spawn_local(async move {
            let answer = browser::post_form(&url, body).await;
            let missed = refresh.release();
            // The form may have been rendered again meanwhile, or the reader may have left. The outcome is shown
            // anyway.
            let gone = state.pending.try_set(false).is_some();
            paint.forget();
            match answer {
                Ok(mut done) => {
                    paint.renew_idempotency_key();
                    if let Some(key) = draft {
                        browser::drop_draft(&key);
                    }
                    if let Some(on_done) = on_done {
                        on_done.run(());
                    }
                    if gone {
                        done.next = done.next.filter(|_| location.pathname.get_untracked() == sent_from);
                    } else {
                        state.problem.set(None);
                        state.typed.set_value(Vec::new());
                        state.reset_count.update(|n| *n += 1);
                        once.set(state.name.with_value(|name| paint.idempotency_key(name)));
                        browser::reset_form(node);
                    }
                    let next = done.next.as_deref().and_then(crate::safe_redirect);
                    let next = next.map(|next| addresses::redirect_after(&next, &page));
                    let elsewhere =
                        next.as_deref().is_some_and(|next| path_of(next) != location.pathname.get_untracked());
                    if elsewhere {
                        status.say_on_next_page(done.notice);
                    } else {
                        status.say(done.notice);
                    }
                    if let Some(next) = next {
                        // Back must skip the dialog's address, because its question has been answered.
                        let replace = location.search.get_untracked().contains("confirm=");
                        navigate(&next, NavigateOptions { replace, ..NavigateOptions::default() });
                    }
                    // The next page fetches its own data. The page that is left must not fetch what the form has just
                    // removed.
                    if elsewhere {
                        viewer_data.refetch();
                    } else {
                        refresh.all();
                    }
                }
                Err(_) if gone => refresh.all(),
                Err(Problem::PreviewStale(preview)) => {
                    if let Some(on_stale) = on_stale {
                        on_stale.run(Preview::clone(&preview));
                    }
                    show_refusal(state, node, Problem::PreviewStale(preview));
                    if missed {
                        refresh.all();
                    }
                }
                Err(problem) => {
                    match &problem {
                        Problem::Refused(Refusal::NotSignedIn {}) => viewer_data.refetch(),
                        // The sentence says who is signed in now; sending the form again does it as that account.
                        Problem::Refused(Refusal::DifferentAccount { reader: now }) => {
                            paint.reader.set(now.clone());
                            viewer_data.refetch();
                        }
                        _ => {}
                    }
                    match on_conflict.filter(|_| matches!(problem.status(), 404 | 409)) {
                        Some(on_conflict) => {
                            on_conflict.run(problem);
                            refresh.all();
                        }
                        None => show_refusal(state, node, problem),
                    }
                    if missed {
                        refresh.all();
                    }
                }
            }
        });
    };
    view! {
        <form node_ref=node method="post" action=action class=class novalidate on:submit=submit on:click:capture=on_click
            on:input=on_input>
            <input type="hidden" name="page" value=page/>
            <input type="hidden" name="form" value=form/>
            <input type="hidden" name="once" value=once/>
            {(!plain).then(|| view! { <input type="hidden" name="reader" value=paint.reader/> })}
            {agreed.map(|agreed| view! { <input type="hidden" name="agreed" value=agreed prop:value=agreed/> })}
            <FormAlert state/>
            {children()}
        </form>
    }
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split_once('?').map_or(address, |(path, _)| path)
}

fn show_refusal(state: FormState, form: NodeRef<leptos::html::Form>, problem: Problem) {
    state.problem.set(Some(problem));
    browser::focus_fault(form);
}

/// Why the form as a whole was refused. Errors of single fields are shown at the fields.
#[component]
fn FormAlert(state: FormState) -> impl IntoView {
    move || {
        state.problem.get().map(|problem| {
            let sentence = words::problem(&problem);
            let way_on = match &problem {
                Problem::Refused(Refusal::OverHttp { site }) => Some((site.clone(), "Go to the site", None)),
                // A new tab, so that what was typed stays here.
                Problem::Refused(Refusal::NotSignedIn {}) => {
                    Some((Page::SignIn.path(), "Sign in in a new tab", Some("_blank")))
                }
                Problem::Refused(Refusal::EmailUnverified {}) => {
                    Some((Page::Verify.path(), "Verify your email address", None))
                }
                Problem::Refused(Refusal::StaleEdit {}) => {
                    Some((String::new(), "Open it in a new tab", Some("_blank")))
                }
                Problem::Refused(Refusal::AlreadySetUp {}) => Some((Page::SignIn.path(), "Sign in", None)),
                _ => None,
            };
            let way_on = way_on.map(|(to, label, target)| view! { " " <a href=to target=target>{label}</a> });
            view! { <p class="alert" role="alert" tabindex="-1">{sentence}{way_on}</p> }
        })
    }
}

/// The submit button. While the form waits for its answer it is marked as busy, and pressing it does nothing.
#[component]
pub fn Submit(
    #[prop(into)] label: String,
    #[prop(optional, into)] class: String,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// The accessible name, where several buttons have the same label.
    #[prop(optional, into)]
    aria_label: Option<String>,
    /// The server function for this button, if it differs from the form's.
    #[prop(optional)]
    to: Option<&'static str>,
) -> impl IntoView {
    let state = form_state();
    let busy = move || state.pending.get().then_some("true");
    // Nothing looks saved before the answer arrives.
    let saves = label.starts_with("Save");
    let text = move || if saves && state.pending.get() { "Saving…".to_owned() } else { label.clone() };
    let action = to.map(|url| move || addresses::form_at(url, &state.page.get()));
    view! {
        <button type="submit" class=class formaction=action aria-label=aria_label aria-busy=busy disabled=disabled>{text}</button>
    }
}
