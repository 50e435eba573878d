//! The theme switch.

use super::actions::ChooseTheme;
use crate::first_paint::first_paint;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_location;
use shared::wire::accounts::Theme;

/// The theme switch: light, dark, or the system's setting. Without JavaScript each button posts a form.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let paint = first_paint();
    let buttons = Theme::ALL.map(|theme| {
        let pressed = move || if paint.theme.get() == theme { "true" } else { "false" };
        let choose = move |_| {
            paint.set_theme(theme);
        };
        view! {
            <button type="submit" class="plain" name="theme" value=theme.code() aria-pressed=pressed on:click=choose>{theme.name()}</button>
        }
    });
    view! {
        <ThemeForm>{buttons.into_iter().collect_view()}</ThemeForm>
    }
}

/// The form of the theme switch. The value of the pressed button is submitted.
#[component]
fn ThemeForm(children: Children) -> impl IntoView {
    let location = use_location();
    let page = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { [path, search].join("?") }
    };
    let action = move || crate::addresses::form_at(ChooseTheme::url(), &page());
    // The button has already switched the theme. A submitted form could be answered after the next page has loaded.
    let submit = |event: leptos::ev::SubmitEvent| event.prevent_default();
    view! {
        <form class="theme" method="post" action=action on:submit=submit>
            <input type="hidden" name="page" value=page/>
            <fieldset><legend>"Theme"</legend>{children()}</fieldset>
        </form>
    }
}
