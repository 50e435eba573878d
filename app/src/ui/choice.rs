//! Fields with options: a `select` for many of them, and radio cards that explain each option for a few. After a
//! refusal they have the option that was sent.

use super::field::{DescriptionIds, FieldState, fault_line};
use super::form_state::form_state;
use leptos::prelude::*;
use shared::countries::Country;
use shared::refusal::Field;

/// The field **Country**.
#[component]
pub fn CountryField(
    /// The code of the initial option.
    #[prop(into)]
    initial: String,
) -> impl IntoView {
    let (form, field) = (form_state(), Field::Country);
    let id = form.id(field);
    let described = DescriptionIds::of(&id).fault;
    let first = form.value(field, &initial);
    let value = RwSignal::new(first.clone());
    let state =
        FieldState::new(field, value, move |left| value.with(|code| Country::parse(code).err()).filter(|_| left));
    let FieldState { fault, .. } = state;
    let on_change = move |event| state.on_change(event_target_value(&event));
    let invalid = move || state.aria_invalid();
    let options = Country::all().map(|country| {
        let selected = country.code() == first;
        view! { <option value=country.code() selected=selected>{country.name()}</option> }
    });
    view! {
        <div class="field" class:bad=move || fault.with(Option::is_some)>
            <label for=id.clone()>"Country"</label>
            <select id=id name=field.name() autocomplete="country" aria-describedby=described.clone() aria-invalid=invalid on:change=on_change>
                <option value="">"Choose a country"</option>
                {options.collect_view()}
            </select>
            <div class="under">{fault_line(field, fault, described)}</div>
        </div>
    }
}

/// One option of a [`CardsField`].
pub struct Card {
    pub code: &'static str,
    pub name: &'static str,
    /// What choosing it means.
    pub meaning: AnyView,
}

/// A field that shows its few options as cards, each with its meaning.
#[component]
pub fn CardsField(
    field: Field,
    legend: &'static str,
    /// The code of the initial option.
    #[prop(into)]
    initial: String,
    cards: Vec<Card>,
) -> impl IntoView {
    let form = form_state();
    let chosen = RwSignal::new(form.value(field, &initial));
    // A submitted form resets its fields, and a refused one had the option that was sent.
    Effect::new(move |before: Option<u32>| {
        let now = form.reset_count.get();
        if before.is_some_and(|before| before != now) {
            chosen.set(initial.clone());
        }
        now
    });
    let cards = cards.into_iter().map(|Card { code, name, meaning }| {
        let checked = move || chosen.with(|chosen| chosen == code);
        view! {
            <label class="card"><input type="radio" name=field.name() value=code checked=checked/>
                <span><b>{name}</b><span class="why">{meaning}</span></span></label>
        }
    });
    view! {
        <fieldset class="kinds"><legend>{legend}</legend><div class="cards">{cards.collect_view()}</div></fieldset>
    }
}
