//! Concurrent changes by others: a stale page says so, and nothing is done.

use super::invitations::{ACCEPT, invite};
use super::people::joins;
use super::{PEOPLE, YOURS, sundial};
use crate::support::{Someone, World, on_each};
use shared::roles::Role;

/// dana and kim, the Owners of sundial. lee and mira are Members.
async fn owners(world: &World) -> [Someone; 2] {
    let dana = sundial(world).await;
    let kim = joins(world, &dana, "kim", Role::Owner).await;
    joins(world, &dana, "lee", Role::Member).await;
    joins(world, &dana, "mira", Role::Member).await;
    [dana, kim]
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_person_is_dropped_from_a_bulk_selection() {
    on_each(async |world| {
        let [dana, kim] = owners(&world).await;
        let mut dana = world.browser_of(&dana);
        dana.open(PEOPLE).await;
        dana.check("Select lee");
        dana.check("Select mira");
        dana.press("Remove selected").await;
        dana.reads("Remove 2 people?");
        world.remove_member(&kim, "sundial", "lee").await.unwrap();

        dana.fill("Organization account name", "sundial");
        dana.press("Remove").await;
        dana.is_refused(409, "Recent changes: lee, a Member, was removed");
        dana.reads("lee was removed by kim");
        assert_eq!(dana.page.value("Organization account name"), "sundial");
        dana.press("Cancel").await;
        dana.reads("lee isn't a member and is no longer selected.");
        dana.reads("1 person selected.");
        dana.press("Remove selected").await;
        dana.reads("Remove mira?");
        dana.fill("Username", "mira");
        dana.press("Remove").await;
        dana.is_told("mira was removed.");
        dana.does_not_read("no longer selected");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_removal_asks_again_and_keeps_the_input() {
    on_each(async |world| {
        let [dana, kim] = owners(&world).await;
        let mut kim = world.browser_of(&kim);
        kim.open(PEOPLE).await;
        kim.press("Remove lee").await;
        kim.reads("lee is no longer a Member of sundial");
        kim.fill("Username", "lee");
        world.assign(&dana, "sundial", "lee", Role::Manager).await.unwrap();

        kim.press("Remove").await;
        kim.is_refused(409, "Recent changes: lee changed from a Member to a Manager");
        kim.is_refused(409, "(by dana)");
        kim.reads("lee is no longer a Manager of sundial");
        assert_eq!(kim.page.value("Username"), "lee");
        assert_eq!(world.role_of("sundial", "lee").await, Some(Role::Manager));
        kim.press("Remove").await;
        kim.is_told("lee was removed.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removal_of_a_removed_person_names_who_removed_them() {
    on_each(async |world| {
        let [dana, kim] = owners(&world).await;
        let mut dana = world.browser_of(&dana);
        dana.open(PEOPLE).await;
        dana.press("Remove lee").await;
        dana.fill("Username", "lee");
        world.remove_member(&kim, "sundial", "lee").await.unwrap();
        dana.press("Remove").await;
        dana.is_refused(409, "lee was removed from sundial by kim.");
        assert!(!dana.page.offers("Remove", None), "{}", dana.page);
        dana.press("Close").await;
        assert!(!dana.page.has_field("Role of lee"), "{}", dana.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn person_with_a_newer_role_is_skipped_in_a_bulk_change() {
    on_each(async |world| {
        let [dana, kim] = owners(&world).await;
        let mut dana = world.browser_of(&dana);
        dana.open(PEOPLE).await;
        dana.check("Select lee");
        dana.check("Select mira");
        dana.select("Role for selected people", "Manager");
        world.assign(&kim, "sundial", "lee", Role::Owner).await.unwrap();
        dana.press("Change role").await;
        dana.reads("kim has since made lee an Owner");
        dana.reads("mira becomes a Manager");
        dana.press("Save").await;
        dana.is_told("mira is now a Manager.");
        assert_eq!(dana.page.value("Role of lee"), "owner");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_invitation_links_to_the_next_one() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.browser_of(&sundial(&world).await), world.user_browser("lee").await);
        invite(&mut dana, "lee", "Member").await;
        lee.open(YOURS).await;
        lee.press_in("sundial", "The sundial project").await;
        lee.reads("invites you to become a Member");
        let first = lee.page.address.clone();
        dana.press("Revoke invite for lee").await;
        dana.press("Revoke invite").await;
        dana.is_told("lee's invitation was revoked.");
        invite(&mut dana, "lee", "Manager").await;
        dana.is_told("Invitation sent to lee.");

        lee.open(&first).await;
        lee.is_refused(200, "This invitation has been revoked by dana.");
        lee.reads("invited you to become a Member");
        lee.press("View the latest invitation").await;
        lee.reads("invites you to become a Manager");
        let second = lee.page.address.clone();
        lee.press(ACCEPT).await;
        lee.is_told("Welcome to The sundial project");
        lee.open(&second).await;
        lee.is_refused(200, "You have already accepted this invitation.");
        lee.press("Manage The sundial project").await;
        lee.sees("The sundial project");
    })
    .await;
}
