//! Pages that are shown instead of the content when something is wrong. Each has a way on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::routes::Page;
use shared::words;

/// Sets the HTTP status of the response. In the browser this does nothing.
pub fn status(_code: u16) {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(code) = http::StatusCode::from_u16(_code)
    {
        response.set_status(code);
    }
}

/// Redirects to another page, whatever the request accepts: leptos_axum itself sets the status only for requests that
/// accept HTML by name, and answers the others with an empty page. In the browser the new page replaces this one, so that
/// Back does not lead here again.
pub fn onward(to: String) -> AnyView {
    status(302);
    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
    view! { <Redirect path=to options/> }.into_any()
}

/// The page for a wrong address. It is also shown to people who may not know that a page exists.
#[component]
pub fn NotFound() -> AnyView {
    status(404);
    view! {
        <Title text="Page not found"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Page not found"</h1>
            <p>"Check the address. If it is correct, you might not have access to this page."</p>
            <p class="row"><a class="button" href=Page::Home.path()>"Go to the home page"</a> <a href=Page::Search.path()>"Search organizations"</a></p>
        </main>
    }
    .into_any()
}

/// The page that is shown when a page's data can't be loaded.
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
        // Without “Try again”, because it would not help.
        Problem::Refused(why @ Refusal::NotPermitted { .. }) => {
            status(why.status());
            view! {
                <Title text="No access"/>
                <main id="main" class="page narrow">
                    <h1 tabindex="-1">"You don't have access to this page"</h1>
                    <p>{words::refusal(why)}</p>
                    <p class="row"><a class="button" href=Page::YourOrganizations.path()>"Your organizations"</a></p>
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
                    <p class="row"><a class="button" href="" rel="external">"Try again"</a> <a href=Page::Home.path()>"Go to the home page"</a></p>
                </main>
            }
            .into_any()
        }
    }
}
