//! The form: an HTML form that posts to its server function and comes back, and in the browser the same
//! without leaving the page. It carries a token, so that sending it twice has one outcome; it keeps what
//! was typed when it is refused; and it says what is wrong where it is wrong.

use super::frame::{Looking, StatusLine};
use super::refresh::Refresh;
use crate::first::{FirstPaint, Typed, first_paint};
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::problem::{Field, Problem, Refusal};
use shared::wire::Preview;
use shared::words;

/// How a form stands: what was wrong with it, and what was typed when it was refused.
#[derive(Clone, Copy)]
pub struct Standing {
    /// Names the form within its page.
    pub form: StoredValue<String>,
    /// Why it was refused last.
    pub problem: RwSignal<Option<Problem>>,
    /// What was typed then; a fresh form has nothing.
    pub typed: StoredValue<Typed>,
    /// Whether an answer is awaited.
    pub pending: RwSignal<bool>,
    /// Raised each time the form is emptied.
    pub emptied: RwSignal<u32>,
    /// The page that the form stands on.
    page: Memo<String>,
}

impl Standing {
    fn new(form: String, paint: FirstPaint, page: Memo<String>) -> Self {
        let refused = paint.refusal(&form);
        let (problem, typed) = refused.map_or_else(|| (None, paint.kept(&form)), |r| (Some(r.problem), r.typed));
        Self {
            form: StoredValue::new(form),
            problem: RwSignal::new(problem),
            typed: StoredValue::new(typed),
            pending: RwSignal::new(false),
            emptied: RwSignal::new(0),
            page,
        }
    }

    /// What a field begins with: what was typed when the form was refused, or else its own value.
    pub fn value(&self, field: Field, otherwise: &str) -> String {
        let name = field.name();
        let typed = self.typed.with_value(|typed| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()));
        typed.unwrap_or_else(|| otherwise.to_owned())
    }

    /// The id of a field's control.
    pub fn id(&self, field: Field) -> String {
        self.form.with_value(|form| [form, "-", field.name()].concat())
    }
}

/// The standing of the form that a field is in.
pub fn standing() -> Standing {
    expect_context::<Standing>()
}

/// A form that posts.
#[component]
pub fn PostForm(
    /// The address of its server function.
    url: &'static str,
    /// Names the form within its page.
    #[prop(into)]
    form: String,
    /// The form is left to the browser: for those that change who is looking, so that nothing of the
    /// earlier page stays.
    #[prop(optional)]
    plain: bool,
    /// What is typed into it is kept in this tab until it is sent: whoever goes on and comes back finds it there.
    #[prop(optional)]
    keeps: bool,
    /// The digest of the list that the person reads beside the form.
    #[prop(optional, into)]
    agreed: Option<Signal<String>>,
    /// Hears of a list that has moved; without it, the sentence alone is shown.
    #[prop(optional, into)]
    moved: Option<Callback<Preview>>,
    /// Hears that what was asked for can't be done any more, or is done already.
    #[prop(optional, into)]
    over: Option<Callback<Problem>>,
    /// Hears that what was asked for is done.
    #[prop(default = None)]
    done: Option<Callback<()>>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let heard = done;
    let paint = first_paint();
    let location = use_location();
    let page = Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { [path, search].join("?") }
    });
    let standing = Standing::new(form.clone(), paint, page);
    provide_context(standing);
    let action = move || addresses::form_at(url, &page.get());
    let once = RwSignal::new(paint.once(&form));
    let node = NodeRef::<leptos::html::Form>::new();
    let draft = keeps.then(|| {
        let page = location.pathname.get_untracked();
        StoredValue::new(paint.reader.with_untracked(|reader| browser::draft_key(reader, &page, &form)))
    });
    // What was refused stands there already.
    let fresh = standing.problem.with_untracked(Option::is_none);
    if let Some(draft) = draft.filter(|_| fresh) {
        Effect::new(move |_| draft.with_value(|key| browser::resume(node, key)));
    }
    let (navigate, refresh, status) = (use_navigate(), expect_context::<Refresh>(), expect_context::<StatusLine>());
    let Looking(looking) = expect_context();

    // A second of two quick clicks would send the emptied form.
    let calm = move |event: leptos::ev::MouseEvent| {
        if event.detail() > 1 && standing.pending.get_untracked() {
            event.prevent_default();
        }
    };
    // Who types has read what happened before; the line must not lie over the field.
    let go_on = move |event: leptos::ev::Event| {
        if browser::is_readers(&event) {
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
        if standing.pending.get_untracked() {
            return;
        }
        let Some(body) = browser::fields(node) else { return };
        let url = browser::pressed_for(&event).unwrap_or_else(|| url.to_owned());
        standing.pending.set(true);
        status.clear();
        refresh.hold();
        // What is asked of signals is asked now: the form may be gone by the time of the answer.
        let (navigate, sent_from, page) = (navigate.clone(), location.pathname.get_untracked(), page.get_untracked());
        let draft = draft.map(|draft| draft.get_value());
        leptos::task::spawn_local(async move {
            let answer = browser::post(&url, body).await;
            let missed = refresh.release();
            // The page may have been drawn anew meanwhile, or the reader has gone on: what happened is said all the same.
            let gone = standing.pending.try_set(false).is_some();
            paint.forget();
            match answer {
                Ok(mut done) => {
                    paint.renew();
                    if let Some(key) = draft {
                        browser::drop_draft(&key);
                    }
                    if let Some(heard) = heard {
                        heard.run(());
                    }
                    if gone {
                        done.next = done.next.filter(|_| location.pathname.get_untracked() == sent_from);
                    } else {
                        standing.problem.set(None);
                        standing.typed.set_value(Vec::new());
                        standing.emptied.update(|n| *n += 1);
                        once.set(standing.form.with_value(|form| paint.once(form)));
                        browser::reset(node);
                    }
                    let next = done.next.as_deref().and_then(crate::inside);
                    let next = next.map(|next| addresses::after(&next, &page));
                    let elsewhere =
                        next.as_deref().is_some_and(|next| path_of(next) != location.pathname.get_untracked());
                    if elsewhere {
                        status.carry(done.notice);
                    } else {
                        status.say(done.notice);
                    }
                    if let Some(next) = next {
                        // Back is to lead before the dialog's question, which has been answered.
                        let replace = location.search.get_untracked().contains("confirm=");
                        navigate(&next, NavigateOptions { replace, ..NavigateOptions::default() });
                    }
                    // The page that comes asks for its own; the one that goes must not ask again for what
                    // the form has just ended.
                    if elsewhere {
                        looking.ask_again();
                    } else {
                        refresh.all();
                    }
                }
                Err(_) if gone => refresh.all(),
                Err(Problem::Moved(preview)) => {
                    if let Some(moved) = moved {
                        moved.run(Preview::clone(&preview));
                    }
                    refuse(standing, node, Problem::Moved(preview));
                    if missed {
                        refresh.all();
                    }
                }
                Err(problem) => {
                    match &problem {
                        Problem::Refused(Refusal::NotSignedIn {}) => looking.ask_again(),
                        // They are told who it is now, and that sending it again does it as them.
                        Problem::Refused(Refusal::SomebodyElse { reader: now }) => {
                            paint.reader.set(now.clone());
                            looking.ask_again();
                        }
                        _ => {}
                    }
                    match over.filter(|_| matches!(problem.status(), 404 | 409)) {
                        Some(over) => {
                            over.run(problem);
                            refresh.all();
                        }
                        None => refuse(standing, node, problem),
                    }
                    if missed {
                        refresh.all();
                    }
                }
            }
        });
    };
    view! {
        <form node_ref=node method="post" action=action class=class novalidate on:submit=submit on:click:capture=calm
            on:input=go_on>
            <input type="hidden" name="page" value=page/>
            <input type="hidden" name="form" value=form/>
            <input type="hidden" name="once" value=once/>
            {(!plain).then(|| view! { <input type="hidden" name="reader" value=paint.reader/> })}
            {agreed.map(|agreed| view! { <input type="hidden" name="agreed" value=agreed prop:value=agreed/> })}
            <Refused standing/>
            {children()}
        </form>
    }
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split_once('?').map_or(address, |(path, _)| path)
}

fn refuse(standing: Standing, form: NodeRef<leptos::html::Form>, problem: Problem) {
    standing.problem.set(Some(problem));
    browser::focus_fault(form);
}

/// Why the form as a whole was refused. What is wrong with one field stands beside the field.
#[component]
fn Refused(standing: Standing) -> impl IntoView {
    move || {
        standing.problem.get().map(|problem| {
            let sentence = words::problem(&problem);
            let way_on = match &problem {
                Problem::Refused(Refusal::OverHttp { site }) => Some((site.as_str(), "Go to the site", None)),
                // In a tab of its own, so that what was typed stays here.
                Problem::Refused(Refusal::NotSignedIn {}) => Some(("/sign-in", "Sign in in a new tab", Some("_blank"))),
                Problem::Refused(Refusal::EmailUnverified {}) => Some(("/verify", "Verify your email address", None)),
                Problem::Refused(Refusal::EditedMeanwhile {}) => Some(("", "Open it in a new tab", Some("_blank"))),
                Problem::Refused(Refusal::AlreadySetUp {}) => Some(("/sign-in", "Sign in", None)),
                _ => None,
            };
            let way_on =
                way_on.map(|(to, label, target)| view! { " " <a href=to.to_owned() target=target>{label}</a> });
            view! { <p class="alert" role="alert" tabindex="-1">{sentence}{way_on}</p> }
        })
    }
}

/// The button that sends the form. While an answer is awaited it says so, and a second press does nothing.
#[component]
pub fn Submit(
    #[prop(into)] label: String,
    #[prop(optional, into)] class: String,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// What it says to whoever hears it among others like it.
    #[prop(optional, into)]
    says: Option<String>,
    /// The server function that this button sends the form to, where it is another than the form's own.
    #[prop(optional)]
    to: Option<&'static str>,
) -> impl IntoView {
    let standing = standing();
    let busy = move || standing.pending.get().then_some("true");
    // Until the answer is there nothing is saved, and nothing looks as if it were.
    let saves = label.starts_with("Save");
    let shown = move || if saves && standing.pending.get() { "Saving…".to_owned() } else { label.clone() };
    let action = to.map(|url| move || addresses::form_at(url, &standing.page.get()));
    view! {
        <button type="submit" class=class formaction=action aria-label=says aria-busy=busy disabled=disabled>{shown}</button>
    }
}
