//! An approved organization: managed by its Owner, public for everyone, and with management pages hidden from
//! outsiders.

use super::accounts::sign_in;
use super::requests::request;
use super::{PEOPLE, YOURS, sundial};
use crate::support::{PASSWORD, on_each};
use scraper::Selector;

const PROFILE: &str = "/org/sundial";

#[tokio::test(flavor = "multi_thread")]
async fn owner_reaches_people_from_your_organizations() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        dana.open(YOURS).await;
        let line = dana.page.line("The sundial project").unwrap();
        assert!(line.contains("Owner") && line.contains("Community project"), "{line}");
        dana.press_in("The sundial project", "Manage").await;
        dana.sees("The sundial project");
        assert_eq!(dana.page.address, PEOPLE);
        assert_eq!(dana.page.texts("main nav a[aria-current=page]"), ["People"]);
        let rows = dana.page.texts("table.people tbody tr");
        assert!(rows.len() == 1 && rows[0].contains("dana") && rows[0].contains("you"), "{rows:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_request_stays_in_your_requests() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        dana.open(YOURS).await;
        assert!(dana.page.line("Approved").unwrap().contains("The sundial project"), "{}", dana.page);
        assert!(!dana.page.offers("Withdraw", None), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profile_is_public_under_any_spelling_of_its_name() {
    on_each(async |world| {
        sundial(&world).await;
        let mut visitor = world.visitor();
        for address in [PROFILE, "/org/SUNDIAL"] {
            visitor.open(address).await;
            visitor.sees("The sundial project");
            assert!(visitor.page.address.eq_ignore_ascii_case(PROFILE), "{}", visitor.page);
            visitor.reads("What we do.");
            assert!(!visitor.page.offers("Manage", None), "{}", visitor.page);
            let links = Selector::parse("main .facts a").unwrap();
            let link = visitor.page.html.select(&links).next().unwrap().value();
            assert_eq!(link.attr("href"), Some("https://sundial.example"));
            assert_eq!(link.attr("rel"), Some("nofollow noopener"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_an_organization_by_part_of_its_name() {
    on_each(async |world| {
        sundial(&world).await;
        let mut visitor = world.visitor();
        visitor.open("/").await;
        visitor.fill("Search organizations", "sundi");
        visitor.press_enter("Search organizations").await;
        assert_eq!(visitor.page.address, "/search?q=sundi");
        assert_eq!(visitor.page.value("Search organizations"), "sundi");
        visitor.reads("1 organization for “sundi”");
        visitor.press("The sundial project").await;
        visitor.sees("The sundial project");

        visitor.fill("Search organizations", "nothing-of-that-name");
        visitor.press_enter("Search organizations").await;
        visitor.reads("No organizations match “nothing-of-that-name”.");
        visitor.fill("Search organizations", "");
        visitor.press_enter("Search organizations").await;
        visitor.reads("Enter a name, or part of one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn organization_is_not_visible_before_approval() {
    on_each(async |world| {
        let person = world.someone("dana").await;
        world.file(&person, "sundial").await.unwrap();
        let mut dana = world.browser_of(&person);
        for address in [PROFILE, PEOPLE] {
            dana.open(address).await;
            assert_eq!(dana.page.status, 404, "{}", dana.page);
            assert!(dana.page.offers("Go to the home page", None), "{}", dana.page);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outsider_gets_the_same_answer_as_for_an_unknown_name() {
    on_each(async |world| {
        sundial(&world).await;
        let mut lee = world.user_browser("lee").await;
        let mut pages = Vec::new();
        for name in ["sundial", "no-such-organization"] {
            lee.open(&format!("/manage/organization/{name}/people")).await;
            assert_eq!(lee.page.status, 404, "{}", lee.page);
            pages.push(lee.page.text().replace(name, "NAME"));
        }
        assert_eq!(pages[0], pages[1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visitor_signs_in_and_returns() {
    on_each(async |world| {
        sundial(&world).await;
        let mut visitor = world.visitor();
        visitor.open(PEOPLE).await;
        visitor.sees("Sign in");
        visitor.reads("Sign in to continue.");
        sign_in(&mut visitor, "dana", PASSWORD).await;
        visitor.sees("The sundial project");
        assert_eq!(visitor.page.address, PEOPLE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn your_organizations_is_in_the_menu_and_explains_itself_while_empty() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        dana.open("/search").await;
        let menu = dana.page.texts("details.menu li");
        assert_eq!(menu, ["Your organizations", "Account settings", "Sign out"]);
        // The main part of this page has no such link.
        dana.press("Your organizations").await;
        dana.sees("Your organizations");
        dana.reads("You have no organizations yet");
        dana.reads("Request one with the form below. It appears here once an administrator approves it.");
        request(&mut dana, "sundial").await;
        dana.reads("You have requested one: see “Your requests” below.");
        dana.does_not_read("Request one with the form below.");
    })
    .await;
}
