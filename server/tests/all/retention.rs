//! What is deleted after its retention period and what stays, on a site whose clock moves a year ahead.

use crate::support::{PASSWORD, World, engines, form, on_each};
use app::backend::{Caller, Handle as _};
use server::clock::Clock as _;
use server::store::{StoreError, outbox};
use server::upkeep;
use shared::limits;
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::Consent;
use shared::wire::accounts::AskForResetForm;
use uuid::Uuid;

const ANOTHER: &str = "another horse battery staple";

impl World {
    async fn clean_up(&self) {
        upkeep::clean_up(&self.services.bus).await.unwrap();
    }

    /// The number of rows of a table.
    async fn count_of(&self, rows: &str) -> usize {
        self.rows(&format!("select cast(count(*) as text) from {rows}")).await[0].parse().unwrap()
    }

    /// Leases every due email and marks it as sent.
    async fn send_due_emails(&self) {
        let (now, worker) = (self.clock.now(), Uuid::from_u128(1));
        let sent: Result<(), StoreError> = self
            .store()
            .write(async |tx| {
                for email in outbox::lease(tx, worker, now, now.plus(Seconds::minutes(5)), 100).await? {
                    outbox::mark_sent(tx, email.id, worker, server::mail::FORGOTTEN, now).await?;
                }
                Ok(())
            })
            .await;
        sent.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_rows_are_deleted_within_a_year_and_history_stays() {
    for engine in engines() {
        let world = World::with(&engine, true).await;
        let dana = world.someone("dana").await;
        let who = Caller::default();
        world.services.handle(&who, AskForResetForm { who: "dana".to_owned() }, world.once()).await.unwrap();
        let link = world.link_to(&dana).await;
        world.services.handle(&who, form::reset_password(&link, ANOTHER), world.once()).await.unwrap();
        assert!(world.services.handle(&who, form::sign_in("dana", PASSWORD), Consent::default()).await.is_err());
        world.send_due_emails().await;
        // An email that no mail server has accepted yet is never deleted.
        let device = world.caller_of("dana", ANOTHER).await;
        world.services.handle(&device, form::add_address("more@dana.example", ANOTHER), world.once()).await.unwrap();
        let waiting = world.count_of("letter where state = 'waiting'").await;
        assert!(waiting > 0);
        let (began, events) = (world.clock.now(), world.count_of("event").await);
        assert!(world.count_of("allowance").await > 0);
        for (table, after, left) in [
            ("once", limits::FORMS_KEPT, 0),
            ("verification", limits::LINKS_KEPT, 0),
            ("password_reset", limits::LINKS_KEPT, 0),
            ("session", limits::SESSIONS_KEPT, 0),
            ("letter", limits::EMAILS_SENT_KEPT, waiting),
        ] {
            let before = world.count_of(table).await;
            assert!(before > left, "{table}");
            world.clock.set(began.plus(after).minus(Seconds::hours(1)));
            world.clean_up().await;
            assert_eq!(world.count_of(table).await, before, "{table}, too soon");
        }
        world.clock.set(began.plus(Seconds::days(365)));
        world.clean_up().await;
        for table in ["once", "allowance", "verification", "password_reset", "session"] {
            assert_eq!(world.count_of(table).await, 0, "{table}");
        }
        assert_eq!(world.count_of("letter").await, waiting);
        assert_eq!(world.count_of("event").await, events, "history is never deleted");
        assert!(world.services.handle(&who, form::sign_in("dana", ANOTHER), Consent::default()).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emails_without_a_mail_server_are_kept_for_a_year() {
    on_each(async |world| {
        world.someone("dana").await;
        let emails = world.count_of("letter").await;
        world.clock.advance(limits::EMAILS_SENT_KEPT);
        world.clock.advance(Seconds::days(1));
        world.clean_up().await;
        assert_eq!(world.count_of("letter").await, emails);
        world.clock.advance(limits::EMAILS_UNSENT_KEPT);
        world.clean_up().await;
        assert_eq!(world.count_of("letter").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unused_username_is_freed() {
    on_each(async |world| {
        world.administrator("boss").await;
        world.someone("dana").await;
        let (idle, disabled) = (world.newcomer("sun-dial").await, world.newcomer("disabled").await);
        world.services.disable_account("disabled", "Spam").await.unwrap();
        world.newcomer("comes-back").await;
        world.clock.advance(Seconds::days(20));
        world.newcomer("late").await;
        world.clock.advance(Seconds::days(9));
        // An account with a recent sign-in is not idle.
        world.sign_in("comes-back").await;
        world.clean_up().await;
        assert_eq!(world.account(idle.id).await.username, "sun-dial", "a day is left");
        world.clock.advance(Seconds::days(2));
        world.clean_up().await;
        let names = world.rows("select username from account order by username").await;
        assert_eq!(names, ["boss", "comes-back", "dana", "disabled", "late"]);
        assert_eq!(world.history_of(idle.id).await[0], "username_freed", "history remembers");
        assert_eq!(world.history_of(disabled.id).await[0], "account_disabled");
        // The next person gets the name in any spelling, and is another account.
        let again = world.newcomer("Sun.Dial").await;
        assert_ne!(again.id, idle.id);
        assert!(!world.history_of(again.id).await.contains(&"username_freed".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oldest_session_ends_at_the_session_limit() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let mut devices = vec![dana.cookie.clone()];
        for n in 0..limits::SESSIONS {
            world.clock.set(Timestamp(world.clock.now().0 + 1_000));
            let who = Caller { address: format!("198.51.100.{n}"), ..Caller::default() };
            devices.push(
                world
                    .services
                    .handle(&who, form::sign_in("dana", PASSWORD), Consent::default())
                    .await
                    .unwrap()
                    .cookie
                    .unwrap(),
            );
        }
        let mut alive = Vec::new();
        for cookie in &devices {
            let hash = shared::rules::Secret::parse(cookie).unwrap().hash();
            alive.push(world.services.session(hash).await.unwrap().is_some());
        }
        assert_eq!(alive.iter().filter(|alive| **alive).count(), limits::SESSIONS);
        assert_eq!(alive.iter().position(|alive| *alive), Some(1), "the first has ended, and no other");
        assert_eq!(world.history_of(dana.id).await[1], "signed_out");
    })
    .await;
}
