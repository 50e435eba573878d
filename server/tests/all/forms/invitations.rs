//! Invitations to an organization: sending, answering and revoking.

use super::{PEOPLE, YOURS, click_again, sundial};
use crate::support::{Browser, World, address_of, on_each};
use shared::roles::Role;

pub const ACCEPT: &str = "Accept the invitation to The sundial project";
const DECLINE: &str = "Decline the invitation to The sundial project";

/// Invites a person to sundial from a fresh page.
pub async fn invite(who: &mut Browser, whom: &str, role: &str) {
    who.open(PEOPLE).await;
    who.fill("Username", whom);
    who.check(role);
    who.press("Invite").await;
}

/// The number of emails to an account with such a subject.
async fn emails(world: &World, username: &str, subject: &str) -> usize {
    let emails = world.emails_to(&address_of(username)).await;
    emails.iter().filter(|email| email.subject.contains(subject)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn invitee_accepts_from_the_banner_and_is_listed() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.browser_of(&sundial(&world).await), world.user_browser("lee").await);
        invite(&mut dana, "lee", "Manager").await;
        dana.is_told("Invitation sent to lee.");
        assert!(dana.page.line("lee").unwrap().contains("Manager"), "{}", dana.page);
        let email = world.email_about("lee", "invites you to").await;
        let meaning = Role::Manager.meaning();
        assert!(email.text.contains(&meaning) && !email.text.contains("projects"), "{}", email.text);
        world.email_about("dana", "lee is invited to").await;

        lee.open("/").await;
        let banner = lee.page.banner();
        assert!(banner.contains("dana invites you to join The sundial project as a Manager."), "{banner}");
        lee.press("View invitation").await;
        lee.sees("Invitation to The sundial project");
        lee.reads("see this organization");
        // Features that don't exist yet are not mentioned.
        assert!(!lee.page.text().contains("projects"), "{}", lee.page);
        lee.open(YOURS).await;
        lee.press(ACCEPT).await;
        lee.is_told("Welcome to The sundial project. You are now a Manager.");
        assert!(lee.page.line("sundial").unwrap().contains("Manager"), "{}", lee.page);
        assert_eq!(lee.page.banner(), "");

        dana.open(PEOPLE).await;
        assert_eq!(dana.page.value("Role of lee"), "manager");
        world.email_about("dana", "lee joined").await;
        lee.open(PEOPLE).await;
        lee.reads("Only Owners can invite people, change roles and remove people. The Owner here is dana.");
        assert!(!lee.page.has_field("Username"), "{}", lee.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_invitee_is_refused_at_the_field_and_input_is_kept() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let lee = world.someone("lee").await;
        world.join(&owner, "sundial", &lee, Role::BillingManager).await;
        world.newcomer("fresh").await;
        let mut dana = world.browser_of(&owner);
        for (name, why) in [
            ("nobody-at-all", "There is no account with this username."),
            ("dana@example.org", "Enter the person's username, not an email address"),
            ("dana", "This is you"),
            ("lee", "This person is already a Billing manager of this organization."),
            ("fresh", "This person has no verified email address yet"),
        ] {
            invite(&mut dana, name, "Manager").await;
            dana.is_refused_at("Username", why);
            assert_eq!(dana.page.value("Username"), name);
            assert!(dana.page.is_checked("Manager"), "{}", dana.page);
        }
        dana.does_not_read("Pending invitations");

        world.someone("mira").await;
        invite(&mut dana, "mira", "Member").await;
        dana.is_told("Invitation sent to mira.");
        invite(&mut dana, "mira", "Member").await;
        dana.is_refused_at("Username", "This person already has an invitation as a Member, valid until");
        assert_eq!(emails(&world, "mira", "invites you to").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pasted_names_are_checked_before_anyone_is_invited() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        for name in ["lee", "mira", "sam"] {
            world.someone(name).await;
        }
        dana.open(PEOPLE).await;
        dana.press("Invite several people").await;
        dana.fill("Usernames", "lee, mira\n@sam nobody-at-all\ndana");
        dana.select("Role", "Manager");
        dana.press("Check names").await;
        dana.reads("3 people can be invited as Managers");
        dana.reads("There is no account with this username.");
        assert_eq!(emails(&world, "lee", "invites you to").await, 0);

        dana.uncheck("sam");
        dana.press("Invite selected").await;
        dana.is_told("Invitations sent to lee and mira.");
        world.email_about("lee", "invites you to").await;
        assert!(dana.page.line("mira").unwrap().contains("Manager"), "{}", dana.page);
        assert_eq!(
            (dana.page.count_rows("sam"), emails(&world, "sam", "invites you to").await),
            (0, 0),
            "{}",
            dana.page
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_with_nobody_selected_or_someone_gone_is_kept() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let kim = world.someone("kim").await;
        let mut dana = world.browser_of(&owner);
        invite(&mut dana, "kim", "Owner").await;
        dana.is_told("Invitation sent to kim.");
        // The role of this invitation is not preselected for the next one.
        assert!(dana.page.is_checked("Member"), "{}", dana.page);
        let offer = world.open_invitation(&kim, "sundial").await.unwrap();
        world.accept(&kim, offer).await.unwrap();
        let names = ["lee", "mira", "sam"];
        for name in names {
            world.someone(name).await;
        }

        dana.open(&format!("{PEOPLE}/invite?names=lee+mira+sam")).await;
        for name in names {
            dana.uncheck(name);
        }
        dana.press("Invite selected").await;
        dana.is_refused(422, "Select at least one person.");
        assert_eq!(names.map(|name| dana.page.is_checked(name)), [false; 3], "{}", dana.page);
        dana.check("lee");
        dana.check("mira");
        world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap();
        dana.press("Invite selected").await;
        dana.is_refused(
            409,
            "Nobody was invited, because 1 of these 2 people can no longer be invited. The list shows why.",
        );
        assert!(dana.page.line("lee").unwrap().contains("This person already has an invitation"), "{}", dana.page);
        assert_eq!(["mira", "sam"].map(|name| dana.page.is_checked(name)), [true, false], "{}", dana.page);
        assert_eq!(emails(&world, "mira", "invites you to").await, 0);
        dana.press("Invite selected").await;
        dana.is_told("Invitation sent to mira.");
        assert_eq!(emails(&world, "lee", "invites you to").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_over_the_batch_limit_continues_with_the_rest() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        for name in ["lee", "mira"] {
            world.someone(name).await;
        }
        dana.open(PEOPLE).await;
        dana.press("Invite several people").await;
        let strangers: Vec<String> = (0..99).map(|n| format!("stranger-{n}-of-the-list")).collect();
        dana.fill("Usernames", &format!("lee\n{}\nmira", strangers.join("\n")));
        dana.press("Check names").await;
        dana.reads("The rest follow once you've invited these.");
        assert!(!dana.page.has_field("mira"), "{}", dana.page);
        dana.press("Invite selected").await;
        dana.is_told("Invitation sent to lee.");
        assert!(dana.page.is_checked("mira"), "{}", dana.page);
        dana.press("Invite selected").await;
        dana.is_told("Invitation sent to mira.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn message_of_a_declined_invitation_reaches_the_owners() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.browser_of(&sundial(&world).await), world.user_browser("lee").await);
        invite(&mut dana, "lee", "Member").await;
        lee.open(YOURS).await;
        lee.press(DECLINE).await;
        lee.reads("all Owners of sundial");
        lee.fill("Message", "No time this year.");
        lee.press("Decline").await;
        lee.is_told("You declined the invitation to The sundial project.");
        let email = world.email_about("dana", "declined the invitation").await;
        assert!(email.text.contains("No time this year."), "{}", email.text);
        world.email_about("lee", "You declined").await;
        dana.open(PEOPLE).await;
        dana.does_not_read("Pending invitations");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_invitation_has_a_dead_link_and_stale_tabs_say_so() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.browser_of(&sundial(&world).await), world.user_browser("lee").await);
        let mut mira = world.user_browser("mira").await;
        invite(&mut dana, "lee", "Member").await;
        let first = world.email_about("lee", "invites you to").await.link();
        dana.press("Re-send invite to lee").await;
        dana.is_told("The invitation was sent to lee again.");
        let newest = world.email_about("lee", "invites you to").await.link();
        assert_ne!(first, newest);
        lee.open(&first).await;
        lee.is_refused(404, "a newer one replaced it");
        mira.open(&newest).await;
        mira.is_refused(403, "This link belongs to the account lee");
        lee.open(&newest).await;
        assert!(lee.page.offers(ACCEPT, None), "{}", lee.page);

        dana.press("Revoke invite for lee").await;
        dana.reads("The invitation for lee to become a Member");
        dana.press("Revoke invite").await;
        dana.is_told("lee's invitation was revoked.");
        world.email_about("lee", "was revoked").await;
        lee.press(ACCEPT).await;
        lee.is_refused(409, "This invitation has been revoked by dana.");
        lee.open(&newest).await;
        lee.is_refused(200, "This invitation has been revoked by dana.");
        assert!(!lee.page.offers(ACCEPT, None), "{}", lee.page);
        assert_eq!(world.role_of("sundial", "lee").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_invite_and_accept_have_one_outcome() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.browser_of(&sundial(&world).await), world.user_browser("lee").await);
        dana.open(PEOPLE).await;
        dana.fill("Username", "lee");
        let form = dana.form_of("Invite");
        click_again(&world, &mut dana, &form).await;
        assert_eq!(emails(&world, "lee", "invites you to").await, 1);

        let link = world.email_about("lee", "invites you to").await.link();
        lee.open(&link).await;
        let form = lee.form_of(ACCEPT);
        click_again(&world, &mut lee, &form).await;
        assert_eq!(emails(&world, "lee", "You are now a Member of sundial").await, 1);
        assert_eq!(emails(&world, "dana", "lee joined").await, 1);

        lee.open(&link).await;
        lee.is_refused(200, "You have already accepted this invitation.");
        lee.press("Your organizations").await;
        lee.sees("Your organizations");
        assert!(lee.page.line("sundial").unwrap().contains("Member"), "{}", lee.page);
    })
    .await;
}
