//! The landing page. A signed-in person lands on Your organizations.

use crate::ui::errors::onward;
use crate::ui::public::Public;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use shared::routes::Page;

/// The landing page: what the site is for, and how to sign in or create an account.
#[component]
pub fn LandingPage() -> AnyView {
    let ViewerData(viewer_data) = expect_context();
    viewer_data.render_result(|viewer| {
        let viewer = viewer.ok();
        if viewer.as_ref().is_some_and(|viewer| viewer.account.is_some()) {
            return onward(Page::YourOrganizations.path());
        }
        introduction(viewer.is_some_and(|viewer| viewer.awaits_set_up))
    })
}

fn introduction(awaits_set_up: bool) -> AnyView {
    let ways_in = match awaits_set_up {
        true => view! {
            <p class="alert calm">
                "This site is new and has no administrator yet. To set it up, open the address in the server's log and create the first account."
            </p>
        }
        .into_any(),
        false => view! {
            <p class="row">
                <a class="button main" href=Page::CreateAccount.path()>"Create account"</a>
                <a class="button" href=Page::SignIn.path()>"Sign in"</a>
            </p>
        }
        .into_any(),
    };
    view! {
        <Public path="/" title="" description="Create an organization, invite people, and preview every change before you make it."/>
        <main id="main" class="page landing">
            <h1 tabindex="-1">"Organizations for the people behind the packages"</h1>
            <p class="lede">
                "Create an organization, bring your people together, and preview every change before you make it. Each step is explained, emailed to the people it affects, and recorded in a history that nobody can rewrite."
            </p>
            {ways_in}
            <section class="steps">
                <h2>"How it works"</h2>
                <ol role="list">
                    <li><b>"Request."</b> " Name your organization. You see right away whether the name is available and which names are similar."</li>
                    <li><b>"Review."</b> " An administrator decides. We'll email you the decision, with a reason if the request is declined."</li>
                    <li><b>"Manage."</b> " You become its Owner. Your organization has a public profile and a page to manage it."</li>
                </ol>
            </section>
        </main>
    }
    .into_any()
}
