//! Requests: submitting, withdrawing, approving and declining, also with two tabs and double clicks.

use super::{QUEUE, YOURS, click_again};
use crate::support::{Browser, World, on_each};

/// Fills in the form for a community project: on Your organizations, or on the page that it leads to.
pub async fn fill_request(who: &mut Browser, name: &str) {
    who.open(YOURS).await;
    if who.page.offers(CREATE, None) {
        who.press(CREATE).await;
    }
    who.fill("Account name", name);
    who.fill("Display name", &format!("The {name} project"));
    who.fill("Organization URL", &format!("https://{name}.example.org/"));
    who.fill("Description", &format!("What {name} is for."));
    who.check("Community project");
}

/// The link to the page with the form.
const CREATE: &str = "Create new organization";

/// Requests an organization, up to its entry under Your requests.
pub async fn request(who: &mut Browser, name: &str) {
    fill_request(who, name).await;
    who.press("Create").await;
    who.is_told(&format!("Your request for The {name} project was submitted."));
}

/// Opens a waiting request from the queue.
pub async fn open_request(root: &mut Browser, name: &str) {
    root.open(QUEUE).await;
    root.press_in(name, &format!("The {name} project")).await;
    root.sees(&format!("The {name} project"));
}

pub async fn approve(root: &mut Browser, name: &str) {
    open_request(root, name).await;
    root.press("Approve").await;
    root.press("Approve").await;
    root.is_told(&format!("{name} was approved."));
}

pub async fn decline(root: &mut Browser, name: &str, reason: &str) {
    open_request(root, name).await;
    root.press("Decline").await;
    root.fill("Reason", reason);
    root.press("Decline").await;
    root.is_told(&format!("The request for {name} was declined."));
}

/// The number of requests for a name in the queue.
async fn waiting(root: &mut Browser, name: &str) -> usize {
    root.open(QUEUE).await;
    root.page.count_rows(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_request_shows_its_applicant_the_reason() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        request(&mut dana, "sundial").await;
        decline(&mut root, "sundial", "There is a sundial already.").await;
        assert!(world.email_about("dana", "declined").await.text.contains("There is a sundial already."));
        dana.open(YOURS).await;
        assert!(dana.page.line("sundial").unwrap().contains("Declined"), "{}", dana.page);
        assert!(!dana.page.offers("Withdraw", Some("sundial")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decline_without_a_reason_is_refused_at_the_field() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        request(&mut dana, "sundial").await;
        open_request(&mut root, "sundial").await;
        root.press("Decline").await;
        root.reads("stays available");
        root.press("Decline").await;
        root.is_refused_at("Reason", "Enter a reason");
        dana.open(YOURS).await;
        assert!(dana.page.offers("Withdraw", Some("sundial")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_request_cannot_be_decided() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        request(&mut dana, "sundial").await;
        open_request(&mut root, "sundial").await;
        root.press("Approve").await;
        assert!(root.page.has_dialog());

        dana.open(YOURS).await;
        dana.press_in("sundial", "Withdraw").await;
        dana.reads("sundial");
        dana.press("Cancel").await;
        assert!(!dana.page.has_dialog());
        dana.press_in("sundial", "Withdraw").await;
        dana.press("Withdraw").await;
        dana.is_told("Your request for sundial was withdrawn.");
        assert!(dana.page.line("sundial").unwrap().contains("Withdrawn"), "{}", dana.page);

        root.press("Approve").await;
        root.is_refused(409, "This request has been withdrawn");
        dana.open("/org/sundial").await;
        assert_eq!(dana.page.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approval_closes_the_rival_request_and_emails_its_applicant() {
    on_each(async |world| {
        let (mut root, mut stale) = two_tabs(&world).await;
        let (mut dana, mut lee) = (world.user_browser("dana").await, world.user_browser("lee").await);
        request(&mut dana, "sundial").await;
        request(&mut lee, "sundial").await;

        stale.open(QUEUE).await;
        stale.press_in("lee", "The sundial project").await;
        stale.reads("dana");
        stale.press("Decline").await;
        stale.fill("Reason", "Too late.");

        root.open(QUEUE).await;
        root.press_in("dana", "The sundial project").await;
        root.press("Approve").await;
        root.reads("lee's request for the same name");
        root.press("Approve").await;
        world.email_about("dana", "approved").await;
        world.email_about("lee", "the name is taken").await;
        assert!(world.emails_to("lee@lee.example").await.iter().all(|email| !email.subject.contains("approved")));

        // A tab that was left open on the rival can't decide it any more.
        stale.press("Decline").await;
        stale.is_refused(409, "Nothing was changed.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_name_is_refused_in_any_spelling_and_input_is_kept() {
    on_each(async |world| {
        let (mut root, mut dana, mut lee) =
            (world.admin_browser().await, world.user_browser("dana").await, world.user_browser("lee").await);
        request(&mut dana, "sundial").await;
        approve(&mut root, "sundial").await;
        fill_request(&mut lee, "sundial").await;
        lee.fill("Account name", "SUNDIAL");
        lee.press("Create").await;
        lee.is_refused_at("Account name", "This name is taken.");
        let hint = lee.page.hint("Account name");
        assert!(!hint.contains("/org/"), "{hint}");
        assert_eq!(lee.page.value("Description"), "What sundial is for.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_request_for_the_same_name_is_refused() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        request(&mut dana, "sundial").await;
        fill_request(&mut dana, "sundial").await;
        dana.press("Create").await;
        dana.is_refused_at("Account name", "You already have a request or a draft for this name");
        assert_eq!(dana.page.value("Display name"), "The sundial project");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unverified_account_is_told_to_verify_before_requesting() {
    on_each(async |world| {
        let mut dana = world.browser_of(&world.newcomer("dana").await);
        dana.open(YOURS).await;
        assert!(dana.page.is_disabled("Create"));
        dana.reads("Verify your email address first");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resubmitted_form_has_one_outcome_and_one_answer() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        fill_request(&mut dana, "sundial").await;
        let form = dana.form_of("Create");
        click_again(&world, &mut dana, &form).await;
        assert_eq!(waiting(&mut root, "sundial").await, 1);
        let emails = world.emails_to("dana@dana.example").await;
        assert_eq!(emails.iter().filter(|email| email.subject.contains("sundial")).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_administrator_sees_the_first_decision() {
    on_each(async |world| {
        let (mut root, mut other) = two_tabs(&world).await;
        let mut dana = world.user_browser("dana").await;
        request(&mut dana, "sundial").await;
        open_request(&mut root, "sundial").await;
        root.press("Approve").await;
        decline(&mut other, "sundial", "Another time.").await;
        root.press("Approve").await;
        root.is_refused(409, "This request has already been declined by root. Nothing was changed.");
        assert!(!root.page.offers("Approve", None));
        assert!(world.emails_to("dana@dana.example").await.iter().all(|email| !email.subject.contains("approved")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_to_a_stale_preview_gets_the_new_one() {
    on_each(async |world| {
        let (mut root, mut dana, mut lee) =
            (world.admin_browser().await, world.user_browser("dana").await, world.user_browser("lee").await);
        request(&mut dana, "sundial").await;
        open_request(&mut root, "sundial").await;
        root.press("Approve").await;
        root.fill("Message", "Welcome.");
        // A rival appears. Approval would now close their request too, which the open preview does not say.
        request(&mut lee, "sundial").await;
        root.press("Approve").await;
        root.is_refused(409, "This changed since you opened the page");
        root.reads("lee's request for the same name");
        assert_eq!(root.page.value("Message"), "Welcome.");
        root.press("Approve").await;
        root.is_told("sundial was approved.");
    })
    .await;
}

/// One administrator with two browsers.
async fn two_tabs(world: &World) -> (Browser, Browser) {
    let root = world.administrator("root").await;
    (world.browser_of(&root), world.browser_of(&world.sign_in("root").await))
}
