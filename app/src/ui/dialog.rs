//! Confirming dialogs. The address holds the question (`?confirm=…`): without JavaScript the open dialog is part of the
//! page; with it, the dialog is modal, traps the focus and returns it to its opener.

use super::data::Data;
use super::errors;
use super::form::{PostForm, Submit};
use super::refresh::Refresh;
use super::status_line::StatusLine;
use crate::browser;
use crate::browser::FormValues;
use crate::first_paint::first_paint;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::wire::Preview;
use shared::words;

/// A dialog that asks for confirmation: the preview, the fields, Cancel, and the verb.
#[component]
pub fn Confirm(
    #[prop(into)] title: String,
    /// The address of the server function.
    url: &'static str,
    #[prop(into)] form: String,
    /// The effects that would follow.
    preview: Data<Preview>,
    /// Where Cancel leads.
    #[prop(into)]
    back: String,
    /// A selector for the link that opened the dialog; it gets the focus back.
    #[prop(into)]
    opener: String,
    /// The button's label: the verb of the link that opened the dialog.
    verb: &'static str,
    /// The button's class.
    #[prop(default = "main")]
    tone: &'static str,
    /// Called when the action was done.
    #[prop(default = None)]
    on_done: Option<Callback<()>>,
    /// The fields of the form.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let (paint, name) = (first_paint(), form.clone());
    // A long reason survives an accidental Escape.
    let store = move || paint.store_dialog_values(&name, typed_values(dialog));
    let body = {
        let back = back.clone();
        move |answer: Result<Preview, Problem>| match answer {
            Ok(shown) => {
                let (form, back) = (form.clone(), back.clone());
                let confirmation = Confirmation { url, form, preview, back, verb, tone, on_done };
                confirm_form(shown, confirmation, dialog, children.clone())
            }
            Err(Problem::Unavailable {} | Problem::Busy { .. }) => unanswered(preview, back.clone(), dialog),
            Err(problem) => refused(&problem, back.clone(), dialog),
        }
    };
    Modal { dialog, title, back, opener }.render(store, preview.render_result(body))
}

/// A dialog with a sentence and a Close button.
#[component]
pub fn MessageDialog(
    #[prop(into)] title: String,
    sentence: &'static str,
    /// Where Close leads.
    #[prop(into)]
    back: String,
    /// A selector for what opened the dialog; it gets the focus back.
    #[prop(into)]
    opener: String,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let to = back.clone();
    let body = view! {
        <p>{sentence}</p>
        <div class="actions"><Cancel back=to dialog label="Close"/></div>
    };
    Modal { dialog, title, back, opener }.render(|| (), body.into_any())
}

/// A modal dialog.
struct Modal {
    dialog: NodeRef<leptos::html::Dialog>,
    title: String,
    /// Where closing leads.
    back: String,
    /// A selector for what opened the dialog; it gets the focus back.
    opener: String,
}

impl Modal {
    fn render(self, before_close: impl Fn() + 'static, body: AnyView) -> AnyView {
        let Self { dialog, title, back, opener } = self;
        let status = expect_context::<StatusLine>();
        Effect::new(move |_| {
            browser::show_modal(dialog);
            // An earlier notice could be mistaken for an answer to the question.
            status.clear();
        });
        on_cleanup(move || browser::focus_later(opener.clone()));
        let (navigate, location) = (use_navigate(), use_location());
        let on_close = move |_| {
            before_close();
            // Closed by Escape or Cancel. After a submitted form the address has changed already.
            if location.search.get_untracked().contains("confirm=") {
                navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
            }
        };
        view! {
            <dialog node_ref=dialog open class="dialog" aria-labelledby="dialog-title" on:close=on_close>
                <h2 id="dialog-title" tabindex="-1">{title}</h2>
                {body}
            </dialog>
        }
        .into_any()
    }
}

/// The typed values that are worth keeping. The confirmation must be typed each time.
fn typed_values(dialog: NodeRef<leptos::html::Dialog>) -> FormValues {
    let typed = browser::field_values(dialog).into_iter();
    typed.filter(|(name, text)| name != Field::Confirmation.name() && !text.is_empty()).collect()
}

/// Moves the focus to the title, because the focused control is gone.
fn focus_title() {
    browser::focus_later("#dialog-title");
}

/// The form of a dialog that asks for confirmation.
#[derive(Clone)]
struct Confirmation {
    /// The address of the server function.
    url: &'static str,
    form: String,
    preview: Data<Preview>,
    back: String,
    verb: &'static str,
    tone: &'static str,
    on_done: Option<Callback<()>>,
}

fn confirm_form(
    shown: Preview,
    confirmation: Confirmation,
    dialog: NodeRef<leptos::html::Dialog>,
    children: ChildrenFn,
) -> AnyView {
    let Confirmation { url, form, preview, back, verb, tone, on_done } = confirmation;
    // Without JavaScript a refusal for a stale preview brings the new one along.
    let newer = first_paint().refusal(&form).and_then(|refused| match refused.problem {
        Problem::PreviewStale(preview) => Some(*preview),
        _ => None,
    });
    let shown = RwSignal::new(newer.unwrap_or(shown));
    let agreed = Signal::derive(move || shown.with(|shown| shown.digest.clone()));
    let conflict = RwSignal::new(None);
    let on_conflict = move |problem| {
        let _ = conflict.try_set(Some(problem));
        focus_title();
    };
    let stale_notice = stale_notice(preview, shown, dialog, on_conflict);
    let nothing = Memo::new(move |_| shown.with(|shown| shown.happens.is_empty() && shown.ends.is_empty()));
    let on_stale = move |now: Preview| {
        shown.set(now);
        if nothing.get_untracked() {
            focus_title();
        }
    };
    let body = move || match conflict.get() {
        Some(problem) => refused(&problem, back.clone(), dialog),
        None if nothing.get() => {
            let back = back.clone();
            view! { {effects(&shown.get_untracked())}<div class="actions"><Cancel back dialog label="Close"/></div> }
                .into_any()
        }
        None => {
            let (form, children, back) = (form.clone(), children.clone(), back.clone());
            view! {
                {move || effects(&shown.get())}
                {stale_notice.clone()}
                <PostForm url form agreed on_done on_stale on_conflict>
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

/// A notice that the preview is stale, as soon as the change feed reports what others did. The reader decides when to
/// see the new preview; until then what they read and typed stays.
///
/// `on_conflict` is called when the action is no longer possible. Where something was typed, the problem is shown
/// beside it instead.
fn stale_notice(
    preview: Data<Preview>,
    shown: RwSignal<Preview>,
    dialog: NodeRef<leptos::html::Dialog>,
    on_conflict: impl Fn(Problem) + Copy + 'static,
) -> impl Fn() -> AnyView + Clone {
    let (now, latest) = (RwSignal::new(None::<Result<Preview, Problem>>), StoredValue::new(0_u32));
    let refresh = expect_context::<Refresh>();
    Effect::new(move |before: Option<u32>| {
        let count = refresh.count();
        if before.is_some_and(|before| before != count) {
            latest.set_value(count);
            leptos::task::spawn_local(async move {
                let answer = preview.fetch_now().await;
                // Only the latest fetch counts.
                if latest.try_get_value() != Some(count) {
                    return;
                }
                match answer {
                    // The page itself says so, and what was typed stays.
                    Err(Problem::Unavailable {} | Problem::Busy { .. } | Problem::Refused(Refusal::NotSignedIn {})) => {
                    }
                    Err(problem) if typed_values(dialog).is_empty() => on_conflict(problem),
                    answer => {
                        let _ = now.try_set(Some(answer));
                    }
                }
            });
        }
        count
    });
    // A preview that was shown since is newer than any fetch on its way.
    Effect::new(move |_| {
        shown.track();
        latest.set_value(0);
        now.set(None);
    });
    let show = move |_| {
        if let Some(Ok(now)) = now.get_untracked() {
            shown.set(now);
            focus_title();
        }
    };
    move || {
        let notice = move || match now.get()? {
            Ok(now) if shown.with(|shown| Preview { recent: Vec::new(), ..shown.clone() } == now) => None,
            Ok(_) => Some(
                view! {
                    <p class="alert calm">"This changed since you opened it. "
                        <button type="button" class="plain" on:click=show>"Show the update"</button></p>
                }
                .into_any(),
            ),
            Err(problem) => Some(view! { <p class="alert">{words::problem(&problem)}</p> }.into_any()),
        };
        view! { <div role="status">{notice}</div> }.into_any()
    }
}

/// The server did not respond, so there is no preview. It is fetched again with the rest of the page, or when the
/// reader presses “Try again”.
fn unanswered(preview: Data<Preview>, back: String, dialog: NodeRef<leptos::html::Dialog>) -> AnyView {
    let refresh = expect_context::<Refresh>();
    Effect::new(move |before: Option<u32>| {
        let count = refresh.count();
        if before.is_some_and(|before| before != count) {
            preview.refetch();
        }
        count
    });
    let retry = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        preview.refetch();
        focus_title();
    };
    view! {
        <p class="alert" role="alert">"The server isn't responding, so we can't show what would happen."</p>
        <div class="actions">
            <Cancel back dialog label="Close"/>
            <a class="button main" href="" rel="external" on:click=retry>"Try again"</a>
        </div>
    }
    .into_any()
}

/// Why the action is not possible, with a Close button.
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

/// The Cancel button. Without JavaScript it is a link; with it, it closes the dialog as Escape does.
#[component]
fn Cancel(
    back: String,
    dialog: NodeRef<leptos::html::Dialog>,
    #[prop(default = "Cancel")] label: &'static str,
) -> impl IntoView {
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::close_dialog(dialog);
    };
    view! { <a class="button" href=back on:click=close>{label}</a> }
}

/// A preview: what happens, what ends, what stays, and who will be emailed.
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
        let recent = (!preview.recent.is_empty()).then(|| [" Recently: ", &preview.recent.join("; "), "."].concat());
        return view! { <p class="effects" role="alert">"Nothing would change: " {why} "." {recent}</p> }.into_any();
    }
    view! {
        <div class="effects">
            {list("Check this first", &preview.warnings)}
            {list("Happens immediately", &preview.happens)}
            {list("Ends", &preview.ends)}
            {list("Stays", &preview.stays)}
            {list("Skipped", &preview.skipped)}
            {if preview.recipients.is_empty() {
                view! { <div><h3>"Emailed"</h3><ul><li>"Nobody"</li></ul></div> }.into_any()
            } else {
                list("Emailed", &preview.recipients).into_any()
            }}
        </div>
    }
    .into_any()
}
