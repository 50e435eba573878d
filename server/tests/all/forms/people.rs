//! The people of an organization: roles, removing and leaving.

use super::{PEOPLE, QUEUE, YOURS, sundial};
use crate::support::{Browser, Someone, World, on_each};
use shared::roles::Role;

/// Creates an account and makes it a member of sundial.
pub async fn joins(world: &World, owner: &Someone, name: &str, role: Role) -> Someone {
    let someone = world.someone(name).await;
    world.join(owner, "sundial", &someone, role).await;
    someone
}

/// Picks a role in a person's row of an open page, and presses Save. This opens a dialog.
pub async fn pick(who: &mut Browser, whom: &str, role: &str) {
    who.select(&format!("Role of {whom}"), role);
    who.press_in(whom, "Save").await;
}

/// dana, the Owner of sundial, with lee and mira, its Members.
async fn three(world: &World) -> Someone {
    let dana = sundial(world).await;
    joins(world, &dana, "lee", Role::Member).await;
    joins(world, &dana, "mira", Role::Member).await;
    dana
}

#[tokio::test(flavor = "multi_thread")]
async fn role_is_changed_after_its_preview() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        joins(&world, &owner, "lee", Role::Member).await;
        let mut dana = world.browser_of(&owner);
        dana.open(PEOPLE).await;
        pick(&mut dana, "lee", "Billing manager").await;
        dana.reads("lee becomes a Billing manager and is no longer a Member");
        dana.reads("lee, all Owners of sundial");
        assert_eq!(world.role_of("sundial", "lee").await, Some(Role::Member));
        dana.press("Save").await;
        dana.is_told("lee is now a Billing manager.");
        assert_eq!(dana.page.value("Role of lee"), "billing_manager");
        world.email_about("lee", "You are now a Billing manager").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_who_changes_their_own_role_is_addressed_as_you() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        joins(&world, &owner, "kim", Role::Owner).await;
        let mut dana = world.browser_of(&owner);
        dana.open(PEOPLE).await;
        pick(&mut dana, "dana", "Member").await;
        dana.reads("You become a Member and are no longer an Owner");
        dana.press("Save").await;
        dana.is_told("dana is now a Member.");
        assert_eq!(world.role_of("sundial", "dana").await, Some(Role::Member));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_role_change_is_refused_with_the_newer_change() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let kim = joins(&world, &owner, "kim", Role::Owner).await;
        joins(&world, &owner, "lee", Role::Member).await;
        let (mut list, mut dialog) = (world.browser_of(&owner), world.browser_of(&owner));
        list.open(PEOPLE).await;
        dialog.open(PEOPLE).await;
        pick(&mut dialog, "lee", "Owner").await;
        dialog.reads("lee becomes an Owner");
        world.assign(&kim, "sundial", "lee", Role::Manager).await.unwrap();

        let changed = "kim has since made lee a Manager.";
        pick(&mut list, "lee", "Owner").await;
        list.is_refused(200, changed);
        dialog.press("Save").await;
        dialog.is_refused(409, changed);
        for page in [&list.page, &dialog.page] {
            assert!(page.has_dialog() && !page.offers("Save", None), "{page}");
        }
        assert_eq!(world.role_of("sundial", "lee").await, Some(Role::Manager));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_recent_role_change_does_not_make_the_list_stale() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        joins(&world, &owner, "lee", Role::Member).await;
        let (mut dana, mut older) = (world.browser_of(&owner), world.browser_of(&owner));
        older.open(PEOPLE).await;
        dana.open(PEOPLE).await;
        pick(&mut dana, "lee", "Manager").await;
        dana.press("Save").await;
        dana.is_told("lee is now a Manager.");
        pick(&mut older, "lee", "Billing manager").await;
        older.reads("lee becomes a Billing manager and is no longer a Manager");
        older.press("Save").await;
        older.is_told("lee is now a Billing manager.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_keeps_its_place_after_a_dialog() {
    on_each(async |world| {
        let mut dana = world.browser_of(&three(&world).await);
        let shown = format!("{PEOPLE}?q=lee");
        dana.open(&format!("{shown}&people=mira%3Dmember")).await;
        dana.reads("1 person selected, 1 not shown here.");
        pick(&mut dana, "lee", "Manager").await;
        dana.press("Cancel").await;
        assert!(!dana.page.has_dialog());
        assert!(!dana.page.has_field("Role of mira"), "{}", dana.page);
        dana.reads("1 person selected, 1 not shown here.");
        assert!(!dana.page.is_checked("Select lee"), "{}", dana.page);

        dana.check("Select lee");
        dana.select("Role for selected people", "Billing manager");
        dana.press("Change role").await;
        dana.reads("mira becomes a Billing manager");
        dana.press("Save").await;
        dana.is_told("are now Billing managers.");
        assert_eq!(dana.page.address, shown);
        assert!(!dana.page.has_field("Role of mira"), "{}", dana.page);
        assert!(!dana.page.is_checked("Select lee"), "{}", dana.page);
        assert_eq!(world.role_of("sundial", "mira").await, Some(Role::BillingManager));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_get_a_role_with_one_preview() {
    on_each(async |world| {
        let mut dana = world.browser_of(&three(&world).await);
        dana.open(PEOPLE).await;
        dana.press("Remove selected").await;
        dana.reads("Select people first");
        dana.press("Close").await;
        assert!(!dana.page.has_dialog());
        dana.check("Select lee");
        dana.check("Select mira");
        dana.press("Change role").await;
        dana.reads("Choose a role first");
        dana.press("Close").await;
        assert!(!dana.page.has_dialog());
        // The selection is kept.
        dana.select("Role for selected people", "Manager");
        dana.press("Change role").await;
        dana.reads("lee becomes a Manager");
        dana.reads("mira becomes a Manager");
        dana.press("Save").await;
        dana.is_told("lee and mira are now Managers.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removal_needs_the_typed_name_and_ends_access() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let lee = joins(&world, &owner, "lee", Role::Manager).await;
        let (mut dana, mut lee) = (world.browser_of(&owner), world.browser_of(&lee));
        dana.open(PEOPLE).await;
        dana.press("Remove lee").await;
        dana.reads("lee is no longer a Manager of sundial");
        for part in ["Remove lee?", "Ends", "Stays", "Emailed"] {
            dana.reads(part);
        }
        dana.fill("Username", "somebody");
        dana.press("Remove").await;
        dana.is_refused_at("Username", "Type lee exactly.");
        assert_eq!(dana.page.value("Username"), "somebody");
        dana.fill("Username", "lee");
        dana.press("Remove").await;
        dana.is_told("lee was removed.");
        assert!(!dana.page.has_field("Role of lee"), "{}", dana.page);
        world.email_about("lee", "You were removed").await;
        lee.open(PEOPLE).await;
        lee.sees("Page not found");
        assert_eq!(lee.page.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_asks_first_and_emails_the_owners() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let mut lee = world.browser_of(&joins(&world, &owner, "lee", Role::BillingManager).await);
        lee.open(PEOPLE).await;
        assert!(!lee.page.offers("Remove dana", None), "{}", lee.page);
        lee.press("Remove lee").await;
        lee.reads("Leave this organization?");
        lee.fill("Username", "lee");
        lee.press("Remove").await;
        lee.is_told("You left The sundial project.");
        world.email_about("dana", "lee left").await;
        assert_eq!(world.role_of("sundial", "lee").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn last_owner_cannot_leave_and_is_shown_the_alternatives() {
    on_each(async |world| {
        let owner = sundial(&world).await;
        let kim = joins(&world, &owner, "kim", Role::Owner).await;
        let why = "sundial would be left without an Owner. \
                   Make someone else an Owner first.";
        let mut dana = world.browser_of(&owner);
        dana.open(PEOPLE).await;
        dana.press("Remove dana").await;
        dana.reads("Leave this organization?");
        dana.fill("Username", "dana");
        // The other Owner leaves first.
        world.remove_member(&kim, "sundial", "kim").await.unwrap();
        dana.press("Remove").await;
        dana.is_refused(409, why);

        // Now the page says it before anything is pressed, and so does the dialog when opened by its URL.
        dana.open(PEOPLE).await;
        assert!(dana.page.line("dana").unwrap().contains(why), "{}", dana.page);
        for name in ["Remove dana", "Role of dana"] {
            assert!(dana.page.is_disabled(name), "{name}: {}", dana.page);
            assert!(dana.page.described(name).contains(why), "{name}: {}", dana.page);
        }
        for question in ["?confirm=leave&who=dana", "?confirm=role&who=dana%3Downer&as=member"] {
            dana.open(&[PEOPLE, question].concat()).await;
            dana.is_refused(200, why);
            assert!(!dana.page.offers("Remove", None), "{}", dana.page);
        }
        assert_eq!(world.role_of("sundial", "dana").await, Some(Role::Owner));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_marked_as_not_translatable() {
    on_each(async |world| {
        let owner = three(&world).await;
        let kim = world.someone("kim").await;
        world.invite(&owner, "sundial", "kim", Role::Member).await.unwrap();
        world.file(&kim, "moondial").await.unwrap();
        let offer = format!("/manage/invitations/{}", world.open_invitation(&kim, "sundial").await.unwrap());
        const NAMES: [&str; 7] = ["dana", "kim", "lee", "mira", "moondial", "root", "sundial"];
        let administrator = [
            QUEUE,
            "/administration/accounts",
            "/administration/accounts/dana",
            "/administration/organizations",
            "/administration/organizations/sundial",
        ];
        let pages = [
            (world.browser_of(&owner), vec![PEOPLE, YOURS, "/manage/account", "/org/sundial", "/search?q=sundial"]),
            (world.browser_of(&kim), vec![YOURS, &offer]),
            (world.browser_of(&world.sign_in("root").await), administrator.to_vec()),
        ];
        for (mut reader, addresses) in pages {
            for address in addresses {
                reader.open(address).await;
                let mentions = reader.page.mentions(&NAMES);
                let translated: Vec<_> = mentions.iter().filter(|name| !name.kept).map(|name| &name.at).collect();
                assert!(!mentions.is_empty() && translated.is_empty(), "{address}: {translated:?}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn field_error_is_shown_beside_the_hint() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        dana.open(PEOPLE).await;
        let hint = dana.page.hint("Username");
        assert!(!hint.is_empty(), "{}", dana.page);
        dana.fill("Username", "no such name");
        dana.press("Invite").await;
        let said = dana.page.hint("Username");
        assert!(dana.page.is_invalid("Username"), "{}", dana.page);
        assert!(said.len() > hint.len() && said.ends_with(&hint), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invite_form_is_open_only_after_a_refusal() {
    const OPEN: &str = "details.invite[open]";
    on_each(async |world| {
        let mut dana = world.browser_of(&three(&world).await);
        dana.open(PEOPLE).await;
        assert_eq!(dana.page.texts("details.invite > summary"), ["Invite member"]);
        assert!(dana.page.texts(OPEN).is_empty(), "{}", dana.page);
        dana.fill("Username", "nobody-here");
        dana.press("Invite").await;
        dana.is_refused_at("Username", "There is no account with this username.");
        assert_eq!((dana.page.texts(OPEN).len(), dana.page.value("Username")), (1, "nobody-here".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn column_of_dates_has_one_kind_of_date() {
    on_each(async |world| {
        let owner = three(&world).await;
        let mut dana = world.browser_of(&owner);
        dana.open(PEOPLE).await;
        let joined = dana.page.texts("td[data-label=Joined] time");
        assert_eq!(joined.len(), 3, "{}", dana.page);
        // As in “6 Oct 2026”.
        let is_date = |text: &String| {
            let parts: Vec<&str> = text.split(' ').collect();
            matches!(parts[..], [day, month, year] if day.len() <= 2 && month.len() == 3 && year.len() == 4)
        };
        assert!(joined.iter().all(is_date), "{joined:?}");
    })
    .await;
}
