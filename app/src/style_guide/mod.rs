//! The style guide: every component in every state, on a developer's server alone. The tests photograph it.

use crate::organizations::tone;
use crate::ui::dialog::effects;
use crate::ui::errors::NotFound;
use crate::ui::field::{PasswordField, TextField};
use crate::ui::form::{PostForm, Submit, standing};
use crate::ui::frame::Looking;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::problem::{FaultCode, Field, Problem, Refusal};
use shared::wire::Preview;
use shared::wire::requests::State;

/// The page `/style`.
#[component]
pub fn StyleGuide() -> AnyView {
    let Looking(looking) = expect_context();
    let body = move || {
        Suspend::new(
            async move { if looking.await.is_ok_and(|viewer| viewer.development) { guide() } else { NotFound() } },
        )
    };
    view! { <Transition>{body}</Transition> }.into_any()
}

fn guide() -> AnyView {
    view! {
        <Title text="Style guide"/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Style guide"</h1>
            <p class="lede">"Every component in every state. What is not here is not in the product."</p>
            <section><h2>"Words"</h2>
                <p>"Running text, with " <a href="#main" rel="external">"a link"</a> ", a " <span class="name">"name-in-mono"</span> " and " <span class="soft">"soft ink"</span> "."</p>
                <p class="row">{State::ALL.map(|state| view! { <span class=tone(state)>{state.name()}</span> }).into_iter().collect_view()}</p>
                <blockquote class="quote">"Somebody's own words, set off from ours."</blockquote>
            </section>
            <section><h2>"Buttons"</h2>
                <p class="row">
                    <button type="button" class="main">"Primary"</button>
                    <button type="button">"Plain"</button>
                    <button type="button" class="plain">"Quiet"</button>
                    <button type="button" class="plain danger">"Quiet danger"</button>
                    <button type="button" class="danger">"Danger"</button>
                    <button type="button" class="danger main">"Decisive danger"</button>
                    <button type="button" class="main" disabled>"Disabled"</button>
                </p>
            </section>
            <section><h2>"Fields"</h2>
                <PostForm url="/style" form="style" class="stack"><Fields/></PostForm>
            </section>
            <section><h2>"Notices"</h2>
                <p class="alert">"An alert says what stands in the way, and how to go on."</p>
                <p class="alert calm">"A calm notice says what a person should know."</p>
                <div class="empty"><h3>"An empty list"</h3><p>"It says what it is for, and the one next step."</p></div>
            </section>
            <section><h2>"Effects"</h2>{effects(&Preview {
                digest: String::new(),
                happens: vec!["The Sundial Project comes to be, with the address /org/sundial".to_owned()],
                ends: vec!["The request of lee for the same name, sundial, is closed".to_owned()],
                stays: vec!["The name sundial stays free; dana may ask again".to_owned()],
                told: vec!["dana and lee".to_owned()],
            })}</section>
            <section><h2>"Facts"</h2>
                <dl class="facts">
                    <div><dt>"By"</dt><dd><b>"dana"</b></dd></div>
                    <div><dt>"On the web"</dt><dd><a href="https://sundial.example" rel="nofollow noopener">"https://sundial.example"</a></dd></div>
                </dl>
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    // A refusal as the server would say it, so that the states of an error can be seen.
    standing().problem.set(Some(Problem::Refused(Refusal::fault(Field::Url, FaultCode::UrlScheme {}))));
    view! {
        <TextField field=Field::DisplayName label="Display name" hint="A hint stands under the field."/>
        <TextField field=Field::Url label="Organization URL" kind="url"/>
        <TextField field=Field::Description label="Description" kind="textarea" count=400 hint="With a counter. "/>
        <PasswordField label="Password" autocomplete="off" hint="With a button that shows it."/>
        <Submit label="Create" class="main"/>
    }
}
