//! The field for an organization's account name. While it is typed, it shows the normalized name, whether it is
//! available, and which names it resembles.

use super::field::{Lookup, LookupHint, TextField, debounced_lookup};
use crate::addresses;
use leptos::prelude::*;
use shared::names::OrganizationName;
use shared::refusal::{FaultCode, Field};
use shared::rules::requests::may_ask_for;
use shared::wire::requests::{NameQuery, NameStanding};

/// The field **Account name**.
#[component]
pub fn NameField() -> impl IntoView {
    let value = RwSignal::new(String::new());
    let key = Memo::new(move |_| value.with(|typed| OrganizationName::parse(typed).ok().map(|name| name.key())));
    let found = debounced_lookup::<NameStanding>(value, |typed| {
        OrganizationName::parse(typed)
            .ok()
            .map(|name| addresses::get_url(&NameQuery { name: name.as_str().to_owned() }))
    });
    // An answer about an earlier text says nothing about this one.
    let known = Memo::new(move |_| found.get().filter(|(typed, _)| value.with(|v| v == typed)).map(|(_, known)| known));
    let check = |known: &NameStanding| may_ask_for(known.standing, known.own_request_open);
    let fault = Signal::derive(move || -> Option<FaultCode> { known.get().and_then(|known| check(&known).err()) });
    let hint = Signal::derive(move || {
        let key = key.get()?;
        let known = known.get();
        Some(LookupHint {
            good: known.as_ref().is_some_and(|known| check(known).is_ok()).then(|| "Available.".to_owned()),
            rest: ["The profile URL will be /org/", key.as_str(), "."].concat(),
            similar: known.map(|known| known.similar).unwrap_or_default(),
        })
    });
    view! {
        <TextField field=Field::AccountName label="Account name" typed=value
            hint="Letters, digits, “.”, “_” and “-”. Used in URLs. Names are never reused by another organization."
            check={|typed| OrganizationName::parse(typed).map(|_| ())}
            lookup=Lookup { fault, hint }/>
    }
}
