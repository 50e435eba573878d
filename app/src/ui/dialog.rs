//! Confirming: the address holds the question (`?confirm=…`), so that without JavaScript the open dialog
//! is the page; with it, the dialog is modal, traps the focus and gives it back.

use super::data::Data;
use super::errors;
use super::form::{PostForm, Submit};
use super::frame::StatusLine;
use super::refresh::Refresh;
use crate::browser;
use crate::first::{Typed, first_paint};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::problem::{Field, Problem, Refusal};
use shared::wire::Preview;
use shared::words;

/// A dialog that asks before something happens: the preview, the fields, Cancel, and the verb.
#[component]
pub fn Confirm(
    #[prop(into)] title: String,
    /// The address of the server function that does it.
    url: &'static str,
    #[prop(into)] form: String,
    /// What would happen.
    preview: Data<Preview>,
    /// Where Cancel leads.
    #[prop(into)]
    back: String,
    /// The link that opened it, as a selector: it gets the focus back.
    #[prop(into)]
    opener: String,
    /// What the button says: the verb of the link that opened the dialog.
    verb: &'static str,
    /// How the button looks.
    #[prop(default = "main")]
    tone: &'static str,
    /// Hears that it is done.
    #[prop(default = None)]
    done: Option<Callback<()>>,
    /// The fields of the form.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let (paint, named) = (first_paint(), form.clone());
    // A long reason is not lost to a slip of the finger.
    let keep = move || paint.keep(&named, written(dialog));
    let body = {
        let back = back.clone();
        move |answer: Result<Preview, Problem>| match answer {
            Ok(seen) => {
                asking((seen, preview), (url, form.clone()), (back.clone(), verb, tone), dialog, done, children.clone())
            }
            Err(Problem::Unavailable {} | Problem::Busy { .. }) => unanswered(preview, back.clone(), dialog),
            Err(problem) => refused(&problem, back.clone(), dialog),
        }
    };
    modal(dialog, title, back, opener, keep, preview.render_result(body))
}

/// A dialog that tells why nothing can be asked.
#[component]
pub fn Told(
    #[prop(into)] title: String,
    sentence: &'static str,
    /// Where Close leads.
    #[prop(into)]
    back: String,
    /// What opened it, as a selector: it gets the focus back.
    #[prop(into)]
    opener: String,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let to = back.clone();
    let body = view! {
        <p>{sentence}</p>
        <div class="actions"><Cancel back=to dialog label="Close"/></div>
    };
    modal(dialog, title, back, opener, || (), body.into_any())
}

fn modal(
    dialog: NodeRef<leptos::html::Dialog>,
    title: String,
    back: String,
    opener: String,
    closing: impl Fn() + 'static,
    body: AnyView,
) -> AnyView {
    let status = expect_context::<StatusLine>();
    Effect::new(move |_| {
        browser::show_modal(dialog);
        // What happened before is no answer to the question.
        status.clear();
    });
    on_cleanup(move || browser::focus_later(opener.clone()));
    let (navigate, location) = (use_navigate(), use_location());
    let closed = move |_| {
        closing();
        // Closed by Escape, or by Cancel; a form that was accepted has gone on by itself.
        if location.search.get_untracked().contains("confirm=") {
            navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <dialog node_ref=dialog open class="dialog" aria-labelledby="dialog-title" on:close=closed>
            <h2 id="dialog-title" tabindex="-1">{title}</h2>
            {body}
        </dialog>
    }
    .into_any()
}

/// What was typed into a dialog and is worth keeping; what confirms is typed each time.
fn written(dialog: NodeRef<leptos::html::Dialog>) -> Typed {
    let typed = browser::typed(dialog).into_iter();
    typed.filter(|(name, text)| name != Field::Confirmation.name() && !text.is_empty()).collect()
}

/// What had the focus has gone with what it was about.
fn focus_title() {
    browser::focus_later("#dialog-title");
}

fn asking(
    (seen, preview): (Preview, Data<Preview>),
    (url, form): (&'static str, String),
    (back, verb, tone): (String, &'static str, &'static str),
    dialog: NodeRef<leptos::html::Dialog>,
    done: Option<Callback<()>>,
    children: ChildrenFn,
) -> AnyView {
    // A list that has moved while the page without JavaScript was answered is in that answer.
    let moved_before = first_paint().refusal(&form).and_then(|refused| match refused.problem {
        Problem::Moved(preview) => Some(*preview),
        _ => None,
    });
    let seen = RwSignal::new(moved_before.unwrap_or(seen));
    let agreed = Signal::derive(move || seen.with(|seen| seen.digest.clone()));
    let over = RwSignal::new(None);
    let ended = move |problem| {
        let _ = over.try_set(Some(problem));
        focus_title();
    };
    let outdated = outdated(preview, seen, dialog, ended);
    let idle = Memo::new(move |_| seen.with(|seen| seen.happens.is_empty() && seen.ends.is_empty()));
    let moved = move |now: Preview| {
        seen.set(now);
        if idle.get_untracked() {
            focus_title();
        }
    };
    let body = move || match over.get() {
        Some(problem) => refused(&problem, back.clone(), dialog),
        None if idle.get() => {
            let back = back.clone();
            view! { {effects(&seen.get_untracked())}<div class="actions"><Cancel back dialog label="Close"/></div> }
                .into_any()
        }
        None => {
            let (form, children, back) = (form.clone(), children.clone(), back.clone());
            view! {
                {move || effects(&seen.get())}
                {outdated.clone()}
                <PostForm url form agreed done moved over=ended>
                    {children()}
                    <div class="actions">
                        <Cancel back dialog/>
                        <Submit label=verb class=tone/>
                    </div>
                </PostForm>
            }
            .into_any()
        }
    };
    body.into_any()
}

/// Says that what would happen is another by now, as soon as news has come of what others did; it is shown when the reader
/// wants it. What they read, and have typed, stays until then. `over` hears that it can't be done any more; where words
/// were typed for it, that is said beside them.
fn outdated(
    preview: Data<Preview>,
    seen: RwSignal<Preview>,
    dialog: NodeRef<leptos::html::Dialog>,
    over: impl Fn(Problem) + Copy + 'static,
) -> impl Fn() -> AnyView + Clone {
    let (now, asked) = (RwSignal::new(None::<Result<Preview, Problem>>), StoredValue::new(0_u32));
    let refresh = expect_context::<Refresh>();
    Effect::new(move |before: Option<u32>| {
        let times = refresh.times();
        if before.is_some_and(|before| before != times) {
            asked.set_value(times);
            leptos::task::spawn_local(async move {
                let answer = preview.now().await;
                // Only what was asked last is what is so now.
                if asked.try_get_value() != Some(times) {
                    return;
                }
                match answer {
                    // The page says so itself, and what is typed stays.
                    Err(Problem::Unavailable {} | Problem::Busy { .. } | Problem::Refused(Refusal::NotSignedIn {})) => {
                    }
                    Err(problem) if written(dialog).is_empty() => over(problem),
                    answer => {
                        let _ = now.try_set(Some(answer));
                    }
                }
            });
        }
        times
    });
    // A list that was shown since is newer than what was asked before.
    Effect::new(move |_| {
        seen.track();
        asked.set_value(0);
        now.set(None);
    });
    let show = move |_| {
        if let Some(Ok(now)) = now.get_untracked() {
            seen.set(now);
            focus_title();
        }
    };
    move || {
        let said = move || match now.get()? {
            Ok(now) if seen.with(|seen| Preview { lately: Vec::new(), ..seen.clone() } == now) => None,
            Ok(_) => Some(
                view! {
                    <p class="alert calm">"This changed since you opened it. "
                        <button type="button" class="plain" on:click=show>"Show the update"</button></p>
                }
                .into_any(),
            ),
            Err(problem) => Some(view! { <p class="alert">{words::problem(&problem)}</p> }.into_any()),
        };
        view! { <div role="status">{said}</div> }.into_any()
    }
}

/// What would follow is not known, because there was no answer. It is asked for again with the rest of the page, or when
/// the reader wants it.
fn unanswered(preview: Data<Preview>, back: String, dialog: NodeRef<leptos::html::Dialog>) -> AnyView {
    let refresh = expect_context::<Refresh>();
    Effect::new(move |before: Option<u32>| {
        let times = refresh.times();
        if before.is_some_and(|before| before != times) {
            preview.ask_again();
        }
        times
    });
    let ask = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        preview.ask_again();
        focus_title();
    };
    view! {
        <p class="alert" role="alert">"The server isn't responding, so we can't show what would happen."</p>
        <div class="actions">
            <Cancel back dialog label="Close"/>
            <a class="button main" href="" rel="external" on:click=ask>"Try again"</a>
        </div>
    }
    .into_any()
}

/// Why it can't be done now, and the way back.
fn refused(problem: &Problem, back: String, dialog: NodeRef<leptos::html::Dialog>) -> AnyView {
    if matches!(problem, Problem::Refused(Refusal::NotSignedIn {})) {
        return errors::instead(problem);
    }
    view! {
        <p class="alert" role="alert">{words::problem(problem)}</p>
        <div class="actions"><Cancel back dialog label="Close"/></div>
    }
    .into_any()
}

/// The way back. Without JavaScript a link; with it, it closes the dialog as Escape does.
#[component]
fn Cancel(
    back: String,
    dialog: NodeRef<leptos::html::Dialog>,
    #[prop(default = "Cancel")] label: &'static str,
) -> impl IntoView {
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::close(dialog);
    };
    view! { <a class="button" href=back on:click=close>{label}</a> }
}

/// What happens, what ends, what stays, and who is told.
pub fn effects(preview: &Preview) -> AnyView {
    let list = |title: &'static str, items: &[String]| {
        (!items.is_empty()).then(|| {
            let items = items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
            view! { <div><h3>{title}</h3><ul>{items}</ul></div> }
        })
    };
    if preview.happens.is_empty() && preview.ends.is_empty() {
        let why = match preview.skipped.as_slice() {
            [] => "this is already the case".to_owned(),
            skipped => words::few(skipped.to_vec()).join("; "),
        };
        let lately = (!preview.lately.is_empty()).then(|| [" Recently: ", &preview.lately.join("; "), "."].concat());
        return view! { <p class="effects" role="alert">"Nothing would change: " {why} "." {lately}</p> }.into_any();
    }
    view! {
        <div class="effects">
            {list("Check this first", &preview.heed)}
            {list("Happens immediately", &preview.happens)}
            {list("Ends", &preview.ends)}
            {list("Stays", &preview.stays)}
            {list("Skipped", &preview.skipped)}
            {if preview.told.is_empty() {
                view! { <div><h3>"Emailed"</h3><ul><li>"Nobody"</li></ul></div> }.into_any()
            } else {
                list("Emailed", &preview.told).into_any()
            }}
        </div>
    }
    .into_any()
}
