//! Consent and idempotency: nobody executes what they did not read, and a form sent twice has one outcome.

use crate::support::{form, on_each, says};
use app::backend::{Answer as _, Caller, Execute as _, Handle as _, Preview as _};
use shared::domain::RequestState;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Consent;
use shared::wire::accounts::{ResendVerificationForm, SetUpForm, VerificationQuery, VerifyEmailForm};
use shared::wire::administration::EmailsQuery;
use shared::wire::people::InvitationLinkQuery;
use shared::wire::requests::{AddNoteForm, ApproveRequestForm, DeclineRequestForm, RequestQuery};

#[tokio::test(flavor = "multi_thread")]
async fn form_sent_twice_has_one_outcome_and_one_answer() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let consent = world.once();
        let send = || {
            let (services, caller, consent) = (world.services.clone(), dana.caller.clone(), consent.clone());
            async move {
                services
                    .handle(
                        &caller,
                        form::request_form("sundial", "Sundial", "https://sundial.example", "Time.", "community"),
                        consent,
                    )
                    .await
            }
        };
        // Eight at once and one much later: a double click, a retry after a lost connection, Back and resend.
        let answers = futures::future::join_all((0..8).map(|_| send())).await;
        let first = answers[0].clone().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref() == Ok(&first)), "{answers:?}");
        assert_eq!(send().await, Ok(first));
        assert_eq!(world.requests_of(&dana).await.len(), 1);
        let emails = world.emails().await;
        assert_eq!(emails.iter().filter(|l| l.subject.contains("was submitted")).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idempotency_key_belongs_to_its_actor_and_its_form() {
    on_each(async |world| {
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        let consent = world.once();
        let file = async |who: &Caller, name: &str| {
            world
                .services
                .handle(
                    who,
                    form::request_form(name, "Name", "https://name.example", "Text.", "community"),
                    consent.clone(),
                )
                .await
        };
        file(&dana.caller, "sundial").await.unwrap();
        // The same key is another form when another person sends it, or when the same person sends another form.
        file(&lee.caller, "moonrise").await.unwrap();
        assert_eq!(world.requests_of(&lee).await.len(), 1);
        world.services.execute(&dana.caller, ResendVerificationForm {}, consent.clone()).await.unwrap_err();
        // Back, and the same page with other input: it is not taken for the form that was sent before.
        file(&dana.caller, "starlight").await.unwrap();
        file(&dana.caller, "starlight").await.unwrap();
        let mut names: Vec<String> =
            world.requests_of(&dana).await.into_iter().map(|request| request.facts.name.to_string()).collect();
        names.sort();
        assert_eq!(names, ["starlight", "sundial"]);
    })
    .await;
}

/// A browser posts line breaks as CR LF, and the script of the same page as LF.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_do_not_make_another_form() {
    on_each(async |world| {
        let boss = world.administrator("boss").await;
        let id = world.file(&world.someone("dana").await, "sundial").await.unwrap();
        let request = id.to_string();
        let (preview, consent) = (AddNoteForm { request: request.clone(), ..AddNoteForm::default() }, world.once());
        let preview_digest = world.services.preview(&boss.caller, preview).await.unwrap().digest;
        for note in ["One.\r\nTwo.", "One.\nTwo."] {
            let form = AddNoteForm { request: request.clone(), note: note.to_owned() };
            let consent = Consent { preview_digest: preview_digest.clone(), ..consent.clone() };
            world.services.execute(&boss.caller, form, consent).await.unwrap();
        }
        let page = world.services.answer(&boss.caller, RequestQuery { request }).await.unwrap();
        assert_eq!(page.notes.len(), 1);
    })
    .await;
}

#[test]
fn typed_secrets_are_not_in_debug_output() {
    let secret = "correct horse battery staple";
    let account = form::new_account("dana", "dana@dana.example", secret);
    let shown = [
        format!("{account:?}"),
        format!("{:?}", SetUpForm { token: secret.into(), account }),
        format!("{:?}", form::sign_in("dana", secret)),
        format!("{:?}", form::reset_password(secret, secret)),
        format!("{:?}", form::change_password(secret, secret)),
        format!("{:?}", form::add_address("more@dana.example", secret)),
        format!("{:?}", VerifyEmailForm { token: secret.into() }),
        format!("{:?}", VerificationQuery { token: secret.into() }),
        format!("{:?}", InvitationLinkQuery { token: secret.into() }),
    ];
    assert!(shown.iter().all(|text| !text.contains("horse")), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn form_without_an_idempotency_key_is_refused() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for once in ["", "short", &"x".repeat(10_000)] {
            let consent = Consent { idempotency_key: once.to_owned(), preview_digest: String::new() };
            let answer = world
                .services
                .handle(&dana.caller, form::request_form("a-b", "N", "https://n.example", "T.", "community"), consent)
                .await;
            assert_eq!(answer, Err(Problem::Malformed {}));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_preview_digest_is_refused_with_the_new_preview() {
    on_each(async |world| {
        let boss = world.administrator("boss").await;
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        let seen = world
            .services
            .preview(&boss.caller, ApproveRequestForm { request: id.to_string(), ..ApproveRequestForm::default() })
            .await
            .unwrap();
        // Meanwhile a rival requests the name. Approval would close their request, which boss has not read.
        let rival = world.file(&lee, "SUNDIAL").await.unwrap();
        let before = world.snapshot().await;
        let agree = |agreed: &str| Consent { preview_digest: agreed.to_owned(), ..world.once() };
        let answer = world
            .services
            .execute(
                &boss.caller,
                ApproveRequestForm { request: id.to_string(), message: String::new() },
                agree(&seen.digest),
            )
            .await;
        let Err(Problem::PreviewStale(now)) = answer else { panic!("{answer:?}") };
        assert_ne!(now.digest, seen.digest);
        assert_eq!(now.ends, ["lee's request for the same name, SUNDIAL, is closed"]);
        assert_eq!(world.snapshot().await, before, "nothing happened");
        // Without a digest the answer is only the preview.
        assert!(matches!(
            world
                .services
                .execute(
                    &boss.caller,
                    ApproveRequestForm { request: id.to_string(), message: String::new() },
                    agree("")
                )
                .await,
            Err(Problem::PreviewStale(_))
        ));
        // Now boss agrees to the preview.
        world
            .services
            .execute(
                &boss.caller,
                ApproveRequestForm { request: id.to_string(), message: String::new() },
                agree(&now.digest),
            )
            .await
            .unwrap();
        let of_lee = &world.requests_of(&lee).await[0];
        assert_eq!((of_lee.facts.id, of_lee.facts.state), (rival, RequestState::Declined));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decision_on_a_closed_request_is_refused() {
    on_each(async |world| {
        let (boss, other) = (world.administrator("boss").await, world.administrator("other").await);
        let dana = world.someone("dana").await;
        let id = world.file(&dana, "sundial").await.unwrap();
        let agreed = world
            .services
            .preview(&other.caller, DeclineRequestForm { request: id.to_string(), ..DeclineRequestForm::default() })
            .await
            .unwrap()
            .digest;
        world.approve(&boss, id).await.unwrap();
        let before = world.snapshot().await;
        let consent = || Consent { preview_digest: agreed.clone(), ..world.once() };
        let second = world
            .services
            .execute(&other.caller, DeclineRequestForm { request: id.to_string(), reason: "No.".to_owned() }, consent())
            .await
            .unwrap_err();
        assert_eq!(
            second,
            Problem::Refused(Refusal::RequestClosed { state: RequestState::Approved, by: Some("boss".to_owned()) })
        );
        assert_eq!(says(&second), "This request has already been approved by boss. Nothing was changed.");
        assert!(world.approve(&other, id).await.is_err() && world.withdraw(&dana, id).await.is_err());
        assert_eq!(world.snapshot().await, before);
        assert_eq!(world.history_of(dana.id).await[..2], ["request_approved", "member_joined"]);
        let _ = world.services.answer(&boss.caller, EmailsQuery::default()).await.unwrap();
    })
    .await;
}
