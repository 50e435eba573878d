//! The queue of requests, and the review page of one.

use super::requests::{fill_request, open_request};
use super::{QUEUE, YOURS};
use crate::support::{Browser, form, on_each};
use app::backend::Handle as _;
use server::command_bus::Submission;
use server::context::Origin;
use shared::names::OrganizationName;
use shared::rules::administration::ReserveName;
use shared::text::Reason;
use shared::wire::administration::DisableAccountForm;
use shared::wire::requests::AskApplicantForm;

#[tokio::test(flavor = "multi_thread")]
async fn queue_is_oldest_first_and_a_request_shows_its_facts() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        let mut root = world.browser_of(&boss);
        let first = world.file(&dana, "meridian").await.unwrap();
        world.file(&dana, "rneridian").await.unwrap();
        root.open(QUEUE).await;
        let rows = root.page.texts("table.queue tbody tr");
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows[0].contains("The meridian project") && rows[1].contains("The rneridian project"), "{rows:?}");

        // A name resembles those of organizations, of which the first is created here.
        world.approve(&boss, first).await.unwrap();
        open_request(&mut root, "rneridian").await;
        for fact in ["dana", "dana@dana.example (verified)", "https://rneridian.example", "What we do."] {
            root.reads(fact);
        }
        let alike = root.page.texts(".lookalikes li");
        assert!(alike.len() == 1 && alike[0].contains("The meridian project, looks the same"), "{alike:?}");
        root.press("Approve").await;
        assert!(root.page.has_dialog());
        root.reads("The name rneridian looks the same as meridian, which is The meridian project");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn borrowed_display_name_host_and_domain_are_flagged() {
    on_each(async |world| {
        let (boss, dana, petra) =
            (world.administrator("root").await, world.someone("dana").await, world.someone("petra").await);
        world.create_organization(&boss, &dana, "sundial").await;
        let mut root = world.browser_of(&boss);
        for (name, display_name, url) in [
            ("zeta-org", "the  SÜNDIAL pr0ject", "https://www.sundial.example/about"),
            ("petra-docs", "Something else", "https://docs.petra.example"),
        ] {
            let filed = world
                .services
                .handle(&petra.caller, form::request_form(name, display_name, url, "What.", "community"), world.once())
                .await;
            filed.unwrap();
        }
        let ids: Vec<String> =
            world.requests_of(&petra).await.iter().map(|request| request.facts.id.to_string()).collect();

        root.open(&[QUEUE, "/", &ids[1]].concat()).await;
        let alike = root.page.texts(".lookalikes li");
        assert_eq!(
            alike,
            ["sundial The sundial project, has a display name that looks the same, has a URL on the same host"]
        );
        root.reads("The applicant's email address has another domain.");
        root.press("Approve").await;
        assert!(root.page.has_dialog());
        root.reads("The display name looks the same as that of sundial, which is The sundial project");
        root.reads("The sundial project, and it has a URL on the same host");

        root.open(&[QUEUE, "/", &ids[0]].concat()).await;
        root.reads("No similar organizations.");
        root.reads("petra.example is a parent domain of docs.petra.example.");
        root.does_not_read("same domain");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_queue_explains_itself() {
    on_each(async |world| {
        let mut root = world.admin_browser().await;
        root.open(QUEUE).await;
        root.reads("Nothing to review");
        root.reads("New requests for organizations appear here until they are decided.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_shows_kind_rivals_and_similar_names_of_each_request() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("root").await, world.someone("dana").await, world.someone("lee").await);
        world.create_organization(&boss, &dana, "sundial").await;
        world.file(&dana, "lantern").await.unwrap();
        world.file(&lee, "Lantern").await.unwrap();
        world.file(&lee, "1antern").await.unwrap();
        world.file(&lee, "sund1al").await.unwrap();
        let held = world.file(&dana, "harbour").await.unwrap();
        let question = AskApplicantForm { request: held.to_string(), question: "Who are you?".to_owned() };
        world.agree(&boss, question).await.unwrap();
        let mut root = world.browser_of(&boss);
        root.open(QUEUE).await;
        root.reads("Ready for review (4)");
        root.reads("On hold (1)");
        // The badge counts the requests that an administrator can decide on.
        assert_eq!(root.page.texts("summary .count"), ["4"]);
        let conflicts = |root: &Browser, name: &str| root.page.line(name).unwrap();
        let rival = conflicts(&root, "The lantern project");
        assert!(rival.contains("Community project"), "{rival}");
        assert!(rival.contains("1 other request for this name"), "{rival}");
        assert!(rival.contains("Similar request: 1antern"), "{rival}");
        let similar = conflicts(&root, "The sund1al project");
        assert!(similar.contains("Similar to sundial") && !similar.contains("other request"), "{similar}");
        let held = conflicts(&root, "The harbour project");
        assert!(held.contains("None") && held.contains("More information needed"), "{held}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_is_the_primary_button_only_if_nothing_is_left_to_check() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("root").await, world.someone("dana").await, world.someone("lee").await);
        let mut root = world.browser_of(&boss);
        let clear = form::request_form("tide", "Tide", "https://dana.example", "What.", "community");
        world.services.handle(&dana.caller, clear, world.once()).await.unwrap();
        root.open(QUEUE).await;
        root.press_in("tide", "Tide").await;
        root.reads("Nothing stands in the way of approval.");
        assert_eq!(root.page.texts("#approve.main"), ["Approve"]);

        world.file(&lee, "tide").await.unwrap();
        root.open(QUEUE).await;
        root.press_in("dana", "Tide").await;
        root.reads("Check the marked point before you approve.");
        root.reads("For the same name. Approving one closes the others");
        assert_eq!(root.page.texts("#approve.main"), [""; 0]);
        assert_eq!(root.page.texts("#approve"), ["Approve"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decided_requests_are_folded_away_and_the_form_has_its_own_page() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("root").await, world.someone("dana").await);
        let mut dana_browser = world.browser_of(&dana);
        dana_browser.open(YOURS).await;
        // The form is in place for those who have no organization and no open request.
        assert!(dana_browser.page.has_field("Account name"), "{}", dana_browser.page);
        assert!(!dana_browser.page.offers("Create new organization", None), "{}", dana_browser.page);

        let declined = world.file(&dana, "sundial").await.unwrap();
        world.decline(&boss, declined).await.unwrap();
        world.file(&dana, "tidewater").await.unwrap();
        dana_browser.open(YOURS).await;
        assert!(!dana_browser.page.has_field("Account name"), "{}", dana_browser.page);
        assert_eq!(dana_browser.page.texts("details.folded summary"), ["Decided requests (1)"]);
        let folded = dana_browser.page.texts("details.folded tbody tr");
        assert!(folded.len() == 1 && folded[0].contains("sundial"), "{folded:?}");

        dana_browser.press("Create new organization").await;
        dana_browser.sees("Create new organization");
        dana_browser.fill("Account name", "x");
        dana_browser.fill("Display name", "Kept as typed");
        dana_browser.press("Create").await;
        // A refused form stays on its page, with what was typed.
        dana_browser.sees("Create new organization");
        assert_eq!(dana_browser.page.value("Display name"), "Kept as typed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_in_person_lands_on_your_organizations() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        dana.open("/").await;
        dana.sees("Your organizations");
        assert_eq!(dana.page.address, YOURS);
        let mut visitor = world.visitor();
        visitor.open("/").await;
        visitor.sees("Organizations for the people behind the packages");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn point_blocks_approval_only_if_the_rule_refuses_it() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("root").await, world.someone("dana").await, world.someone("lee").await);
        world.file(&dana, "harbour").await.unwrap();
        world.file(&lee, "tidewater").await.unwrap();
        let blocked = async |name: &str| {
            let mut root = world.browser_of(&boss);
            open_request(&mut root, name).await;
            (root.page.texts(".points .bad.filled"), root.page.is_disabled("Approve"))
        };
        assert_eq!(blocked("harbour").await, (Vec::new(), false));
        let reserve = ReserveName {
            name: OrganizationName::parse("harbour").unwrap(),
            reason: Reason::parse("A test.").unwrap(),
        };
        world.services.bus.execute(Origin::Operator, reserve, Submission::default()).await.unwrap();
        let mut root = world.browser_of(&boss);
        root.open(QUEUE).await;
        assert!(root.page.line("The harbour project").unwrap().contains("This name is not available"), "{}", root.page);
        let disable = DisableAccountForm { username: "lee".to_owned(), reason: "A test.".to_owned() };
        world.agree(&boss, disable).await.unwrap();
        for name in ["harbour", "tidewater"] {
            assert_eq!(blocked(name).await, (vec!["Blocks approval".to_owned()], true), "{name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_request_is_shown_where_it_was_typed_even_if_the_form_is_no_longer_there() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let mut dana_browser = world.browser_of(&dana);
        fill_request(&mut dana_browser, "sundial").await;
        // The same name is requested in another tab.
        world.file(&dana, "sundial").await.unwrap();
        dana_browser.press("Create").await;
        dana_browser.is_refused_at("Account name", "You already have a request or a draft for this name");
        assert_eq!(dana_browser.page.value("Description"), "What sundial is for.");
    })
    .await;
}
