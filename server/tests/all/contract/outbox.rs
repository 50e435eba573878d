//! The contract of the outbox and of idempotency keys.

use super::NOBODY;
use crate::support::{NOON, on_each};
use server::store::{StoreError, idempotency, outbox};
use shared::domain::EmailState;
use shared::ids::EmailId;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::timestamp::Seconds;
use shared::wire::administration::RetryEmailForm;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn emails_are_leased_sent_retried_and_failed() {
    on_each(async |world| {
        let mut with_mail = world;
        with_mail = {
            let engine = match &with_mail.place {
                server::store::DatabaseLocation::Folder(_) => crate::support::Engine::Sqlite,
                server::store::DatabaseLocation::Postgres { .. } => crate::support::engines().pop().unwrap(),
            };
            crate::support::World::with(&engine, true).await
        };
        let world = with_mail;
        let boss = world.administrator("boss").await;
        let now = world.services.bus.clock.now();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let lease = async |worker, at| {
            let leased: Result<_, StoreError> = world
                .store()
                .write(async |tx| outbox::lease(tx, worker, at, at.plus(Seconds::minutes(5)), 8).await)
                .await;
            leased.unwrap()
        };
        let emails = lease(one, now).await;
        assert_eq!(emails.len(), 2, "the verification and the grant");
        assert!(lease(two, now).await.is_empty(), "leased already");
        let id = emails[0].id;
        let note = async |sent: bool, worker| {
            let noted: Result<bool, StoreError> = world
                .store()
                .write(async |tx| {
                    if sent {
                        outbox::mark_sent(tx, id, worker, server::mail::FORGOTTEN, now).await
                    } else {
                        outbox::mark_failed(tx, id, worker, "450 busy", Some(now.plus(Seconds::hours(1)))).await
                    }
                })
                .await;
            noted.unwrap()
        };
        assert!(!note(true, two).await, "not its lease");
        assert!(note(false, one).await);
        // An abandoned lease expires. The failed email waits for an hour.
        let again = lease(two, now.plus(Seconds::minutes(6))).await;
        assert!(again.len() == 1 && again[0].id != id && again[0].tries == 2);
        let taken: Result<u64, StoreError> = world.store().write(outbox::end_all_leases).await;
        assert_eq!(taken.unwrap(), 1);
        let at_once = lease(two, now.plus(Seconds::minutes(6))).await;
        assert!(at_once.len() == 1 && at_once[0].id == again[0].id && at_once[0].tries == 3);
        let later = lease(one, now.plus(Seconds::hours(2))).await;
        assert!(later.iter().any(|l| l.id == id));
        assert!(note(true, one).await);
        let sent = world.read(async |tx| outbox::by_id(tx, id).await).await.unwrap();
        assert_eq!((sent.state, sent.sealed, sent.sent_at), (EmailState::Sent, None, Some(now)));
        assert_eq!(world.read(async |tx| outbox::count_waiting(tx).await).await, 1);
        assert_eq!(
            world.submit(&boss, RetryEmailForm { email: id.to_string() }).await,
            Err(Problem::Refused(Refusal::NothingToSend {}))
        );
        let other = again[0].id;
        world.submit(&boss, RetryEmailForm { email: other.to_string() }).await.unwrap();
        let nothing = world.submit(&boss, RetryEmailForm { email: (EmailId(NOBODY.0)).to_string() }).await;
        assert_eq!(nothing, Err(Problem::Refused(Refusal::NotFound {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idempotency_keys_expire() {
    on_each(async |world| {
        let write = async |n: u8| {
            let answer: Result<Option<String>, StoreError> = world
                .store()
                .write(async |tx| {
                    let kept = idempotency::outcome(tx, [n; 32]).await?;
                    if kept.is_none() {
                        idempotency::store_outcome(tx, [n; 32], "the outcome", NOON).await?;
                    }
                    Ok(kept)
                })
                .await;
            answer.unwrap()
        };
        assert_eq!(write(1).await, None);
        assert_eq!(write(1).await.as_deref(), Some("the outcome"));
        let forgotten: Result<u64, StoreError> =
            world.store().write(async |tx| idempotency::delete_before(tx, NOON.plus(Seconds::days(1))).await).await;
        assert_eq!(forgotten.unwrap(), 1);
        assert_eq!(write(1).await, None);
    })
    .await;
}
