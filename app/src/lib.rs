//! The user interface: screens, and the server functions through which they talk to the server.
//!
//! - Each area has a folder with its screens and its `actions`: [`accounts`], [`requests`], [`organizations`],
//!   [`people`], [`administration`]. [`invitations`] has what the invited person sees.
//! - `ui` has the shared components, `live_list` the state of a list that others change meanwhile, and `browser` the
//!   browser APIs.
//! - [`backend`] and [`ports`] are what the server implements, and [`first_paint`] the state that comes with a page.
//!
//! Invariants: nothing here knows SQL, SMTP or password hashing. Every screen works without JavaScript.

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
mod layout;
mod live_list;
pub mod organizations;
pub mod people;
#[cfg(feature = "ssr")]
pub mod ports;
pub mod requests;
mod server_functions;
#[cfg(feature = "ssr")]
mod style_guide;
#[cfg(not(feature = "ssr"))]
mod help {
    //! Rendered by the server alone, so the wasm module does not contain it.
    pub use crate::ui::errors::NotFound as HelpPage;
}
#[cfg(not(feature = "ssr"))]
mod style_guide {
    //! Rendered by the server alone, so the wasm module does not contain it.
    pub use crate::ui::errors::NotFound as StyleGuidePage;
}
/// Pages that are not hydrated. Links to them have `rel="external"`.
pub const SERVER_RENDERED_PAGES: [&str; 2] = ["/help", "/style"];
mod ui;

pub use addresses::{
    SECRET_FIELDS, decoded, is_public, page_of_form, redirect_after, rest_of_list, safe_redirect, sign_in_for,
};
pub use failure::Failure;
#[cfg(feature = "ssr")]
pub use ui::public::PublicAddress;

use first_paint::{FirstPaint, InitialState};
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use shared::routes::Page;
use shared::unicode::isolated;

/// The served paths of the site's files, with their hashes.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The script that loads the wasm module.
    pub js: Option<&'static str>,
    /// The wasm module.
    pub wasm: Option<&'static str>,
    /// The stylesheet.
    pub css: Option<&'static str>,
    /// The fonts that every page needs.
    pub fonts: Vec<&'static str>,
}

/// The HTML document. Only the server renders it.
pub fn shell(_: LeptosOptions) -> impl IntoView {
    let first = use_context::<InitialState>().unwrap_or_default();
    let site = use_context::<Site>().unwrap_or_default();
    let theme = first.theme.code();
    // Without a script the page will not change any more, so it is ready at once.
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

/// The script that loads and starts the wasm module.
///
/// If loading or hydration fails, or the module panics later, the page continues as one without scripts: its events no
/// longer reach the module's listeners, so that links and forms are handled by the browser. The error is logged after a
/// moment, because a reader who leaves the page aborts the load and nothing is wrong.
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
        // Low priority: style and fonts come first, because the page is readable without the module.
        <link rel="modulepreload" href=js fetchpriority="low"/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
        <script r#type="module" nonce=leptos::nonce::use_nonce() inner_html=script></script>
    }
}

/// The root component.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let first = SharedValue::new(|| use_context::<InitialState>().unwrap_or_default()).into_inner();
    let notice = first.notice.clone();
    FirstPaint::provide(first);
    layout::provide(notice);
    let to_requests = || ui::errors::onward(Page::Requests.path());
    view! {
        <Title formatter=title/>
        <Router>
            <layout::Frame>
                <Routes fallback=|| ui::errors::NotFound()>
                    <Route path=path!("/") view=accounts::LandingPage ssr=SsrMode::Async/>
                    <Route path=path!("/create-account") view=accounts::CreateAccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=accounts::SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/forgotten-password") view=accounts::ForgottenPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/reset-password") view=accounts::ResetPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/verify") view=accounts::VerifyPage ssr=SsrMode::Async/>
                    <Route path=path!("/set-up") view=accounts::SetUpPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=organizations::SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/org/:name") view=organizations::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/account") view=accounts::AccountSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/account/history") view=accounts::AccountHistoryPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organizations") view=organizations::YourOrganizationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/organizations/create") view=organizations::CreateOrganizationPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/requests/:id") view=requests::MyRequestPage ssr=SsrMode::Async/>
                    <Route path=path!("/manage/requests/:id/edit") view=requests::EditMyRequestPage ssr=SsrMode::Async/>
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
                    <Route path=path!("/style") view=style_guide::StyleGuidePage ssr=SsrMode::Async/>
                    <Route path=path!("/kept") view=ui::refused_form::RefusedFormPage ssr=SsrMode::Async/>
                </Routes>
            </layout::Frame>
        </Router>
    }
}

/// The title of the document, from a page's own title.
///
/// On the server it is escaped, because leptos_meta writes it into the page as it is. In the browser it is set as text.
fn title(page: String) -> String {
    let title = if page.is_empty() { "Guildhall".to_owned() } else { isolated(&page) + " · Guildhall" };
    #[cfg(feature = "ssr")]
    let title = escape(&title);
    title
}

/// Escapes text for HTML elements and quoted attributes that are not rendered by a view.
#[cfg(feature = "ssr")]
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Hydrates the page in the browser.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
pub fn hydrate() {
    browser::install_panic_hook();
    browser::watch_pointer();
    browser::restore_address();
    leptos::mount::hydrate_body(App);
    browser::after_hydration(browser::mark_ready);
}
