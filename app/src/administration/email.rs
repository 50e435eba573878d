//! One outgoing email: its text, its delivery state, and sending it again.

use super::emails::tone;
use crate::browser;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::form::{PostForm, Submit};
use crate::ui::time::When;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::domain::EmailState;
use shared::routes::Page;
use shared::rules::administration::may_retry;
use shared::wire::administration::{EmailQuery, EmailView, RetryEmailForm};

/// The page of one email.
#[component]
pub fn EmailPage() -> AnyView {
    let params = use_params_map();
    let data = Data::of(move || EmailQuery { email: params.read().get("id").unwrap_or_default() });
    data.render(|page| view! { <Title text="Email"/> <main id="main" class="page">{body(page)}</main> }.into_any())
}

fn body(page: EmailView) -> AnyView {
    let (row, now) = (page.row, page.now);
    let withheld = page.secret_withheld.then(|| {
        view! { <p class="soft">"The link in this email is secret. Only the recipient can see it."</p> }
    });
    let link = link_in(&page.text, &page.site);
    let error = row.last_error.map(|error| view! { <div><dt>"The mail server said"</dt><dd>{error}</dd></div> });
    let tries = (row.tries > 0).then(|| view! { <div><dt>"Attempts"</dt><dd>{row.tries}</dd></div> });
    let next = row.next_try_at.map(|at| view! { <div><dt>"Next attempt"</dt><dd><When at now/></dd></div> });
    let sent = row.sent_at.map(|at| view! { <div><dt>"Sent"</dt><dd><When at now/></dd></div> });
    view! {
        <p><a href=Page::Emails.path()>"All emails"</a></p>
        <div class="lead"><h1 tabindex="-1">{row.subject}</h1><span class=tone(row.state)>{row.state.name()}</span></div>
        <dl class="facts">
            <div><dt>"To"</dt><dd translate="no">{row.to}</dd></div>
            <div><dt>"Created"</dt><dd><When at=row.written_at now/></dd></div>
            {tries}
            {sent} {next} {error}
        </dl>
        {withheld}
        <pre class="email-text" tabindex="0" aria-label="Text of the email">{text(&page.text, link)}</pre>
        {link.map(|link| view! { <div class="actions scripted"><Copy text=link.to_owned()/></div> })}
        <Retry email=row.id.to_string() state=row.state/>
    }
    .into_any()
}

/// The link in an email: the line that is an address of this site.
fn link_in<'a>(text: &'a str, site: &str) -> Option<&'a str> {
    text.lines().map(str::trim).find(|line| line.strip_prefix(site).is_some_and(|path| path.starts_with('/')))
}

/// The text, with the link as an `a` element.
fn text(text: &str, link: Option<&str>) -> AnyView {
    match link.and_then(|link| text.split_once(link).map(|(before, after)| (before, link, after))) {
        Some((before, link, after)) => {
            let (before, link, after) = (before.to_owned(), link.to_owned(), after.to_owned());
            view! { {before}<a href=link.clone() rel="external">{link.clone()}</a>{after} }.into_any()
        }
        None => text.to_owned().into_any(),
    }
}

/// A button that copies a link to the clipboard. It is hidden without JavaScript.
#[component]
fn Copy(text: String) -> impl IntoView {
    let word = RwSignal::new("Copy link");
    let text = StoredValue::new(text);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let copied = browser::copy_to_clipboard(&text.get_value()).await;
            let _ = word.try_set(if copied { "Copied" } else { "Couldn't copy. Select the link instead." });
        });
    };
    view! { <button type="button" on:click=copy aria-live="polite">{word}</button> }
}

/// The button **Send again**, if sending again is possible.
#[component]
fn Retry(email: String, state: EmailState) -> impl IntoView {
    let ViewerData(viewer_data) = expect_context();
    let email = StoredValue::new(email);
    viewer_data.render_result(move |viewer| {
        let goes_out = viewer.is_ok_and(|viewer| viewer.mail_goes_out);
        may_retry(state, goes_out)
            .is_ok()
            .then(|| {
                view! {
                    <PostForm url=RetryEmailForm::URL form="retry">
                        <input type="hidden" name="email" value=email.get_value()/>
                        <Submit label="Send again"/>
                    </PostForm>
                }
            })
            .into_any()
    })
}
