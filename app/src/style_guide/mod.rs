//! The style guide: every component in every state.
//!
//! Only development servers serve it. It has no client-side code, so the WebAssembly module doesn't contain it. The tests
//! take screenshots of it.

use crate::requests::state_tag;
use crate::ui::avatar::avatar;
use crate::ui::dialog::effects;
use crate::ui::errors::NotFound;
use crate::ui::field::{Lookup, LookupHint, PasswordField, TextField};
use crate::ui::form::PostForm;
use crate::ui::form_state::form_state;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::domain::RequestState;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::routes::Page;
use shared::wire::Preview;

/// The page `/style`.
#[component]
pub fn StyleGuidePage() -> AnyView {
    let ViewerData(viewer_data) = expect_context();
    viewer_data.render_result(|viewer| if viewer.is_ok_and(|viewer| viewer.development) { guide() } else { NotFound() })
}

fn guide() -> AnyView {
    view! {
        <Title text="Style guide"/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Style guide"</h1>
            <p class="lede">"Every component in every state. The product uses no others. " <a href="/style/emails" rel="external">"Emails"</a> " have their own page."</p>
            <section><h2>"Text"</h2>
                <p>"Running text, with " <a href="#main" rel="external">"a link"</a> ", a " <span translate="no" class="name">"name-in-mono"</span> " and " <span class="soft">"soft ink"</span> "."</p>
                <ul role="list" class="lookalikes"><li><span translate="no" class="name">"sun-dial-club"</span> " " <span class="soft">"Sun Dial Club, is close"</span></li></ul>
                <p class="row">{RequestState::ALL.iter().map(|state| state_tag(*state)).collect_view()}</p>
                <blockquote class="quote">"A quotation from a user."</blockquote>
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
            <section><h2>"Choices"</h2>
                <fieldset class="kinds"><legend>"Kind"</legend><div class="cards">
                    <label class="card"><input type="radio" name="sample" checked/>
                        <span><b>"Community project"</b><span class="why">"Chosen."</span></span></label>
                    <label class="card"><input type="radio" name="sample"/>
                        <span><b>"Private organization"</b><span class="why">"Not chosen."</span></span></label>
                </div></fieldset>
            </section>
            <section><h2>"Tabs and tables"</h2>
                <nav class="tabs" aria-label="Sample"><a href="/style" aria-current="page">"Here"</a><a href=Page::Home.path()>"Elsewhere"</a></nav>
                <table role="table" class="people">
                    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Joined"</th></tr></thead>
                    <tbody role="rowgroup"><tr role="row">
                        <td role="cell"><div class="person">{avatar("dana")}<span><b>"dana"</b><small>"you"</small></span></div></td>
                        <td role="cell" data-label="Role">"Owner"</td>
                        <td role="cell" data-label="Joined">"12 Mar 2026"</td>
                    </tr></tbody>
                </table>
            </section>
            <section><h2>"Notices"</h2>
                <p class="alert">"An alert says what went wrong and what to do next."</p>
                <p class="alert calm">"A calm notice gives information."</p>
                <div class="empty"><h3>"An empty list"</h3><p>"It says what the list is for and what to do next."</p></div>
            </section>
            <section><h2>"Status line"</h2>
                <p class="status">"The request for sundial was declined."</p>
            </section>
            <section><h2>"Dialog"</h2>
                <div class="dialog">
                    <h2>"Decline this request?"</h2>
                    {effects(&Preview {
                        digest: String::new(),
                        happens: vec!["The Sundial Project is created at /org/sundial".to_owned()],
                        ends: vec!["lee's request for the same name, sundial, is closed".to_owned()],
                        stays: vec!["The name sundial stays available, so dana can request it again".to_owned()],
                        recipients: vec!["dana, lee".to_owned()],
                        ..Preview::default()
                    })}
                    <div class="actions">
                        <a class="button" href="/style">"Cancel"</a>
                        <button type="button" class="danger main">"Decline"</button>
                    </div>
                </div>
            </section>
            <section><h2>"Menu"</h2>
                <details class="menu sample" open>
                    <summary>"dana"<span class="count" aria-hidden="true">"3"</span></summary>
                    <ul role="list">
                        <li><a href="/style">"Your organizations"</a></li>
                        <li><a href="/style"><span>"Administration"</span><span class="count" aria-hidden="true">"3"</span></a></li>
                    </ul>
                </details>
            </section>
            <section><h2>"Facts"</h2>
                <dl class="facts">
                    <div><dt>"Requested by"</dt><dd><b>"dana"</b></dd></div>
                    <div><dt>"Website"</dt><dd><a href="https://sundial.example" rel="nofollow noopener">"https://sundial.example"</a></dd></div>
                </dl>
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    // A refusal like the server's makes the field show its error state.
    form_state().problem.set(Some(Problem::Refused(Refusal::fault(Field::Url, FaultCode::UrlScheme {}))));
    let hint = LookupHint {
        good: Some("Available.".to_owned()),
        rest: "The profile URL will be /org/sundial.".to_owned(),
        similar: vec!["sun-dial-club".to_owned()],
    };
    let lookup = Lookup { fault: Signal::stored(None), hint: Signal::stored(Some(hint)) };
    view! {
        <TextField field=Field::DisplayName label="Display name" hint="A hint appears under the field."/>
        <TextField field=Field::AccountName label="Account name" lookup/>
        <TextField field=Field::Url label="Organization URL" kind="url"/>
        <TextField field=Field::Description label="Description" kind="textarea" count=400 hint="With a counter. "/>
        <PasswordField label="Password" autocomplete="off" hint="With a button that shows the password."/>
        <button type="button" class="main" aria-busy="true">"Waiting for a response"</button>
    }
}
