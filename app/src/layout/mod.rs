//! The frame of every page: header, banner, status line, footer.

mod banner;

use crate::accounts::ThemeSwitch;
use crate::browser;
use crate::first_paint::first_paint;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::form::PostForm;
use crate::ui::menu::FoldOut;
use crate::ui::query::use_query;
use crate::ui::refresh::{Refresh, SessionEnded, StaleData};
use crate::ui::status_line::StatusLine;
use crate::ui::time::MinuteTick;
use crate::ui::viewer::ViewerData;
use banner::banner;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::grammar::count;
use shared::notice::Notice;
use shared::routes::{Page, Topic};
use shared::wire::accounts::{SignOutForm, SignedIn, Viewer, ViewerQuery};

/// Provides the context that the frame and the pages share.
pub fn provide(notice: Option<Notice>) {
    let refresh = Refresh::new();
    provide_context(refresh);
    provide_context(SessionEnded(RwSignal::new(false)));
    provide_context(StaleData::new(refresh));
    provide_context(StatusLine::new(notice));
    provide_context(ViewerData(Data::of(|| ViewerQuery {})));
    provide_context(MinuteTick::start());
    let paint = first_paint();
    // A page from the browser's cache may show another account's data, or an older theme.
    browser::on_return(move || {
        refresh.all();
        if let Some(theme) = paint.chosen_theme() {
            paint.set_theme(theme);
        }
    });
    // All tabs share one session, so signing out in one tab signs out in all.
    browser::on_other_reader(paint.reader, move || refresh.all());
}

/// Header, content and footer.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let ViewerData(viewer_data) = expect_context();
    let (status, location, paint) = (expect_context::<StatusLine>(), use_location(), first_paint());
    let (SessionEnded(ended), stale) = (expect_context(), expect_context::<StaleData>());
    let path = location.pathname;
    // A notice and a refusal belong to one page.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.as_ref().is_some_and(|before| *before != now) {
            status.page_changed();
            ended.set(false);
            paint.forget();
            browser::remove_page_metadata();
            browser::focus_heading_of_new_page();
        }
        now
    });
    let header = viewer_data.render_result(|viewer| menus(viewer.ok()));
    let brand = viewer_data.render_result(|viewer| brand(viewer.is_ok_and(|viewer| viewer.account.is_some())));
    let below = viewer_data.render_result(move |viewer| {
        let viewer = viewer.ok();
        let signed_in = viewer.as_ref().is_some_and(|viewer| viewer.account.is_some());
        // Data that is fetched once is not refetched, so it would stay visible after the session has ended.
        if viewer.is_some()
            && !signed_in
            && paint.reader.with_untracked(|reader| !reader.is_empty())
            && requires_sign_in(path)
        {
            ended.set(true);
        }
        let over = Memo::new(move |_| ended.get() && !signed_in);
        Effect::new(move |_| browser::hide_content(over.get()));
        let over = move || over.get().then(signed_out);
        let banner = banner(viewer).map(|banner| view! { <section aria-label="Notice">{banner}</section> });
        view! { {over}{move || stale.is_visible().then(unanswered)}{banner} }.into_any()
    });
    let foot = viewer_data.render_result(|viewer| footer(viewer.ok()));
    let notice = move || status.sentence();
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <header class="bar">
            <div>
                {brand}
                <SearchBox/>
                <nav aria-label="Account">{header}</nav>
            </div>
        </header>
        {below}
        <p class="status" role="status">{notice}</p>
        {children()}
        <footer class="foot"><div><ThemeSwitch/>{foot}</div></footer>
        <p id="broken" class="broken" role="alert" hidden>
            "This page has stopped working. Nothing you saved is lost. " <a href="" rel="external">"Reload"</a>
        </p>
    }
}

/// Whether only signed-in people can see a page.
fn requires_sign_in(path: Memo<String>) -> bool {
    path.with_untracked(|path| ["/manage/", "/administration"].iter().any(|area| path.starts_with(area)))
}

/// The way home, which is Your organizations for a signed-in person.
fn brand(signed_in: bool) -> AnyView {
    let home = if signed_in { Page::YourOrganizations } else { Page::Home };
    view! { <a class="brand" href=home.path()><Mark/>"Guildhall"</a> }.into_any()
}

/// The logo: a gabled hall.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg width="26" height="26" viewBox="0 0 26 26" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
            <path d="M3 11 13 3.5 23 11"/>
            <path d="M5 22.5V12M21 22.5V12M10 22.5v-6a3 3 0 0 1 6 0v6M2.5 22.5h21"/>
        </svg>
    }
}

#[component]
fn SearchBox() -> impl IntoView {
    let query = use_query();
    let location = use_location();
    let value = move || {
        let here = location.pathname.get() == Page::Search.path();
        here.then(|| query.read().get("q")).flatten().unwrap_or_default()
    };
    view! {
        <form class="search" role="search" aria-label="Site" action=Page::Search.path() method="get" autocomplete="off">
            <input type="search" name="q" value=value aria-label="Search organizations" placeholder="Search organizations"/>
        </form>
    }
}

fn menus(viewer: Option<Viewer>) -> AnyView {
    match viewer.and_then(|viewer| viewer.account) {
        Some(account) => account_menu(account),
        None => view! {
            <a href=Page::SignIn.path()>"Sign in"</a>
            <a href=Page::CreateAccount.path()>"Create account"</a>
        }
        .into_any(),
    }
}

fn account_menu(account: SignedIn) -> AnyView {
    let menu = FoldOut::new(".menu > summary");
    let key = move |event: leptos::ev::KeyboardEvent| menu.on_key(&event.key());
    // Closes the menu over the page that was chosen.
    let chosen = move |_| menu.close();
    let ViewerData(viewer_data) = expect_context();
    // Invitations must appear on any page without a reload.
    browser::on_change(Signal::stored(vec![Topic::Yours.name()]), move || viewer_data.refetch());
    let stale = expect_context::<StaleData>();
    browser::on_change(Signal::stored(vec![Topic::Alive.name()]), move || stale.retry_now());
    let waiting = account.requests_waiting;
    let marked = move || {
        (waiting > 0).then(|| {
            let words = [", ", &count(u64::from(waiting), "request waiting", "requests waiting")].concat();
            view! { <span class="count" aria-hidden="true">{waiting}</span><span class="unseen">{words}</span> }
        })
    };
    let administration = account.administrator.then(|| {
        view! { <li on:click=chosen><a href=Page::Requests.path()><span>"Administration"</span>{marked()}</a></li> }
    });
    view! {
        {bell(account.invitations, account.questioned.len())}
        <details class="menu" node_ref=menu.node on:keydown=key>
            <summary><span translate="no">{account.username}</span>{marked()}</summary>
            <ul role="list">
                <li on:click=chosen><a href=Page::YourOrganizations.path()>"Your organizations"</a></li>
                <li on:click=chosen><a href=Page::AccountSettings.path()>"Account settings"</a></li>
                {administration}
                <li on:submit=move |_| browser::drop_drafts()>
                    <PostForm url=SignOutForm::URL form="sign-out" plain=true>
                        <button type="submit" class="plain">"Sign out"</button>
                    </PostForm>
                </li>
            </ul>
        </details>
    }
    .into_any()
}

/// The bell: how many invitations, and requests of the viewer, wait for their answer.
fn bell(invitations: u32, requests: usize) -> AnyView {
    let (invitations, requests) = (u64::from(invitations), u64::try_from(requests).unwrap_or(0));
    let waiting = invitations + requests;
    let invited = || count(invitations, "pending invitation", "pending invitations");
    let asked = || count(requests, "request needs your answer", "requests need your answer");
    let words = match (invitations, requests) {
        (0, 0) => "No pending invitations".to_owned(),
        (_, 0) => invited(),
        (0, _) => asked(),
        _ => [invited(), asked()].join(", "),
    };
    let title = words.clone();
    view! {
        <a class="bell" href=Page::YourOrganizations.path() title=title>
            <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
                <path d="M4 14.5h12l-1.5-2.3V8.5a4.5 4.5 0 0 0-9 0v3.7z"/><path d="M8.3 17a2 2 0 0 0 3.4 0"/>
            </svg>
            {(waiting > 0).then(|| view! { <span class="count" aria-hidden="true">{waiting}</span> })}
            <span class="unseen">{words}</span>
        </a>
    }
    .into_any()
}

/// The notice for a reader whose session ended while they were typing.
fn signed_out() -> AnyView {
    view! {
        <div class="notice" role="alert">
            <div>
                <span>"You are signed out. What you typed is still here."</span>
                <a href=Page::SignIn.path() target="_blank">"Sign in in a new tab"</a>
            </div>
        </div>
    }
    .into_any()
}

/// The notice that the server doesn't respond and the page shows older data.
fn unanswered() -> AnyView {
    view! {
        <div class="notice away" role="status">
            <div><span>"Guildhall isn't responding. This page shows the latest data it received, and will update by itself."</span></div>
        </div>
    }
    .into_any()
}

fn footer(viewer: Option<Viewer>) -> AnyView {
    let development = viewer
        .as_ref()
        .is_some_and(|v| v.development)
        .then(|| view! { <a href="/style" rel="external">"Style guide"</a> });
    let version = viewer.map(|v| [" ", &v.version].concat()).unwrap_or_default();
    view! {
        <div class="about">
            <span>"Guildhall" {version}</span>
            <a href=Page::Help.path() rel="external">"Documentation"</a>
            <a href=[&Page::Help.path(), "#status"].concat() rel="external">"Status"</a>
            {development}
        </div>
    }
    .into_any()
}
