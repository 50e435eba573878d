//! The contract of accounts, email addresses and sessions.

use super::NOBODY;
use crate::support::{NOON, PASSWORD, form, on_each};
use app::backend::{Answer as _, Caller, Execute as _, Handle as _};
use server::command_bus::Submission;
use server::services::Services;
use server::store::{accounts, addresses};
use server::throttle::RateLimit;
use shared::limits;
use shared::names::Username;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::Secret;
use shared::timestamp::Seconds;
use shared::wire::Consent;
use shared::wire::accounts::{
    AskForResetForm, ResendVerificationForm, SetUpQuery, SignOutForm, VerificationQuery, VerifyEmailForm, ViewerQuery,
};

#[tokio::test(flavor = "multi_thread")]
async fn account_is_found_by_username_and_email() {
    on_each(async |world| {
        let dana = world.someone("Dana.Lee").await;
        let stranger = world.newcomer("stranger").await;
        let by_name = async |name: &str| {
            let key = Username::parse(name).unwrap().key();
            world.read(async |tx| accounts::by_username(tx, &key).await).await.map(|a| a.id)
        };
        assert_eq!(by_name("dana-LEE").await, Some(dana.id));
        assert_eq!(by_name("nobody").await, None);
        let account = world.account(dana.id).await;
        assert_eq!((account.username.as_str(), account.verified, account.disabled), ("Dana.Lee", true, false));
        assert!(!world.account(stranger.id).await.verified);
        assert!(world.read(async |tx| accounts::by_id(tx, NOBODY).await).await.is_none());
        let holder = async |address: &str| {
            world.read(async |tx| accounts::holder_of_address(tx, address).await).await.map(|a| a.id)
        };
        assert_eq!(holder("DANA.LEE@dana.lee.example").await, Some(dana.id));
        assert_eq!(holder("stranger@stranger.example").await, None, "an unverified address is nobody's");
        assert!(world.read(async |tx| accounts::administrators(tx).await).await.is_empty());
        assert!(!world.read(async |tx| accounts::is_set_up(tx).await).await);
        assert_eq!(world.services.grant_administrator("dana.lee").await.unwrap(), "dana.lee is an administrator.");
        assert!(world.read(async |tx| accounts::is_set_up(tx).await).await);
        assert_eq!(world.services.administrators().await.unwrap().len(), 1);
        let own = world.read(async |tx| addresses::of_account(tx, stranger.id).await).await;
        let [address] = own.as_slice() else { panic!("{own:?}") };
        assert!(address.facts.primary && !address.facts.verified);
        let emails = world
            .read(async |tx| addresses::emails_today(tx, &address.facts.email, Some(stranger.id), NOON).await)
            .await;
        assert_eq!((emails.to_address.len(), emails.by_account.len()), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_accepts_a_username_or_a_verified_email() {
    on_each(async |world| {
        world.someone("dana").await;
        world.newcomer("lee").await;
        let who = Caller { agent: "Browser\u{7}".to_owned(), ..Caller::default() };
        let sign_in = async |name: &str, password: &str| {
            world.services.handle(&who, form::sign_in(name, password), Consent::default()).await.map(|o| o.done.next)
        };
        let next = Ok(Some("/manage/organizations".to_owned()));
        assert_eq!(sign_in("DANA", PASSWORD).await, next);
        assert_eq!(sign_in(" dana@dana.example ", PASSWORD).await, next);
        assert_eq!(sign_in("dana\u{0}", PASSWORD).await, Err(Problem::Refused(Refusal::SignIn {})), "on every engine");
        assert_eq!(sign_in("lee", PASSWORD).await, next);
        let refused = Err(Problem::Refused(Refusal::SignIn {}));
        assert_eq!(sign_in("lee@lee.example", PASSWORD).await, refused, "not verified");
        assert_eq!(sign_in("dana", "wrong horse battery staple").await, refused);
        assert_eq!(sign_in("nobody", PASSWORD).await, refused);
        assert_eq!(sign_in("' or 1=1 --", PASSWORD).await, refused);
        let empty = sign_in("", "").await.unwrap_err();
        assert_eq!(
            (empty.of(Field::Who), empty.of(Field::Password)),
            (Some(&FaultCode::Empty {}), Some(&FaultCode::Empty {}))
        );
        world.services.disable_account("dana", "Spam").await.unwrap();
        assert_eq!(sign_in("dana", PASSWORD).await, Err(Problem::Refused(Refusal::AccountDisabled {})));
        assert_eq!(sign_in("dana", "wrong horse battery staple").await, refused, "nobody else learns of it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_ends_by_expiry_sign_out_or_disabled_account() {
    on_each(async |world| {
        world.someone("dana").await;
        let open = async || {
            let opened = world
                .services
                .handle(&Caller::default(), form::sign_in("dana", PASSWORD), Consent::default())
                .await
                .unwrap();
            Secret::parse(&opened.cookie.unwrap()).unwrap().hash()
        };
        let alive = async |hash| world.services.session(hash).await.unwrap();
        assert_eq!(alive([0; 32]).await, None);
        let idle = open().await;
        let used = open().await;
        world.clock.advance(Seconds::days(13));
        assert!(alive(idle).await.is_some());
        // The last use is recorded beside the request, not within it.
        assert!(alive(used).await.is_some());
        let noted =
            async || world.rows("select cast(max(seen_at) as text) from session").await[0].parse::<i64>().unwrap();
        for _ in 0..400 {
            if noted().await >= NOON.plus(Seconds::days(13)).0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        world.clock.advance(Seconds::days(15));
        assert_eq!(alive(used).await, None, "idle for too long");
        let ctx = open().await;
        world.clock.advance(Seconds::days(10));
        assert!(alive(ctx).await.is_some());
        let caller = Caller { signed_in: alive(ctx).await, ..Caller::default() };
        world.services.handle(&caller, SignOutForm {}, Consent::default()).await.unwrap();
        assert_eq!(alive(ctx).await, None);
        let again = world
            .services
            .handle(&caller, SignOutForm {}, Consent::default())
            .await
            .map(|ended| (ended.done.next, ended.cookie));
        assert_eq!(again, Ok((Some("/".to_owned()), Some(String::new()))), "signed out is signed out");
        let last = open().await;
        let (_, id) = alive(last).await.unwrap();
        world.services.disable_account("dana", "Spam").await.unwrap();
        assert_eq!(alive(last).await, None);
        assert!(world.read(async |tx| accounts::of_session(tx, id, NOON).await).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_link_works_once_before_expiry_and_only_the_newest() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        let old = world.link_to(&dana).await;
        world.clock.advance(Seconds::hours(1));
        world.submit(&dana, ResendVerificationForm {}).await.unwrap();
        let new = world.link_to(&dana).await;
        let look = async |token: &str| {
            world.services.answer(&dana.caller, VerificationQuery { token: token.into() }).await.map(|v| v.email)
        };
        assert_eq!(look(&old).await, Err(Problem::Refused(Refusal::LinkInvalid {})));
        assert_eq!(look(&"0".repeat(64)).await, Err(Problem::Refused(Refusal::LinkInvalid {})));
        assert_eq!(look("").await, Err(Problem::Refused(Refusal::LinkInvalid {})));
        assert_eq!(look(&new).await, Ok("dana@dana.example".to_owned()));
        assert!(!world.account(dana.id).await.verified, "looking changes nothing");
        world.submit(&dana, VerifyEmailForm { token: new.clone().into() }).await.unwrap();
        assert_eq!(look(&new).await, Err(Problem::Refused(Refusal::LinkUsed {})));
        let again = world.submit(&dana, ResendVerificationForm {}).await;
        assert_eq!(again, Err(Problem::Refused(Refusal::AlreadyVerified {})));
        let late = world.newcomer("late").await;
        let token = world.link_to(&late).await;
        world.clock.advance(Seconds::days(3));
        assert_eq!(look(&token).await, Err(Problem::Refused(Refusal::LinkExpired {})));
        let spent = world.submit(&dana, VerifyEmailForm { token: token.clone().into() }).await;
        assert_eq!(spent, Err(Problem::Refused(Refusal::LinkExpired {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_ends_only_the_previous_session() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let elsewhere = world
            .services
            .handle(&Caller::default(), form::sign_in("dana", PASSWORD), Consent::default())
            .await
            .unwrap();
        let ctx =
            world.services.handle(&dana.caller, form::sign_in("dana", PASSWORD), Consent::default()).await.unwrap();
        let alive = async |cookie: &str| {
            let hash = Secret::parse(cookie).unwrap().hash();
            world.services.session(hash).await.unwrap().is_some()
        };
        assert!(!alive(&dana.cookie).await, "its secret has been given out before");
        assert!(alive(&ctx.cookie.unwrap()).await && alive(&elsewhere.cookie.unwrap()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_guessing_is_throttled_for_the_guesser() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let from = |address: &str| Caller { address: address.to_owned(), ..Caller::default() };
        let (guesser, home) = (from("192.0.2.66"), from("192.0.2.1"));
        let try_it = async |who: &Caller, name: &str, password: &str| {
            world.services.handle(who, form::sign_in(name, password), Consent::default()).await.map(|_| ())
        };
        let wrong = Err(Problem::Refused(Refusal::SignIn {}));
        for name in ["dana", "nobody"] {
            for _ in 0..limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT {
                assert_eq!(try_it(&guesser, name, "wrong horse battery staple").await, wrong);
            }
            let slowed = try_it(&guesser, name, PASSWORD).await;
            assert_eq!(slowed, Err(Problem::Refused(Refusal::TooManyAttempts { seconds: 30 })), "{name}, known or not");
        }
        assert_eq!(try_it(&home, "dana", PASSWORD).await, Ok(()), "its holder is not locked out");
        world.clock.advance(limits::WRONG_PASSWORD_EVERY);
        assert_eq!(try_it(&guesser, "dana", PASSWORD).await, Ok(()));
        // A guess from many clients at once: a client that has signed in before is still let in, under every spelling.
        for n in 0..limits::WRONG_PASSWORDS_BY_NAME {
            let _ = try_it(&from(&format!("198.51.100.{n}")), "d-a-n-a", "wrong horse battery staple").await;
        }
        let elsewhere = from("203.0.113.7");
        let slowed = try_it(&elsewhere, "dana", PASSWORD).await;
        assert!(matches!(slowed, Err(Problem::Refused(Refusal::TooManyAttempts { .. }))), "{slowed:?}");
        // Her email address neither reveals that it is hers nor lets anyone in.
        assert_eq!(try_it(&elsewhere, "dana@dana.example", PASSWORD).await, wrong);
        assert_eq!(try_it(&elsewhere, "nobody@dana.example", PASSWORD).await, wrong);
        assert_eq!(try_it(&home, "dana", PASSWORD).await, Ok(()));
        assert_eq!(try_it(&home, "dana@dana.example", PASSWORD).await, Ok(()));
        // A new password lets her in again, from any client.
        world.services.handle(&elsewhere, AskForResetForm { who: "dana".to_owned() }, world.once()).await.unwrap();
        let token = world.link_to(&dana).await;
        let new = "another horse battery staple";
        world.services.handle(&elsewhere, form::reset_password(&token, new), world.once()).await.unwrap();
        assert_eq!(try_it(&elsewhere, "dana", new).await, Ok(()));
        assert_eq!(try_it(&elsewhere, "dana@dana.example", new).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_per_client_address_are_limited() {
    on_each(async |world| {
        let who = Caller { address: "2001:db8::1".to_owned(), ..Caller::default() };
        let services = Services { new_accounts: RateLimit::accounts(2), ..(*world.services).clone() };
        let create = async |who: &Caller, name: &str| {
            let email = format!("{name}@{name}.example");
            services.handle(who, form::new_account(name, &email, PASSWORD), world.once()).await.map(|_| ())
        };
        assert_eq!((create(&who, "one").await, create(&who, "two").await), (Ok(()), Ok(())));
        let neighbour = Caller { address: "2001:db8::2".to_owned(), ..Caller::default() };
        assert_eq!(
            create(&neighbour, "three").await,
            Err(Problem::Refused(Refusal::TooManyAttempts { seconds: 1_800 }))
        );
        assert_eq!(create(&Caller::default(), "four").await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaked_password_is_refused_and_resubmitted_form_makes_one_account() {
    on_each(async |world| {
        let who = Caller::default();
        let create = async |who: &Caller, password: &str, consent| {
            world.services.handle(who, form::new_account("dana", "dana@dana.example", password), consent).await
        };
        let broken = create(&who, "123456789987654321", world.once()).await.err().unwrap();
        assert_eq!(broken.of(Field::Password), Some(&FaultCode::PasswordLeaked {}));
        let consent = world.once();
        let opened = create(&who, PASSWORD, consent.clone()).await.unwrap();
        let hash = Secret::parse(&opened.cookie.unwrap()).unwrap().hash();
        let signed_in = world.services.session(hash).await.unwrap();
        // Back, and the same form again: it now carries the new cookie.
        let again = create(&Caller { signed_in, ..who.clone() }, PASSWORD, consent.clone()).await.unwrap();
        assert_eq!(again.done, opened.done);
        let wrong = create(&who, "another horse battery staple", consent).await.err().unwrap();
        assert_eq!(
            wrong.of(Field::Username),
            Some(&FaultCode::UsernameTaken {}),
            "with another password it is another"
        );
        assert_eq!(world.rows("select cast(count(*) as text) from account").await, ["1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn daily_email_limit_applies_to_known_and_unknown_addresses() {
    on_each(async |world| {
        world.someone("holder").await;
        world.clock.advance(Seconds::days(1));
        let squatter = {
            let who = Caller::default();
            let opened = world
                .services
                .handle(&who, form::new_account("squatter", "holder@holder.example", PASSWORD), world.once())
                .await;
            let hash = Secret::parse(&opened.unwrap().cookie.unwrap()).unwrap().hash();
            Caller { signed_in: world.services.session(hash).await.unwrap(), ..who }
        };
        let dana = world.newcomer("dana").await;
        let press = async || {
            let resend = async |who: &Caller| {
                world.services.execute(who, ResendVerificationForm {}, world.once()).await.map(|_| ())
            };
            let known = resend(&squatter).await;
            (known, resend(&dana.caller).await)
        };
        for _ in 0..4 {
            world.clock.advance(Seconds::hours(1));
            assert_eq!(press().await, (Ok(()), Ok(())));
        }
        let refused = || Err(Problem::Refused(Refusal::TooManyEmails { seconds: 20 * 3_600 }));
        assert_eq!(press().await, (refused(), refused()));
        let other = world
            .services
            .handle(&Caller::default(), form::new_account("other", "dana@dana.example", PASSWORD), world.once())
            .await;
        assert_eq!(other.map(|_| ()), refused(), "a new account does not bring new emails");
        world.clock.advance(Seconds::hours(20));
        assert_eq!(press().await, (Ok(()), Ok(())));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_address_belongs_to_the_first_to_verify_it() {
    on_each(async |world| {
        let squatter = {
            let who = Caller::default();
            let opened = world
                .services
                .handle(&who, form::new_account("squatter", "dana@dana.example", PASSWORD), world.once())
                .await
                .unwrap();
            world.services.session(Secret::parse(&opened.cookie.unwrap()).unwrap().hash()).await.unwrap().unwrap()
        };
        let dana = world.someone("dana").await;
        // The squatter's claim gives them nothing, and their link is invalid.
        let caller = Caller { signed_in: Some(squatter), ..Caller::default() };
        let before = world.emails().await.len();
        world.services.execute(&caller, ResendVerificationForm {}, world.once()).await.unwrap();
        let emails = world.emails().await;
        assert_eq!(emails.len(), before + 1);
        let warning = emails.last().unwrap();
        assert_eq!(
            (warning.subject.as_str(), warning.sealed.is_none()),
            ("Someone tried to use dana@dana.example for the account squatter", true)
        );
        // The claim is recorded in the history of the account that made it, and in no other.
        assert_eq!(world.history_of(squatter.0).await.first().map(String::as_str), Some("address_claimed"));
        assert!(!world.history_of(dana.id).await.contains(&"address_claimed".to_owned()));
        // A later sign-up gets the same answer as any other, and no link.
        let answer = world
            .services
            .handle(&Caller::default(), form::new_account("latecomer", "DANA@dana.example", PASSWORD), world.once())
            .await;
        assert_eq!(answer.unwrap().done.next.as_deref(), Some("/verify"));
        assert!(world.emails().await.last().unwrap().sealed.is_none());
        assert_eq!(world.account(dana.id).await.email, "dana@dana.example");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_link_works_once() {
    on_each(async |world| {
        use server::context::Origin;
        use shared::rules::Event;
        use shared::rules::administration::OpenSetUp;
        let open = async || world.services.bus.execute(Origin::Job("start"), OpenSetUp, Submission::default()).await;
        let secret = |outcome: server::command_bus::Outcome| match &outcome.events[0] {
            Event::SetUpOpened { secret } => secret.0.reveal(),
            other => panic!("{other:?}"),
        };
        let old = secret(open().await.unwrap());
        let token = secret(open().await.unwrap());
        let who = Caller::default();
        assert!(world.services.answer(&who, ViewerQuery {}).await.unwrap().awaits_set_up);
        assert_eq!(
            world.services.answer(&who, SetUpQuery { token: old.clone().into() }).await,
            Err(Problem::Refused(Refusal::SetUpLinkInvalid {})),
            "a newer one is there"
        );
        assert_eq!(world.services.answer(&who, SetUpQuery { token: token.clone().into() }).await, Ok(()));
        let wrong = world
            .services
            .handle(&who, form::set_up(&token, "boss", "no-address", "short"), world.once())
            .await
            .err()
            .unwrap();
        assert!(
            wrong.of(Field::Email).is_some()
                && wrong.of(Field::Password).is_some()
                && wrong.of(Field::Username).is_none()
        );
        let consent = world.once();
        let opened = world
            .services
            .handle(&who, form::set_up(&token, "boss", "boss@boss.example", PASSWORD), consent.clone())
            .await
            .unwrap();
        assert_eq!(opened.done.next.as_deref(), Some("/administration/mail"));
        // The same form again: the same answer, and another session.
        let again = world
            .services
            .handle(&who, form::set_up(&token, "boss", "boss@boss.example", PASSWORD), consent)
            .await
            .unwrap();
        assert_eq!(again.done, opened.done);
        let late = world
            .services
            .handle(&who, form::set_up(&token, "other", "other@other.example", PASSWORD), world.once())
            .await
            .err()
            .unwrap();
        assert_eq!(late, Problem::Refused(Refusal::AlreadySetUp {}));
        assert!(open().await.is_err());
        assert!(!world.services.answer(&who, ViewerQuery {}).await.unwrap().awaits_set_up);
    })
    .await;
}
