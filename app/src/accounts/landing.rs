//! What this is, and the ways in.

use crate::ui::frame::Looking;
use crate::ui::public::Public;
use leptos::prelude::*;
use shared::wire::accounts::Viewer;

/// The start page.
#[component]
pub fn Landing() -> AnyView {
    let Looking(looking) = expect_context();
    let ways = looking.render_result(|viewer| ways_in(viewer.ok()));
    view! {
        <Public path="/" title="" description="Form an organization, invite your people, and see what every change does before you make it."/>
        <main id="main" class="page landing">
            <h1 tabindex="-1">"Organizations for the people behind the packages"</h1>
            <p class="lede">
                "Form an organization, bring your people together, and see what every change will do before you make it. Each step is explained, told to those whom it concerns, and kept in a history that nobody can rewrite."
            </p>
            {ways}
            <section class="steps">
                <h2>"How it goes"</h2>
                <ol role="list">
                    <li><b>"You ask."</b> " Name the organization; the page says at once whether the name is free and what it resembles."</li>
                    <li><b>"An administrator decides."</b> " You hear by e-mail, with a reason if the answer is no."</li>
                    <li><b>"You are its Owner."</b> " It has a public profile, and a place to manage it from."</li>
                </ol>
            </section>
        </main>
    }
    .into_any()
}

fn ways_in(viewer: Option<Viewer>) -> AnyView {
    match viewer {
        Some(Viewer { account: Some(_), .. }) => {
            view! { <p class="row"><a class="button main" href="/manage/organizations">"Your organizations"</a></p> }.into_any()
        }
        Some(Viewer { awaits_set_up: true, .. }) => view! {
            <p class="alert calm">
                "This site is new and has no administrator yet. The address to set it up stands in the server's log: open it, and make the first account."
            </p>
        }
        .into_any(),
        _ => view! {
            <p class="row">
                <a class="button main" href="/create-account">"Create account"</a>
                <a class="button" href="/sign-in">"Sign in"</a>
            </p>
        }
        .into_any(),
    }
}
