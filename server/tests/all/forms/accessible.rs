//! Accessibility: tables and lists keep their roles whatever the CSS does, landmarks have names, headings are in order.
//! It also covers what a browser may restore from its cache.

use super::{PEOPLE, YOURS, sundial};
use crate::support::{Browser, World, on_each};
use scraper::{ElementRef, Selector};
use shared::roles::Role;
use std::collections::HashSet;

/// Pages of an account that is invited to one organization and requests another.
const INVITEES: &[&str] = &["/manage/organizations/create", YOURS, "/manage/account", "/manage/account/history"];
const OWNERS: &[&str] = &[
    PEOPLE,
    "/manage/organization/sundial/people?q=kim",
    "/manage/organization/sundial/people/invite",
    YOURS,
    "/org/sundial",
    "/search?q=sun",
    "/help",
];
const ADMINISTRATORS: &[&str] = &[
    "/administration/requests",
    "/administration/requests?q=nothing-of-that-name",
    "/administration/organizations",
    "/administration/organizations?q=nothing-of-that-name",
    "/administration/organizations/sundial",
    "/administration/accounts",
    "/administration/accounts?q=nothing-of-that-name",
    "/administration/accounts/dana",
    "/administration/mail",
];
const VISITORS: &[&str] = &["/", "/sign-in", "/search?q=sun", "/org/sundial"];

/// Checks pages of each kind with non-empty lists.
async fn on_pages(world: &World, look: impl Fn(&Browser)) {
    let root = world.administrator("root").await;
    let (dana, lee, kim) = (world.someone("dana").await, world.someone("lee").await, world.someone("kim").await);
    world.create_organization(&root, &dana, "sundial").await;
    world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
    world.join(&dana, "sundial", &kim, Role::Manager).await;
    world.file(&lee, "moondial").await.unwrap();
    let (dana, lee, root) = (world.browser_of(&dana), world.browser_of(&lee), world.browser_of(&root));
    for (mut who, pages) in [(lee, INVITEES), (dana, OWNERS), (root, ADMINISTRATORS), (world.visitor(), VISITORS)] {
        for page in pages {
            who.open(page).await;
            assert!(who.page.status.is_success(), "{}", who.page);
            look(&who);
        }
    }
}

fn find<'a>(browser: &'a Browser, selector: &str) -> Vec<ElementRef<'a>> {
    browser.page.html.select(&Selector::parse(selector).unwrap()).collect()
}

fn label(element: &ElementRef<'_>) -> String {
    element.value().attr("aria-label").unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_table_has_an_aria_role() {
    on_each(async |world| {
        on_pages(&world, |who| {
            for (part, role) in [
                ("table", "table"),
                ("thead", "rowgroup"),
                ("tbody", "rowgroup"),
                ("tr", "row"),
                ("th[scope=col]", "columnheader"),
                ("th[scope=row]", "rowheader"),
                ("td", "cell"),
            ] {
                let without = who.page.texts(&format!("{part}:not([role={role}])"));
                assert!(without.is_empty(), "{part} of {}: {without:?}", who.page.address);
            }
            // A row with one cell more or less would be read under the wrong headers.
            for table in find(who, "table") {
                let cells = |row: ElementRef<'_>| row.child_elements().count();
                let rows: HashSet<usize> = table.select(&Selector::parse("tr").unwrap()).map(cells).collect();
                assert_eq!(rows.len(), 1, "{}", who.page);
            }
            // A heading is words, not a name of the code.
            for heading in who.page.texts("th, h2, h3, h4, legend") {
                let joined =
                    heading.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
                assert!(!joined, "{heading} of {}", who.page.address);
            }
            // Without list markers, some browsers drop the list role.
            let unmarked = ["bare", "said", "lookalikes", "results", "choices", "reasons"];
            for list in find(who, "ul:not([role=list]), ol:not([role=list])") {
                assert!(!unmarked.iter().any(|class| list.value().classes().any(|own| own == *class)), "{}", who.page);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_content_is_in_uniquely_named_landmarks() {
    on_each(async |world| {
        on_pages(&world, |who| {
            for kind in ["nav", "[role=search]"] {
                let names: Vec<String> = find(who, kind).iter().map(label).collect();
                let different: HashSet<&String> = names.iter().filter(|name| !name.is_empty()).collect();
                assert_eq!(different.len(), names.len(), "{kind} of {}: {names:?}", who.page);
            }
            for notice in find(who, ".notice") {
                let mut around = notice.ancestors().filter_map(ElementRef::wrap).chain([notice]);
                let is_named = |one: ElementRef<'_>| one.value().name() == "section" && !label(&one).is_empty();
                let speaks = |one: ElementRef<'_>| matches!(one.value().attr("role"), Some("alert" | "status"));
                assert!(around.any(|one| is_named(one) || speaks(one)), "{}", who.page);
            }
            let levels = find(who, "main h1, main h2, main h3, main h4");
            let levels: Vec<u32> = levels.iter().filter_map(|one| one.value().name()[1..].parse().ok()).collect();
            assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{}: {levels:?}", who.page);
        })
        .await;
    })
    .await;
}

/// After Back, browsers restore the last typed value of a field instead of the value from the URL.
#[tokio::test(flavor = "multi_thread")]
async fn get_forms_turn_off_autocomplete() {
    on_each(async |world| {
        on_pages(&world, |who| {
            // A pasted list is the user's work and may be restored.
            let forms = find(who, "form[method=get]:not(:has(textarea))");
            assert!(!forms.is_empty(), "{}", who.page);
            for form in forms {
                assert_eq!(form.value().attr("autocomplete"), Some("off"), "{}", form.html());
            }
            let otherwise = find(who, "form[method=get] [autocomplete]:not([autocomplete=off])");
            assert!(otherwise.is_empty(), "{}", who.page);
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitation_banner_is_labelled_and_ends_with_the_invitation() {
    on_each(async |world| {
        let dana = sundial(&world).await;
        let lee = world.someone("lee").await;
        let mut browser = world.browser_of(&lee);
        browser.open("/").await;
        assert!(find(&browser, "section[aria-label=Notice]").is_empty(), "{}", browser.page);
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        browser.open("/").await;
        let banner = browser.page.texts("section[aria-label=Notice] .notice").concat();
        assert!(banner.contains("dana invites you to"), "{banner}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn page_restored_from_cache_checks_who_is_signed_in() {
    on_each(async |world| {
        let dana = sundial(&world).await;
        let (mut browser, mut visitor) = (world.browser_of(&dana), world.visitor());
        let now = async |who: &mut Browser| who.get("/see/accounts/reader").await.text;
        let reader = now(&mut browser).await;
        assert_eq!(
            (reader.trim_matches('"'), now(&mut visitor).await.as_str()),
            (dana.id.to_string().as_str(), "\"\"")
        );

        // Includes a page without other scripts, and one that answers a refused form.
        for page in [YOURS, PEOPLE, "/help", "/org/sundial", "/no/such/page"] {
            let text = browser.get(page).await.text;
            let guard = format!("('{}','/see/accounts/reader',", reader.trim_matches('"'));
            assert!(text.contains("addEventListener('pageshow'") && text.contains(&guard), "{page}: {text}");
            assert!(!visitor.get(page).await.text.contains("pageshow"), "{page}");
        }
        browser.open("/manage/organizations/create").await;
        let form = browser.form_of("Create");
        let refused = browser.send(&form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("addEventListener('pageshow'"), "{}", refused.text);

        browser.press("Sign out").await;
        assert_eq!(now(&mut browser).await, "\"\"");
    })
    .await;
}
