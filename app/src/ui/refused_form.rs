//! The page for a refused form whose own page can't be shown any more, because the session has ended or the page is
//! gone. It shows what was typed, and a button that submits it again.

use crate::first_paint::first_paint;
use crate::server_functions::PostTo as _;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::administration::RetryEmailForm;
use shared::words;

/// The page of a refused form.
#[component]
pub fn RefusedFormPage() -> AnyView {
    let paint = first_paint();
    let Some(refused) = paint.any_refusal() else { return super::errors::NotFound() };
    let sentence = words::problem(&refused.problem);
    let signed_out = matches!(refused.problem, Problem::Refused(Refusal::NotSignedIn {}));
    let to_sign_in = crate::addresses::sign_in_for(&refused.page);
    let action = crate::addresses::form_at(&refused.action, &refused.page);
    let once = paint.idempotency_key(&refused.form);
    let rows = refused.typed.iter().filter(|(name, value)| is_shown(&refused.action, name) && !value.is_empty());
    let rows =
        rows.map(|(name, value)| view! { <div><dt>{label_of(name)}</dt><dd>{value.clone()}</dd></div> }).collect_view();
    let hidden = refused
        .typed
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect_view();
    view! {
        <Title text="Not submitted"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Not submitted, but not lost"</h1>
            <p class="alert" role="alert">{sentence}</p>
            <p>"Here is what you typed:"</p>
            <dl class="facts">{rows}</dl>
            <form method="post" action=action class="row">
                {hidden}
                <input type="hidden" name="page" value=refused.page.clone()/>
                <input type="hidden" name="form" value=refused.form.clone()/>
                <input type="hidden" name="once" value=once/>
                // If somebody else has signed in meanwhile, this field keeps them from sending what another person
                // typed.
                <input type="hidden" name="reader" value=refused.reader.clone()/>
                {signed_out.then(|| view! { <a class="button" href=to_sign_in target="_blank">"Sign in (opens in a new tab)"</a> })}
                <button type="submit" class="main">"Submit again"</button>
            </form>
        </main>
    }
    .into_any()
}

/// Whether a field is worth showing to a person. In most forms `email` is an address, and in one the id of an email.
fn is_shown(action: &str, name: &str) -> bool {
    match name {
        "request" | "asked" | "shown" | "address" | "device" | "token" | "next" | "theme" => false,
        "email" => action != RetryEmailForm::URL,
        _ => true,
    }
}

fn label_of(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
