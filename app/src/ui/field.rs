//! A field: label, control, and under it what is wrong with it and, always, what explains it. The rule
//! is asked as a person types, but speaks only once they have left the field; after that it follows each
//! key. What the server said is shown until the field is changed.

use super::form::standing;
use crate::browser;
use leptos::prelude::*;
use shared::problem::{FaultCode, Field as FieldName, Problem, Refusal};
use shared::rules::people::typed_right;
use shared::unicode::without_breaks;
use shared::words;

/// A rule for what is typed.
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
    /// What stands under the field while nothing is wrong.
    #[prop(optional, into)]
    hint: Option<String>,
    #[prop(optional)] check: Option<Check>,
    /// What must be typed, letter for letter; nothing while it is not known.
    #[prop(optional, into)]
    wanted: Option<Signal<String>>,
    /// What the server knows of the text; shown in place of the hint, and an error of it like one of ours.
    #[prop(optional)]
    asked: Option<Asked>,
    /// The id of a list of texts that are offered.
    #[prop(optional, into)]
    list: Option<String>,
    /// Hears each key.
    #[prop(optional, into)]
    typed: Option<RwSignal<String>>,
    /// Counts the characters up to this many.
    #[prop(optional)]
    count: Option<usize>,
    #[prop(optional)] spellcheck: bool,
    /// What stands in it before anything is typed.
    #[prop(optional, into)]
    begins: String,
    /// What had been typed when the page was drawn anew.
    #[prop(optional, into)]
    resumes: String,
) -> impl IntoView {
    let standing = standing();
    let id = standing.id(field);
    let about = About::of(&id);
    let described = about.all(count.is_some());
    let first = standing.value(field, if resumes.is_empty() { &begins } else { &resumes });
    let value = typed.unwrap_or_else(|| RwSignal::new(String::new()));
    value.set(first.clone());
    let initial = RwSignal::new(first);
    let judged = Judged::new(field, value, move |left| {
        // A slip is told when the field was left; what the server knows of a whole name, at once.
        let ours = check.and_then(|check| value.with(|v| check(v).err()));
        let wanted = wanted.map(|wanted| wanted.get()).filter(|wanted| !wanted.is_empty());
        let ours = ours.or_else(|| wanted.and_then(|wanted| value.with(|v| typed_right(v, &wanted).err())));
        let theirs = || asked.and_then(|asked| asked.fault.get());
        ours.map_or_else(theirs, |ours| Some(ours).filter(|_| left))
    });
    let Judged { fault, .. } = judged;
    // A form that was accepted begins anew.
    Effect::new(move |before: Option<u32>| {
        let now = standing.emptied.get();
        if before.is_some_and(|before| before != now) {
            initial.set(begins.clone());
            judged.begin(begins.clone());
        }
        now
    });
    let on_input = move |event| judged.typed(event_target_value(&event));
    let on_blur = move |_| judged.leave();
    let invalid = move || judged.invalid();
    let focus = standing.problem.get_untracked().is_some_and(|p| first_fault(&p) == Some(field));
    // What can be said of a text that will not do would read as if it did.
    let line = move || match asked.and_then(|asked| asked.answer.get()) {
        Some(answer) if fault.with(Option::is_none) => answer.show(),
        _ => hint.clone().into_any(),
    };
    let counter = count.map(|most| counter(value, most, about.counter.clone()));
    let spellcheck = if spellcheck { "true" } else { "false" };
    let control = if kind == "textarea" {
        view! {
            <textarea id=id.clone() name=field.name() rows="4" spellcheck=spellcheck aria-describedby=described
                aria-invalid=invalid autofocus=focus on:input=on_input on:blur=on_blur>{initial}</textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=id.clone() name=field.name() type=kind list=list value=initial autocomplete=autocomplete spellcheck=spellcheck
                autocapitalize="none" aria-describedby=described aria-invalid=invalid autofocus=focus
                on:input=on_input on:blur=on_blur/>
        }
        .into_any()
    };
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            {control}
            <div class="under">{counter}{fault_line(field, fault, about.fault)}<p class="hint" id=about.hint aria-live="polite">{line}</p></div>
        </div>
    }
}

/// The ids of what stands under a control.
pub struct About {
    pub fault: String,
    pub hint: String,
    pub counter: String,
}

impl About {
    /// Of the control with an id.
    pub fn of(id: &str) -> Self {
        let [fault, hint, counter] = ["-fault", "-about", "-count"].map(|part| [id, part].concat());
        Self { fault, hint, counter }
    }

    /// What describes the control, in the order in which it is read.
    fn all(&self, counted: bool) -> String {
        [self.fault.as_str(), &self.hint, if counted { &self.counter } else { "" }].join(" ").trim_end().to_owned()
    }
}

/// What is wrong with a field; its line is there before, so that it is read aloud when it comes.
pub fn fault_line(field: FieldName, fault: Memo<Option<FaultCode>>, id: String) -> AnyView {
    let said = move || fault.get().map(|code| words::fault(field, &code));
    view! { <p class="fault" id=id aria-live="polite">{said}</p> }.into_any()
}

/// How many characters stand in a field, of how many; until somebody counts them, how many may. It is read with the
/// field, and aloud by itself only when the room becomes scarce.
fn counter(value: RwSignal<String>, most: usize, id: String) -> AnyView {
    let used = move || value.with(|v| without_breaks(v).trim().chars().count());
    let left = Memo::new(move |_| words::room_left(used(), most));
    view! {
        <span class="counter" id=id><span class="counted">{used} " of " {most}</span><span class="uncounted">"At most " {most}</span></span>
        <span class="unseen" role="status">{move || left.get()}</span>
    }
    .into_any()
}

/// What stands in a field, and what is wrong with it: what the server said of it last, until it is changed, or what the
/// rule says.
#[derive(Clone, Copy)]
pub struct Judged {
    value: RwSignal<String>,
    /// Whether it was left once: after that the rule follows each key.
    left: RwSignal<bool>,
    /// Whether it was changed since the server spoke.
    changed: RwSignal<bool>,
    pub fault: Memo<Option<FaultCode>>,
}

impl Judged {
    /// `ours` is what the rule says, knowing whether the field was left.
    pub fn new(
        field: FieldName,
        value: RwSignal<String>,
        ours: impl Fn(bool) -> Option<FaultCode> + Send + Sync + 'static,
    ) -> Self {
        let standing = standing();
        let (left, changed) = (RwSignal::new(false), RwSignal::new(false));
        // What the server has just said is about what stands here.
        Effect::new(move |_| {
            standing.problem.track();
            changed.set(false);
        });
        let fault = Memo::new(move |_| {
            let theirs = (!changed.get()).then(|| standing.problem.get().and_then(|p| p.of(field).cloned())).flatten();
            theirs.or_else(|| ours(left.get()))
        });
        Self { value, left, changed, fault }
    }

    /// A key was pressed, or something chosen. Chromium sends a last event when a focused field is removed: its signals
    /// may be gone.
    pub fn typed(self, text: String) {
        let _ = self.value.try_set(text);
        let _ = self.changed.try_set(true);
    }

    /// The field was left. What is wrong with it may make its line longer, and what is below move away from under the
    /// pointer: a press that is on its way is waited for.
    pub fn leave(self) {
        if self.value.try_with_untracked(|v| !v.is_empty()) == Some(true) {
            browser::when_released(move || {
                let _ = self.left.try_set(true);
            });
        }
    }

    /// Something was chosen, and is judged at once.
    pub fn chosen(self, text: String) {
        self.typed(text);
        let _ = self.left.try_set(true);
    }

    /// The field is as it was before anybody typed.
    fn begin(self, text: String) {
        self.value.set(text);
        self.left.set(false);
        self.changed.set(false);
    }

    /// The value of `aria-invalid`.
    pub fn invalid(self) -> Option<&'static str> {
        self.fault.with(Option::is_some).then_some("true")
    }
}

fn first_fault(problem: &Problem) -> Option<FieldName> {
    match problem {
        Problem::Refused(Refusal::Invalid { faults }) => faults.first().map(|f| f.field),
        _ => None,
    }
}

/// What the server knows of a text that is being typed.
#[derive(Clone, Copy)]
pub struct Asked {
    /// What is wrong with it, by the server's knowledge.
    pub fault: Signal<Option<FaultCode>>,
    /// What can be said of it.
    pub answer: Signal<Option<Answer>>,
}

/// What can be said of a text that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Good news, in front.
    pub good: Option<String>,
    /// The rest.
    pub rest: String,
    /// Names that it resembles.
    pub similar: Vec<String>,
}

impl Answer {
    fn show(self) -> AnyView {
        let good = self.good.map(|good| view! { <span class="ok">{good}</span> " " });
        let similar = (!self.similar.is_empty()).then(|| {
            let last = self.similar.len() - 1;
            let names = self.similar.into_iter().enumerate().map(|(n, name)| {
                let after = if n == last { "." } else { ", " };
                view! { <span translate="no" class="name">{name}</span> {after} }
            });
            view! { " Resembles " {names.collect_view()} }
        });
        view! { {good}{self.rest}{similar} }.into_any()
    }
}

/// A password field with a button that shows it.
#[component]
pub fn PasswordField(
    #[prop(default = FieldName::Password)] field: FieldName,
    #[prop(into)] label: String,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    /// Judges what is typed, along with the form's other fields.
    #[prop(optional, into)]
    check: Option<Callback<String, Result<(), FaultCode>>>,
) -> impl IntoView {
    let standing = standing();
    let id = standing.id(field);
    let about = About::of(&id);
    let described = about.all(false);
    let (shown, value) = (RwSignal::new(false), RwSignal::new(String::new()));
    let judged =
        Judged::new(field, value, move |left| check.filter(|_| left).and_then(|check| check.run(value.get()).err()));
    let Judged { fault, .. } = judged;
    let on_input = move |event| judged.typed(event_target_value(&event));
    let on_blur = move |_| judged.leave();
    let kind = move || if shown.get() { "text" } else { "password" };
    let invalid = move || judged.invalid();
    // A wrong password is told of the whole form, and most likely a slip of the finger here.
    let here = |p: &Problem| first_fault(p) == Some(field) || matches!(p, Problem::Refused(Refusal::SignIn {}));
    let focus = standing.problem.get_untracked().is_some_and(|p| here(&p));
    let word = move || if shown.get() { "Hide password" } else { "Show password" };
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id.clone()>{label}</label>
            <div class="reveal">
                <input id=id name=field.name() type=kind autocomplete=autocomplete spellcheck="false" autocapitalize="none"
                    aria-describedby=described aria-invalid=invalid autofocus=focus on:input=on_input on:blur=on_blur/>
                <button type="button" class="plain" on:click=move |_| shown.update(|s| *s = !*s)>{word}</button>
            </div>
            <div class="under">{fault_line(field, fault, about.fault)}<p class="hint" id=about.hint>{hint}</p></div>
        </div>
    }
}

/// Asks the server about a text once a person has stopped typing for a moment. A newer question drops
/// the older one, and so does leaving the page.
///
/// Server-side rendering: nothing is asked.
pub fn ask_while_typing<T: serde::de::DeserializeOwned + Send + Sync + 'static>(
    value: RwSignal<String>,
    url_of: impl Fn(&str) -> Option<String> + 'static,
) -> ReadSignal<Option<(String, T)>> {
    let (answer, set_answer) = signal(None);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let typed = value.get();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let Some(url) = url_of(&typed) else {
            set_answer.set(None);
            return;
        };
        let wait = std::time::Duration::from_millis(250);
        let question = move || {
            leptos::task::spawn_local(async move {
                let question = browser::Question::default();
                let found = browser::ask::<T>(url, &question).await;
                if value.try_with_untracked(|now| *now == typed) == Some(true) {
                    let _ = set_answer.try_set(found.map(|found| (typed, found)));
                }
            });
        };
        timer.set_value(set_timeout_with_handle(question, wait).ok());
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
    answer
}
