//! Form fields: label, control, and below it the error and the hint.
//!
//! The rule is checked on each key, but its error is shown only after the field was left once; from then on it follows
//! each key. An error from the server is shown until the field changes.

use super::form_state::form_state;
use crate::browser;
use leptos::prelude::*;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field as FieldName, Refusal};
use shared::rules::people::typed_right;
use shared::unicode::strip_link_breaks;
use shared::words;

/// A validation rule for a text.
pub type Check = fn(&str) -> Result<(), FaultCode>;

/// A text field.
#[component]
pub fn TextField(
    field: FieldName,
    #[prop(into)] label: String,
    /// `text`, `email`, `url`, or `textarea`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "on")] autocomplete: &'static str,
    /// The text below the field.
    #[prop(optional, into)]
    hint: Option<String>,
    #[prop(optional)] check: Option<Check>,
    /// The exact text that must be typed; empty while it is not known.
    #[prop(optional, into)]
    expected: Option<Signal<String>>,
    /// What the server knows about the text. Its hint replaces the field's own, and its error counts like one of a
    /// rule.
    #[prop(optional)]
    lookup: Option<Lookup>,
    /// The id of a `datalist` with suggestions.
    #[prop(optional, into)]
    list: Option<String>,
    /// A signal that holds the field's value.
    #[prop(optional, into)]
    typed: Option<RwSignal<String>>,
    /// The maximum number of characters; shows a counter.
    #[prop(optional)]
    count: Option<usize>,
    #[prop(optional)] spellcheck: bool,
    /// The initial value, to which a submitted form resets the field.
    #[prop(optional, into)]
    initial: String,
) -> impl IntoView {
    let form = form_state();
    let id = form.id(field);
    let ids = DescriptionIds::of(&id);
    let described = ids.all(count.is_some());
    let first = form.value(field, &initial);
    let value = typed.unwrap_or_else(|| RwSignal::new(String::new()));
    value.set(first.clone());
    let attribute = RwSignal::new(first);
    let state = FieldState::new(field, value, move |left| {
        // An error of a rule waits until the field was left. An error from the server is about a complete name, and is
        // shown at once.
        let local = check.and_then(|check| value.with(|v| check(v).err()));
        let expected = expected.map(|expected| expected.get()).filter(|expected| !expected.is_empty());
        let local = local.or_else(|| expected.and_then(|expected| value.with(|v| typed_right(v, &expected).err())));
        let remote = || lookup.and_then(|lookup| lookup.fault.get());
        local.map_or_else(remote, |local| Some(local).filter(|_| left))
    });
    let FieldState { fault, .. } = state;
    // A submitted form resets its fields.
    Effect::new(move |before: Option<u32>| {
        let now = form.reset_count.get();
        if before.is_some_and(|before| before != now) {
            attribute.set(initial.clone());
            state.reset(initial.clone());
        }
        now
    });
    let on_input = move |event| state.on_input(event_target_value(&event));
    let on_blur = move |_| state.on_blur();
    let invalid = move || state.aria_invalid();
    let focus = form.problem.get_untracked().is_some_and(|p| first_fault(&p) == Some(field));
    // Beside an error the server's hint would read as an approval.
    let line = move || match lookup.and_then(|lookup| lookup.hint.get()) {
        Some(found) if fault.with(Option::is_none) => found.render(),
        _ => hint.clone().into_any(),
    };
    let counter = count.map(|most| counter(value, most, ids.counter.clone()));
    let spellcheck = if spellcheck { "true" } else { "false" };
    let control = if kind == "textarea" {
        view! {
            <textarea id=id.clone() name=field.name() rows="4" spellcheck=spellcheck aria-describedby=described
                aria-invalid=invalid autofocus=focus on:input=on_input on:blur=on_blur>{attribute}</textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=id.clone() name=field.name() type=kind list=list value=attribute autocomplete=autocomplete spellcheck=spellcheck
                autocapitalize="none" aria-describedby=described aria-invalid=invalid autofocus=focus
                on:input=on_input on:blur=on_blur/>
        }
        .into_any()
    };
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            {control}
            <div class="under">{counter}{fault_line(field, fault, ids.fault)}<p class="hint" id=ids.hint aria-live="polite">{line}</p></div>
        </div>
    }
}

/// The ids of the texts below a control, for `aria-describedby`.
pub struct DescriptionIds {
    pub fault: String,
    pub hint: String,
    pub counter: String,
}

impl DescriptionIds {
    /// The ids for the control with this id.
    pub fn of(id: &str) -> Self {
        let [fault, hint, counter] = ["-fault", "-about", "-count"].map(|part| [id, part].concat());
        Self { fault, hint, counter }
    }

    /// The value of `aria-describedby`, in reading order.
    fn all(&self, counted: bool) -> String {
        [self.fault.as_str(), &self.hint, if counted { &self.counter } else { "" }].join(" ").trim_end().to_owned()
    }
}

/// The line with a field's error. It is rendered empty before there is one, so that screen readers announce the change.
pub fn fault_line(field: FieldName, fault: Memo<Option<FaultCode>>, id: String) -> AnyView {
    let sentence = move || fault.get().map(|code| words::fault(field, &code));
    view! { <p class="fault" id=id aria-live="polite">{sentence}</p> }.into_any()
}

/// How many characters are used, of how many; before hydration only the maximum. Screen readers read it with the field,
/// and announce it by itself only when little room is left.
fn counter(value: RwSignal<String>, most: usize, id: String) -> AnyView {
    let used = move || value.with(|v| strip_link_breaks(v).trim().chars().count());
    let left = Memo::new(move |_| words::room_left(used(), most));
    view! {
        <span class="counter" id=id><span class="counted">{used} " of " {most}</span><span class="uncounted">"At most " {most}</span></span>
        <span class="unseen" role="status">{move || left.get()}</span>
    }
    .into_any()
}

/// A field's value and its error: the server's latest one until the value changes, and then the rule's.
#[derive(Clone, Copy)]
pub struct FieldState {
    value: RwSignal<String>,
    /// Whether the field was left once; from then on the rule's error follows each key.
    left: RwSignal<bool>,
    /// Whether the value changed since the server's answer.
    changed: RwSignal<bool>,
    pub fault: Memo<Option<FaultCode>>,
}

impl FieldState {
    /// `check` returns the rule's error; its argument says whether the field was left.
    pub fn new(
        field: FieldName,
        value: RwSignal<String>,
        check: impl Fn(bool) -> Option<FaultCode> + Send + Sync + 'static,
    ) -> Self {
        let form = form_state();
        let (left, changed) = (RwSignal::new(false), RwSignal::new(false));
        // A new answer of the server is about the current value.
        Effect::new(move |_| {
            form.problem.track();
            changed.set(false);
        });
        let fault = Memo::new(move |_| {
            let remote = (!changed.get()).then(|| form.problem.get().and_then(|p| p.of(field).cloned())).flatten();
            remote.or_else(|| check(left.get()))
        });
        Self { value, left, changed, fault }
    }

    /// The value changed. Chromium sends a last event when a focused field is removed, so the signals may be disposed.
    pub fn on_input(self, text: String) {
        let _ = self.value.try_set(text);
        let _ = self.changed.try_set(true);
    }

    /// The field was left. This waits until the pointer is released, because an error may appear and move what is below
    /// away from under the pointer.
    pub fn on_blur(self) {
        if self.value.try_with_untracked(|v| !v.is_empty()) == Some(true) {
            browser::after_pointer_release(move || {
                let _ = self.left.try_set(true);
            });
        }
    }

    /// An option was chosen; it is checked at once.
    pub fn on_change(self, text: String) {
        self.on_input(text);
        let _ = self.left.try_set(true);
    }

    /// Resets the field to a value that nobody has typed.
    fn reset(self, text: String) {
        self.value.set(text);
        self.left.set(false);
        self.changed.set(false);
    }

    /// The value of `aria-invalid`.
    pub fn aria_invalid(self) -> Option<&'static str> {
        self.fault.with(Option::is_some).then_some("true")
    }
}

fn first_fault(problem: &Problem) -> Option<FieldName> {
    match problem {
        Problem::Refused(Refusal::Invalid { faults }) => faults.first().map(|f| f.field),
        _ => None,
    }
}

/// What the server knows about a text while it is typed.
#[derive(Clone, Copy)]
pub struct Lookup {
    /// An error that only the server can find.
    pub fault: Signal<Option<FaultCode>>,
    /// A hint in place of the field's own.
    pub hint: Signal<Option<LookupHint>>,
}

/// The hint of a [`Lookup`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupHint {
    /// A confirmation in front, such as “Available.”.
    pub good: Option<String>,
    /// The rest.
    pub rest: String,
    /// Names that it resembles.
    pub similar: Vec<String>,
}

impl LookupHint {
    fn render(self) -> AnyView {
        let good = self.good.map(|good| view! { <span class="ok">{good}</span> " " });
        let similar = (!self.similar.is_empty()).then(|| {
            let last = self.similar.len() - 1;
            let names = self.similar.into_iter().enumerate().map(|(n, name)| {
                let after = if n == last { "." } else { ", " };
                view! { <span translate="no" class="name">{name}</span> {after} }
            });
            view! { " Similar to " {names.collect_view()} }
        });
        view! { {good}{self.rest}{similar} }.into_any()
    }
}

/// A password field with a button that shows the password.
#[component]
pub fn PasswordField(
    #[prop(default = FieldName::Password)] field: FieldName,
    #[prop(into)] label: String,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    /// A rule for the password, which may depend on other fields of the form.
    #[prop(optional, into)]
    check: Option<Callback<String, Result<(), FaultCode>>>,
) -> impl IntoView {
    let form = form_state();
    let id = form.id(field);
    let ids = DescriptionIds::of(&id);
    let described = ids.all(false);
    let (shown, value) = (RwSignal::new(false), RwSignal::new(String::new()));
    let state = FieldState::new(field, value, move |left| {
        check.filter(|_| left).and_then(|check| check.run(value.get()).err())
    });
    let FieldState { fault, .. } = state;
    let on_input = move |event| state.on_input(event_target_value(&event));
    let on_blur = move |_| state.on_blur();
    let kind = move || if shown.get() { "text" } else { "password" };
    let invalid = move || state.aria_invalid();
    // A failed sign-in is a problem of the whole form, but most likely a typo in this field.
    let here = |p: &Problem| first_fault(p) == Some(field) || matches!(p, Problem::Refused(Refusal::SignIn {}));
    let focus = form.problem.get_untracked().is_some_and(|p| here(&p));
    let label_of_button = move || if shown.get() { "Hide password" } else { "Show password" };
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id.clone()>{label}</label>
            <div class="reveal">
                <input id=id name=field.name() type=kind autocomplete=autocomplete spellcheck="false" autocapitalize="none"
                    aria-describedby=described aria-invalid=invalid autofocus=focus on:input=on_input on:blur=on_blur/>
                <button type="button" class="plain" on:click=move |_| shown.update(|s| *s = !*s)>{label_of_button}</button>
            </div>
            <div class="under">{fault_line(field, fault, ids.fault)}<p class="hint" id=ids.hint>{hint}</p></div>
        </div>
    }
}

/// Looks a text up on the server when nothing was typed for a moment. A newer lookup cancels the older one, and so does
/// leaving the page.
///
/// Server-side rendering looks nothing up.
pub fn debounced_lookup<T: serde::de::DeserializeOwned + Send + Sync + 'static>(
    value: RwSignal<String>,
    url_of: impl Fn(&str) -> Option<String> + 'static,
) -> ReadSignal<Option<(String, T)>> {
    let (found, set_found) = signal(None);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let typed = value.get();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let Some(url) = url_of(&typed) else {
            set_found.set(None);
            return;
        };
        let wait = std::time::Duration::from_millis(250);
        let look_up = move || {
            leptos::task::spawn_local(async move {
                let request = browser::AbortOnDrop::default();
                let answer = browser::fetch::<T>(url, &request).await;
                if value.try_with_untracked(|now| *now == typed) == Some(true) {
                    let _ = set_found.try_set(answer.map(|answer| (typed, answer)));
                }
            });
        };
        timer.set_value(set_timeout_with_handle(look_up, wait).ok());
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
    found
}
