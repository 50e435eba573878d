//! What is seen: the screens, and the server functions through which they speak with the server.
//!
//! - one folder an area ([`accounts`], [`requests`], [`organizations`], [`people`], [`administration`]),
//!   each with its screens and its `actions`; [`invitations`] is what receivers of them see
//! - `ui`: the components that they are made of; `browser`: what only a browser can do
//! - [`backend`]: the port that the server implements; [`first_paint`]: what the first paint knows
//!
//! Invariants: nothing here knows of SQL, mail or hashing; every screen works without the browser half.

#![recursion_limit = "256"]

pub mod accounts;
mod addresses;
pub mod administration;
#[cfg(feature = "ssr")]
pub mod backend;
mod bfcache;
mod browser;
mod failure;
pub mod first_paint;
#[cfg(feature = "ssr")]
mod help;
pub mod invitations;
pub mod organizations;
pub mod people;
pub mod requests;
#[cfg(feature = "ssr")]
mod style_guide;
#[cfg(not(feature = "ssr"))]
mod help {
    //! Drawn by the server alone: the browser half does not carry it.
    pub use crate::ui::errors::NotFound as HelpPage;
}
#[cfg(not(feature = "ssr"))]
mod style_guide {
    //! Drawn by the server alone: the browser half does not carry it.
    pub use crate::ui::errors::NotFound as StyleGuide;
}
/// Pages without the browser half: the links that lead to them are `external`.
pub const SERVER_RENDERED_PAGES: [&str; 2] = ["/help", "/style"];
mod ui;

pub use addresses::{SECRET_FIELDS, decoded, is_public, page_of_form, redirect_after, safe_redirect, sign_in_for};
pub use failure::Failure;
#[cfg(feature = "ssr")]
pub use ui::public::PublicAddress;

use first_paint::{FirstPaint, InitialState};
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use shared::unicode::isolated;

/// The files of the site, as the server carries them, by their hashed names.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The script that starts the browser half.
    pub js: Option<&'static str>,
    /// The browser half itself.
    pub wasm: Option<&'static str>,
    /// The style.
    pub css: Option<&'static str>,
    /// The fonts that every page needs.
    pub fonts: Vec<&'static str>,
}

/// The whole document.
///
/// Server-side rendering: only there.
pub fn shell(_: LeptosOptions) -> impl IntoView {
    let first = use_context::<InitialState>().unwrap_or_default();
    let site = use_context::<Site>().unwrap_or_default();
    let theme = first.theme.code();
    // Without a script there is nothing that a page could still become.
    let ready = site.js.is_none().then_some("");
    let guard = bfcache::guard(&first.reader);
    let address = first.refused.map(|refused| view! { <meta name="address" content=refused.page/> });
    let fonts: Vec<_> = site
        .fonts
        .iter()
        .map(|font| view! { <link rel="preload" href=*font r#as="font" r#type="font/woff2" crossorigin="anonymous"/> })
        .collect();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-ready=ready>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {address}
                {guard}
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                {site.css.map(|css| view! { <link rel="stylesheet" href=css/> })}
                {fonts}
                {site.js.zip(site.wasm).map(|(js, wasm)| start(js, wasm))}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The few lines that start the browser half. Where it can't be loaded, can't take the page over, or breaks later, the page
/// goes on as one without scripts: what the browser half has begun to listen to is kept from it, so that links and forms
/// are the browser's own again. What is said of it in the console waits a moment: whoever goes on to another page breaks
/// the loading off, and nothing is wrong.
const START: [&str; 3] = [
    "const page=()=>location.pathname+location.search;\
     const still=()=>{const d=document.documentElement.dataset,at=page();delete d.alive;if('still' in d)return;d.still=d.ready='';\
     addEventListener('popstate',()=>{if(page()!==at)location.reload()},true);\
     for(const t of ['click','submit','input','change','keydown','blur','focusout','mouseleave','close','popstate'])\
     addEventListener(t,e=>e.stopImmediatePropagation(),true)};\
     addEventListener('broken',still);\
     import('",
    "').then(m=>m.default({module_or_path:'",
    "'}).then(()=>m.hydrate())).catch(e=>{still();setTimeout(()=>console.error(e),400)})",
];

fn start(js: &'static str, wasm: &'static str) -> impl IntoView {
    let [before, between, after] = START;
    let script = [before, js, between, wasm, after].concat();
    view! {
        // The page is read first: style and fonts go before what makes it quick.
        <link rel="modulepreload" href=js fetchpriority="low"/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
        <script r#type="module" nonce=leptos::nonce::use_nonce() inner_html=script></script>
    }
}

/// The site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let first = SharedValue::new(|| use_context::<InitialState>().unwrap_or_default()).into_inner();
    let notice = first.notice.clone();
    FirstPaint::provide(first);
    ui::frame::provide(notice);
    let to_requests = || ui::errors::onward("/administration/requests".to_owned());
    view! {
        <Title formatter=title/>
        <Router>
            <ui::frame::Frame>
                <Routes fallback=|| ui::errors::NotFound()>
                    <Route path=path!("/") view=accounts::Landing ssr=SsrMode::Async/>
                    <Route path=path!("/create-account") view=accounts::CreateAccount ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=accounts::SignIn ssr=SsrMode::Async/>
                    <Route path=path!("/forgotten-password") view=accounts::ForgottenPassword ssr=SsrMode::Async/>
                    <Route path=path!("/reset-password") view=accounts::ResetPassword ssr=SsrMode::Async/>
                    <Route path=path!("/verify") view=accounts::Verify ssr=SsrMode::Async/>
                    <Route path=path!("/set-up") view=accounts::SetUp ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=organizations::SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/org/:name") view=organizations::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/account") view=accounts::AccountSettings ssr=SsrMode::Async/>
                    <Route path=path!("/manage/account/history") view=accounts::AccountHistory ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organizations") view=organizations::YourOrganizations ssr=SsrMode::Async/>
                    <Route path=path!("/manage/requests/:id") view=requests::MyRequest ssr=SsrMode::Async/>
                    <Route path=path!("/manage/requests/:id/edit") view=requests::EditMyRequest ssr=SsrMode::Async/>
                    <Route path=path!("/manage/requests/:id/billing") view=requests::BillingPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organization/:name") view=people::PeopleRedirect ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organization/:name/people") view=people::PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organization/:name/people/invite") view=people::InviteSeveralPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/invitations/:id") view=invitations::InvitationPage ssr=SsrMode::Async/>
                    <Route path=path!("/invitation") view=invitations::LinkPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration") view=to_requests ssr=SsrMode::Async/>
                    <Route path=path!("/administration/requests") view=requests::QueuePage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/requests/:id") view=requests::ReviewPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/organizations") view=administration::OrganizationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/organizations/:name") view=administration::OrganizationPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/accounts") view=administration::AccountsPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/accounts/:name") view=administration::AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/mail") view=administration::EmailsPage ssr=SsrMode::Async/>
                    <Route path=path!("/administration/mail/:id") view=administration::EmailPage ssr=SsrMode::Async/>
                    <Route path=path!("/help") view=help::HelpPage ssr=SsrMode::Async/>
                    <Route path=path!("/style") view=style_guide::StyleGuide ssr=SsrMode::Async/>
                    <Route path=path!("/kept") view=ui::refused_form::RefusedFormPage ssr=SsrMode::Async/>
                </Routes>
            </ui::frame::Frame>
        </Router>
    }
}

/// What stands in the title of a window, from what a page calls itself.
///
/// Server-side rendering: as HTML, because leptos_meta writes a title into the page as it is; in the browser it is set as
/// text.
fn title(page: String) -> String {
    let title = if page.is_empty() { "Guildhall".to_owned() } else { isolated(&page) + " · Guildhall" };
    #[cfg(feature = "ssr")]
    let title = escape(&title);
    title
}

/// Text for HTML, in an element or in a quoted attribute, for what no view writes.
#[cfg(feature = "ssr")]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Takes the page over in the browser.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
pub fn hydrate() {
    browser::install_panic_hook();
    browser::watch_pointer();
    browser::restore_address();
    leptos::mount::hydrate_body(App);
    browser::after_hydration(browser::mark_ready);
}
