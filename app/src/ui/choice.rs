//! A field in which one of many is chosen: the browser's own list, with a line under it like any other field's.

use super::field::Judged;
use super::form::standing;
use leptos::prelude::*;
use shared::countries::Country;
use shared::problem::Field;
use shared::words;

/// The field **Country**.
#[component]
pub fn CountryField(
    /// The code that is chosen before anybody chooses.
    #[prop(into)]
    begins: String,
) -> impl IntoView {
    let (standing, field) = (standing(), Field::Country);
    let id = standing.id(field);
    let about = [id.as_str(), "-about"].concat();
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
            <p class="hint" id=about aria-live="polite">{move || fault.get().map(|code| words::fault(field, &code))}</p>
        </div>
    }
}
