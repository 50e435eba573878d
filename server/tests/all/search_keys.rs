//! Search ignores case and accents, on both engines alike, and also for rows that were stored before.

use crate::support::{Someone, World, form, on_each};
use app::backend::{Answer as _, Caller, Handle as _};
use server::store::{DatabaseLocation, Purpose, Store};
use shared::roles::Role;
use shared::wire::administration::{AccountsQuery, OrganizationsQuery};
use shared::wire::organizations::SearchQuery;
use shared::wire::people::PeopleQuery;
use shared::wire::requests::QueueQuery;

/// Display names, and queries that find them.
const NAMES: [(&str, &str, &[&str]); 5] = [
    ("city", "İstanbul", &["istanbul", "ISTANBUL", "ıstanbul", "stanb"]),
    ("coffee", "Café Straße", &["cafe", "CAFÉ", "Cafe\u{301}", "strasse", "STRASSE"]),
    ("boats", "Łódź", &["lodz", "ŁÓDŹ", "lódz"]),
    ("ways", "Η Οδός", &["οδοσ", "ΟΔΟΣ", "οδός"]),
    ("wide", "Ｗｉｄｅ 東京", &["wide", "東京"]),
];

/// Files a request with a given display name.
async fn file(world: &World, who: &Someone, name: &str, display_name: &str) {
    let url = format!("https://{name}.example");
    let filed = world
        .services
        .handle(&who.caller, form::request_form(name, display_name, &url, "What.", "community"), world.once())
        .await;
    filed.unwrap();
}

/// Creates the organizations of [`NAMES`].
async fn create_organizations(world: &World) -> (Someone, Someone) {
    let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
    for (name, display_name, _) in NAMES {
        file(world, &dana, name, display_name).await;
        let request = world.requests_of(&dana).await.first().unwrap().facts.id;
        world.approve(&root, request).await.unwrap();
    }
    (root, dana)
}

/// The account names that each search finds: for everyone, for administrators, and among decided requests.
async fn found(world: &World, root: &Someone, query: &str) -> [Vec<String>; 3] {
    let everybody = world.services.answer(&Caller::default(), SearchQuery { query: query.to_owned() }).await.unwrap();
    let administrators =
        world.services.answer(&root.caller, OrganizationsQuery { query: query.to_owned() }).await.unwrap();
    let requests = world.services.answer(&root.caller, QueueQuery { query: query.to_owned() }).await.unwrap();
    [
        everybody.found.into_iter().map(|one| one.name).collect(),
        administrators.found.into_iter().map(|one| one.name).collect(),
        requests.closed.into_iter().map(|one| one.name).collect(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn search_ignores_case_and_accents() {
    on_each(async |world| {
        let (root, _) = create_organizations(&world).await;
        for (name, _, queries) in NAMES {
            for query in queries {
                assert_eq!(found(&world, &root, query).await, [[name], [name], [name]], "{query}");
            }
        }
        for query in ["\u{301}", "nothing"] {
            assert_eq!(found(&world, &root, query).await.concat(), Vec::<String>::new(), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_search_matches_any_spelling_of_a_username() {
    on_each(async |world| {
        let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
        world.create_organization(&root, &dana, "sundial").await;
        world.join(&dana, "sundial", &world.someone("kim").await, Role::Member).await;
        world.someone("lee").await;
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        for (text, people, invited) in [("Kïm", 1, 0), ("LÉE", 0, 1), ("東", 0, 0), ("", 2, 1)] {
            let organization = "sundial".to_owned();
            let query = PeopleQuery { organization, text: text.to_owned(), ..PeopleQuery::default() };
            let page = world.services.answer(&dana.caller, query).await.unwrap();
            assert_eq!((page.people.len(), page.invitations.len()), (people, invited), "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_ignores_separators() {
    on_each(async |world| {
        let (root, notes) = (world.administrator("root").await, world.someone("Field.Notes").await);
        let id = world.file(&notes, "Night.Sky").await.unwrap();
        for query in ["night-sky", "NIGHT__SKY", "night.sky", "ght-sk", "field_notes", "FIELD-NOTES", "fieldnotes"] {
            let waiting =
                world.services.answer(&root.caller, QueueQuery { query: query.to_owned() }).await.unwrap().open;
            assert_eq!(waiting.into_iter().map(|one| one.row.name).collect::<Vec<_>>(), ["Night.Sky"], "{query}");
        }
        world.approve(&root, id).await.unwrap();
        for query in ["night-sky", "NIGHT__SKY", "night.sky", "ght-sk"] {
            assert_eq!(found(&world, &root, query).await, [["Night.Sky"], ["Night.Sky"], ["Night.Sky"]], "{query}");
        }
        for query in ["field_notes", "FIELD--NOTES", "fieldnotes", "@field-notes", "field.notes@field"] {
            let accounts =
                world.services.answer(&root.caller, AccountsQuery { query: query.to_owned() }).await.unwrap().found;
            assert_eq!(accounts.into_iter().map(|one| one.username).collect::<Vec<_>>(), ["Field.Notes"], "{query}");
        }
        let [organization, text] = ["night-sky", "field_notes"].map(str::to_owned);
        let query = PeopleQuery { organization, text, ..PeopleQuery::default() };
        let people = world.services.answer(&notes.caller, query).await.unwrap().people;
        assert_eq!(people.len(), 1);
        // Wildcards are matched literally.
        for query in ["night%sky", "n_ghtx", "%"] {
            assert_eq!(found(&world, &root, query).await.concat(), Vec::<String>::new(), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_from_before_the_migration_are_found() {
    on_each(async |world| {
        let (root, _) = create_organizations(&world).await;
        let keys = "select look_key || ' at ' || host_key from organization order by name_key";
        let before = world.rows(keys).await;
        let empty = "update organization set display_key = '', look_key = '', host_key = ''; update request set search_key = ''";
        world.execute_raw(empty).await.unwrap();
        assert_eq!(found(&world, &root, "istanbul").await.concat(), Vec::<String>::new());
        let purpose = match &world.place {
            // While a server is running.
            DatabaseLocation::Folder(_) => Purpose::Command,
            DatabaseLocation::Postgres { .. } => Purpose::Migrate,
        };
        Store::open(&world.place, purpose).await.unwrap().close().await;
        for (name, _, queries) in NAMES {
            assert_eq!(found(&world, &root, queries[0]).await, [[name], [name], [name]]);
        }
        assert_eq!(world.rows(keys).await, before);
    })
    .await;
}
