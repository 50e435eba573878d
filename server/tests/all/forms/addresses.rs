//! URLs: each page has one, every value in it is decoded correctly, and the page shows what its URL asks for.

use super::accounts::{SIGN_IN, WRONG, fill_sign_in, sign_in};
use super::{PEOPLE, QUEUE, sundial};
use crate::support::{PASSWORD, on_each};
use http::Method;
use shared::routes::Page;

/// Queries that are encoded in a URL.
const VALUES: [&str; 9] = ["100%", "100%25", "R&D", "café", "a+b c", "a=b#c?d", "\\", "a//", "\"<'>"];

fn query(value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("q", value).finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn search_page_shows_its_query() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        for value in VALUES {
            visitor.open(&format!("/search?{}", query(value))).await;
            assert_eq!(visitor.page.value("Search organizations"), value);
            visitor.reads(&format!("No organizations match “{value}”."));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_redirects_to_the_exact_requested_url() {
    on_each(async |world| {
        sundial(&world).await;
        for value in VALUES {
            let people = format!("{PEOPLE}?{}&only=owner", query(value));
            for (who, address) in [("root", format!("{QUEUE}?{}", query(value))), ("dana", people)] {
                let mut browser = world.visitor();
                browser.open(&address).await;
                browser.reads("Sign in to continue.");
                // A failed attempt on the way does not lose the destination.
                sign_in(&mut browser, who, WRONG).await;
                browser.is_refused(422, "Wrong username, email address or password.");
                sign_in(&mut browser, who, PASSWORD).await;
                assert_eq!(browser.page.status, 200, "{}", browser.page);
                let (path, asked) = address.split_once('?').unwrap();
                let (reached, with) = browser.page.address.split_once('?').unwrap();
                let pairs = |query: &str| form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>();
                assert_eq!((reached, pairs(with)), (path, pairs(asked)));
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn url_of_a_refused_form_redirects_to_its_page() {
    on_each(async |world| {
        sundial(&world).await;
        let mut dana = world.visitor();
        dana.open("/sign-in?next=%2Fsearch%3Fq%3Da%26b").await;
        let page = dana.page.address.clone();
        sign_in(&mut dana, "dana", WRONG).await;
        dana.is_refused(422, "Wrong username, email address or password.");
        let refused = dana.page.address.clone();
        dana.open(&refused).await;
        assert_eq!((dana.page.status.as_u16(), dana.page.address.as_str()), (200, page.as_str()));
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.open(PEOPLE).await;
        dana.fill("Username", "nobody-here");
        dana.press("Invite").await;
        dana.is_refused_at("Username", "There is no account with this username.");
        let refused = dana.page.address.clone();
        dana.open(&refused).await;
        assert_eq!((dana.page.status.as_u16(), dana.page.address.as_str()), (200, PEOPLE));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn url_of_a_form_redirects_only_within_the_site() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        for query in
            ["", "?page=%2F%2Fevil.example", "?page=https%3A%2F%2Fevil.example", "?page=%2Fdo%2Faccounts%2Fcreate"]
        {
            let answer = visitor.get(&format!("/do/accounts/sign-in{query}")).await;
            assert_eq!((answer.status.as_u16(), answer.location.as_deref()), (303, Some(SIGN_IN)), "{query}");
        }
        let pages: Vec<String> = server::http::routes().into_iter().map(|(_, path)| path).collect();
        for (method, path) in server::http::routes() {
            let page = app::page_of_form(&path);
            assert_eq!(page.is_some(), method == Method::POST, "{path}");
            assert!(page.is_none_or(|page| pages.contains(&page.path())), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_its_address_in_one_table() {
    let x = || "x".to_owned();
    let table: Vec<String> = [
        Page::Home,
        Page::SignIn,
        Page::CreateAccount,
        Page::SetUp,
        Page::Verify,
        Page::ForgottenPassword,
        Page::ResetPassword,
        Page::Search,
        Page::Help,
        Page::Profile(x()),
        Page::YourOrganizations,
        Page::CreateOrganization,
        Page::AccountSettings,
        Page::AccountHistory,
        Page::MyRequest(x()),
        Page::EditMyRequest(x()),
        Page::Billing(x()),
        Page::People(x()),
        Page::InviteSeveral(x()),
        Page::Invitation(x()),
        Page::InvitationLink,
        Page::Requests,
        Page::Request(x()),
        Page::Organizations,
        Page::Organization(x()),
        Page::Accounts,
        Page::Account(x()),
        Page::Emails,
        Page::Email(x()),
    ]
    .iter()
    .map(Page::path)
    .collect();
    fn example(part: &str) -> &str {
        if part.starts_with('{') { "x" } else { part }
    }
    let routes: Vec<String> = server::http::routes()
        .into_iter()
        .filter(|(method, path)| method == Method::GET && !path.starts_with("/see/"))
        .map(|(_, path)| path.split('/').map(example).collect::<Vec<_>>().join("/"))
        .collect();
    for page in &table {
        assert!(routes.contains(page), "{page}");
    }
    // Redirects, and what is not for readers.
    const OTHERS: [&str; 4] = ["/administration", "/kept", "/manage/organization/x", "/style"];
    let files = [".csv", ".json"];
    for route in routes.iter().filter(|route| !files.iter().any(|file| route.ends_with(file))) {
        let machine = ["/health/", "/live", "/metrics", "/.well-known/"].iter().any(|part| route.starts_with(part));
        assert!(machine || table.contains(route) || OTHERS.contains(&route.as_str()), "{route}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organization_page_has_one_canonical_url() {
    on_each(async |world| {
        let dana = sundial(&world).await;
        let (mut visitor, mut dana) = (world.visitor(), world.browser_of(&dana));
        for (asked, own) in [
            ("/org/SUNDIAL", "/org/sundial"),
            ("/org/%53undial", "/org/sundial"),
            ("/org/sundial/", "/org/sundial"),
            (
                "/manage/organization/Sundial/people?q=D&only=owner",
                "/manage/organization/sundial/people?q=D&only=owner",
            ),
            ("/sign-in/", "/sign-in"),
        ] {
            let answer = dana.get(asked).await;
            assert_eq!((answer.status.as_u16(), answer.location.as_deref()), (308, Some(own)), "{asked}");
        }
        visitor.open("/org/SunDial").await;
        assert_eq!(visitor.page.address, "/org/sundial");
        for (page, own, description) in [
            ("/", "/", "Create an organization"),
            ("/org/sundial", "/org/sundial", "What we do."),
            ("/search?q=x", "/search", "Find an organization"),
            ("/sign-in?next=%2Fmanage%2Faccount", "/sign-in", "Sign in"),
            ("/create-account", "/create-account", "Create a Guildhall account"),
            ("/forgotten-password", "/forgotten-password", "Get a link"),
            ("/help", "/help", "What Guildhall is for"),
        ] {
            visitor.open(page).await;
            let whole = format!("http://guildhall.example{own}");
            let head = |selector: &str, attribute: &str| {
                let found = visitor.page.html.select(&scraper::Selector::parse(selector).unwrap()).collect::<Vec<_>>();
                assert_eq!(found.len(), 1, "{selector} of {page}");
                found[0].value().attr(attribute).unwrap_or_default().to_owned()
            };
            assert_eq!(head("head link[rel=canonical]", "href"), whole);
            assert_eq!(head("head meta[property='og:url']", "content"), whole);
            for about in ["head meta[name=description]", "head meta[property='og:description']"] {
                assert!(head(about, "content").starts_with(description), "{page}");
            }
            assert_ne!(head("head meta[property='og:title']", "content"), "");
            assert!(!visitor.get(page).await.headers.contains_key("x-robots-tag"), "{page}");
        }
        for page in [PEOPLE, "/manage/account", "/verify", "/invitation?token=x", "/org/nobody/x"] {
            dana.open(page).await;
            assert!(dana.page.texts("head link[rel=canonical]").is_empty(), "{page}");
            assert_eq!(dana.get(page).await.headers["x-robots-tag"], "noindex", "{page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn well_known_urls_answer() {
    on_each(async |world| {
        world.someone("dana").await;
        let mut dana = world.visitor();
        dana.open("/.well-known/change-password").await;
        fill_sign_in(&mut dana, "dana", PASSWORD);
        dana.press("Sign in").await;
        assert_eq!(dana.page.address, "/manage/account");
        assert!(dana.page.has_field("New password"), "{}", dana.page);
        let security = dana.get("/.well-known/security.txt").await;
        assert!(security.text.contains("Contact: mailto:security@guildhall.example\n"), "{}", security.text);
        // This tells a password manager that a status of 200 is meaningful here.
        let nothing = dana.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").await;
        assert_eq!(nothing.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn non_public_pages_are_not_indexed() {
    let robots = include_str!("../../../../public/robots.txt");
    let kept: Vec<&str> = robots.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    for (method, path) in server::http::routes() {
        let path = path.replace("{name}", "sundial").replace("{id}", "1");
        let public = app::is_public(&path) || path.starts_with("/.well-known/");
        let open = !kept.iter().any(|prefix| path.starts_with(prefix));
        assert_eq!(open, public, "{method} {path}");
    }
    assert!(kept.iter().any(|prefix| "/search?q=x".starts_with(prefix)));
}
