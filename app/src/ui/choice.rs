//! Fields in which one is chosen: of many, by the browser's own list, with a line under it like any other field's; of
//! few, by cards that say what each means. A refused form has the choice that was sent.

use super::field::{About, Judged, fault_line};
use super::form::standing;
use leptos::prelude::*;
use shared::countries::Country;
use shared::problem::Field;

/// The field **Country**.
#[component]
pub fn CountryField(
    /// The code that is chosen before anybody chooses.
    #[prop(into)]
    begins: String,
) -> impl IntoView {
    let (standing, field) = (standing(), Field::Country);
    let id = standing.id(field);
    let about = About::of(&id).fault;
    let first = standing.value(field, &begins);
    let value = RwSignal::new(first.clone());
    let judged = Judged::new(field, value, move |left| value.with(|code| Country::parse(code).err()).filter(|_| left));
    let Judged { fault, .. } = judged;
    let on_change = move |event| judged.chosen(event_target_value(&event));
    let invalid = move || judged.invalid();
    let options = Country::all().map(|country| {
        let selected = country.code() == first;
        view! { <option value=country.code() selected=selected>{country.name()}</option> }
    });
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id.clone()>"Country"</label>
            <select id=id name=field.name() autocomplete="country" aria-describedby=about.clone() aria-invalid=invalid on:change=on_change>
                <option value="">"Choose a country"</option>
                {options.collect_view()}
            </select>
            <div class="under">{fault_line(field, fault, about)}</div>
        </div>
    }
}

/// One of the cards of a [`CardsField`].
pub struct Card {
    pub code: &'static str,
    pub name: &'static str,
    /// What it means to choose it.
    pub meaning: AnyView,
}

/// A field whose few choices are all in view, each with its meaning.
#[component]
pub fn CardsField(
    field: Field,
    legend: &'static str,
    /// The code that is chosen before anybody chooses.
    #[prop(into)]
    begins: String,
    cards: Vec<Card>,
    /// Hears the code of what is chosen.
    #[prop(optional, into)]
    on_pick: Option<Callback<&'static str>>,
) -> impl IntoView {
    let chosen = standing().value(field, &begins);
    let cards = cards.into_iter().map(|Card { code, name, meaning }| {
        let pick = move |_| on_pick.iter().for_each(|heard| heard.run(code));
        view! {
            <label class="card"><input type="radio" name=field.name() value=code checked=code == chosen on:change=pick/>
                <span><b>{name}</b><span class="why">{meaning}</span></span></label>
        }
    });
    view! {
        <fieldset class="kinds"><legend>{legend}</legend><div class="cards">{cards.collect_view()}</div></fieldset>
    }
}
