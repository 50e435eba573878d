//! The frame of every page: title, heading and landmarks, the theme, error pages, and the content security policy. It
//! also covers the link that sets up an empty site.

use super::accounts::{SIGN_IN, WRONG, fill_account, sign_in, signed_in};
use crate::support::{Browser, PASSWORD, World, on_each};
use server::command_bus::Submission;
use server::context::Origin;
use shared::rules::Event;
use shared::rules::administration::OpenSetUp;
use std::collections::HashSet;

/// Pages that a visitor can open.
const ANYBODYS: &[&str] = &[
    "/",
    SIGN_IN,
    "/create-account",
    "/forgotten-password",
    "/reset-password",
    "/verify",
    "/set-up",
    "/search",
    "/org/sundial",
    "/help",
    "/no/such/page",
];
/// Pages of the Owner of sundial.
const OWNERS: &[&str] = &[
    "/manage/account",
    "/manage/account/history",
    "/manage/organizations",
    "/manage/organizations/create",
    "/manage/organization/sundial/people",
    "/manage/organization/sundial/people/invite",
];
const ADMINISTRATORS: &[&str] = &[
    "/administration/requests",
    "/administration/organizations",
    "/administration/organizations/sundial",
    "/administration/accounts",
    "/administration/accounts/dana",
    "/administration/mail",
];

/// Elements that every page has exactly once.
const ONE: [&str; 8] =
    ["html[lang=en]", "title", "header", "main", "footer", "h1", "main#main", "a.skip[href='#main']"];

/// The theme of a page, and the label of the switch.
fn theme(browser: &Browser) -> (String, Vec<String>) {
    let html = browser.page.html.root_element().value();
    (html.attr("data-theme").unwrap_or_default().to_owned(), browser.page.texts("footer [aria-pressed=true]"))
}

/// The set-up link, as the server prints it at its start.
async fn set_up_address(world: &World) -> String {
    let opened = world.services.bus.execute(Origin::Job("start"), OpenSetUp, Submission::default()).await.unwrap();
    let [Event::SetUpOpened { secret }] = opened.events.as_slice() else { panic!("{opened:?}") };
    format!("/set-up?token={}", secret.0.reveal())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_title_heading_landmarks_and_language() {
    on_each(async |world| {
        let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
        world.create_organization(&root, &dana, "sundial").await;
        let (visitor, dana, root) = (world.visitor(), world.browser_of(&dana), world.browser_of(&root));
        let mut titles = HashSet::new();
        for (mut who, pages) in [(visitor, ANYBODYS), (dana, OWNERS), (root, ADMINISTRATORS)] {
            for page in pages {
                who.open(page).await;
                assert_eq!(who.page.address, *page);
                for one in ONE {
                    assert_eq!(who.page.texts(one).len(), 1, "{one} of {}", who.page);
                }
                assert_ne!(who.page.heading(), "", "{}", who.page);
                let title = who.page.texts("title").concat();
                assert!(title.ends_with("Guildhall"), "{page}: {title}");
                assert!(titles.insert(title), "{page} has the title of another: {titles:?}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_theme_is_remembered() {
    on_each(async |world| {
        world.someone("dana").await;
        let is = |code: &str, name: &str| (code.to_owned(), vec![name.to_owned()]);
        let mut visitor = world.visitor();
        visitor.open("/").await;
        assert_eq!(theme(&visitor), is("system", "System"));
        visitor.press("Dark").await;
        visitor.is_told("Theme: Dark.");
        assert_eq!((visitor.page.address.as_str(), theme(&visitor)), ("/", is("dark", "Dark")));
        visitor.open(SIGN_IN).await;
        assert_eq!(theme(&visitor), is("dark", "Dark"));
        // On error pages as well.
        sign_in(&mut visitor, "dana", WRONG).await;
        visitor.is_refused(422, "Wrong username, email address or password.");
        assert_eq!(theme(&visitor), is("dark", "Dark"));
        let plain = visitor.post("/no/such/page", "", &[]).await;
        assert!(plain.status == 404 && plain.text.contains(r#"data-theme="dark""#), "{}", plain.text);

        visitor.press("Light").await;
        visitor.is_told("Theme: Light.");
        assert_eq!((visitor.page.address.as_str(), theme(&visitor)), (SIGN_IN, is("light", "Light")));
        // The theme belongs to the browser, not to the account.
        sign_in(&mut visitor, "dana", PASSWORD).await;
        assert_eq!(theme(&visitor), is("light", "Light"));
        visitor.press("Sign out").await;
        assert_eq!((signed_in(&visitor), theme(&visitor)), (String::new(), is("light", "Light")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_url_gets_a_page_with_a_link() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        for address in ["/no/such/page", "/org/nobody"] {
            visitor.open(address).await;
            assert_eq!(visitor.page.status, 404, "{}", visitor.page);
            visitor.sees("Page not found");
            visitor.press("Go to the home page").await;
            assert_eq!((visitor.page.status.as_u16(), visitor.page.address.as_str()), (200, "/"));
            visitor.sees("Organizations for the people behind the packages");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn content_security_policy_allows_only_own_resources() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        visitor.open(SIGN_IN).await;
        let form = visitor.form_of("Sign in");
        let mut answers = vec![("a refused form", visitor.send(&form).await)];
        assert_eq!(answers[0].1.status, 422);
        for page in ["/", "/", SIGN_IN, "/no/such/page"] {
            answers.push((page, visitor.get(page).await));
        }
        let mut nonces = HashSet::new();
        for (page, answer) in answers {
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
                assert!(policy.contains(part), "{page}: {policy}");
            }
            for part in ["unsafe-inline", "'unsafe-eval'"] {
                assert!(!policy.contains(part), "{page}: {policy}");
            }
            let scripts = policy.split("; ").find(|part| part.starts_with("script-src ")).unwrap();
            let (_, nonce) = scripts.split_once("'nonce-").unwrap();
            let (nonce, _) = nonce.split_once('\'').unwrap();
            assert!(nonces.insert(nonce.to_owned()), "{page} has the nonce of another: {policy}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{page}");
            assert_eq!(answer.headers["referrer-policy"], "same-origin", "{page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn style_guide_is_only_on_development_servers() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        for page in ["/style", "/style/emails"] {
            visitor.open(page).await;
            assert_eq!(visitor.page.status, 404, "{}", visitor.page);
        }
        let mut visitor = world.for_developers().visitor();
        visitor.open("/").await;
        visitor.press("Style guide").await;
        visitor.sees("Style guide");
        assert_eq!((visitor.page.status.as_u16(), visitor.page.address.as_str()), (200, "/style"));
        assert_eq!(visitor.page.texts("main [aria-invalid=true]").len(), 1, "{}", visitor.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_link_makes_one_administrator_once() {
    on_each(async |world| {
        let address = set_up_address(&world).await;
        let (mut morgan, mut late) = (world.visitor(), world.visitor());
        morgan.open("/").await;
        morgan.reads("This site is new and has no administrator yet.");
        for forged in ["/set-up?token=forged", "/set-up"] {
            late.open(forged).await;
            late.is_refused(404, "This isn't the latest set-up link.");
            assert!(!late.page.has_field("Username"), "{}", late.page);
        }
        late.open(&address).await;
        fill_account(&mut late, "late", "late@late.example");

        morgan.open(&address).await;
        morgan.sees("Set up the site");
        fill_account(&mut morgan, "morgan", "morgan@morgan.example");
        morgan.press("Create administrator account").await;
        morgan.is_told("Welcome, morgan. The email to morgan@morgan.example has a link to verify the address.");
        assert_eq!(signed_in(&morgan), "morgan", "{}", morgan.page);
        morgan.sees("Outgoing email");
        morgan.reads("Verify morgan@morgan.example for your account morgan");

        // A page that was left open does not work either.
        late.press("Create administrator account").await;
        late.is_refused(409, "This site has already been set up.");
        assert_eq!(signed_in(&late), "", "{}", late.page);
        for link in [address.as_str(), "/set-up?token=forged", "/set-up"] {
            late.open(link).await;
            late.is_refused(409, "This site has already been set up.");
            assert!(!late.page.has_field("Username"), "{}", late.page);
            late.press("Sign in").await;
            late.sees("Sign in");
        }
        let administrators = world.services.administrators().await.unwrap();
        assert_eq!(administrators.len(), 1, "{administrators:?}");
    })
    .await;
}
