//! The state of a form.

use crate::browser::FormValues;
use crate::first_paint::FirstPaint;
use leptos::prelude::*;
use shared::problem::Problem;
use shared::refusal::Field;

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
    pub page: Memo<String>,
}

impl FormState {
    /// The state of a form that was just rendered.
    pub fn new(name: String, paint: FirstPaint, page: Memo<String>) -> Self {
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
