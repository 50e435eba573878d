//! Races about an account: its name, its links, its password and its emails.

use crate::support::{form, on_each};
use app::backend::Handle as _;
use server::command_bus::Submission;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Consent;
use shared::wire::accounts::{AskForResetForm, SetUpForm, VerifyEmailForm};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_signups_with_one_username_have_one_winner() {
    use app::backend::Caller;
    on_each(async |world| {
        let who = Caller::default();
        let spellings = ["Dana.Lee", "dana_lee", "DANALEE", "dana--lee"];
        let answers = futures::future::join_all(spellings.iter().enumerate().map(|(n, name)| {
            let (services, who, consent) = (&world.services, &who, world.once());
            async move {
                let form = form::new_account(name, &format!("d{n}@dana.example"), crate::support::PASSWORD);
                services.handle(who, form, consent).await.map(|_| ())
            }
        }))
        .await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn link_used_in_two_tabs_at_once_works_once() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        let link = world.link_to(&dana).await;
        let verify = || world.submit(&dana, VerifyEmailForm { token: link.clone().into() });
        let at_the_account = "select 1 from account for update";
        let (first, second) = world.in_lock_order(at_the_account, verify(), verify()).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        assert_eq!(first.err().or(second.err()), Some(Problem::Refused(Refusal::LinkUsed {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn set_up_link_used_at_once_makes_one_administrator() {
    use app::backend::Caller;
    use server::context::Origin;
    use shared::rules::Event;
    use shared::rules::administration::OpenSetUp;
    on_each(async |world| {
        let opened = world.services.bus.execute(Origin::Job("start"), OpenSetUp, Submission::default()).await.unwrap();
        let [Event::SetUpOpened { secret }] = opened.events.as_slice() else { panic!("{opened:?}") };
        let (who, token) = (Caller::default(), secret.0.reveal());
        let set_up = async |name: &str| {
            let (services, email) = (&world.services, format!("{name}@{name}.example"));
            let account = form::new_account(name, &email, crate::support::PASSWORD);
            let form = SetUpForm { token: token.clone().into(), account };
            services.handle(&who, form, world.once()).await.map(|_| ())
        };
        let at_the_address = "select 1 from set_up for update";
        let (first, second) = world.in_lock_order(at_the_address, set_up("dana"), set_up("lee")).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        assert_eq!(first.err().or(second.err()), Some(Problem::Refused(Refusal::AlreadySetUp {})));
        assert_eq!(world.services.administrators().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn operator_command_run_twice_at_once_is_reported_once() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let at_the_account = "select 1 from account for update";
        let told = async || (world.emails().await.len(), world.history_of(dana.id).await.len());
        let before = told().await;
        let grant = || world.services.grant_administrator("dana");
        let (first, second) = world.in_lock_order(at_the_account, grant(), grant()).await;
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        assert_eq!(told().await, (before.0 + 1, before.1 + 1));
        let disable = || world.services.disable_account("dana", "Spam");
        let (first, second) = world.in_lock_order(at_the_account, disable(), disable()).await;
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        assert_eq!(told().await, (before.0 + 2, before.1 + 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_in_with_the_old_password_does_not_outlive_a_change() {
    use shared::rules::Secret;
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let (current, new) = (crate::support::PASSWORD, "another horse battery staple");
        let event = world.services.handle(&dana.caller, form::change_password(current, new), world.once());
        let who = app::backend::Caller::default();
        let sign_in = world.services.handle(&who, form::sign_in("dana", current), Consent::default());
        let (changed, signed_in) = world.in_lock_order("select 1 from account for update", event, sign_in).await;
        assert!(changed.is_ok());
        if let Ok(opened) = signed_in {
            let hash = Secret::parse(&opened.cookie.unwrap()).unwrap().hash();
            assert!(world.services.session(hash).await.unwrap().is_none(), "it came first, and ended with the others");
        }
        let live = "select cast(count(*) as text) from session where ended_at is null";
        assert_eq!(world.rows(live).await, ["1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reset_link_used_at_once_sets_one_password() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let who = app::backend::Caller::default();
        world.services.handle(&who, AskForResetForm { who: "dana".to_owned() }, world.once()).await.unwrap();
        let token = world.link_to(&dana).await;
        let reset = |password: &str| world.services.handle(&who, form::reset_password(&token, password), world.once());
        let (first, second) = (reset("another horse battery staple"), reset("a third horse battery staple"));
        let (first, second) = world.in_lock_order("select 1 from account for update", first, second).await;
        let over = Problem::Refused(Refusal::ResetLinkInvalid {});
        assert!(
            first.is_ok() != second.is_ok() && (first == Err(over.clone()) || second == Err(over)),
            "{first:?} {second:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_requests_do_not_exceed_the_email_limit() {
    on_each(async |world| {
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        let add = |who: &crate::support::Someone| {
            let (caller, once) = (who.caller.clone(), world.once());
            let services = world.services.clone();
            async move {
                services
                    .handle(&caller, form::add_address("x@target.example", crate::support::PASSWORD), once)
                    .await
                    .map(|_| ())
            }
        };
        for n in 0..shared::limits::VERIFICATION_EMAILS_A_DAY - 1 {
            add(&world.someone(&format!("other-{n}")).await).await.unwrap();
        }
        let at_the_address = "select pg_advisory_xact_lock(hashtextextended('x@target.example', 3))";
        let (first, second) = world.in_lock_order(at_the_address, add(&dana), add(&lee)).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    })
    .await;
}
