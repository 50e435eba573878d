//! The account name of an organization while it is typed: what it becomes, whether it is free, and what
//! it resembles.

use super::field::{Answer, Asked, TextField, ask_while_typing};
use crate::addresses;
use crate::requests::actions::GetName;
use leptos::prelude::*;
use shared::names::OrganizationName;
use shared::problem::{FaultCode, Field};
use shared::rules::requests::may_ask_for;
use shared::wire::requests::NameStanding;

/// The field **Account name**.
#[component]
pub fn NameField() -> impl IntoView {
    let value = RwSignal::new(String::new());
    let key = Memo::new(move |_| value.with(|typed| OrganizationName::parse(typed).ok().map(|name| name.key())));
    let answer = ask_while_typing::<NameStanding>(value, |typed| {
        OrganizationName::parse(typed).ok().map(|name| addresses::question(&GetName { name: name.as_str().to_owned() }))
    });
    // An answer about an earlier spelling says nothing of this one.
    let known =
        Memo::new(move |_| answer.get().filter(|(typed, _)| value.with(|v| v == typed)).map(|(_, known)| known));
    let judged = |known: &NameStanding| may_ask_for(known.standing, known.own_request_open);
    let fault = Signal::derive(move || -> Option<FaultCode> { known.get().and_then(|known| judged(&known).err()) });
    let said = Signal::derive(move || {
        let key = key.get()?;
        let known = known.get();
        Some(Answer {
            good: known.as_ref().is_some_and(|known| judged(known).is_ok()).then(|| "Available.".to_owned()),
            rest: ["Its URL will be /org/", key.as_str(), "."].concat(),
            similar: known.map(|known| known.similar).unwrap_or_default(),
        })
    });
    view! {
        <TextField field=Field::AccountName label="Account name" typed=value
            hint="Letters, digits, “.”, “_” and “-”. Used in URLs. Names are never reused by another organization."
            check={|typed| OrganizationName::parse(typed).map(|_| ())}
            asked=Asked { fault, answer: said }/>
    }
}
