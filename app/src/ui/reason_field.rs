//! The field for an administrator's reason.

use super::field::TextField;
use leptos::prelude::*;
use shared::limits;
use shared::refusal::Field;
use shared::text::Reason;

/// The field **Reason**. The hint says who can see it.
#[component]
pub fn ReasonField(hint: &'static str) -> impl IntoView {
    view! {
        <TextField field=Field::Reason label="Reason" kind="textarea" spellcheck=true hint
            count=limits::FREE_TEXT check={|typed: &str| Reason::parse(typed).map(|_| ())}/>
    }
}
