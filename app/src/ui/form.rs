//! Forms. Each is an HTML form that posts to its server function and is redirected back; in the browser it does the
//! same without leaving the page.
//!
//! A form carries an idempotency key, so that sending it twice has one outcome. After a refusal it keeps what was typed
//! and shows each error at its field.

use super::form_answer::{Listeners, SentForm, Surroundings};
use super::form_state::{FormState, form_state};
use crate::first_paint::first_paint;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::routes::Page;
use shared::wire::Preview;
use shared::words;

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
    let (navigate, surroundings) = (use_navigate(), Surroundings::of_page());
    let listeners = Listeners { on_stale, on_conflict, on_done };

    // The second click of a double click would send the form that was just reset.
    let on_click = move |event: leptos::ev::MouseEvent| {
        if event.detail() > 1 && state.pending.get_untracked() {
            event.prevent_default();
        }
    };
    // A reader who types has seen the status line, and it must not cover the field.
    let on_input = move |event: leptos::ev::Event| {
        if browser::is_trusted(&event) {
            surroundings.status.clear();
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
        surroundings.status.clear();
        surroundings.refresh.hold();
        // Signals are read now, because the form may be disposed when the answer arrives.
        let sent = SentForm {
            state,
            node,
            once,
            draft: draft.map(|draft| draft.get_value()),
            path: location.pathname.get_untracked(),
            page: page.get_untracked(),
            listeners,
            surroundings,
        };
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let answer = browser::post_form(&url, body).await;
            sent.answered(answer, &navigate);
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
