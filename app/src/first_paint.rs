//! What the first paint of a page knows before anything is asked: it comes from the request alone, and travels
//! to the browser inside the page, so that both draw the same.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::problem::Problem;
use shared::timestamp::Timestamp;
use shared::wire::accounts::Theme;
use shared::words::Notice;

/// What a request brings along for the page that answers it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InitialState {
    /// A form that was refused, where this page answers it.
    pub refused: Option<RefusedForm>,
    /// What happened just before, told once.
    pub notice: Option<Notice>,
    /// The theme that this browser chose.
    pub theme: Theme,
    /// What the cookie is called that keeps it.
    pub theme_cookie: String,
    /// A fresh random token for the forms of this page: 128 bits in hexadecimal digits.
    pub once: String,
    /// The account for which the page is drawn; empty for a visitor.
    pub reader: String,
    /// Up to which number of history news was told before the page was drawn; for those who may hear news.
    pub feed_cursor: Option<i64>,
    /// When the page was asked for.
    pub now: Timestamp,
}

/// What the cookie of the chosen theme is called on this site, for the function that sets it.
#[derive(Clone, Debug)]
pub struct ThemeCookie(pub String);

/// Names and values of a form's fields, in its order.
pub type FormValues = Vec<(String, String)>;

/// A form that was refused, with all that was typed into it but secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedForm {
    /// The form's own page.
    pub page: String,
    /// The path of the server function.
    pub action: String,
    /// Which form of that page it is.
    pub form: String,
    /// The account for which it may be sent again as it stands; empty where that does not matter.
    #[serde(default)]
    pub reader: String,
    pub problem: Problem,
    pub typed: FormValues,
}

impl RefusedForm {
    /// What was typed into a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The first paint's knowledge, for the page at hand. It holds until the reader goes on or sends a form.
#[derive(Clone, Copy)]
pub struct FirstPaint {
    refused: StoredValue<Option<RefusedForm>>,
    once: StoredValue<String>,
    /// The account that forms are sent for, as the reader knows it.
    pub reader: RwSignal<String>,
    /// What stood in dialogs that were closed, by form.
    closed: StoredValue<Vec<(String, FormValues)>>,
    /// The theme that the page is drawn in.
    pub theme: RwSignal<Theme>,
    theme_cookie: StoredValue<String>,
    /// The moment of the first paint.
    pub now: Timestamp,
}

impl FirstPaint {
    /// Keeps what the server said for the pages below.
    pub fn provide(initial: InitialState) -> Self {
        crate::browser::set_feed_cursor(initial.feed_cursor);
        let paint = Self {
            refused: StoredValue::new(initial.refused),
            once: StoredValue::new(initial.once),
            reader: RwSignal::new(initial.reader),
            closed: StoredValue::new(Vec::new()),
            theme: RwSignal::new(initial.theme),
            theme_cookie: StoredValue::new(initial.theme_cookie),
            now: initial.now,
        };
        provide_context(paint);
        paint
    }

    /// The refusal of a form, if this page is the answer to it.
    pub fn refusal(&self, form: &str) -> Option<RefusedForm> {
        self.refused.with_value(|refused| refused.clone().filter(|r| r.form == form))
    }

    /// The refusal that this page is the answer to, whichever form it was.
    pub fn any_refusal(&self) -> Option<RefusedForm> {
        self.refused.get_value()
    }

    /// The reader has gone on: nothing of the first paint is shown again.
    pub fn forget(&self) {
        self.refused.set_value(None);
        self.closed.set_value(Vec::new());
    }

    /// A dialog is closed: what was typed into its form stands there again when it is opened anew.
    pub fn store_dialog_values(&self, form: &str, typed: FormValues) {
        self.closed.update_value(|closed| {
            closed.retain(|(name, _)| name != form);
            closed.push((form.to_owned(), typed));
        });
    }

    /// What was typed into a form whose dialog was closed.
    pub fn dialog_values(&self, form: &str) -> FormValues {
        let stored = self.closed.with_value(|closed| closed.iter().find(|(name, _)| name == form).cloned());
        stored.map(|(_, typed)| typed).unwrap_or_default()
    }

    /// A form's token for sending it once: the page's token with the form's name.
    pub fn idempotency_key(&self, form: &str) -> String {
        self.once.with_value(|once| [once, ".", form].concat())
    }

    /// The theme that this browser chose last, maybe on another page.
    pub fn chosen_theme(&self) -> Option<Theme> {
        self.theme_cookie.with_value(|cookie| crate::browser::chosen_theme(cookie))
    }

    /// Draws the page in a theme from now on, and keeps it in this browser.
    pub fn set_theme(&self, theme: Theme) {
        self.theme.set(theme);
        self.theme_cookie.with_value(|cookie| crate::browser::set_theme(theme, cookie));
    }

    /// Makes the page's token anew, so that the next form is another.
    pub fn renew_idempotency_key(&self) {
        self.once.set_value(crate::browser::random_token());
    }
}

/// The first paint's knowledge.
///
/// Server-side rendering: the same, from the request's context.
pub fn first_paint() -> FirstPaint {
    use_context::<FirstPaint>().unwrap_or_else(|| FirstPaint::provide(InitialState::default()))
}
