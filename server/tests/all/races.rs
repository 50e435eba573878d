//! Races: two at the same moment. One outcome, one set of letters, and the loser hears what happened.

use crate::ground::{Engine, World, engines, on_each};
use shared::problem::{FaultCode, Field, Problem, Refusal};
use shared::wire::requests::State;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_administrators_decide_at_once_and_one_decision_stands() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let dana = world.someone("dana").await;
        for round in 0..8 {
            world.clock.advance(shared::moment::Span::days(1));
            let id = world.file(&dana, &format!("sundial-{round}")).await.unwrap();
            let letters_before = world.letters().await.len();
            let (yes, no) = tokio::join!(world.approve(&boss, id), world.decline(&other, id));
            assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
            let loser = yes.err().or(no.err()).unwrap();
            assert!(
                matches!(
                    loser,
                    Problem::Refused(Refusal::RequestClosed { state: State::Approved | State::Declined, by: Some(_) })
                ),
                "{loser:?}"
            );
            assert_eq!(world.letters().await.len(), letters_before + 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rivals_approved_at_once_meet_at_the_name() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        for round in 0..6 {
            world.clock.advance(shared::moment::Span::days(1));
            let name = format!("sundial-{round}");
            let (one, two) = (world.file(&dana, &name).await.unwrap(), world.file(&lee, &name).await.unwrap());
            let (first, second) = tokio::join!(world.approve(&boss, one), world.approve(&other, two));
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let loser = first.err().or(second.err()).unwrap();
            // The loser's own request was closed as a rival, or the list moved under them.
            assert!(
                matches!(
                    loser,
                    Problem::Refused(Refusal::RequestClosed { .. } | Refusal::NameTakenMeanwhile { .. })
                        | Problem::Moved(_)
                ),
                "{loser:?}"
            );
            let states = [world.requests_of(&dana).await[0].facts.state, world.requests_of(&lee).await[0].facts.state];
            assert_eq!(states.iter().filter(|s| **s == State::Approved).count(), 1, "{states:?}");
            assert_eq!(states.iter().filter(|s| **s == State::Declined).count(), 1, "{states:?}");
        }
    }
}

/// Whoever asks for a name while it is given is closed with the rivals, or hears that it is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_filed_while_its_name_is_given_does_not_stay_open() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let boss = world.administrator("boss").await;
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        for (round, approved_first) in [true, false].into_iter().enumerate() {
            let name = format!("sundial-{round}");
            let id = world.file(&dana, &name).await.unwrap();
            let at_the_name = format!("select pg_advisory_xact_lock(hashtextextended('{name}', 1))");
            let (approve, file) = (world.approve(&boss, id), world.file(&lee, &name));
            let (approved, filed) = if approved_first {
                world.in_line(&at_the_name, approve, file).await
            } else {
                let (filed, approved) = world.in_line(&at_the_name, file, approve).await;
                (approved, filed)
            };
            let open = "select name_key from request where state not in ('approved', 'declined', 'withdrawn')";
            match (approved, filed) {
                (Ok(_), Ok(_)) => {}
                (Ok(_), Err(late)) => assert_eq!(late.of(Field::AccountName), Some(&FaultCode::NameTaken {})),
                (Err(moved), Ok(_)) => {
                    assert!(matches!(moved, Problem::Moved(_)), "{moved:?}");
                    world.approve(&boss, id).await.unwrap();
                }
                both => panic!("{both:?}"),
            }
            assert!(world.rows(open).await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_place_of_a_day_is_given_once() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for n in 0..9 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
        }
        let answers = futures::future::join_all((0..4).map(|n| {
            let (world, dana) = (&world, &dana);
            async move { world.file(dana, &format!("last-{n}")).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
        let refused = answers.into_iter().find_map(Result::err).unwrap();
        assert_eq!(refused, Problem::Refused(Refusal::TooManyRequests { limit: 10, seconds: 86_400 }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_username_goes_to_one_of_many() {
    use app::backend::{Accounts as _, Caller};
    on_each(async |world| {
        let who = Caller::default();
        let spellings = ["Dana.Lee", "dana_lee", "DANALEE", "dana--lee"];
        let answers = futures::future::join_all(spellings.iter().enumerate().map(|(n, name)| {
            let (services, who, consent) = (&world.services, &who, world.once());
            async move {
                services
                    .create(who, name, &format!("d{n}@dana.example"), crate::ground::PASSWORD, consent)
                    .await
                    .map(|_| ())
            }
        }))
        .await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
    })
    .await;
}

/// Raw statements against the schema alone: no rule of the program helps it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_database_itself_keeps_an_owner_against_two_raw_connections() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let world = World::new(&engine).await;
        let server::store::Place::Postgres { url, .. } = &world.place else { continue };
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.approve(&boss, id).await.unwrap();
        for isolation in ["read committed", "repeatable read", "serializable"] {
            for _ in 0..10 {
                let mut one = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
                let mut two = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
                sqlx::query("insert into membership select id, $1, 'owner', 0 from organization on conflict (organization_id, account_id) do update set role = 'owner'")
                    .bind(lee.id.0).execute(&mut one).await.unwrap();
                sqlx::query("update membership set role = 'owner' where account_id = $1")
                    .bind(dana.id.0)
                    .execute(&mut one)
                    .await
                    .unwrap();
                let demote = async |connection: &mut sqlx::PgConnection, who: shared::ids::AccountId| {
                    let begin = sqlx::AssertSqlSafe(format!("begin isolation level {isolation}"));
                    sqlx::raw_sql(begin).execute(&mut *connection).await?;
                    sqlx::query("update membership set role = 'member' where account_id = $1")
                        .bind(who.0)
                        .execute(&mut *connection)
                        .await?;
                    sqlx::raw_sql("commit").execute(&mut *connection).await.map(|_| ())
                };
                let (a, b) = tokio::join!(demote(&mut one, dana.id), demote(&mut two, lee.id));
                assert!(a.is_err() || b.is_err());
                let mut look = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
                let (owners,): (i64,) = sqlx::query_as("select count(*) from membership where role = 'owner'")
                    .fetch_one(&mut look)
                    .await
                    .unwrap();
                assert!(owners >= 1, "{isolation}");
            }
        }
    }
}
