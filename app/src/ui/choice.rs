//! A field in which one of many is chosen: the browser's own list, with a line under it like any other field's.

use super::field::Check;
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
    check: Check,
) -> impl IntoView {
    let (standing, field) = (standing(), Field::Country);
    let id = standing.id(field);
    let about = [id.as_str(), "-about"].concat();
    let first = standing.value(field, &begins);
    let value = RwSignal::new(first.clone());
    let (left, changed) = (RwSignal::new(false), RwSignal::new(false));
    // What the server has just said is about what stands here.
    Effect::new(move |_| {
        standing.problem.track();
        changed.set(false);
    });
    let fault = Memo::new(move |_| {
        let theirs = (!changed.get()).then(|| standing.problem.get().and_then(|p| p.of(field).cloned())).flatten();
        theirs.or_else(|| value.with(|code| check(code).err()).filter(|_| left.get()))
    });
    let on_change = move |event| {
        let _ = value.try_set(event_target_value(&event));
        let _ = changed.try_set(true);
        let _ = left.try_set(true);
    };
    let options = Country::all().map(|country| {
        let selected = country.code() == first;
        view! { <option value=country.code() selected=selected>{country.name()}</option> }
    });
    let invalid = move || fault.with(Option::is_some).then_some("true");
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
