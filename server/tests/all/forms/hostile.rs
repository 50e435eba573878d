//! Names and texts that try to become markup, or to reverse the text around them. A page with them has the same
//! elements as a page with harmless ones, including its head.

use super::{PEOPLE, QUEUE, YOURS};
use crate::support::{Browser, Engine, Someone, World, form, on_each};
use app::backend::Handle as _;
use shared::roles::Role;
use shared::wire::requests::{AddNoteForm, AskApplicantForm};

/// What people wrote, in a harmless or a hostile version.
struct Words {
    display_name: &'static str,
    text: &'static str,
    query: &'static str,
}

const TAME: Words = Words { display_name: "The Sundial Project", text: "What we do.", query: "no such thing" };

const HOSTILE: [Words; 3] = [
    Words {
        display_name: "A</title><meta http-equiv=refresh content=0;url=//e.example>",
        text: "</p></blockquote></main><script>alert(1)</script>",
        query: "</title><base href=//e.example>",
    },
    Words {
        display_name: "\"><img src=x onerror=alert(1)>",
        text: "' onfocus='alert(1)' autofocus='",
        query: "\" onmouseover=\"alert(1)",
    },
    Words { display_name: "<!-- &lt;b&gt; {{x}} -->", text: "]]><!--<script>", query: "<!--<!--" },
];

/// Every element of a page with its attribute names, in document order.
fn skeleton(who: &Browser) -> Vec<String> {
    let elements = who.page.html.root_element().descendants().filter_map(scraper::ElementRef::wrap);
    elements
        .map(|element| {
            let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", element.value().name(), names.join(" "))
        })
        .collect()
}

/// Files a request with these texts, and adds a question, an answer and a note.
async fn filed(world: &World, root: &Someone, dana: &Someone, name: &str, words: &Words) -> String {
    let (services, url) = (&world.services, format!("https://{name}.example"));
    let once = world.once();
    services
        .handle(&dana.caller, form::request_form(name, words.display_name, &url, words.text, "community"), once)
        .await
        .unwrap();
    let id = world.requests_of(dana).await.first().unwrap().facts.id;
    let (request, text) = (id.to_string(), words.text.to_owned());
    world.agree(root, AskApplicantForm { request: request.clone(), question: text.clone() }).await.unwrap();
    world.agree(root, AddNoteForm { request: request.clone(), note: text }).await.unwrap();
    request
}

/// The skeletons of the pages that show user text.
async fn skeletons(world: World, words: &Words) -> Vec<(String, Vec<String>)> {
    let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
    let (kim, lee) = (world.someone("kim").await, world.someone("lee").await);
    filed(&world, &root, &dana, "sundial", words).await;
    let id = world.requests_of(&dana).await.first().unwrap().facts.id;
    world.approve(&root, id).await.unwrap();
    let request = filed(&world, &root, &dana, "moonrise", words).await;
    world.join(&dana, "sundial", &kim, Role::Member).await;
    world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
    let invitation = world.open_invitation(&lee, "sundial").await.unwrap().to_string();
    let searched = form_urlencoded::Serializer::new(String::new()).append_pair("q", words.query).finish();
    let mut pages = Vec::new();
    for (who, addresses) in [
        (None, vec!["/org/sundial".to_owned(), format!("/search?{searched}"), "/search?q=sundial".to_owned()]),
        (
            Some(&dana),
            vec![
                YOURS.to_owned(),
                PEOPLE.to_owned(),
                format!("{PEOPLE}?{searched}"),
                format!("{PEOPLE}/invite"),
                format!("/manage/requests/{request}"),
                format!("/manage/requests/{request}/edit"),
                format!("{YOURS}?confirm=withdraw&request={request}"),
                "/manage/account/history".to_owned(),
            ],
        ),
        (Some(&kim), vec![format!("{PEOPLE}?confirm=leave&who=kim")]),
        (
            Some(&lee),
            vec![
                YOURS.to_owned(),
                format!("{YOURS}/create"),
                format!("/manage/invitations/{invitation}"),
                format!("/manage/invitations/{invitation}?confirm=decline&invitation={invitation}"),
            ],
        ),
        (
            Some(&root),
            vec![
                QUEUE.to_owned(),
                format!("{QUEUE}?{searched}"),
                format!("/administration/requests/{request}"),
                format!("/administration/requests/{request}?confirm=approve"),
                "/administration/organizations".to_owned(),
                format!("/administration/organizations?{searched}"),
                "/administration/organizations/sundial".to_owned(),
                "/administration/organizations/sundial?confirm=disable".to_owned(),
                "/administration/accounts/dana".to_owned(),
                format!("/administration/accounts?{searched}"),
                "/administration/mail".to_owned(),
            ],
        ),
    ] {
        let mut browser = who.map_or_else(|| world.visitor(), |who| world.browser_of(who));
        for address in addresses {
            browser.open(&address).await;
            assert_eq!(browser.page.status, 200, "{}", browser.page);
            let name = address.replace(&request, "ID").replace(&invitation, "ID").replace(&searched, "Q");
            pages.push((name, skeleton(&browser)));
        }
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn user_text_is_escaped_on_every_page() {
    // Both engines return the same texts to the same pages.
    let tame = skeletons(World::new(&Engine::Sqlite).await, &TAME).await;
    for words in &HOSTILE {
        let hostile = skeletons(World::new(&Engine::Sqlite).await, words).await;
        for ((page, tame), (other, hostile)) in tame.iter().zip(&hostile) {
            assert_eq!((page, tame), (other, hostile), "{}", words.display_name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn title_shows_the_name_as_typed() {
    on_each(async |world| {
        let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
        let words = Words { display_name: "R&D <3 \"us\"", ..TAME };
        filed(&world, &root, &dana, "sundial", &words).await;
        let id = world.requests_of(&dana).await.first().unwrap().facts.id;
        world.approve(&root, id).await.unwrap();
        let mut visitor = world.visitor();
        visitor.open("/org/sundial").await;
        assert_eq!(visitor.page.texts("title"), ["R&D <3 \"us\" · Guildhall"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_to_left_name_is_isolated() {
    const NAME: &str = "שלום 9";
    on_each(async |world| {
        let (root, dana, lee) =
            (world.administrator("root").await, world.someone("dana").await, world.someone("lee").await);
        filed(&world, &root, &dana, "sundial", &Words { display_name: NAME, ..TAME }).await;
        let id = world.requests_of(&dana).await.first().unwrap().facts.id;
        world.approve(&root, id).await.unwrap();
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        let open = filed(&world, &root, &dana, "moonrise", &Words { display_name: NAME, ..TAME }).await;
        let isolated = format!("\u{2068}{NAME}\u{2069}");
        // Emails.
        let email = world.email_about("lee", "invites you").await;
        assert!(email.text.contains(&format!(" of {isolated} on ")), "{}", email.text);
        // Pages.
        let mut lee = world.browser_of(&lee);
        lee.open("/search?q=sundial").await;
        assert_eq!(lee.page.texts(".notice bdi"), [NAME], "{}", lee.page);
        assert_eq!(lee.page.texts("main .results bdi"), [NAME], "{}", lee.page);
        lee.press("View invitation").await;
        assert_eq!(lee.page.texts("main p bdi"), [NAME], "{}", lee.page);
        assert_eq!(lee.page.texts("title"), [format!("\u{2068}Invitation to {NAME}\u{2069} · Guildhall")]);
        // Plain sentences.
        lee.press("Accept").await;
        lee.is_told(&format!("Welcome to {isolated}"));
        // The edit form has the name itself.
        let mut dana = world.browser_of(&dana);
        dana.open(&format!("/manage/requests/{open}/edit")).await;
        assert_eq!(dana.page.value("Display name"), NAME);
    })
    .await;
}
