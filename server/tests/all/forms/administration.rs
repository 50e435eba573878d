//! Administration: the queue, a request, and disabled accounts.

use super::QUEUE;
use super::accounts::{WRONG, sign_in};
use super::requests::{approve, open_request};
use crate::support::{PASSWORD, World, engines, on_each, says};
use shared::roles::Role;

const ACCOUNTS: &str = "/administration/accounts";
pub const MAIL: &str = "/administration/mail";

/// Runs a test on every engine, on a site with a mail server configured.
pub async fn on_each_with_mail<F: AsyncFn(World)>(test: F) {
    for engine in engines() {
        test(World::with(&engine, true).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decline_of_an_approved_request_is_refused_without_an_email() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        let (mut root, mut again) = (world.browser_of(&boss), world.browser_of(&boss));
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut again, "sundial").await;
        again.press("Decline").await;
        again.fill("Reason", "Changed my mind.");
        approve(&mut root, "sundial").await;
        again.press("Decline").await;
        again.is_refused(409, "This request has already been approved by root. Nothing was changed.");
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
        let (mut root, dana) = (world.admin_browser().await, world.someone("dana").await);
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut root, "sundial").await;
        let address = root.page.address.clone();
        root.press("Approve").await;
        root.fill("Message", "Welcome to the sun.");
        root.press("Approve").await;
        root.is_told("sundial was approved.");
        assert!(world.email_about("dana", "approved").await.text.contains("Welcome to the sun."));
        root.open(&address).await;
        root.reads("Approved by root");
        root.reads("Welcome to the sun.");
        assert!(!root.page.offers("Approve", None) && !root.page.offers("Decline", None), "{}", root.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_is_not_found_for_anyone_else() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        root.open("/").await;
        assert!(root.page.offers("Administration", None));
        dana.open("/").await;
        assert!(!dana.page.offers("Administration", None));
        for address in ["/administration", QUEUE, "/administration/organizations", ACCOUNTS, MAIL] {
            dana.open(address).await;
            assert_eq!(dana.page.status, 404, "{}", dana.page);
            dana.sees("Page not found");
            assert!(dana.page.offers("Go to the home page", None), "{}", dana.page);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn url_of_a_function_is_no_page_and_offers_a_link() {
    on_each(async |world| {
        let mut root = world.admin_browser().await;
        let cases = [("/do/nothing", 404_u16, "Page not found"), ("/do/requests/no-such", 404, "Page not found")];
        for (address, status, heading) in cases {
            root.open(address).await;
            assert_eq!(root.page.status.as_u16(), status, "{}", root.page);
            root.sees(heading);
            assert_eq!(root.page.texts("main a"), ["Go to the home page"]);
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
async fn disabled_account_is_signed_out_and_shown_the_reason() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        root.open(ACCOUNTS).await;
        root.fill("Search accounts", "DANA@DANA.EXAMPLE");
        root.press("Search").await;
        assert_eq!(root.page.count_rows("root"), 0, "{}", root.page);
        root.press_in("dana", "dana").await;
        root.sees("dana");

        root.press("Disable").await;
        root.reads("dana can't sign in and is signed out everywhere");
        root.press("Disable").await;
        root.is_refused_at("Reason", "Enter a reason");
        root.fill("Reason", "Advertising in descriptions.");
        root.press("Disable").await;
        root.is_told("The account dana is disabled and signed out of all devices.");
        root.reads("Advertising in descriptions.");
        assert!(world.email_about("dana", "was disabled").await.text.contains("Advertising in descriptions."));
        dana.open("/manage/organizations").await;
        dana.sees("Sign in");
        sign_in(&mut dana, "dana", WRONG).await;
        dana.is_refused(422, "Wrong username, email address or password.");
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.is_refused(403, "This account is disabled, so you can't sign in.");

        root.press("Enable").await;
        root.reads("dana can sign in again");
        root.press("Enable").await;
        root.is_told("The account dana is enabled again.");
        world.email_about("dana", "was enabled").await;
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.sees("Your organizations");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrator_appoints_an_owner_where_none_is_active() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        world.create_organization(&boss, &dana, "sundial").await;
        let mut lee = world.user_browser("lee").await;
        let kim = world.someone("kim").await;
        world.join(&dana, "sundial", &kim, Role::Member).await;
        let mut root = world.browser_of(&boss);
        root.open("/administration/organizations/sundial").await;
        assert!(!root.page.offers("Appoint Owner", None), "{}", root.page);
        root.open("/administration/organizations/sundial?confirm=appoint&who=lee").await;
        root.reads("sundial already has an Owner who can use their account: dana.");

        root.open("/administration/accounts/dana").await;
        root.press("Disable").await;
        root.reads("sundial has no other Owner who can use their account.");
        root.fill("Reason", "Left the company.");
        root.press("Disable").await;
        root.is_told("Organizations that now have no Owner who can use their account: sundial.");

        root.open("/administration/organizations").await;
        assert!(root.page.line("sundial").unwrap().contains("No active Owner"), "{}", root.page);
        root.open("/administration/accounts/dana").await;
        root.press("The sundial project").await;
        assert_eq!(root.page.address, "/administration/organizations/sundial");
        assert!(root.page.line("dana").unwrap().contains("Disabled"), "{}", root.page);
        assert!(!root.page.line("kim").unwrap().contains("Disabled"), "{}", root.page);
        world.someone("sam").await;
        world.services.disable_account("sam", "Spam").await.unwrap();
        for (typed, why) in [
            ("nobody-of-that-name", "There is no account with this username."),
            ("sam", "The account with this username is disabled. Enable it first, or choose someone else."),
            ("dana", "This person is already an Owner, but their account is disabled. Enable the account instead."),
            ("lee@lee.example", "Enter the person's username, not an email address."),
        ] {
            root.open("/administration/organizations/sundial").await;
            root.reads("No Owner can use their account");
            root.fill("Username", typed);
            root.press("Appoint Owner").await;
            root.reads(why);
        }
        root.open("/administration/organizations/sundial").await;
        root.fill("Username", "lee");
        root.press("Appoint Owner").await;
        root.reads("lee becomes an Owner of sundial");
        root.reads("lee, all members of sundial who can use their accounts");
        root.fill("Reason", "dana has left, and lee maintains it.");
        root.fill("Organization account name", "moondial");
        root.press("Appoint Owner").await;
        root.is_refused_at("Organization account name", "This doesn't match. Type sundial");
        assert_eq!(root.page.value("Reason"), "dana has left, and lee maintains it.");
        root.fill("Organization account name", "sundial");
        root.press("Appoint Owner").await;
        root.is_told("lee is now an Owner of sundial.");
        root.does_not_read("No active Owner");
        root.reads("lee was made an Owner of sundial by a site administrator: dana has left");
        assert!(!root.page.offers("Appoint Owner", None), "{}", root.page);

        assert_eq!(world.role_of("sundial", "lee").await, Some(Role::Owner));
        for name in ["lee", "kim"] {
            let email = world.email_about(name, "now an Owner of sundial").await;
            assert!(email.text.contains("dana has left, and lee maintains it."), "{}", email.text);
        }
        lee.open("/manage/organization/sundial/people").await;
        assert!(lee.page.line("kim").is_some(), "{}", lee.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_of_a_disabled_applicant_cannot_be_approved() {
    on_each(async |world| {
        let (mut root, dana) = (world.admin_browser().await, world.someone("dana").await);
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut root, "sundial").await;
        root.press("Approve").await;
        world.services.disable_account("dana", "Spam").await.unwrap();
        let why = "The account of dana, who requested this organization, is disabled, so nobody could manage it.";
        root.press("Approve").await;
        root.is_refused(409, why);
        open_request(&mut root, "sundial").await;
        assert!(root.page.is_disabled("Approve"), "{}", root.page);
        root.reads(why);
        world.services.enable_account("dana").await.unwrap();
        approve(&mut root, "sundial").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrator_cannot_disable_their_own_account() {
    on_each(async |world| {
        let mut root = world.admin_browser().await;
        root.open("/administration/accounts/root").await;
        root.sees("root");
        assert!(root.page.is_disabled("Disable"));
        root.reads("You can't do this to your own account. Ask another administrator.");
        // The URL of the dialog gives the same answer.
        root.open("/administration/accounts/root?confirm=disable").await;
        root.reads("You can't do this to your own account. Ask another administrator.");
        assert!(!root.page.offers("Disable", None), "{}", root.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_is_signed_out_everywhere_without_being_disabled() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        let mut phone = world.browser_of(&world.sign_in("dana").await);
        root.open("/administration/accounts/dana").await;
        root.reads("Signed in on 2 devices.");
        root.press("Sign out everywhere").await;
        root.reads("dana is signed out of all devices");
        root.reads("They can sign in again with their password");
        root.press("Sign out everywhere").await;
        root.is_refused_at("Reason", "Enter a reason");
        root.fill("Reason", "A laptop was stolen.");
        root.press("Sign out everywhere").await;
        root.is_told("dana is signed out of all devices.");
        root.reads("All devices were signed out: A laptop was stolen.");
        root.reads("Not signed in on any device.");
        assert!(!root.page.offers("Sign out everywhere", None), "{}", root.page);
        let email = world.email_about("dana", "was signed out of all devices").await;
        assert!(email.text.contains("root signed out all your devices"), "{}", email.text);
        assert!(email.text.contains("A laptop was stolen."), "{}", email.text);
        for device in [&mut dana, &mut phone] {
            device.open("/manage/organizations").await;
            device.sees("Sign in");
        }
        sign_in(&mut dana, "dana", PASSWORD).await;
        dana.sees("Your organizations");
        dana.open("/manage/account/history").await;
        dana.reads("All devices were signed out: A laptop was stolen.");

        // One's own sessions are listed in the account settings.
        root.open("/administration/accounts/root").await;
        assert!(!root.page.offers("Sign out everywhere", None), "{}", root.page);
        root.open("/administration/accounts/root?confirm=sign-out").await;
        root.reads("You can't do this to your own account. Ask another administrator.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operator_revokes_administrators_but_never_the_last_one() {
    on_each(async |world| {
        let (_, lee) = (world.admin_browser().await, world.administrator("lee").await);
        world.newcomer("dana").await;
        let mut desk = world.browser_of(&lee);
        desk.open(QUEUE).await;
        desk.sees("Requests");
        let said = async |username: &str| world.services.revoke_administrator(username).await;
        assert_eq!(said("LEE").await.unwrap(), "LEE is no longer an administrator.");
        // An open administration page is closed at once.
        desk.open(QUEUE).await;
        assert_eq!(desk.page.status, 404, "{}", desk.page);
        world.email_about("lee", "lee is no longer an administrator").await;
        assert_eq!(world.history_of(lee.id).await[0], "administrator_revoked");
        let (emails, events) = (world.emails().await.len(), world.history_of(lee.id).await.len());
        assert_eq!(
            said("lee").await.unwrap(),
            "lee isn't an administrator. Nothing was changed.",
            "the same again is no change"
        );
        assert_eq!(said("dana").await.unwrap(), "dana isn't an administrator. Nothing was changed.");
        let last = said("root").await.unwrap_err();
        assert!(says(&last).starts_with("This is the only administrator who can sign in."), "{last:?}");
        assert_eq!((world.emails().await.len(), world.history_of(lee.id).await.len()), (emails, events));
        // An administrator who can't sign in does not count, so another must remain.
        world.services.grant_administrator("lee").await.unwrap();
        world.services.disable_account("lee", "Left us.").await.unwrap();
        assert!(said("root").await.is_err());
        assert!(said("lee").await.is_ok());
        let nobody = said("nobody-of-that-name").await.unwrap_err();
        assert_eq!(nobody.status(), 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_revocations_leave_one_administrator() {
    on_each(async |world| {
        world.administrator("root").await;
        world.administrator("lee").await;
        let beside = world.second_server().await;
        let (one, other) = world
            .in_lock_order(
                "update account set revision = revision + 1 where administrator",
                world.services.revoke_administrator("root"),
                beside.services.revoke_administrator("lee"),
            )
            .await;
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(world.services.administrators().await.unwrap().len(), 1);
    })
    .await;
}
