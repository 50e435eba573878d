//! Races between two commands: one outcome, one set of emails, and the loser is told what happened.

use crate::support::{Engine, World, engines, on_each};
use app::backend::Answer as _;
use secrecy::ExposeSecret as _;
use shared::domain::RequestState;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::wire::administration::RetryEmailForm;
use shared::wire::organizations::YourOrganizationsQuery;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_decisions_on_one_request_have_one_winner() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let dana = world.someone("dana").await;
        for round in 0..8 {
            world.clock.advance(shared::timestamp::Seconds::days(1));
            let id = world.file(&dana, &format!("sundial-{round}")).await.unwrap();
            let emails_before = world.emails().await.len();
            let (yes, no) = tokio::join!(world.approve(&boss, id), world.decline(&other, id));
            assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
            let loser = yes.err().or(no.err()).unwrap();
            assert!(
                matches!(
                    loser,
                    Problem::Refused(Refusal::RequestClosed {
                        state: RequestState::Approved | RequestState::Declined,
                        by: Some(_)
                    })
                ),
                "{loser:?}"
            );
            assert_eq!(world.emails().await.len(), emails_before + 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_approvals_of_one_name_have_one_winner() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        for round in 0..6 {
            world.clock.advance(shared::timestamp::Seconds::days(1));
            let name = format!("sundial-{round}");
            let (one, two) = (world.file(&dana, &name).await.unwrap(), world.file(&lee, &name).await.unwrap());
            let (first, second) = tokio::join!(world.approve(&boss, one), world.approve(&other, two));
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let loser = first.err().or(second.err()).unwrap();
            // The loser's own request was closed as a rival, or its preview became stale.
            assert!(
                matches!(
                    loser,
                    Problem::Refused(Refusal::RequestClosed { .. } | Refusal::NameTakenMeanwhile { .. })
                        | Problem::PreviewStale(_)
                ),
                "{loser:?}"
            );
            let states = [world.requests_of(&dana).await[0].facts.state, world.requests_of(&lee).await[0].facts.state];
            assert_eq!(states.iter().filter(|s| **s == RequestState::Approved).count(), 1, "{states:?}");
            assert_eq!(states.iter().filter(|s| **s == RequestState::Declined).count(), 1, "{states:?}");
        }
    }
}

/// A request for a name that is being approved is closed with the rivals, or refused because the name is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn request_filed_during_an_approval_of_its_name_does_not_stay_open() {
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
                world.in_lock_order(&at_the_name, approve, file).await
            } else {
                let (filed, approved) = world.in_lock_order(&at_the_name, file, approve).await;
                (approved, filed)
            };
            let open = "select name_key from request where state not in ('approved', 'declined', 'withdrawn')";
            match (approved, filed) {
                (Ok(_), Ok(_)) => {}
                (Ok(_), Err(late)) => assert_eq!(late.of(Field::AccountName), Some(&FaultCode::NameTaken {})),
                (Err(moved), Ok(_)) => {
                    assert!(matches!(moved, Problem::PreviewStale(_)), "{moved:?}");
                    world.approve(&boss, id).await.unwrap();
                }
                both => panic!("{both:?}"),
            }
            assert!(world.rows(open).await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn last_request_of_the_day_is_granted_once() {
    on_each(async |world| {
        let world = world.with_requests_a_day(10);
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

/// Raw statements against the schema, without any rule of the program.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schema_keeps_an_owner_against_two_raw_connections() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let world = World::new(&engine).await;
        let server::store::DatabaseLocation::Postgres { url, .. } = &world.place else { continue };
        let url = url.expose_secret();
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.approve(&boss, id).await.unwrap();
        for isolation in ["read committed", "repeatable read", "serializable"] {
            for _ in 0..10 {
                let mut one = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
                let mut two = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
                sqlx::query("insert into membership (organization_id, account_id, role, username_key, joined_at) select id, $1, 'owner', 'lee', 0 from organization on conflict (organization_id, account_id) do update set role = 'owner'")
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

/// A rival is withdrawn or declined during an approval of its name. It is closed once, by whichever came first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rival_closed_during_an_approval_makes_its_preview_stale() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        for (round, (withdraws, approved_first)) in
            [(true, true), (true, false), (false, true), (false, false)].into_iter().enumerate()
        {
            let name = format!("sundial-{round}");
            let (id, rival) = (world.file(&dana, &name).await.unwrap(), world.file(&lee, &name).await.unwrap());
            let at_the_rival = format!(
                "select 1 from request r join account a on a.id = r.applicant_id
                 where r.name_key = '{name}' and a.username = 'lee' for update of r"
            );
            let close = async || {
                if withdraws { world.withdraw(&lee, rival).await } else { world.decline(&other, rival).await }
            };
            let (approved, closed) = if approved_first {
                world.in_lock_order(&at_the_rival, world.approve(&boss, id), close()).await
            } else {
                let (closed, approved) = world.in_lock_order(&at_the_rival, close(), world.approve(&boss, id)).await;
                (approved, closed)
            };
            match (approved, closed) {
                // On SQLite the rival may be closed before the approval is previewed.
                (Ok(_), Ok(_)) => {}
                (Ok(_), Err(late)) => {
                    let late_by_the_rule =
                        Refusal::RequestClosed { state: RequestState::Declined, by: Some("boss".to_owned()) };
                    assert_eq!(late, Problem::Refused(late_by_the_rule));
                }
                (Err(Problem::PreviewStale(preview)), Ok(_)) => {
                    assert!(!preview.ends.iter().any(|s| s.contains("lee")), "{preview:?}");
                    world.approve(&boss, id).await.unwrap();
                }
                both => panic!("{both:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn approval_and_reservation_of_one_name_have_one_winner() {
    for engine in engines() {
        let world = World::new(&engine).await;
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        for (round, approved_first) in [true, false].into_iter().enumerate() {
            let name = format!("sundial-{round}");
            let id = world.file(&dana, &name).await.unwrap();
            let at_the_name = format!("select pg_advisory_xact_lock(hashtextextended('{name}', 1))");
            let (approve, reserve) = (world.approve(&boss, id), world.services.reserve_name(&name, "Ours"));
            let (approved, reserved) = if approved_first {
                world.in_lock_order(&at_the_name, approve, reserve).await
            } else {
                let (reserved, approved) = world.in_lock_order(&at_the_name, reserve, approve).await;
                (approved, reserved)
            };
            match (approved, reserved) {
                (Ok(_), Err(late)) => assert_eq!(late.of(Field::AccountName), Some(&FaultCode::NameTaken {})),
                (Err(late), Ok(_)) => {
                    assert_eq!(late, Problem::Refused(Refusal::NameTakenMeanwhile { name }));
                }
                both => panic!("{both:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn email_that_was_just_sent_is_not_retried() {
    use server::store::{StoreError, outbox};
    use shared::timestamp::Seconds;
    for engine in engines() {
        let world = World::with(&engine, true).await;
        let boss = world.administrator("boss").await;
        let (worker, now) = (uuid::Uuid::from_u128(1), world.services.bus.clock.now());
        let leased: Result<_, StoreError> = world
            .store()
            .write(async |tx| outbox::lease(tx, worker, now, now.plus(Seconds::minutes(5)), 8).await)
            .await;
        let id = leased.unwrap()[0].id;
        let sent = async {
            let sent: Result<bool, StoreError> = world
                .store()
                .write(async |tx| outbox::mark_sent(tx, id, worker, server::mail::FORGOTTEN, now).await)
                .await;
            sent.unwrap()
        };
        let again = world.submit(&boss, RetryEmailForm { email: id.to_string() });
        let (sent, again) = world.in_lock_order("select 1 from letter for update", sent, again).await;
        assert!(sent);
        match again {
            // The retry came first. The email is still sent once, because the worker holds the lease.
            Ok(_) => {}
            Err(late) => assert_eq!(late, Problem::Refused(Refusal::NothingToSend {})),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_approve_and_decline_have_one_winner() {
    on_each(async |world| {
        let (boss, chief) = (world.administrator("boss").await, world.administrator("chief").await);
        let dana = world.someone("dana").await;
        let id = world.file(&dana, "sundial").await.unwrap();
        let emails = world.emails().await.len();
        let (first, second) = (world.approve(&boss, id), world.decline(&chief, id));
        let (first, second) = world.in_lock_order("select 1 from request for update", first, second).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let closed = [first, second].into_iter().find_map(Result::err).unwrap();
        assert!(matches!(closed, Problem::Refused(Refusal::RequestClosed { by: Some(_), .. })), "{closed:?}");
        assert_eq!(world.emails().await.len(), emails + 1);
    })
    .await;
}

/// On PostgreSQL a read that was cancelled while its transaction began left the transaction open on its connection. The
/// next user of the connection could not write.
#[tokio::test(flavor = "multi_thread")]
async fn cancelled_read_leaves_no_open_transaction() {
    use server::store::{StoreError, idempotency};
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for round in 0..1_500_u64 {
            // A little later each time, so that it is cancelled at every step.
            let patience = std::time::Duration::from_micros(round * 2 % 3_000);
            let _ =
                tokio::time::timeout(patience, world.services.answer(&dana.caller, YourOrganizationsQuery {})).await;
            let mut claim = [0; 32];
            claim[..8].copy_from_slice(&round.to_be_bytes());
            let next: Result<_, StoreError> = world
                .store()
                .write(async |tx| idempotency::store_outcome(tx, claim, "an outcome", crate::support::NOON).await)
                .await;
            assert!(next.is_ok(), "round {round}: {next:?}");
        }
    })
    .await;
}
