//! Accounts: creating, verifying, signing in and out, and pages whose session has ended.

use super::invitations::invite;
use super::requests::fill_request;
use super::{PEOPLE, YOURS, sundial};
use crate::support::{Browser, PASSWORD, address_of, on_each};
use http::header;
use shared::limits;

pub const SIGN_IN: &str = "/sign-in";
pub const WRONG: &str = "wrong horse battery staple";
/// The button of a verification link's page.
pub const VERIFY: &str = "Verify email address";
const CREATE: &str = "/create-account";
const NAME: &str = "Username or email";

/// The name in the account menu, or an empty text if nobody is signed in.
pub fn signed_in(browser: &Browser) -> String {
    browser.page.texts("details.menu > summary").pop().unwrap_or_default().trim().to_owned()
}

/// Fills the form that creates an account, including the first administrator's.
pub fn fill_account(who: &mut Browser, username: &str, email: &str) {
    who.fill("Username", username);
    who.fill("Email address", email);
    who.fill("Password", PASSWORD);
}

pub fn fill_sign_in(who: &mut Browser, name: &str, password: &str) {
    who.fill(NAME, name);
    who.fill("Password", password);
}

/// Fills the sign-in form of the current page and sends it.
pub async fn sign_in(who: &mut Browser, name: &str, password: &str) {
    fill_sign_in(who, name, password);
    who.press("Sign in").await;
}

/// Opens the link of an email and verifies the email address by it.
pub async fn verify(who: &mut Browser, link: &str, address: &str) {
    who.open(link).await;
    who.reads(address);
    who.press(VERIFY).await;
    who.is_told(&format!("{address} is verified."));
}

#[tokio::test(flavor = "multi_thread")]
async fn reserved_username_is_refused_with_its_reason() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        visitor.open(CREATE).await;
        for (name, why) in
            [("Admin", "people could mistake it for the people who run this site"), ("root", "try it first")]
        {
            fill_account(&mut visitor, name, "somebody@example.org");
            visitor.press("Create account").await;
            visitor.is_refused_at("Username", why);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_is_created_and_verified_by_its_emailed_link() {
    on_each(async |world| {
        world.admin_browser().await;
        let mut dana = world.visitor();
        dana.open("/").await;
        dana.press("Create account").await;
        fill_account(&mut dana, "dana", "dana@dana.example");
        dana.press("Create account").await;
        dana.is_told("Welcome, dana. The email to dana@dana.example has a link to verify the address.");
        dana.sees("Verify your email address");
        assert_eq!(signed_in(&dana), "dana", "{}", dana.page);
        assert!(dana.page.banner().contains("Please verify dana@dana.example"), "{}", dana.page.banner());

        let emails = world.emails_to("dana@dana.example").await;
        let [email] = emails.as_slice() else { panic!("{emails:?}") };
        assert_eq!(email.subject, "Verify dana@dana.example for your account dana");
        assert!(email.text.contains("This email address was added to the account dana"), "{}", email.text);
        assert_eq!(email.text.matches("http://").count(), 1, "{}", email.text);
        let html = world.emails().await.pop().unwrap().html;
        assert!(html.contains("This email address was added to the account dana"), "{html}");
        assert_eq!(html.matches("href=").count(), 1, "{html}");

        verify(&mut dana, &email.link(), "dana@dana.example").await;
        dana.sees("Your organizations");
        assert_eq!(dana.page.banner(), "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_link_verifies_on_its_button_not_on_opening() {
    on_each(async |world| {
        let account = world.newcomer("dana").await;
        let (mut dana, mut phone) = (world.browser_of(&account), world.browser_of(&world.sign_in("dana").await));
        let link = world.email_about("dana", "Verify").await.link();
        phone.open(&link).await;
        assert!(phone.page.offers(VERIFY, None), "{}", phone.page);
        // Anyone who is not signed in as dana is asked to sign in: a link scanner, or a stranger with a mistyped
        // address.
        let mut scanner = world.visitor();
        scanner.open(&link).await;
        scanner.sees("Sign in");
        assert!(!world.account(account.id).await.verified);

        verify(&mut dana, &link, "dana@dana.example").await;
        assert!(world.account(account.id).await.verified);
        dana.open(&link).await;
        dana.is_refused(410, "This link has already been used.");
        assert!(!dana.page.offers(VERIFY, None), "{}", dana.page);

        // A page of the link that was left open says the same.
        phone.press(VERIFY).await;
        phone.is_refused(410, "This link has already been used.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_link_verifies_nothing_and_offers_a_next_step() {
    on_each(async |world| {
        let account = world.newcomer("dana").await;
        let mut dana = world.browser_of(&account);
        let link = world.email_about("dana", "Verify").await.link();
        dana.open(&format!("{}AAAA", &link[..link.len() - 4])).await;
        dana.is_refused(404, "This link isn't valid");
        assert!(!dana.page.offers(VERIFY, None), "{}", dana.page);
        dana.press("Send it again").await;
        dana.is_told("The new email to dana@dana.example has a link to verify the address.");
        assert!(!world.account(account.id).await.verified);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requesting_a_new_email_ends_the_older_link() {
    on_each(async |world| {
        let mut dana = world.browser_of(&world.newcomer("dana").await);
        let first = world.email_about("dana", "Verify").await.link();
        dana.open("/").await;
        dana.press("Send it again").await;
        dana.is_told(
            "The new email to dana@dana.example has a link to verify the address. The older link no longer works.",
        );
        assert_eq!(world.emails_to("dana@dana.example").await.len(), 2);
        dana.open(&first).await;
        dana.is_refused(404, "a newer one replaced it");
        assert!(!dana.page.offers(VERIFY, None), "{}", dana.page);
        let newest = world.email_about("dana", "Verify").await.link();
        verify(&mut dana, &newest, "dana@dana.example").await;
        assert!(!dana.page.offers("Send it again", None), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn username_and_email_both_sign_in() {
    on_each(async |world| {
        world.someone("dana").await;
        let mut dana = world.visitor();
        for name in ["dana", "DANA@DANA.EXAMPLE"] {
            dana.open(SIGN_IN).await;
            sign_in(&mut dana, name, PASSWORD).await;
            dana.is_told("Signed in as dana.");
            dana.sees("Your organizations");
            assert_eq!(signed_in(&dana), "dana", "{}", dana.page);
            dana.press("Sign out").await;
            dana.is_told("You are signed out.");
            assert_eq!(signed_in(&dana), "", "{}", dana.page);
            dana.open(YOURS).await;
            dana.sees("Sign in");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn username_as_written_in_emails_is_accepted_everywhere() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        world.someone("night.sky").await;
        let emails = world.emails_to(&address_of("night.sky")).await;
        let greeting = emails[0].text.lines().next().unwrap();
        let copied = greeting.trim_start_matches("Hello ").trim_end_matches(',').to_owned();
        // No email client turns it into a link.
        assert_eq!(copied, "night.\u{200b}sky");

        let mut visitor = world.visitor();
        visitor.open(SIGN_IN).await;
        sign_in(&mut visitor, &copied, PASSWORD).await;
        visitor.is_told("Signed in as night.sky.");

        let mut dana = world.browser_of(&owner);
        invite(&mut dana, &copied, "Member").await;
        dana.is_told("Invitation sent to night.sky.");
        dana.open(&format!("{PEOPLE}?q=night.%E2%80%8Bsky")).await;
        assert!(dana.page.line("night.sky").is_some(), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_password_and_unknown_name_get_the_same_answer() {
    on_each(async |world| {
        world.someone("dana").await;
        let mut dana = world.visitor();
        let mut answers = Vec::new();
        for name in ["dana", "nobody-of-that-name"] {
            dana.open(SIGN_IN).await;
            sign_in(&mut dana, name, WRONG).await;
            dana.is_refused(422, "Wrong username, email address or password.");
            assert_eq!((dana.page.value(NAME).as_str(), dana.page.value("Password").as_str()), (name, ""));
            answers.push(dana.page.text());
        }
        assert_eq!(answers[0], answers[1]);
        // The refused page can be used like a fresh one.
        sign_in(&mut dana, "dana", PASSWORD).await;
        assert_eq!(signed_in(&dana), "dana", "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_guessing_is_throttled_with_the_waiting_time() {
    on_each(async |world| {
        world.someone("dana").await;
        let mut guesser = world.visitor();
        guesser.open(SIGN_IN).await;
        for _ in 0..limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT {
            sign_in(&mut guesser, "dana", WRONG).await;
            guesser.is_refused(422, "Wrong username, email address or password.");
        }
        // Even the right password is refused now.
        sign_in(&mut guesser, "dana", PASSWORD).await;
        guesser.is_refused(429, "Too many attempts. Try again in 30 seconds.");
        assert_eq!(guesser.page.value(NAME), "dana");
        world.clock.advance(limits::WRONG_PASSWORD_EVERY);
        sign_in(&mut guesser, "dana", PASSWORD).await;
        assert_eq!(signed_in(&guesser), "dana", "{}", guesser.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_returns_to_the_requested_page() {
    on_each(async |world| {
        world.someone("dana").await;
        let history = "/manage/account/history?before=9";
        for (page, heading) in [(YOURS, "Your organizations"), (history, "History of your account")] {
            let mut dana = world.visitor();
            dana.open(page).await;
            dana.sees("Sign in");
            dana.reads("Sign in to continue.");
            // A failed attempt on the way does not lose the destination.
            sign_in(&mut dana, "dana", WRONG).await;
            dana.is_refused(422, "Wrong username, email address or password.");
            sign_in(&mut dana, "dana", PASSWORD).await;
            assert_eq!(dana.page.address, page);
            dana.sees(heading);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_does_not_redirect_to_another_site() {
    on_each(async |world| {
        world.someone("dana").await;
        for next in ["//evil.example/", "https://evil.example/", "/\\evil.example", "/do/accounts/sign-out"] {
            let mut dana = world.visitor();
            let asked: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            dana.open(&format!("{SIGN_IN}?next={asked}")).await;
            dana.does_not_read("Sign in to continue.");
            sign_in(&mut dana, "dana", PASSWORD).await;
            assert_eq!((dana.page.address.as_str(), signed_in(&dana).as_str()), (YOURS, "dana"), "{next}");

            // A form that this site did not render does not redirect to another site either.
            let mut dana = world.visitor();
            dana.open(SIGN_IN).await;
            fill_sign_in(&mut dana, "dana", PASSWORD);
            let form = dana.form_of("Sign in").with("next", next);
            let answer = dana.send(&form).await;
            assert_eq!((answer.status.as_u16(), answer.location.as_deref()), (303, Some(YOURS)), "{next}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_sent_while_signed_out_is_kept_and_can_be_resubmitted() {
    on_each(async |world| {
        let (mut dana, mut tab) = (world.user_browser("dana").await, world.visitor());
        fill_request(&mut dana, "sundial").await;
        // Two tabs of one browser share their cookies.
        *tab.cookies() = dana.cookies().clone();
        tab.open("/").await;
        tab.press("Sign out").await;
        assert_eq!(signed_in(&tab), "", "{}", tab.page);

        *dana.cookies() = tab.cookies().clone();
        dana.press("Create").await;
        dana.is_refused(401, "You are no longer signed in. Sign in, then submit again.");
        dana.sees("Not submitted, but not lost");
        for typed in ["The sundial project", "https://sundial.example.org/", "What sundial is for."] {
            dana.reads(typed);
        }
        assert!(dana.page.offers("Sign in (opens in a new tab)", None), "{}", dana.page);

        tab.open(SIGN_IN).await;
        sign_in(&mut tab, "dana", PASSWORD).await;
        *dana.cookies() = tab.cookies().clone();
        dana.press("Submit again").await;
        dana.is_told("Your request for The sundial project was submitted.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_rotates_the_cookie_and_sign_out_ends_one_session() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let mut phone = world.browser_of(&world.sign_in("dana").await);
        let first = phone.cookies().clone();
        phone.open(SIGN_IN).await;
        phone.reads("You are signed in as dana.");
        sign_in(&mut phone, "dana", PASSWORD).await;
        let second = phone.cookies().clone();
        assert_ne!(first["session"], second["session"]);
        *phone.cookies() = first;
        phone.open(YOURS).await;
        phone.sees("Sign in");

        *phone.cookies() = second.clone();
        dana.open("/").await;
        dana.press("Sign out").await;
        assert!(!dana.cookies().contains_key("session"));
        phone.open(YOURS).await;
        phone.sees("Your organizations");

        // A revoked cookie is useless to anyone who kept it.
        phone.press("Sign out").await;
        *phone.cookies() = second;
        phone.open(YOURS).await;
        phone.sees("Sign in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_cookie_is_http_only_and_same_site() {
    on_each(async |world| {
        world.someone("dana").await;
        let mut dana = world.visitor();
        dana.open(SIGN_IN).await;
        fill_sign_in(&mut dana, "dana", PASSWORD);
        let form = dana.form_of("Sign in");
        let answer = dana.send(&form).await;
        let cookies = answer.headers.get_all(header::SET_COOKIE);
        let session = cookies.iter().find_map(|cookie| cookie.to_str().unwrap().strip_prefix("session=")).unwrap();
        let (_, attributes) = session.split_once("; ").unwrap();
        assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_username_is_refused_in_any_spelling() {
    on_each(async |world| {
        world.newcomer("lee-park").await;
        let mut visitor = world.visitor();
        visitor.open(CREATE).await;
        fill_account(&mut visitor, "LEE_PARK", "other@example.org");
        visitor.press("Create account").await;
        visitor.is_refused_at("Username", "This username is taken.");
        assert_eq!(visitor.page.value("Username"), "LEE_PARK");
        assert_eq!(visitor.page.value("Email address"), "other@example.org");
        assert_eq!(visitor.page.value("Password"), "");
        assert_eq!(signed_in(&visitor), "", "{}", visitor.page);
        assert!(world.emails_to("other@example.org").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_of_another_account_is_not_revealed_and_its_holder_is_emailed() {
    on_each(async |world| {
        world.someone("dana").await;
        let before = world.emails_to("dana@dana.example").await.len();
        let mut answers = Vec::new();
        for (name, address) in [("mallory", "dana@dana.example"), ("oscar", "oscar@oscar.example")] {
            let mut visitor = world.visitor();
            visitor.open(CREATE).await;
            fill_account(&mut visitor, name, address);
            visitor.press("Create account").await;
            visitor.is_told(&format!("Welcome, {name}. The email to {address} has a link to verify the address."));
            assert_eq!(signed_in(&visitor), name, "{}", visitor.page);
            answers.push((visitor.page.status, visitor.page.text().replace(address, "(address)")));
        }
        assert_eq!(answers[0], answers[1]);

        let emails = world.emails_to("dana@dana.example").await;
        assert_eq!(emails.len(), before + 1, "{emails:?}");
        assert_eq!(emails[before].subject, "Someone tried to use dana@dana.example for the account mallory");
        assert!(emails[before].text.contains("the account mallory"), "{}", emails[before].text);
        assert!(!emails[before].text.contains("/verify?token="), "{}", emails[before].text);
    })
    .await;
}
