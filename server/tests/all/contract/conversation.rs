//! The contract of the conversation about a request, of its estimate, and of the queue's search.

use crate::support::{Someone, World, on_each};
use app::backend::{Answer as _, Execute as _, Preview as _};
use shared::domain::RequestState;
use shared::ids::{MessageId, RequestId};
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::timestamp::Seconds;
use shared::wire::Consent;
use shared::wire::requests::{
    AddNoteForm, AnswerQuestionForm, ApproveRequestForm, AskApplicantForm, DeferRequestForm, EditRequestForm,
    MyRequestQuery, QueueQuery, RequestQuery,
};

impl World {
    async fn asks(&self, who: &Someone, id: RequestId, question: &str) -> Result<(), Problem> {
        self.agree(who, AskApplicantForm { request: id.to_string(), question: question.to_owned() }).await.map(|_| ())
    }

    async fn answers(&self, who: &Someone, id: RequestId, question: MessageId, answer: &str) -> Result<(), Problem> {
        self.agree(
            who,
            AnswerQuestionForm { request: id.to_string(), asked: question.to_string(), answer: answer.to_owned() },
        )
        .await
        .map(|_| ())
    }

    async fn notes(&self, who: &Someone, id: RequestId, note: &str) -> Result<(), Problem> {
        self.agree(who, AddNoteForm { request: id.to_string(), note: note.to_owned() }).await.map(|_| ())
    }

    async fn last_email_to(&self, name: &str) -> String {
        let to = format!("{name}@{name}.example");
        self.emails().await.into_iter().rfind(|l| l.to == to).map(|l| l.subject).unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administrator_asks_and_applicant_answers() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        let hidden = Err(Problem::Refused(Refusal::NotFound {}));
        assert_eq!(world.asks(&dana, id, "Why?").await, hidden);
        world.asks(&boss, id, "What is it for?").await.unwrap();
        world.asks(&boss, id, "Who else is in it?").await.unwrap();
        assert_eq!(world.last_email_to("dana").await, "A question about your request for sundial");

        let mine =
            async || world.services.answer(&dana.caller, MyRequestQuery { request: id.to_string() }).await.unwrap();
        let page = mine().await;
        assert_eq!(page.request.state, RequestState::MoreInformationNeeded);
        let [first, second] = page.exchanges.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.question.as_str(), first.asked_by.as_str()), ("What is it for?", "boss"));
        assert_eq!(
            world.services.answer(&lee.caller, MyRequestQuery { request: id.to_string() }).await.unwrap_err(),
            Problem::Refused(Refusal::NotFound {})
        );
        assert_eq!(
            world.services.answer(&boss.caller, MyRequestQuery { request: id.to_string() }).await.unwrap_err(),
            Problem::Refused(Refusal::NotFound {})
        );
        assert_eq!(world.answers(&lee, id, first.id, "For me.").await, hidden);
        world.answers(&dana, id, first.id, "For the sun.").await.unwrap();
        assert_eq!(world.last_email_to("boss").await, "dana answered the question about sundial");
        let twice = world.answers(&dana, id, first.id, "For the moon.").await;
        assert_eq!(twice, Err(Problem::Refused(Refusal::AlreadyAnswered {})));
        assert_eq!(mine().await.request.state, RequestState::MoreInformationNeeded, "one is left");
        world.answers(&dana, id, second.id, "Nobody.").await.unwrap();
        assert_eq!(mine().await.request.state, RequestState::Submitted);

        // Only administrators see the notes.
        world.notes(&boss, id, "Known to us.").await.unwrap();
        assert_eq!(world.notes(&dana, id, "Hello?").await, hidden);
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await.unwrap();
        assert_eq!(page.notes.iter().map(|n| n.body.as_str()).collect::<Vec<_>>(), ["Known to us."]);
        assert_eq!(page.exchanges.len(), 2);
        assert!(!world.history_of(dana.id).await.contains(&"note_added".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_request_can_be_edited_and_deferred() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        let emails = world.emails().await.len();
        world.agree(&boss, DeferRequestForm { request: id.to_string() }).await.unwrap();
        assert_eq!(world.emails().await.len(), emails, "nobody is told");
        let edit = async |who: &Someone, words: &str| {
            let once = world.once();
            let shown = world
                .services
                .answer(&who.caller, MyRequestQuery { request: id.to_string() })
                .await
                .map(|page| page.words)
                .unwrap_or_default();
            let services = &world.services;
            services
                .execute(
                    &who.caller,
                    EditRequestForm {
                        request: id.to_string(),
                        display_name: "Sundial".to_owned(),
                        url: "https://sundial.example".to_owned(),
                        description: words.to_owned(),
                        shown: shown.clone(),
                    },
                    once,
                )
                .await
                .map(|_| ())
        };
        // The administrator's preview is stale after the edit.
        let agreed = world
            .services
            .preview(&boss.caller, ApproveRequestForm { request: id.to_string(), ..ApproveRequestForm::default() })
            .await
            .unwrap()
            .digest;
        edit(&dana, "Größe und Zeit.").await.unwrap();
        let moved = world
            .services
            .execute(
                &boss.caller,
                ApproveRequestForm { request: id.to_string(), message: String::new() },
                Consent { preview_digest: agreed, ..world.once() },
            )
            .await;
        assert!(matches!(moved, Err(Problem::PreviewStale(_))), "{moved:?}");
        let page = world.services.answer(&boss.caller, RequestQuery { request: id.to_string() }).await.unwrap();
        assert_eq!((page.state, page.description.as_str()), (RequestState::Deferred, "Größe und Zeit."));
        world.approve(&boss, id).await.unwrap();
        let closed = edit(&dana, "Too late.").await;
        assert!(matches!(closed, Err(Problem::Refused(Refusal::RequestClosed { .. }))), "{closed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn estimate_is_the_median_of_the_latest_decisions() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let waiting = world.file(&dana, "waiting").await.unwrap();
        let estimate = async || {
            world.services.answer(&dana.caller, MyRequestQuery { request: waiting.to_string() }).await.unwrap().estimate
        };
        for (n, hours) in [4, 30, 30, 60].into_iter().enumerate() {
            let id = world.file(&dana, &format!("name-{n}")).await.unwrap();
            world.clock.advance(Seconds::hours(hours));
            world.decline(&boss, id).await.unwrap();
        }
        assert_eq!(estimate().await, None, "four are too few");
        let id = world.file(&dana, "the-fifth").await.unwrap();
        world.clock.advance(Seconds::hours(1));
        world.approve(&boss, id).await.unwrap();
        assert_eq!(estimate().await, Some(2), "thirty hours");
        // A request that was closed as a rival or withdrawn does not count toward the estimate.
        let id = world.file(&dana, "taken-back").await.unwrap();
        world.clock.advance(Seconds::days(5));
        world.withdraw(&dana, id).await.unwrap();
        assert_eq!(estimate().await, Some(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_search_matches_every_word_and_the_applicant() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        let (url, words) = ("https://nord.example", "50% of it.");
        let edit = async |shown: &str, name: &str| {
            let (services, once) = (&world.services, world.once());
            services
                .execute(
                    &dana.caller,
                    EditRequestForm {
                        request: id.to_string(),
                        display_name: name.to_owned(),
                        url: url.to_owned(),
                        description: words.to_owned(),
                        shown: shown.to_owned(),
                    },
                    once,
                )
                .await
                .map(|_| ())
        };
        let shown =
            world.services.answer(&dana.caller, MyRequestQuery { request: id.to_string() }).await.unwrap().words;
        edit(&shown, "Étoile du Nord").await.unwrap();
        let stale = edit(&shown, "Sundial").await;
        assert_eq!(stale, Err(Problem::Refused(Refusal::StaleEdit {})), "an older page puts nothing back");
        let other = world.file(&lee, "moonrise").await.unwrap();
        world.decline(&boss, other).await.unwrap();
        let found = async |query: &str| {
            let queue = world.services.answer(&boss.caller, QueueQuery { query: query.to_owned() }).await.unwrap();
            let open = queue.open.into_iter().map(|request| request.row.name).collect::<Vec<_>>();
            (open, queue.closed.into_iter().map(|row| row.name).collect::<Vec<_>>())
        };
        let sundial = (vec!["sundial".to_owned()], Vec::new());
        for query in ["SUNDIAL", "étoile", "ÉTOILE", "nord.example", "50%", " dana "] {
            assert_eq!(found(query).await, sundial, "{query}");
        }
        assert_eq!(found("lee").await, (Vec::new(), vec!["moonrise".to_owned()]));
        assert_eq!(found("5_%").await, (Vec::new(), Vec::new()));
        let stranger = world.services.answer(&dana.caller, QueueQuery { query: "sundial".to_owned() }).await;
        assert_eq!(stranger.unwrap_err(), Problem::Refused(Refusal::NotFound {}));
    })
    .await;
}
