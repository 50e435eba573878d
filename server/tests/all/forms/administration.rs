//! The administrators' desk: the queue, a request, the outgoing mail, and accounts that are disabled.

use super::QUEUE;
use super::accounts::sign_in;
use super::requests::{approve, open_request};
use crate::ground::{PASSWORD, World, engines, on_each};
use server::store::{StoreError, outbox};
use shared::moment::Span;
use shared::wire::administration::LetterState;
use uuid::Uuid;

const ACCOUNTS: &str = "/administration/accounts";
const MAIL: &str = "/administration/mail";

/// Runs a test on every engine, on a site that believes to have a mail server.
async fn on_each_with_mail<F: AsyncFn(World)>(test: F) {
    for engine in engines() {
        test(World::with(&engine, true).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_stands_oldest_first_and_a_request_shows_all_that_decides_it() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        let mut root = world.browser_of(&boss);
        let first = world.file(&dana, "meridian").await.unwrap();
        world.file(&dana, "rneridian").await.unwrap();
        root.open(QUEUE).await;
        let rows = root.page.texts("table.queue tbody tr");
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows[0].contains("The meridian project") && rows[1].contains("The rneridian project"), "{rows:?}");

        // A name resembles those of organizations: the first becomes one.
        world.approve(&boss, first).await.unwrap();
        open_request(&mut root, "rneridian").await;
        for fact in ["dana", "dana@dana.example (verified)", "https://rneridian.example", "What we do."] {
            root.reads(fact);
        }
        let alike = root.page.texts(".lookalikes li");
        assert!(alike.len() == 1 && alike[0].contains("The meridian project, looks the same"), "{alike:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_queue_says_what_it_is_for() {
    on_each(async |world| {
        let mut root = world.root().await;
        root.open(QUEUE).await;
        root.reads("Nothing to decide");
        root.reads("When somebody asks for an organization, the request stands here until it is decided.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decline_of_what_is_approved_already_is_refused_and_sends_no_email() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        let (mut root, mut again) = (world.browser_of(&boss), world.browser_of(&boss));
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut again, "sundial").await;
        again.press("Decline").await;
        again.fill("Reason", "Changed my mind.");
        approve(&mut root, "sundial").await;
        again.press("Decline").await;
        again.is_refused(409, "This request has been approved by root already. Nothing was changed.");
        assert!(!again.page.offers("Decline", None), "{}", again.page);
        world.email_about("dana", "approved").await;
        assert!(world.emails_to("dana@dana.example").await.iter().all(|email| !email.subject.contains("declined")));
        again.open("/org/sundial").await;
        again.sees("The sundial project");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decided_request_says_who_decided_and_offers_no_decision() {
    on_each(async |world| {
        let (mut root, dana) = (world.root().await, world.someone("dana").await);
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut root, "sundial").await;
        let address = root.page.address.clone();
        root.press("Approve").await;
        root.fill("Message", "Welcome to the sun.");
        root.press("Approve").await;
        root.is_told("sundial is approved.");
        assert!(world.email_about("dana", "approved").await.text.contains("Welcome to the sun."));
        root.open(&address).await;
        root.reads("Approved by root");
        root.reads("Welcome to the sun.");
        assert!(!root.page.offers("Approve", None) && !root.page.offers("Decline", None), "{}", root.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_administrator_finds_administration() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.root().await, world.member("dana").await);
        root.open("/").await;
        assert!(root.page.offers("Administration", None));
        dana.open("/").await;
        assert!(!dana.page.offers("Administration", None));
        for address in ["/administration", QUEUE, "/administration/organizations", ACCOUNTS, MAIL] {
            dana.open(address).await;
            assert_eq!(dana.page.status, 404, "{}", dana.page);
            dana.sees("There is no such page");
            assert!(dana.page.offers("To the start page", None), "{}", dana.page);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn address_of_a_function_is_no_page_and_shows_one_way_on() {
    on_each(async |world| {
        let mut root = world.root().await;
        let cases =
            [("/do/nothing", 404_u16, "There is no such page"), ("/do/requests/no-such", 404, "There is no such page")];
        for (address, status, heading) in cases {
            root.open(address).await;
            assert_eq!(root.page.status.as_u16(), status, "{}", root.page);
            root.sees(heading);
            assert_eq!(root.page.texts("main a"), ["To the start page"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn footer_leads_to_the_documentation() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        visitor.open("/search").await;
        visitor.press("Documentation").await;
        visitor.sees("Documentation");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_of_a_site_without_a_mail_server_is_kept_and_its_link_verifies() {
    on_each(async |world| {
        let mut root = world.root().await;
        let mut dana = world.browser_of(&world.newcomer("dana").await);
        root.open(MAIL).await;
        root.reads("No mail server is configured");
        assert!(root.page.line("dana@dana.example").unwrap().contains("Kept here"), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.sees("Verify dana@dana.example for your account dana");
        assert!(!root.page.offers("Send again", None), "{}", root.page);

        // The link in it is the one that verifies, so that the first day needs no mail server.
        let link = world.email_about("dana", "Verify").await.link();
        root.reads(&link);
        dana.open(&link).await;
        dana.press("Verify e-mail address").await;
        dana.is_told("dana@dana.example is verified.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_link_of_an_email_that_goes_out_stands_on_no_page() {
    on_each_with_mail(async |world| {
        let mut root = world.root().await;
        let newcomer = world.newcomer("dana").await;
        let secret = world.link_to(&newcomer).await;
        assert!(secret.len() > 20);
        root.open(MAIL).await;
        assert!(!root.page.html.html().contains(&secret), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.reads("The account dana was given this e-mail address");
        root.reads("The link in this letter is a secret, so it is shown to its receiver alone.");
        assert!(!root.page.html.html().contains(&secret), "{}", root.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_that_the_mail_server_refused_for_now_is_shown_and_goes_out_again_when_told() {
    on_each_with_mail(async |world| {
        let mut root = world.root().await;
        world.newcomer("dana").await;
        let (now, worker) = (world.services.door.clock.now(), Uuid::from_u128(1));
        let refused: Result<(), StoreError> = world
            .store()
            .write(async |tx| {
                for letter in outbox::lease(tx, worker, now, now.plus(Span::minutes(5)), 8).await? {
                    let again = Some(now.plus(Span::hours(1)));
                    outbox::failed(tx, letter.id, worker, "451 come back later", again).await?;
                }
                Ok(())
            })
            .await;
        refused.unwrap();
        root.open(MAIL).await;
        assert!(root.page.line("dana@dana.example").unwrap().contains("Waiting"), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.reads("451 come back later");
        root.reads("Next try");
        root.press("Send again").await;
        root.is_told("The letter to dana@dana.example goes out again now.");

        // It is due at once, and there is one of it.
        let letters = world.letters().await;
        let to_dana: Vec<_> = letters.iter().filter(|letter| letter.to == "dana@dana.example").collect();
        assert_eq!((to_dana.len(), to_dana[0].state), (1, LetterState::Waiting));
        assert!(to_dana[0].due_at <= world.services.door.clock.now(), "{to_dana:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_account_is_signed_out_and_told_the_reason_until_it_is_enabled() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.root().await, world.member("dana").await);
        root.open(ACCOUNTS).await;
        root.fill("Search accounts", "DANA@DANA.EXAMPLE");
        root.press("Search").await;
        assert_eq!(root.page.lines("root"), 0, "{}", root.page);
        root.press_in("dana", "dana").await;
        root.sees("dana");

        root.press("Disable").await;
        root.reads("dana can't sign in, and is signed out everywhere");
        root.press("Disable").await;
        root.is_refused_at("Reason", "Give a reason");
        root.fill("Reason", "Advertising in descriptions.");
        root.press("Disable").await;
        root.is_told("The account dana is disabled, and all its devices are signed out.");
        root.reads("Advertising in descriptions.");
        assert!(world.email_about("dana", "is disabled").await.text.contains("Advertising in descriptions."));
        dana.open("/manage/organizations").await;
        dana.sees("Sign in");
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.is_refused(422, "Wrong username, address or password.");

        root.press("Enable").await;
        root.reads("dana can sign in again");
        root.press("Enable").await;
        root.is_told("The account dana can be used again.");
        world.email_about("dana", "can be used again").await;
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.sees("Your organizations");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_account_is_not_disabled_by_oneself() {
    on_each(async |world| {
        let mut root = world.root().await;
        root.open("/administration/accounts/root").await;
        root.sees("root");
        assert!(root.page.is_disabled("Disable"));
        root.reads("This is your own account: another administrator can do this.");
        // Whoever knows the address of the question is answered the same.
        root.open("/administration/accounts/root?confirm=disable").await;
        root.reads("This is your own account: another administrator can do this.");
        assert!(!root.page.offers("Disable", None), "{}", root.page);
    })
    .await;
}
