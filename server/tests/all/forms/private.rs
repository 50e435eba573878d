//! Private organizations: the draft, the billing page and the request. It also covers a disabled organization and pages
//! of another account.

use super::YOURS;
use super::invitations::ACCEPT;
use super::requests::{approve, fill_request, open_request};
use crate::support::{Browser, on_each};
use shared::roles::Role;

/// Starts a request for a private organization, up to the billing page.
pub async fn begin(who: &mut Browser, name: &str) {
    fill_request(who, name).await;
    who.check("Private organization");
    who.press("Create").await;
    who.sees(&format!("Billing details for {name}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn private_organization_is_a_draft_until_billing_is_complete() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        dana.open(YOURS).await;
        dana.reads("5.00 USD per member per month");
        begin(&mut dana, "works").await;

        // Only dana sees the draft.
        root.open("/administration/requests").await;
        assert_eq!(root.page.count_rows("works"), 0, "{}", root.page);
        let told = async || world.emails_to("root@root.example").await.iter().any(|e| e.subject.contains("works"));
        assert!(!told().await);
        dana.open(YOURS).await;
        assert!(dana.page.line("works").unwrap().contains("the billing details are missing"), "{}", dana.page);
        dana.press_in("works", "Continue").await;

        dana.fill("Legal name", "Works Ltd");
        dana.press("Submit").await;
        dana.is_refused_at("Billing email", "email address for invoices");
        assert_eq!(dana.page.value("Legal name"), "Works Ltd");
        dana.fill("Billing email", "papers@works.example");
        dana.fill("Postal address", "1 Quay Street\nFalmouth");
        dana.select("Country", "United Kingdom");
        dana.press("Submit").await;
        dana.is_told("Your request for The works project was submitted.");
        assert!(told().await);

        open_request(&mut root, "works").await;
        for detail in ["Works Ltd", "papers@works.example", "1 Quay Street Falmouth", "United Kingdom"] {
            root.reads(detail);
        }
        approve(&mut root, "works").await;
        world.email_about("dana", "approved").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_form_keeps_the_private_kind() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        fill_request(&mut dana, "works").await;
        dana.check("Private organization");
        dana.fill("Organization URL", "works");
        dana.press("Create").await;
        dana.is_refused_at("Organization URL", "https://");
        assert!(dana.page.is_checked("Private organization") && !dana.page.is_checked("Community project"));
        dana.fill("Organization URL", "https://works.example.org/");
        dana.press("Create").await;
        dana.sees("Billing details for works");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_now_saves_the_input_for_its_author_only() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        begin(&mut dana, "works").await;
        dana.fill("Legal name", "Works Ltd");
        dana.fill("Billing email", "papers@");
        dana.fill("Postal address", "1 Quay Street\nFalmouth");
        dana.select("Country", "United Kingdom");
        dana.fill("Tax ID", &"1".repeat(41));
        dana.press("Not now").await;
        dana.is_refused_at("Tax ID", "40");
        assert_eq!(dana.page.value("Billing email"), "papers@");
        dana.fill("Tax ID", "GB 123");
        dana.press("Not now").await;
        dana.is_told("Your billing details were saved. Only you can see them until you submit the request.");

        // It is also there on another device of dana's, and nowhere else.
        dana.open(YOURS).await;
        dana.press_in("works", "Continue").await;
        let typed = [
            ("Legal name", "Works Ltd"),
            ("Billing email", "papers@"),
            ("Postal address", "1 Quay Street\nFalmouth"),
            ("Country", "GB"),
            ("Tax ID", "GB 123"),
            ("Purchase order number", ""),
        ];
        for (label, value) in typed {
            assert_eq!(dana.page.value(label), value, "{label}");
        }
        let billing = dana.page.address.clone();
        root.open(&billing).await;
        assert_eq!(root.page.status, 404, "{}", root.page);
        dana.press("Submit").await;
        dana.is_refused_at("Billing email", "domain");
        dana.fill("Billing email", "papers@works.example");
        dana.press("Submit").await;
        dana.is_told("Your request for The works project was submitted.");
        let request = billing.split('/').nth(3).unwrap().parse().unwrap();
        assert_eq!(world.read(async |tx| server::store::billing::draft(tx, request).await).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discarded_draft_is_gone() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        begin(&mut dana, "works").await;
        let billing = dana.page.address.clone();
        dana.press("Not now").await;
        dana.open(YOURS).await;
        dana.press_in("works", "Discard").await;
        dana.reads("The draft for works is discarded, with everything you entered for it");
        dana.press("Discard").await;
        dana.is_told("The draft for works was discarded.");
        assert_eq!(dana.page.count_rows("works"), 0, "{}", dana.page);
        dana.open(&billing).await;
        assert_eq!(dana.page.status, 404, "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_organization_is_hidden_and_members_see_the_reason() {
    on_each(async |world| {
        let (boss, owner) = (world.administrator("root").await, world.someone("dana").await);
        let (mut root, mut dana) = (world.browser_of(&boss), world.browser_of(&owner));
        world.create_organization(&boss, &owner, "sundial").await;
        let mut lee = world.user_browser("lee").await;
        world.invite(&owner, "sundial", "lee", Role::Member).await.unwrap();
        root.open("/administration/accounts/dana?confirm=disable").await;
        root.reads("1 pending invitation that they sent can't be accepted while the account is disabled");
        root.open("/administration/organizations?q=sundial").await;
        root.press_in("sundial", "The sundial project").await;
        root.press("Disable").await;
        root.reads("1 pending invitation can't be accepted while it is disabled");
        root.reads("all Owners of sundial who can use their accounts");
        root.press("Disable").await;
        root.is_refused_at("Reason", "Enter a reason");
        root.fill("Reason", "The name belongs to somebody else.");
        root.press("Disable").await;
        root.is_told("sundial is disabled. We emailed its Owners.");
        root.reads("The name belongs to somebody else.");
        assert!(world.email_about("dana", "was disabled").await.text.contains("The name belongs to somebody else."));

        dana.open(YOURS).await;
        let line = dana.page.line("sundial").unwrap();
        assert!(line.contains("Disabled by site administrators: The name belongs to somebody else."));
        dana.open("/manage/organization/sundial/people").await;
        assert_eq!(dana.page.status, 403, "{}", dana.page);
        dana.reads("The name belongs to somebody else.");
        dana.open("/org/sundial").await;
        assert_eq!(dana.page.status, 404, "{}", dana.page);
        dana.sees("Page not found");
        lee.open(YOURS).await;
        assert!(!lee.page.offers(ACCEPT, None), "{}", lee.page);

        root.press("Enable").await;
        root.press("Enable").await;
        root.is_told("sundial is enabled again.");
        world.email_about("dana", "was enabled").await;
        dana.open("/org/sundial").await;
        dana.sees("The sundial project");
        dana.open("/manage/organization/sundial/people").await;
        dana.sees("The sundial project");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_tab_does_not_act_for_another_account() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.user_browser("dana").await, world.user_browser("lee").await);
        fill_request(&mut dana, "sundial").await;

        // In another tab of the same browser dana signs out, and lee signs in.
        let before = dana.cookies().clone();
        *dana.cookies() = lee.cookies().clone();
        dana.press("Create").await;
        dana.is_refused(403, "Someone else has signed in since");
        assert_eq!(dana.page.value("Account name"), "sundial");
        lee.open(YOURS).await;
        assert_eq!(lee.page.count_rows("sundial"), 0, "{}", lee.page);

        // Sent again, the form acts for lee.
        dana.press("Create").await;
        dana.is_told("Your request for The sundial project was submitted.");
        lee.open(YOURS).await;
        assert!(lee.page.offers("Withdraw", Some("sundial")), "{}", lee.page);
        world.email_about("lee", "Your request for sundial was submitted").await;
        *dana.cookies() = before;
        dana.open(YOURS).await;
        assert_eq!(dana.page.count_rows("sundial"), 0, "{}", dana.page);
    })
    .await;
}
