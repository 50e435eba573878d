//! The contract of private organizations: drafts and billing details.

use crate::support::on_each;
use app::backend::Answer as _;
use futures::future::join_all;
use server::store::{billing, history};
use shared::domain::RequestState;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::wire::requests::{MyRequestQuery, QueueQuery, RequestQuery};

#[tokio::test(flavor = "multi_thread")]
async fn billing_details_move_to_the_organization_on_approval() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let id = world.draft(&dana, "sundial").await.unwrap();
        world.save_billing(&dana, id, "Sundial Ltd").await.unwrap();
        world.approve(&boss, id).await.unwrap();
        let key = shared::names::OrganizationName::parse("sundial").unwrap().key();
        let payer = world.read(async |tx| {
            let founded = server::store::organizations::by_name(tx, &key).await?.unwrap();
            billing::of_organization(tx, founded.id).await
        });
        assert_eq!(payer.await.map(|payer| payer.legal_name.to_string()), Some("Sundial Ltd".to_owned()));
        let late = world.save_billing(&dana, id, "Moonrise Ltd").await.unwrap_err();
        let closed = Refusal::RequestClosed { state: RequestState::Approved, by: Some("boss".to_owned()) };
        assert_eq!(late, Problem::Refused(closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_billing_form_does_not_restore_old_details() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let id = world.draft(&dana, "sundial").await.unwrap();
        let shown = async || {
            world.services.answer(&dana.caller, MyRequestQuery { request: id.to_string() }).await.unwrap().billing_words
        };
        let (first_page, stale) = (shown().await, Err(Problem::Refused(Refusal::StaleEdit {})));
        let give = async |name: &str, shown: &str| world.save_billing_from(&dana, id, name, shown).await.map(|_| ());
        give("Sundial Ltd", &first_page).await.unwrap();
        let second_page = shown().await;
        assert_eq!(give("Moonrise Ltd", &first_page).await, stale);
        // Saving the same details again is no change, whatever page it comes from.
        give("Sundial Ltd", &first_page).await.unwrap();
        give("Sundial plc", &second_page).await.unwrap();
        assert_eq!(give("Moonrise Ltd", &second_page).await, stale);
        // The history has the old name, but never an address.
        let events = world.read(async |tx| history::of_account(tx, dana.id, i64::MAX, 100).await).await;
        let given = events.iter().filter(|event| event.kind == "billing_given");
        let details: Vec<serde_json::Value> =
            given.map(|event| serde_json::from_str(&event.details).unwrap()).collect();
        assert_eq!(details.len(), 2);
        let names =
            |value: &serde_json::Value| (value["payer"]["legal_name"].clone(), value["before"]["legal_name"].clone());
        assert_eq!(names(&details[0]), ("Sundial plc".into(), "Sundial Ltd".into()));
        assert_eq!(details[0]["changed"], serde_json::json!(["legal_name"]));
        assert_eq!(names(&details[1]), ("Sundial Ltd".into(), serde_json::Value::Null));
        assert!(!details.iter().any(|details| details.to_string().contains("Gnomon")));
    })
    .await;
}

/// A draft is submitted while its name is approved for somebody else. It is closed with the rivals, or refused because
/// the name is taken, and does not stay in the queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn draft_submitted_during_an_approval_of_its_name_does_not_stay_open() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        for round in 0..4 {
            let name = format!("sundial-{round}");
            let rival = world.file(&dana, &name).await.unwrap();
            let draft = world.draft(&lee, &name).await.unwrap();
            let at_the_name = format!("select pg_advisory_xact_lock(hashtextextended('{name}', 1))");
            let (approve, bill) = (world.approve(&boss, rival), world.save_billing(&lee, draft, "Sundial Ltd"));
            let (approved, billed) = if round % 2 == 0 {
                world.in_lock_order(&at_the_name, approve, bill).await
            } else {
                let (billed, approved) = world.in_lock_order(&at_the_name, bill, approve).await;
                (approved, billed)
            };
            match (approved, billed) {
                (Ok(_), Ok(_)) => {}
                (Ok(_), Err(late)) => {
                    assert_eq!(late, Problem::Refused(Refusal::NameUnavailable { name: name.clone() }))
                }
                (Err(moved), Ok(_)) => {
                    assert!(matches!(moved, Problem::PreviewStale(_)), "{moved:?}");
                    world.approve(&boss, rival).await.unwrap();
                }
                both => panic!("{both:?}"),
            }
            let open = "select name_key from request where state not in ('approved', 'declined', 'draft')";
            assert!(world.rows(open).await.is_empty());
        }
    })
    .await;
}

/// A draft is submitted in one tab and discarded in another. One of the two happens, and the other is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn draft_is_submitted_or_discarded_but_not_both() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for round in 0..6 {
            let id = world.draft(&dana, &format!("sundial-{round}")).await.unwrap();
            let (billed, discarded) =
                tokio::join!(world.save_billing(&dana, id, "Sundial Ltd"), world.discard(&dana, id));
            let kept = world.requests_of(&dana).await.iter().any(|request| request.facts.id == id);
            match (billed, discarded) {
                (Ok(_), Err(late)) => {
                    let known = [Problem::Refused(Refusal::AlreadySubmitted {})];
                    assert!(known.contains(&late) && kept, "{late:?}");
                }
                (Err(late), Ok(_)) => assert!(late == Problem::Refused(Refusal::NotFound {}) && !kept, "{late:?}"),
                both => panic!("{both:?}"),
            }
        }
    })
    .await;
}

/// Drafts and requests share the daily limit, and each remaining place is used once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn drafts_count_toward_the_daily_request_limit() {
    on_each(async |world| {
        let world = world.with_requests_a_day(10);
        let dana = world.someone("dana").await;
        for n in 0..8 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
        }
        let answers = join_all((0..4).map(|n| {
            let (world, dana) = (&world, &dana);
            async move { world.draft(dana, &format!("last-{n}")).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2, "{answers:?}");
        let refused = Problem::Refused(Refusal::TooManyRequests { limit: 10, seconds: 86_400 });
        assert!(answers.into_iter().filter_map(Result::err).all(|answer| answer == refused));
        // Submitting a draft uses no further place.
        let draft = world.requests_of(&dana).await.first().unwrap().facts.clone();
        assert_eq!(draft.state, RequestState::Draft);
        world.save_billing(&dana, draft.id, "Sundial Ltd").await.unwrap();
        let empty = world.save_billing(&dana, draft.id, " ").await.unwrap_err();
        assert_eq!(empty.of(Field::LegalName), Some(&FaultCode::Empty {}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn draft_is_visible_to_its_author_only() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.draft(&dana, "sundial").await.unwrap();
        let not_found = Problem::Refused(Refusal::NotFound {});
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await;
        assert_eq!(page.unwrap_err(), not_found);
        assert_eq!(
            world.services.answer(&lee.caller, MyRequestQuery { request: id.to_string() }).await.unwrap_err(),
            not_found
        );
        assert_eq!(world.save_billing(&lee, id, "Lee Ltd").await.unwrap_err(), not_found);
        assert!(
            world.services.answer(&boss.caller, QueueQuery { query: String::new() }).await.unwrap().open.is_empty()
        );
    })
    .await;
}
