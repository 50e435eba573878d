//! The cost of passwords: who may have one hashed, what is counted before hashing, and how a form with a secret is
//! recognized when it is sent again.

use crate::support::{PASSWORD, World, form, on_each};
use app::backend::{Caller, Execute as _, Handle as _};
use server::command_bus::CommandBus;
use server::secrets::fair_queue::Permit;
use server::secrets::key::Key;
use server::services::web;
use shared::limits;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::accounts::ResetPassword;
use shared::wire::Consent;
use shared::wire::accounts::{AskForResetForm, VerifyEmailForm};
use std::time::Duration;

const ANOTHER: &str = "another horse battery staple";
const THIRD: &str = "a third horse battery staple";
const WRONG: &str = "wrong horse battery staple";

impl World {
    /// Takes every hashing permit, so that nothing can be hashed.
    async fn all_permits(&self) -> Vec<Permit> {
        let mut held = Vec::new();
        for _ in 0..2 {
            held.extend(self.services.hasher.for_client("somebody else").permit().await);
        }
        held
    }
}

/// The answer of a call that must not wait for a hash.
async fn at_once<T>(answer: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), answer).await.expect("an answer that waits for no hash")
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_link_costs_no_password_hash() {
    on_each(async |world| {
        let who = Caller::default();
        let dana = world.someone("dana").await;
        world.services.handle(&who, AskForResetForm { who: "dana".to_owned() }, world.once()).await.unwrap();
        let used = world.link_to(&dana).await;
        world.services.handle(&who, form::reset_password(&used, ANOTHER), world.once()).await.unwrap();
        let held = world.all_permits().await;
        for token in ["x", &"0".repeat(64)] {
            let answer = at_once(world.services.handle(
                &who,
                form::set_up(token, "lee", "lee@lee.example", PASSWORD),
                world.once(),
            ));
            assert_eq!(answer.await.err(), Some(Problem::Refused(Refusal::SetUpLinkInvalid {})), "{token}");
        }
        for token in ["x", &"0".repeat(64), &used] {
            let answer = at_once(world.services.handle(&who, form::reset_password(token, THIRD), world.once())).await;
            assert_eq!(answer.err(), Some(Problem::Refused(Refusal::ResetLinkInvalid {})), "{token}");
        }
        drop(held);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guess_is_counted_after_the_client_disconnects() {
    on_each(async |world| {
        world.someone("dana").await;
        let guesser = Caller { address: "192.0.2.66".to_owned(), ..Caller::default() };
        let held = world.all_permits().await;
        for _ in 0..limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT {
            let (services, guesser) = (world.services.clone(), guesser.clone());
            let guess = tokio::spawn(async move {
                services.handle(&guesser, form::sign_in("dana", WRONG), Consent::default()).await.map(|_| ())
            });
            at_once(async {
                while world.services.hasher.waiting() == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
            .await;
            guess.abort();
            let _ = guess.await;
            assert_eq!(world.services.hasher.waiting(), 0);
        }
        drop(held);
        let late =
            world.services.handle(&guesser, form::sign_in("dana", PASSWORD), Consent::default()).await.map(|_| ());
        assert_eq!(late, Err(Problem::Refused(Refusal::TooManyAttempts { seconds: 30 })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_password_is_refunded_to_the_name_but_not_to_the_client() {
    on_each(async |world| {
        world.someone("dana").await;
        let who = Caller { address: "192.0.2.66".to_owned(), ..Caller::default() };
        let sign_in = async |password: &str| {
            world.services.handle(&who, form::sign_in("dana", password), Consent::default()).await.map(|_| ())
        };
        for n in 0..limits::PASSWORDS_BY_CLIENT {
            assert_eq!(sign_in(PASSWORD).await, Ok(()), "{n}");
        }
        let every = limits::PASSWORD_EVERY;
        assert_eq!(sign_in(PASSWORD).await, Err(Problem::Refused(Refusal::TooManyAttempts { seconds: every.0 })));
        world.clock.advance(every);
        assert_eq!(sign_in(PASSWORD).await, Ok(()));
        // None of them counts as wrong: another client may try as many wrong passwords as before.
        let elsewhere = Caller { address: "192.0.2.77".to_owned(), ..Caller::default() };
        for _ in 0..limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT {
            let wrong =
                world.services.handle(&elsewhere, form::sign_in("dana", WRONG), Consent::default()).await.map(|_| ());
            assert_eq!(wrong, Err(Problem::Refused(Refusal::SignIn {})));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn same_form_with_another_secret_is_another_form() {
    on_each(async |world| {
        let (who, dana) = (Caller::default(), world.someone("dana").await);
        // A reset link is used up by the first password.
        world.services.handle(&who, AskForResetForm { who: "dana".to_owned() }, world.once()).await.unwrap();
        let (token, form) = (world.link_to(&dana).await, world.once());
        let first = world.services.handle(&who, form::reset_password(&token, ANOTHER), form.clone()).await.unwrap();
        assert_eq!(world.services.handle(&who, form::reset_password(&token, ANOTHER), form.clone()).await, Ok(first));
        let other = world.services.handle(&who, form::reset_password(&token, THIRD), form).await;
        assert_eq!(other, Err(Problem::Refused(Refusal::ResetLinkInvalid {})));
        assert!(world.services.handle(&who, form::sign_in("dana", ANOTHER), Consent::default()).await.is_ok());

        // A changed password can be changed again.
        let device = world.caller_of("dana", ANOTHER).await;
        let form = world.once();
        let changed =
            world.services.handle(&device, form::change_password(ANOTHER, THIRD), form.clone()).await.unwrap();
        let device = world.with_cookie("dana", &changed.cookie.unwrap()).await.caller;
        let wrong =
            world.services.handle(&device, form::change_password(WRONG, PASSWORD), form.clone()).await.err().unwrap();
        assert_eq!(wrong.of(Field::CurrentPassword), Some(&FaultCode::PasswordWrong {}));
        assert!(world.services.handle(&device, form::change_password(THIRD, PASSWORD), form).await.is_ok());
        assert!(world.services.handle(&who, form::sign_in("dana", PASSWORD), Consent::default()).await.is_ok());

        // An invalid link does not report the success of another.
        let lee = world.newcomer("lee").await;
        let (token, form) = (world.link_to(&lee).await, world.once());
        world
            .services
            .execute(&lee.caller, VerifyEmailForm { token: token.clone().into() }, form.clone())
            .await
            .unwrap();
        let unknown = world
            .services
            .execute(&lee.caller, VerifyEmailForm { token: String::from(&"0".repeat(64)).into() }, form)
            .await;
        assert_eq!(unknown, Err(Problem::Refused(Refusal::LinkInvalid {})));

        // Each added address needs the password.
        let form = world.once();
        let add = async |password: &str| {
            world.services.handle(&lee.caller, form::add_address("more@lee.example", password), form.clone()).await
        };
        let added = add(PASSWORD).await.unwrap();
        assert_eq!(add(PASSWORD).await, Ok(added));
        assert_eq!(add(WRONG).await.unwrap_err().of(Field::CurrentPassword), Some(&FaultCode::PasswordWrong {}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_fingerprint_depends_on_the_server_key() {
    on_each(async |world| {
        let (consent, origin) = (world.once(), web(&Caller::default()));
        let submission = |bus: &CommandBus, password: &str| {
            let form = form::reset_password("a token", password);
            bus.submission::<ResetPassword>(&origin, &form, consent.clone()).unwrap()
        };
        let bus = &world.services.bus;
        assert_eq!(submission(bus, ANOTHER), submission(bus, ANOTHER));
        assert_ne!(submission(bus, ANOTHER), submission(bus, THIRD));
        // A copy of the database does not allow guessing passwords against the fingerprint.
        let mut other = bus.clone();
        other.mailer.key = Key::from_bytes(&[7; 32]).unwrap();
        assert_ne!(submission(bus, ANOTHER), submission(&other, ANOTHER));
    })
    .await;
}
