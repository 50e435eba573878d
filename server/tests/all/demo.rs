//! The small demo is consistent and is created once. The large demo inserts its crowd in bulk, which leaves the same
//! rows as the command bus.

use crate::support::{Engine, World, engines, form, on_each};
use app::backend::{Answer as _, Caller, Handle as _};
use server::command_bus::bulk::Bulk;
use server::command_bus::{CommandBus, LoadFacts, Submission};
use server::context::Origin;
use server::demo::large::{LARGEST, THOUSAND};
use server::demo::{self, Refused};
use server::random::SeededRandom;
use server::services::web;
use server::store::{accounts, history, organizations};
use shared::domain::RequestState;
use shared::names::{OrganizationName, Username};
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Role;
use shared::rules::Event;
use shared::rules::accounts::{AccountDetails, CreateAccount, SignIn};
use shared::rules::people::{AcceptInvitation, AssignRole, Invite, RemoveMembers};
use shared::rules::requests::{ApproveRequest, FileRequest};
use shared::text::Message;
use shared::wire::Consent;
use shared::wire::organizations::SearchQuery;
use shared::wire::people::PeopleQuery;
use shared::wire::requests::QueueQuery;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn demo_has_people_organizations_and_requests_in_every_state() {
    on_each(async |world| {
        let world = world.on_loopback();
        let fill = async || demo::fill(world.services.bus.clone(), &world.services.hasher, None).await;
        fill().await.unwrap();
        assert!(matches!(fill().await, Err(Refused::NotEmpty)));

        let people = world.read(async |tx| accounts::search(tx, "", 100).await).await;
        assert_eq!(people.len(), 12);
        assert_eq!(people.iter().filter(|person| !person.verified).count(), 1);
        for name in [demo::ADMINISTRATOR, demo::OWNER, demo::APPLICANT] {
            assert!(
                world
                    .services
                    .handle(&Caller::default(), form::sign_in(name, demo::PASSWORD), Consent::default())
                    .await
                    .is_ok(),
                "{name}"
            );
        }
        let found =
            world.services.answer(&Caller::default(), SearchQuery { query: "i".to_owned() }).await.unwrap().found;
        let more =
            world.services.answer(&Caller::default(), SearchQuery { query: "e".to_owned() }).await.unwrap().found;
        let names: BTreeSet<String> = found.into_iter().chain(more).map(|found| found.name).collect();
        assert_eq!(names.len(), 4, "{names:?}");

        let boss = Username::parse(demo::ADMINISTRATOR).unwrap().key();
        let boss = world.read(async |tx| accounts::by_username(tx, &boss).await).await.unwrap();
        assert!(boss.administrator);
        let states: BTreeSet<String> = world.rows("select distinct state from request").await.into_iter().collect();
        assert_eq!(states, RequestState::ALL.iter().map(|state| state.code().to_owned()).collect());
        // No email is sent, and the history is as sound as any.
        assert_eq!(world.rows("select distinct state from letter").await, ["kept"]);
        let ids = world.read(async |tx| organizations::keys_of_account(tx, people[0].id).await).await;
        for (id, _) in ids {
            let events = world.read(async |tx| history::of_organization(tx, id, 1).await).await;
            assert_eq!(history::first_broken_link(id, &events), None);
        }
        let queue = world
            .services
            .answer(&world.caller_of(demo::ADMINISTRATOR, demo::PASSWORD).await, QueueQuery { query: String::new() })
            .await
            .unwrap();
        assert_eq!(queue.open.len(), 6);
        let order =
            queue.open.iter().map(|request| (request.row.state != RequestState::Submitted, request.row.filed_at));
        assert!(order.is_sorted(), "ready for review first, then oldest first");
        let summary = queue.summary.unwrap();
        assert_eq!((summary.ready, summary.on_hold), (4, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_password_is_refused_on_public_sites_and_as_a_new_password() {
    on_each(async |world| {
        demo::fill(world.services.bus.clone(), &world.services.hasher, None).await.unwrap();
        let who = Caller::default();
        for name in [demo::ADMINISTRATOR, demo::OWNER, "nobody-of-that-name"] {
            let refused =
                world.services.handle(&who, form::sign_in(name, demo::PASSWORD), Consent::default()).await.map(|_| ());
            assert_eq!(refused, Err(Problem::Refused(Refusal::DemoPassword {})), "{name}");
        }
        let world = world.on_loopback();
        let refused = world
            .services
            .handle(&who, form::new_account("kim", "kim@kim.example", demo::PASSWORD), world.once())
            .await;
        let refused = refused.map(|_| ()).unwrap_err();
        assert_eq!(refused.of(Field::Password), Some(&FaultCode::PasswordLeaked {}));
        assert!(
            world.services.handle(&who, form::sign_in(demo::OWNER, demo::PASSWORD), Consent::default()).await.is_ok()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_demo_adds_a_crowd_to_the_small_demo() {
    on_each(async |world| {
        let world = world.on_loopback();
        demo::fill(world.services.bus.clone(), &world.services.hasher, Some(60)).await.unwrap();
        let count = async |sql: &str| world.rows(sql).await;
        assert_eq!(count("select cast(count(*) as text) from account").await, ["72"]);
        // Four of the small demo, and one for every ten accounts.
        assert_eq!(count("select cast(count(*) as text) from organization where state = 'active'").await, ["10"]);
        assert_eq!(count("select cast(count(*) as text) from letter where to_address like '%-%@%'").await, ["0"]);

        let dana = world.caller_of(demo::OWNER, demo::PASSWORD).await;
        for name in [LARGEST, THOUSAND] {
            let page = world
                .services
                .answer(&dana, PeopleQuery { organization: name.to_owned(), ..PeopleQuery::default() })
                .await
                .unwrap();
            let people: u32 = page.roles.iter().map(|(_, number)| number).sum();
            assert!(people >= 12 && page.heading.my_role == Role::Owner, "{name}: {people}");
            let key = OrganizationName::parse(name).unwrap().key();
            let id = world.read(async |tx| organizations::by_name(tx, &key).await).await.unwrap().id;
            let events = world.read(async |tx| history::of_organization(tx, id, 1).await).await;
            assert_eq!(history::first_broken_link(id, &events), None);
        }
        assert!(
            world
                .services
                .handle(&Caller::default(), form::sign_in("amara-abara", demo::PASSWORD), Consent::default())
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_insert_leaves_the_same_rows_as_the_command_bus() {
    for engine in engines() {
        let [mut one_by_one, mut in_bulk] = [left_by(&engine, false).await, left_by(&engine, true).await];
        // The bulk insert leaves out only emails.
        let emails = [&mut one_by_one, &mut in_bulk].map(|tables| tables.remove("letter").unwrap().len());
        assert!(emails[0] > 8 && emails[1] == 0, "{emails:?}");
        assert!(one_by_one["event"].len() > 25 && one_by_one["membership"].len() == 3, "{one_by_one:#?}");
        for (table, rows) in one_by_one {
            assert_eq!(rows, in_bulk[&table], "{table} on {engine:?}");
        }
    }
}

/// Everything in the database after the same commands at the same time, with the same randomness.
async fn left_by(engine: &Engine, bulk: bool) -> BTreeMap<String, Vec<String>> {
    let world = World::new(engine).await;
    let bus = CommandBus { random: Arc::new(SeededRandom::new(7)), ..world.services.bus.clone() };
    if bulk {
        bus.in_bulk(async |bulk| {
            unfold(&mut Way::Bulk(&bus, bulk)).await;
            Ok(())
        })
        .await
        .unwrap();
    } else {
        unfold(&mut Way::CommandBus(&bus)).await;
    }
    world.contents("").await
}

/// The command bus or the bulk insert.
enum Way<'w, 'd, 't, 'c> {
    CommandBus(&'w CommandBus),
    Bulk(&'w CommandBus, &'w mut Bulk<'d, 't, 'c>),
}

impl Way<'_, '_, '_, '_> {
    async fn does<C: LoadFacts + Clone>(&mut self, origin: &Origin, command: C) -> Vec<Event> {
        match self {
            Way::CommandBus(bus) => {
                let agreed = match C::PREVIEWED {
                    true => bus.preview(origin.clone(), command.clone()).await.unwrap().digest,
                    false => String::new(),
                };
                bus.execute(origin.clone(), command, Submission::agreed(agreed)).await.unwrap().events
            }
            Way::Bulk(bus, bulk) => {
                if C::PREVIEWED {
                    // The preview draws this from the randomness.
                    bus.random.seed();
                }
                bulk.execute(origin, &command).await.unwrap()
            }
        }
    }
}

/// Three accounts, an organization, and commands on it.
async fn unfold(way: &mut Way<'_, '_, '_, '_>) {
    let mut sides = Vec::new();
    for name in ["dana", "lee", "mira", "noor"] {
        let account = AccountDetails::parse(name, &format!("{name}@example.org"), demo::PASSWORD).unwrap();
        let (username, email, password_hash) = (account.username, account.email, "a hash".to_owned());
        way.does(&Origin::Operator, CreateAccount { username, email, password_hash: password_hash.clone() }).await;
        let command = SignIn { who: name.to_owned(), matched: Some(password_hash), agent: "curl/8".to_owned() };
        let opened = way.does(&web(&Caller::default()), command).await;
        let signed_in = opened.iter().find_map(|event| match event {
            Event::SessionOpened { id, account, .. } => Some((account.id, id.0)),
            _ => None,
        });
        sides.push(web(&Caller { signed_in, ..Caller::default() }));
    }
    let key = OrganizationName::parse("sundial").unwrap().key();
    let [account_name, display_name, url, description, kind] =
        ["Sundial", "Sundial", "https://sundial.example.org/", "Shadows.", "community"].map(str::to_owned);
    let form = form::request_form(&account_name, &display_name, &url, &description, &kind);
    let file = FileRequest::try_from(form).unwrap();
    let id = way.does(&sides[0], file).await.iter().find_map(|event| match event {
        Event::RequestFiled { id, .. } => Some(id.0),
        _ => None,
    });
    way.does(&sides[0], ApproveRequest { id: id.unwrap(), message: Message::parse("Welcome.").unwrap() }).await;
    let username = |name: &str| Username::parse(name).unwrap();
    let (organization, usernames) = (Some(key.clone()), ["lee", "mira", "noor"].map(username).to_vec());
    let invited = way.does(&sides[0], Invite { organization, usernames, role: Role::Member }).await;
    let invitations = invited.iter().filter_map(|event| match event {
        Event::MemberInvited { id, .. } => Some(id.0),
        _ => None,
    });
    for (at, id) in invitations.enumerate() {
        way.does(&sides[at + 1], AcceptInvitation { id }).await;
    }
    let (organization, people) = (Some(key.clone()), vec![(username("lee"), Role::Member)]);
    way.does(&sides[0], AssignRole { organization, people, role: Role::Owner }).await;
    let (people, typed) = (vec![username("noor")], Some("noor".to_owned()));
    way.does(&sides[0], RemoveMembers { organization: Some(key), people, typed }).await;
}
