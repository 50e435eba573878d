//! What a page shows instead of its content, with a way on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use shared::problem::{Problem, Refusal};
use shared::words;

/// Sets the status of the answer.
///
/// Server-side rendering: there; in the browser, nothing.
pub fn status(_code: u16) {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(code) = http::StatusCode::from_u16(_code)
    {
        response.set_status(code);
    }
}

/// Leads to another page, whatever kind of answer was asked for: leptos_axum sets the status only for
/// those who ask for HTML by name, and leaves the rest with an empty page.
pub fn onward(to: String) -> AnyView {
    status(302);
    view! { <Redirect path=to/> }.into_any()
}

/// There is no such page. Also what somebody sees who may not know of it.
#[component]
pub fn NotFound() -> AnyView {
    status(404);
    view! {
        <Title text="Page not found"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Page not found"</h1>
            <p>"Check the address. If it is correct, you might not have access to this page."</p>
            <p class="row"><a class="button" href="/">"Go to the home page"</a> <a href="/search">"Search organizations"</a></p>
        </main>
    }
    .into_any()
}

/// What is shown where a page's data are not to be had.
pub fn instead(problem: &Problem) -> AnyView {
    match problem {
        Problem::Refused(Refusal::NotSignedIn {}) => {
            let location = use_location();
            let here = [location.pathname.get_untracked(), location.search.get_untracked()];
            let [path, search] = here;
            let here = if search.is_empty() { path } else { [path, search].join("?") };
            let to = crate::addresses::sign_in_for(&here);
            onward(to)
        }
        Problem::Refused(Refusal::NotFound {}) => NotFound(),
        // It does not help to try again.
        Problem::Refused(why @ Refusal::NotPermitted { .. }) => {
            status(why.status());
            view! {
                <Title text="No access"/>
                <main id="main" class="page narrow">
                    <h1 tabindex="-1">"You don't have access to this page"</h1>
                    <p>{words::refusal(why)}</p>
                    <p class="row"><a class="button" href="/manage/organizations">"Your organizations"</a></p>
                </main>
            }
            .into_any()
        }
        other => {
            status(other.status());
            let sentence = words::problem(other);
            view! {
                <Title text="Page unavailable"/>
                <main id="main" class="page narrow">
                    <h1 tabindex="-1">"This page is unavailable right now"</h1>
                    <p>{sentence}</p>
                    <p class="row"><a class="button" href="" rel="external">"Try again"</a> <a href="/">"Go to the home page"</a></p>
                </main>
            }
            .into_any()
        }
    }
}
