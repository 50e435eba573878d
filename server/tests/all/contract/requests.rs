//! The contract of requests and names, and the consequences of an approval.

use super::NOBODY;
use crate::support::{Engine, World, form, on_each, says};
use app::backend::{Answer as _, Caller, Handle as _};
use server::store::{history, organizations, people, requests};
use shared::domain::{RequestState, Standing};
use shared::ids::RequestId;
use shared::names::{NameKey, OrganizationName};
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Role;
use shared::timestamp::Seconds;
use shared::wire::accounts::ViewerQuery;
use shared::wire::organizations::{ProfileQuery, SearchQuery, YourOrganizationsQuery};
use shared::wire::people::PeopleQuery;
use shared::wire::requests::{Counted, DeferRequestForm, NameQuery, QueueQuery, RequestQuery};

fn key(name: &str) -> NameKey {
    OrganizationName::parse(name).unwrap().key()
}

#[tokio::test(flavor = "multi_thread")]
async fn account_names_are_free_taken_or_reserved() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let standing = async |name: &str| {
            let key = key(name);
            world.read(async |tx| requests::standing(tx, &key).await).await
        };
        assert_eq!(standing("sundial").await, Standing::Free);
        assert_eq!(standing("Admin").await, Standing::Reserved);
        let id = world.file(&dana, "Sun.Dial").await.unwrap();
        assert_eq!(standing("sun-dial").await, Standing::Free, "asking is not having");
        let twice = world.file(&dana, "sun--dial").await.unwrap_err();
        assert_eq!(twice.of(Field::AccountName), Some(&FaultCode::OwnRequestOpen {}));
        let asked = world.services.answer(&dana.caller, NameQuery { name: "SUN_DIAL".to_owned() }).await.unwrap();
        assert_eq!((asked.key.as_str(), asked.own_request_open), ("sun-dial", true));
        world.approve(&boss, id).await.unwrap();
        assert_eq!(standing("SUN_dial").await, Standing::Taken);
        let taken = world.file(&dana, "sun.dial").await.unwrap_err();
        assert_eq!(taken.of(Field::AccountName), Some(&FaultCode::NameTaken {}));
        // A form with other faults also reports the name at once.
        let (services, once) = (&world.services, world.once());
        let both = services
            .handle(
                &dana.caller,
                form::request_form("sun.dial", "Sundial", "sundial.example", "Time.", "community"),
                once,
            )
            .await;
        let both = both.unwrap_err();
        assert_eq!(says(&both), "Check the 2 highlighted fields.");
        assert_eq!(both.of(Field::AccountName), Some(&FaultCode::NameTaken {}));
        let similar = world.services.answer(&dana.caller, NameQuery { name: "sundial".to_owned() }).await.unwrap();
        assert_eq!(similar.similar, ["Sun.Dial"]);
        assert_eq!(similar.standing, Standing::Free);
        let reserved = world.file(&dana, "root").await.unwrap_err();
        assert_eq!(says(&reserved), "Check the highlighted field.");
        assert_eq!(reserved.of(Field::AccountName), Some(&FaultCode::NameReserved {}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_is_filed_listed_decided_and_recorded() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let unverified = world.newcomer("new").await;
        assert_eq!(world.file(&unverified, "moonrise").await, Err(Problem::Refused(Refusal::EmailUnverified {})));
        let id = world.file(&dana, "sundial").await.unwrap();
        world.clock.advance(Seconds::hours(1));
        let other = world.file(&lee, "moonrise").await.unwrap();
        let queue = world.services.answer(&boss.caller, QueueQuery { query: String::new() }).await.unwrap();
        assert_eq!(queue.open.iter().map(|request| request.row.id).collect::<Vec<_>>(), [id, other], "oldest first");
        assert_eq!(
            world.services.answer(&boss.caller, ViewerQuery {}).await.unwrap().account.unwrap().requests_waiting,
            2
        );
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await.unwrap();
        assert!(page.applicant.verified && page.approval.is_none() && page.decision.is_none());
        assert_eq!(
            world.services.answer(&dana.caller, RequestQuery { request: id.to_string() }).await,
            Err(Problem::Refused(Refusal::NotFound {}))
        );
        // Somebody else's request is not found.
        assert_eq!(world.withdraw(&lee, id).await, Err(Problem::Refused(Refusal::NotFound {})));
        world.withdraw(&lee, other).await.unwrap();
        world.approve(&boss, id).await.unwrap();
        let yours = world.services.answer(&dana.caller, YourOrganizationsQuery {}).await.unwrap();
        assert_eq!(
            (yours.organizations[0].name.as_str(), yours.organizations[0].role, yours.organizations[0].people),
            ("sundial", Role::Owner, 1)
        );
        assert_eq!(
            (yours.requests[0].state, yours.requests[0].words.as_deref()),
            (RequestState::Approved, Some("Welcome."))
        );
        let people = world
            .services
            .answer(&dana.caller, PeopleQuery { organization: "SunDial".to_owned(), ..PeopleQuery::default() })
            .await
            .unwrap();
        assert!(people.people.len() == 1 && people.people[0].you && people.heading.my_role == Role::Owner);
        assert_eq!(
            world
                .services
                .answer(&lee.caller, PeopleQuery { organization: "sundial".to_owned(), ..PeopleQuery::default() })
                .await,
            Err(Problem::Refused(Refusal::NotFound {}))
        );
        assert_eq!(
            world
                .services
                .answer(
                    &Caller::default(),
                    PeopleQuery { organization: "sundial".to_owned(), ..PeopleQuery::default() }
                )
                .await,
            Err(Problem::Refused(Refusal::NotSignedIn {}))
        );
        let profile =
            world.services.answer(&Caller::default(), ProfileQuery { name: "sundial".to_owned() }).await.unwrap();
        assert_eq!((profile.display_name.as_str(), profile.my_role), ("The sundial project", None));
        assert_eq!(
            world
                .services
                .answer(&Caller::default(), SearchQuery { query: "SUND".to_owned() })
                .await
                .unwrap()
                .found
                .len(),
            1
        );
        assert!(
            world
                .services
                .answer(&Caller::default(), SearchQuery { query: "%".to_owned() })
                .await
                .unwrap()
                .found
                .is_empty()
        );
        // Its history has its first events, in an unbroken chain.
        let organization =
            world.read(async |tx| organizations::active_by_name(tx, &key("sundial")).await).await.unwrap();
        let mut events = world.read(async |tx| history::of_organization(tx, organization.id, 1).await).await;
        let kinds: Vec<&str> = events.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["organization_founded", "member_joined", "organization_activated", "request_approved"]);
        assert!(events.iter().all(|e| e.actor_name == "boss" && e.actor_id == Some(boss.id)));
        assert_eq!(history::first_broken_link(organization.id, &events), None);
        events[1].actor_name = "dana".to_owned();
        assert_eq!(history::first_broken_link(organization.id, &events), Some(2));
        events.remove(0);
        assert_eq!(history::first_broken_link(organization.id, &events), Some(1));
        let of_request = world.read(async |tx| history::of_request(tx, id).await).await;
        assert_eq!(
            of_request.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(),
            ["request_filed", "request_approved"]
        );
        assert_eq!(world.read(async |tx| people::role(tx, organization.id, dana.id).await).await, Some(Role::Owner));
        assert_eq!(world.read(async |tx| people::role(tx, organization.id, NOBODY).await).await, None);
        assert_eq!(world.read(async |tx| organizations::keys_of_account(tx, dana.id).await).await.len(), 1);
        assert!(world.read(async |tx| requests::by_id(tx, RequestId(NOBODY.0)).await).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approval_of_a_taken_name_leaves_the_request_open() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.services.reserve_name("Sundial", "for the site").await.unwrap();
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await.unwrap();
        let taken = Refusal::NameTakenMeanwhile { name: "sundial".to_owned() };
        assert_eq!(page.approval, Some(taken.clone()));
        assert_eq!(world.approve(&boss, id).await, Err(Problem::Refused(taken)));
        assert_eq!(world.requests_of(&dana).await[0].facts.state, RequestState::Submitted);
        world.decline(&boss, id).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_limit_resets_after_a_day() {
    on_each(async |world| {
        let world = world.with_requests_a_day(10);
        let dana = world.someone("dana").await;
        for n in 0..10 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
            world.clock.advance(Seconds::minutes(30));
        }
        let refused = world.file(&dana, "one-more").await.unwrap_err();
        assert_eq!(refused, Problem::Refused(Refusal::TooManyRequests { limit: 10, seconds: 19 * 3_600 }));
        let filing = world.services.answer(&dana.caller, YourOrganizationsQuery {}).await.unwrap().filing;
        assert_eq!(filing, Some(Refusal::TooManyRequests { limit: 10, seconds: 19 * 3_600 }));
        world.clock.advance(Seconds::hours(19));
        world.file(&dana, "one-more").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_requests_are_unlimited_and_only_their_rate_is_limited() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for n in 0..20 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
        }
        let refused = world.file(&dana, "one-more").await.unwrap_err();
        assert!(matches!(refused, Problem::Refused(Refusal::RequestsTooFast { seconds: 59..=60 })), "{refused:?}");
        let filing = world.services.answer(&dana.caller, YourOrganizationsQuery {}).await.unwrap().filing;
        assert!(matches!(filing, Some(Refusal::RequestsTooFast { .. })), "{filing:?}");
        for n in 20..24 {
            world.clock.advance(Seconds::minutes(1));
            world.file(&dana, &format!("name-{n}")).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flood_by_one_applicant_does_not_hide_other_requests() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        for n in 0..20 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
        }
        let last = world.file(&lee, "sundial").await.unwrap();
        let queue = world.services.answer(&boss.caller, QueueQuery { query: String::new() }).await.unwrap();
        let of = |name: &str| queue.open.iter().filter(|request| request.row.applicant == name).count();
        assert_eq!((of("dana"), of("lee")), (5, 1));
        assert_eq!(queue.open.last().map(|request| request.row.id), Some(last), "oldest first");
        let summary = queue.summary.unwrap();
        assert_eq!(summary.counted, [Counted { applicant: "dana".to_owned(), more: 15 }]);
        assert!(!summary.more);
        assert_eq!((summary.ready, summary.on_hold), (21, 0));
        // Deferred requests do not take the place of those that are ready.
        for request in world.requests_of(&dana).await.into_iter().rev().take(5) {
            world.agree(&boss, DeferRequestForm { request: request.facts.id.to_string() }).await.unwrap();
        }
        let queue = world.services.answer(&boss.caller, QueueQuery { query: String::new() }).await.unwrap();
        let ready = queue.open.iter().filter(|request| request.row.state == RequestState::Submitted).count();
        assert_eq!((ready, queue.open.len()), (6, 6));
        // A search shows all of them.
        assert_eq!(
            world.services.answer(&boss.caller, QueueQuery { query: "dana".to_owned() }).await.unwrap().open.len(),
            20
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discarded_draft_still_counts_toward_the_limit() {
    on_each(async |world| {
        let world = world.with_requests_a_day(10);
        let dana = world.someone("dana").await;
        for n in 0..10 {
            let id = world.draft(&dana, &format!("name-{n}")).await.unwrap();
            world.discard(&dana, id).await.unwrap();
        }
        assert!(world.requests_of(&dana).await.is_empty());
        let refused = world.file(&dana, "one-more").await.unwrap_err();
        assert_eq!(refused, Problem::Refused(Refusal::TooManyRequests { limit: 10, seconds: 86_400 }));
        world.clock.advance(Seconds::days(1));
        world.file(&dana, "one-more").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approval_closes_every_rival() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let id = world.file(&dana, "sundial").await.unwrap();
    let rivals = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1001)
        insert into account (id, username, username_key, password_hash, created_at)
            select unhex(printf('%032x', i)), 'rival' || i, 'rival' || i, '', 0 from n;
        insert into email_address (id, account_id, address, address_key, is_primary, created_at)
            select id, id, username || '@x.example', username || '@x.example', true, 0 from account where username like 'rival%';
        insert into request (id, applicant_id, name, name_key, display_name, url, description, kind, state, filed_at)
            select id, id, 'sundial', 'sundial', 'Ours', 'https://x.example', 'Ours.', 'community', 'submitted', 0
            from account where username like 'rival%'";
    world.execute_raw(rivals).await.unwrap();
    world.approve(&boss, id).await.unwrap();
    assert_eq!(world.rows("select distinct state from request order by state").await, ["approved", "declined"]);
    assert_eq!(world.rows("select kind from event where kind = 'rival_closed'").await.len(), 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn organization_is_found_by_part_of_its_name_in_any_case() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let (url, context, once) = ("https://etoile.example", "Stars.", world.once());
        world
            .services
            .handle(&dana.caller, form::request_form("etoile", "Étoile du Nord", url, context, "community"), once)
            .await
            .unwrap();
        let id = world.requests_of(&dana).await[0].facts.id;
        world.approve(&boss, id).await.unwrap();
        for text in ["étoile", "ÉTOILE", "du nord", "ETOI"] {
            assert_eq!(
                world
                    .services
                    .answer(&Caller::default(), SearchQuery { query: text.to_owned() })
                    .await
                    .unwrap()
                    .found
                    .len(),
                1,
                "{text}"
            );
        }
        assert!(
            world
                .services
                .answer(&Caller::default(), SearchQuery { query: "stars".to_owned() })
                .await
                .unwrap()
                .found
                .is_empty()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn similar_names_are_shown_to_applicant_and_reviewer() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let taken = world.file(&dana, "sundial").await.unwrap();
        world.approve(&boss, taken).await.unwrap();
        let id = world.file(&lee, "Sun_Dial").await.unwrap();
        let other = world.file(&dana, "5undial").await.unwrap();
        let mine = &world.services.answer(&lee.caller, YourOrganizationsQuery {}).await.unwrap().requests[0];
        assert_eq!((mine.key.as_str(), mine.similar.as_slice()), ("sun-dial", ["sundial".to_owned()].as_slice()));
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await.unwrap();
        assert_eq!(page.similar[0].name, "sundial");
        assert_eq!(page.alike.iter().map(|row| row.id).collect::<Vec<_>>(), [other]);
        world.decline(&boss, other).await.unwrap();
        assert!(
            world
                .services
                .answer(&boss.caller, RequestQuery { request: id.to_string() })
                .await
                .unwrap()
                .alike
                .is_empty()
        );
    })
    .await;
}
