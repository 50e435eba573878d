//! The state of a page before it fetches anything. It comes from the request alone and is sent to the browser inside
//! the page, so that server and browser render the same.

use crate::browser::FormValues;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::notice::Notice;
use shared::problem::Problem;
use shared::timestamp::Timestamp;
use shared::wire::accounts::Theme;

/// What the request provides for the page that answers it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InitialState {
    /// The refused form that this page answers.
    pub refused: Option<RefusedForm>,
    /// What just happened; shown once.
    pub notice: Option<Notice>,
    /// The theme that was chosen in this browser.
    pub theme: Theme,
    /// The name of the cookie that stores the theme.
    pub theme_cookie: String,
    /// A fresh random token for the forms of this page: 128 bits, in hexadecimal.
    pub once: String,
    /// The account for which the page is rendered; empty for a visitor.
    pub reader: String,
    /// The number of the last event before the page was rendered; the change feed continues after it. Only for
    /// signed-in readers.
    pub feed_cursor: Option<i64>,
    /// The time of the request.
    pub now: Timestamp,
}

/// The name of the theme cookie on this site, for the server function that sets it.
#[derive(Clone, Debug)]
pub struct ThemeCookie(pub String);

/// A refused form, with everything that was typed into it except secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedForm {
    /// The address of the form's page.
    pub page: String,
    /// The path of the server function.
    pub action: String,
    /// The form's name within its page.
    pub form: String,
    /// The account that may send the form again as it is; empty where it does not matter.
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

/// The state of the first paint. It applies until the reader goes to another page or sends a form.
#[derive(Clone, Copy)]
pub struct FirstPaint {
    refused: StoredValue<Option<RefusedForm>>,
    once: StoredValue<String>,
    /// The account for which forms are sent, as far as the reader knows.
    pub reader: RwSignal<String>,
    /// What was typed into dialogs that were closed, by form.
    closed: StoredValue<Vec<(String, FormValues)>>,
    /// The current theme.
    pub theme: RwSignal<Theme>,
    theme_cookie: StoredValue<String>,
    /// The time of the first paint.
    pub now: Timestamp,
}

impl FirstPaint {
    /// Provides the state to the components below.
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

    /// The refusal of a form, if this page answers it.
    pub fn refusal(&self, form: &str) -> Option<RefusedForm> {
        self.refused.with_value(|refused| refused.clone().filter(|r| r.form == form))
    }

    /// The refusal that this page answers, whatever the form.
    pub fn any_refusal(&self) -> Option<RefusedForm> {
        self.refused.get_value()
    }

    /// The reader has gone on: drops the refusal and the dialogs' values.
    pub fn forget(&self) {
        self.refused.set_value(None);
        self.closed.set_value(Vec::new());
    }

    /// Stores what was typed into a dialog that is closing, so that it is there when the dialog opens again.
    pub fn store_dialog_values(&self, form: &str, typed: FormValues) {
        self.closed.update_value(|closed| {
            closed.retain(|(name, _)| name != form);
            closed.push((form.to_owned(), typed));
        });
    }

    /// What was typed into the form of a closed dialog.
    pub fn dialog_values(&self, form: &str) -> FormValues {
        let stored = self.closed.with_value(|closed| closed.iter().find(|(name, _)| name == form).cloned());
        stored.map(|(_, typed)| typed).unwrap_or_default()
    }

    /// The idempotency key of a form: the page's token and the form's name.
    pub fn idempotency_key(&self, form: &str) -> String {
        self.once.with_value(|once| [once, ".", form].concat())
    }

    /// The theme that was chosen last in this browser, possibly on another page.
    pub fn chosen_theme(&self) -> Option<Theme> {
        self.theme_cookie.with_value(|cookie| crate::browser::chosen_theme(cookie))
    }

    /// Switches the theme and stores it in this browser.
    pub fn set_theme(&self, theme: Theme) {
        self.theme.set(theme);
        self.theme_cookie.with_value(|cookie| crate::browser::set_theme(theme, cookie));
    }

    /// Makes a new token, so that the next submission counts as another one.
    pub fn renew_idempotency_key(&self) {
        self.once.set_value(crate::browser::random_token());
    }
}

/// The state of the first paint, from the context.
pub fn first_paint() -> FirstPaint {
    use_context::<FirstPaint>().unwrap_or_else(|| FirstPaint::provide(InitialState::default()))
}
