//! Account settings: email addresses, password, sessions and history, and the reset of a forgotten password.

use super::YOURS;
use super::accounts::{SIGN_IN, VERIFY, WRONG, sign_in, signed_in, verify};
use crate::support::{Browser, PASSWORD, World, on_each};

const HERE: &str = "/manage/account";
const ANOTHER: &str = "another horse battery staple";

/// Adds an email address to the account.
pub async fn add_address(who: &mut Browser, address: &str, password: &str) {
    who.open(HERE).await;
    who.fill("Email address", address);
    who.fill("Your password", password);
    who.press("Add address").await;
}

/// Requests a link for a new password, on a site without a mail server.
pub async fn request_reset(who: &mut Browser, name: &str) {
    who.open(SIGN_IN).await;
    who.press("Forgotten password?").await;
    who.sees("Forgotten password");
    who.fill("Username or email", name);
    who.press("Send the link").await;
    who.is_told("If there is such an account, there is now a link to reset its password.");
    who.is_told("This site has no mail server, so ask an administrator for the link.");
    // After sending, the form is replaced.
    who.sees("Sign in");
}

/// The link of the newest email to an email address.
async fn link_at(world: &World, address: &str) -> String {
    let emails = world.emails_to(address).await;
    emails.last().unwrap_or_else(|| panic!("{address} has no email")).link()
}

#[tokio::test(flavor = "multi_thread")]
async fn reset_link_sets_a_password_and_signs_out_every_device() {
    on_each(async |world| {
        let (mut dana, mut lost) = (world.user_browser("dana").await, world.visitor());
        request_reset(&mut lost, "dana").await;
        let email = world.email_about("dana", "Choose a new password").await;
        assert_eq!(email.text.matches("http://").count(), 1, "{}", email.text);
        let sent = world.emails().await.into_iter().filter(|sent| sent.subject == email.subject);
        assert_eq!(sent.map(|email| email.to).collect::<Vec<_>>(), ["dana@dana.example"]);

        lost.open(&email.link()).await;
        lost.sees("Choose a new password");
        lost.reads("This changes the password of dana.");
        lost.fill("New password", ANOTHER);
        lost.press("Change password").await;
        lost.is_told("Your password was changed. Sign in with the new one.");
        sign_in(&mut lost, "dana", ANOTHER).await;
        assert_eq!(signed_in(&lost), "dana", "{}", lost.page);
        world.email_about("dana", "The password of your account dana was changed").await;

        // The device that was signed in must sign in again, and the old password is invalid.
        dana.open(HERE).await;
        dana.sees("Sign in");
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.is_refused(422, "Wrong username, email address or password.");
        dana.open(&email.link()).await;
        dana.is_refused(410, "This link no longer works");
        assert!(!dana.page.has_field("New password"), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_reset_form_does_not_reveal_accounts() {
    on_each(async |world| {
        world.someone("dana").await;
        world.newcomer("newcomer").await;
        let mut visitor = world.visitor();
        let mut answers = Vec::new();
        let names = ["newcomer", "newcomer@newcomer.example", "nobody-of-that-name", "nobody@example.org", "dana"];
        for name in names {
            request_reset(&mut visitor, name).await;
            answers.push((visitor.page.status, visitor.page.address.clone(), visitor.page.text()));
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
        // Only verified addresses get it.
        let sent = world.emails().await.into_iter().filter(|email| email.subject.starts_with("Choose"));
        assert_eq!(sent.map(|email| email.to).collect::<Vec<_>>(), ["dana@dana.example"]);
        assert_eq!(world.emails_to("newcomer@newcomer.example").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_password_signs_out_other_devices_and_is_emailed() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let mut phone = world.browser_of(&world.sign_in("dana").await);
        let before = dana.cookies().clone();
        dana.open("/").await;
        dana.press("Account settings").await;
        dana.sees("Account settings");
        dana.fill("Current password", WRONG);
        dana.fill("New password", ANOTHER);
        dana.press("Change password").await;
        dana.is_refused_at("Current password", "This is not your password.");
        assert!(!dana.page.is_invalid("Your password"), "{}", dana.page);
        for field in ["Current password", "New password"] {
            assert_eq!(dana.page.value(field), "", "a password comes back in “{field}”");
        }

        dana.fill("Current password", PASSWORD);
        dana.fill("New password", ANOTHER);
        dana.press("Change password").await;
        dana.is_told("Your password was changed. Every other device is signed out.");
        assert_eq!(signed_in(&dana), "dana", "{}", dana.page);
        assert_ne!(dana.cookies()["session"], before["session"]);
        world.email_about("dana", "The password of your account dana was changed").await;
        phone.open(YOURS).await;
        phone.sees("Sign in");
        sign_in(&mut phone, "dana", ANOTHER).await;
        assert_eq!(signed_in(&phone), "dana", "{}", phone.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_is_added_verified_made_primary_and_the_old_one_removed() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let (old, work) = ("dana@dana.example", "dana@work.example.org");
        add_address(&mut dana, work, PASSWORD).await;
        dana.is_told("The email to dana@work.example.org has a link to verify the address.");
        assert!(dana.page.line(work).unwrap().contains("Not verified"), "{}", dana.page);
        world.email_about("dana", "dana@work.example.org was added to your account").await;
        verify(&mut dana, &link_at(&world, work).await, work).await;

        dana.open(HERE).await;
        dana.press_in(work, "Make primary").await;
        dana.is_told("dana@work.example.org is now your primary address.");
        assert!(dana.page.line(work).unwrap().contains("Primary"), "{}", dana.page);
        // The old address gets an email too.
        for address in [old, work] {
            let emails = world.emails_to(address).await;
            let told = "Emails for dana now go to dana@work.example.org";
            assert!(emails.iter().any(|email| email.subject == told), "{address}: {emails:?}");
        }

        dana.press_in(old, "Remove").await;
        dana.reads("dana@dana.example is removed from your account");
        dana.press("Remove").await;
        dana.is_told("dana@dana.example was removed from your account.");
        assert!(!dana.page.has_dialog());
        assert_eq!(dana.page.line(old), None);

        dana.press("History of your account").await;
        dana.sees("History of your account");
        assert!(dana.page.line("dana@dana.example was removed").unwrap().contains("You"), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistyped_email_of_a_new_account_can_be_corrected() {
    on_each(async |world| {
        let mut dana = world.browser_of(&world.newcomer("dana").await);
        let right = "dana@right.example.org";
        add_address(&mut dana, right, PASSWORD).await;
        verify(&mut dana, &link_at(&world, right).await, right).await;
        assert!(dana.page.banner().contains("Please verify dana@dana.example"), "{}", dana.page.banner());
        dana.open(HERE).await;
        dana.press_in(right, "Make primary").await;
        dana.is_told("dana@right.example.org is now your primary address.");
        assert_eq!(dana.page.banner(), "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_email_or_password_is_refused_at_its_field() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let before = world.emails().await.len();
        add_address(&mut dana, "no-address", PASSWORD).await;
        dana.is_refused_at("Email address", "with one “@”");
        assert_eq!(dana.page.value("Email address"), "no-address");
        add_address(&mut dana, "further@example.org", WRONG).await;
        dana.is_refused_at("Your password", "This is not your password.");
        assert!(!dana.page.is_invalid("Current password"), "{}", dana.page);
        assert_eq!(dana.page.value("Email address"), "further@example.org");
        add_address(&mut dana, "DANA@DANA.EXAMPLE", PASSWORD).await;
        dana.is_refused_at("Email address", "This address is already on your account.");
        assert_eq!(world.emails().await.len(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_device_is_signed_out_and_then_all_others() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let mut others = Vec::new();
        for _ in 0..3 {
            others.push(world.browser_of(&world.sign_in("dana").await));
        }
        dana.open(HERE).await;
        assert_eq!((dana.page.count_rows("This device"), dana.page.count_rows("Sign out")), (1, 3), "{}", dana.page);
        dana.press("Sign out").await;
        dana.is_told("The device is signed out.");
        assert_eq!((dana.page.count_rows("This device"), dana.page.count_rows("Sign out")), (1, 2), "{}", dana.page);
        dana.press("Sign out all other devices").await;
        dana.is_told("2 other devices are signed out.");
        assert_eq!((dana.page.count_rows("This device"), dana.page.count_rows("Sign out")), (1, 0), "{}", dana.page);
        for mut device in others {
            device.open(YOURS).await;
            device.sees("Sign in");
        }
        dana.open(YOURS).await;
        dana.sees("Your organizations");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_link_does_not_work_for_a_stranger() {
    on_each(async |world| {
        let (mut dana, mut stranger) = (world.user_browser("dana").await, world.user_browser("stranger").await);
        let mistyped = "dana@mistyped.example.org";
        add_address(&mut dana, mistyped, PASSWORD).await;
        let link = link_at(&world, mistyped).await;
        stranger.open(&link).await;
        stranger.is_refused(403, "This link belongs to the account dana.");
        assert!(!stranger.page.offers(VERIFY, None), "{}", stranger.page);
        // The form that dana would send does not verify it either.
        dana.open(&link).await;
        let form = dana.form_of(VERIFY).without("reader");
        let answer = stranger.send(&form).await;
        assert_eq!(answer.status, 403);
        assert!(answer.text.contains("This link belongs to the account dana."), "{}", answer.text);
        dana.open(HERE).await;
        assert!(dana.page.line(mistyped).unwrap().contains("Not verified"), "{}", dana.page);

        let mut visitor = world.visitor();
        visitor.open(&link).await;
        visitor.sees("Sign in");
        sign_in(&mut visitor, "dana", PASSWORD).await;
        visitor.sees("Verify your email address");
        visitor.reads(mistyped);
        assert!(visitor.page.offers(VERIFY, None), "{}", visitor.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn used_reset_link_offers_a_next_step() {
    on_each(async |world| {
        world.someone("dana").await;
        let (mut one, mut other) = (world.visitor(), world.visitor());
        request_reset(&mut one, "dana").await;
        let link = world.email_about("dana", "Choose a new password").await.link();
        for tab in [&mut one, &mut other] {
            tab.open(&link).await;
            tab.fill("New password", ANOTHER);
        }
        one.press("Change password").await;
        one.is_told("Your password was changed. Sign in with the new one.");
        other.press("Change password").await;
        other.is_refused(410, "This link no longer works");
        other.press("Request a new link").await;
        other.sees("Forgotten password");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resubmitted_form_with_another_password_is_not_reported_as_changed() {
    const THIRD: &str = "a third horse battery staple";
    on_each(async |world| {
        let (_, mut lost) = (world.user_browser("dana").await, world.visitor());
        request_reset(&mut lost, "dana").await;
        let link = link_at(&world, "dana@dana.example").await;
        lost.open(&link).await;
        lost.fill("New password", ANOTHER);
        let form = lost.form_of("Change password");
        for _ in 0..2 {
            assert_eq!(lost.send(&form).await.status.as_u16(), 303, "the same form has the same answer");
        }
        assert_eq!(lost.send(&form.clone().with("password", THIRD)).await.status.as_u16(), 410);
        lost.open(SIGN_IN).await;
        sign_in(&mut lost, "dana", THIRD).await;
        lost.is_refused(422, "Wrong username, email address or password.");
        sign_in(&mut lost, "dana", ANOTHER).await;
        assert_eq!(signed_in(&lost), "dana", "{}", lost.page);

        lost.open(HERE).await;
        lost.fill("Current password", ANOTHER);
        lost.fill("New password", PASSWORD);
        let form = lost.form_of("Change password");
        assert_eq!(lost.send(&form).await.status.as_u16(), 303);
        let again = form.with("current_password", PASSWORD).with("password", THIRD);
        assert_eq!(lost.send(&again).await.status.as_u16(), 303);
        let mut elsewhere = world.visitor();
        elsewhere.open(SIGN_IN).await;
        sign_in(&mut elsewhere, "dana", THIRD).await;
        assert_eq!(signed_in(&elsewhere), "dana", "{}", elsewhere.page);
    })
    .await;
}
