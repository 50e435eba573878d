//! The field for a reason, which whoever is concerned reads.

use super::field::TextField;
use leptos::prelude::*;
use shared::limits;
use shared::problem::Field;
use shared::text::Reason;

/// A reason; the hint says who reads it.
#[component]
pub fn ReasonField(hint: &'static str) -> impl IntoView {
    view! {
        <TextField field=Field::Reason label="Reason" kind="textarea" spellcheck=true hint
            count=limits::FREE_TEXT check={|typed: &str| Reason::parse(typed).map(|_| ())}/>
    }
}
