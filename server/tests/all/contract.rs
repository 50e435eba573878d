//! The contract of the store: what each public function answers, the same on every engine.

use crate::ground::{NOON, PASSWORD, on_each, says};
use app::backend::{Accounts as _, Administration as _, Caller, Organizations as _, People as _, Requests as _};
use server::store::{StoreError, accounts, history, once, organizations, outbox, people, requests, sessions};
use shared::ids::{AccountId, LetterId, RequestId};
use shared::moment::Span;
use shared::names::{NameKey, OrganizationName, Username};
use shared::problem::{FaultCode, Field, Problem, Refusal};
use shared::roles::Role;
use shared::rules::Secret;
use shared::wire::administration::LetterState;
use shared::wire::requests::{Standing, State};
use uuid::Uuid;

fn key(name: &str) -> NameKey {
    OrganizationName::parse(name).unwrap().key()
}

const NOBODY: AccountId = AccountId(Uuid::from_u128(1));

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_by_every_name_that_is_theirs() {
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
        let facts = world
            .read(async |tx| accounts::resend_facts(tx, stranger.id, NOON.minus(Span::days(1))).await)
            .await
            .unwrap();
        assert_eq!((facts.verified, facts.sent.len()), (false, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_a_username_or_a_verified_address() {
    on_each(async |world| {
        world.someone("dana").await;
        world.newcomer("lee").await;
        let who = Caller { agent: "Browser\u{7}".to_owned(), ..Caller::default() };
        let sign_in =
            async |name: &str, password: &str| world.services.sign_in(&who, name, password).await.map(|o| o.done.next);
        let next = Ok(Some("/manage/organizations".to_owned()));
        assert_eq!(sign_in("DANA", PASSWORD).await, next);
        assert_eq!(sign_in(" dana@dana.example ", PASSWORD).await, next);
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
        assert_eq!(sign_in("dana", PASSWORD).await, refused, "disabled");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_by_its_holder_and_with_its_account() {
    on_each(async |world| {
        world.someone("dana").await;
        let open = async || {
            let opened = world.services.sign_in(&Caller::default(), "dana", PASSWORD).await.unwrap();
            Secret::parse(&opened.cookie).unwrap().hash()
        };
        let alive = async |hash| world.services.session(hash).await.unwrap();
        assert_eq!(alive([0; 32]).await, None);
        let idle = open().await;
        let used = open().await;
        world.clock.advance(Span::days(13));
        assert!(alive(idle).await.is_some());
        // The note of its use is taken beside the request.
        assert!(alive(used).await.is_some());
        let noted =
            async || world.rows("select cast(max(seen_at) as text) from session").await[0].parse::<i64>().unwrap();
        for _ in 0..400 {
            if noted().await >= NOON.plus(Span::days(13)).0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        world.clock.advance(Span::days(15));
        assert_eq!(alive(used).await, None, "idle for too long");
        let fresh = open().await;
        world.clock.advance(Span::days(10));
        assert!(alive(fresh).await.is_some());
        let caller = Caller { signed_in: alive(fresh).await, ..Caller::default() };
        world.services.sign_out(&caller).await.unwrap();
        assert_eq!(alive(fresh).await, None);
        assert_eq!(world.services.sign_out(&caller).await, Err(Problem::Refused(Refusal::NotSignedIn {})));
        let last = open().await;
        let (_, id) = alive(last).await.unwrap();
        world.services.disable_account("dana", "Spam").await.unwrap();
        assert_eq!(alive(last).await, None);
        assert!(!world.read(async |tx| sessions::is_live(tx, id, NOON).await).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_in_its_time_and_only_the_newest() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        let old = world.link_to(&dana).await;
        world.clock.advance(Span::hours(1));
        world.services.resend_verification(&dana.caller, world.once()).await.unwrap();
        let new = world.link_to(&dana).await;
        let look = async |token: &str| world.services.verification(&Caller::default(), token).await.map(|v| v.email);
        assert_eq!(look(&old).await, Err(Problem::Refused(Refusal::LinkUnknown {})));
        assert_eq!(look(&"0".repeat(64)).await, Err(Problem::Refused(Refusal::LinkUnknown {})));
        assert_eq!(look("").await, Err(Problem::Refused(Refusal::LinkUnknown {})));
        assert_eq!(look(&new).await, Ok("dana@dana.example".to_owned()));
        assert!(!world.account(dana.id).await.verified, "looking changes nothing");
        world.services.verify(&Caller::default(), &new, world.once()).await.unwrap();
        assert_eq!(look(&new).await, Err(Problem::Refused(Refusal::LinkUsed {})));
        let again = world.services.resend_verification(&dana.caller, world.once()).await;
        assert_eq!(again, Err(Problem::Refused(Refusal::AlreadyVerified {})));
        let late = world.newcomer("late").await;
        let token = world.link_to(&late).await;
        world.clock.advance(Span::days(3));
        assert_eq!(look(&token).await, Err(Problem::Refused(Refusal::LinkExpired {})));
        let spent = world.services.verify(&Caller::default(), &token, world.once()).await;
        assert_eq!(spent, Err(Problem::Refused(Refusal::LinkExpired {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_gets_a_few_letters_a_day() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        for _ in 0..4 {
            world.clock.advance(Span::hours(1));
            world.services.resend_verification(&dana.caller, world.once()).await.unwrap();
        }
        let refused = world.services.resend_verification(&dana.caller, world.once()).await;
        assert_eq!(refused, Err(Problem::Refused(Refusal::TooManyLetters { seconds: 20 * 3_600 })));
        world.clock.advance(Span::hours(20));
        world.services.resend_verification(&dana.caller, world.once()).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_whoever_verifies_it_first() {
    on_each(async |world| {
        let squatter = {
            let who = Caller::default();
            let opened =
                world.services.create(&who, "squatter", "dana@dana.example", PASSWORD, world.once()).await.unwrap();
            world.services.session(Secret::parse(&opened.cookie).unwrap().hash()).await.unwrap().unwrap()
        };
        let dana = world.someone("dana").await;
        // The squatter's claim gives them nothing, and their link is dead.
        let caller = Caller { signed_in: Some(squatter), ..Caller::default() };
        let before = world.letters().await.len();
        world.services.resend_verification(&caller, world.once()).await.unwrap();
        let letters = world.letters().await;
        assert_eq!(letters.len(), before + 1);
        let warning = letters.last().unwrap();
        assert_eq!(
            (warning.subject.as_str(), warning.sealed.is_none()),
            ("Somebody used dana@dana.example for a new account", true)
        );
        // Whoever comes later gets the same answer as everybody, and no link.
        let answer =
            world.services.create(&Caller::default(), "latecomer", "DANA@dana.example", PASSWORD, world.once()).await;
        assert_eq!(answer.unwrap().done.next.as_deref(), Some("/verify"));
        assert!(world.letters().await.last().unwrap().sealed.is_none());
        assert_eq!(world.account(dana.id).await.email, "dana@dana.example");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_have_a_standing() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let standing = async |name: &str| {
            let key = key(name);
            world.read(async |tx| requests::standing(tx, &key).await).await
        };
        assert_eq!(standing("sundial").await, Standing::Free);
        assert_eq!(standing("Admin").await, Standing::Reserved);
        let id = world.file(&dana, "Sun.Dial").await.unwrap();
        assert_eq!(standing("sun-dial").await, Standing::Free, "asking is not having");
        let twice = world.file(&dana, "sun--dial").await.unwrap_err();
        assert_eq!(twice.of(Field::AccountName), Some(&FaultCode::OwnRequestOpen {}));
        let asked = world.services.name_standing(&dana.caller, "SUN_DIAL").await.unwrap();
        assert_eq!((asked.key.as_str(), asked.own_request_open), ("sun-dial", true));
        world.approve(&boss, id).await.unwrap();
        assert_eq!(standing("SUN_dial").await, Standing::Taken);
        let taken = world.file(&dana, "sun.dial").await.unwrap_err();
        assert_eq!(taken.of(Field::AccountName), Some(&FaultCode::NameTaken {}));
        let similar = world.services.name_standing(&dana.caller, "sundial").await.unwrap();
        assert_eq!(similar.similar.first().map(|s| (s.name.as_str(), s.likeness)), Some(("Sun.Dial", 0)));
        assert_eq!(similar.standing, Standing::Free);
        let reserved = world.file(&dana, "root").await.unwrap_err();
        assert_eq!(says(&reserved), "One field needs another look.");
        assert_eq!(reserved.of(Field::AccountName), Some(&FaultCode::NameReserved {}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_filed_seen_decided_and_remembered() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let unverified = world.newcomer("new").await;
        assert_eq!(world.file(&unverified, "moonrise").await, Err(Problem::Refused(Refusal::EmailUnverified {})));
        let id = world.file(&dana, "sundial").await.unwrap();
        world.clock.advance(Span::hours(1));
        let other = world.file(&lee, "moonrise").await.unwrap();
        let queue = world.services.queue(&boss.caller).await.unwrap();
        assert_eq!(queue.open.iter().map(|r| r.id).collect::<Vec<_>>(), [id, other], "oldest first");
        assert_eq!(world.services.viewer(&boss.caller).await.unwrap().account.unwrap().requests_waiting, 2);
        let page = world.services.page(&boss.caller, id).await.unwrap();
        assert!(page.applicant.verified && page.approval.is_none() && page.decision.is_none());
        assert_eq!(world.services.page(&dana.caller, id).await, Err(Problem::Refused(Refusal::NotFound {})));
        // Somebody else's request does not exist.
        assert_eq!(world.withdraw(&lee, id).await, Err(Problem::Refused(Refusal::NotFound {})));
        world.withdraw(&lee, other).await.unwrap();
        world.approve(&boss, id).await.unwrap();
        let yours = world.services.yours(&dana.caller).await.unwrap();
        assert_eq!(
            (yours.organizations[0].name.as_str(), yours.organizations[0].role, yours.organizations[0].people),
            ("sundial", Role::Owner, 1)
        );
        assert_eq!((yours.requests[0].state, yours.requests[0].words.as_deref()), (State::Approved, Some("Welcome.")));
        let people = world.services.list(&dana.caller, "SunDial").await.unwrap();
        assert!(people.people.len() == 1 && people.people[0].you && people.heading.my_role == Role::Owner);
        assert_eq!(world.services.list(&lee.caller, "sundial").await, Err(Problem::Refused(Refusal::NotFound {})));
        assert_eq!(
            world.services.list(&Caller::default(), "sundial").await,
            Err(Problem::Refused(Refusal::NotSignedIn {}))
        );
        let profile = world.services.profile(&Caller::default(), "sundial").await.unwrap();
        assert_eq!((profile.display_name.as_str(), profile.my_role), ("The sundial project", None));
        assert_eq!(world.services.search(&Caller::default(), "SUND").await.unwrap().found.len(), 1);
        assert!(world.services.search(&Caller::default(), "%").await.unwrap().found.is_empty());
        // Its history has its first events, in an unbroken chain.
        let organization = world.read(async |tx| organizations::active(tx, &key("sundial")).await).await.unwrap();
        let mut events = world.read(async |tx| history::of_organization(tx, organization.id, 1).await).await;
        let kinds: Vec<&str> = events.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["organization_founded", "member_joined", "organization_activated", "request_approved"]);
        assert!(events.iter().all(|e| e.actor_name == "boss" && e.actor_id == Some(boss.id)));
        assert_eq!(history::broken_at(organization.id, &events), None);
        events[1].actor_name = "dana".to_owned();
        assert_eq!(history::broken_at(organization.id, &events), Some(2));
        events.remove(0);
        assert_eq!(history::broken_at(organization.id, &events), Some(1));
        let of_request = world.read(async |tx| history::of_request(tx, id).await).await;
        assert_eq!(
            of_request.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(),
            ["request_filed", "request_approved"]
        );
        assert_eq!(world.read(async |tx| people::role(tx, organization.id, dana.id).await).await, Some(Role::Owner));
        assert_eq!(world.read(async |tx| people::role(tx, organization.id, NOBODY).await).await, None);
        assert_eq!(world.read(async |tx| organizations::keys_of_account(tx, dana.id).await).await.len(), 1);
        assert!(world.read(async |tx| requests::by_id(tx, RequestId(NOBODY.0)).await).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_meanwhile_leaves_the_request_open() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.services.reserve_name("Sundial", "for the site").await.unwrap();
        let page = world.services.page(&boss.caller, id).await.unwrap();
        let taken = Refusal::NameTakenMeanwhile { name: "sundial".to_owned() };
        assert_eq!(page.approval, Some(taken.clone()));
        assert_eq!(world.approve(&boss, id).await, Err(Problem::Refused(taken)));
        assert_eq!(world.requests_of(&dana).await[0].facts.state, State::Submitted);
        world.decline(&boss, id).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_requests_are_limited_and_free_again_after_a_day() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for n in 0..10 {
            world.file(&dana, &format!("name-{n}")).await.unwrap();
            world.clock.advance(Span::minutes(30));
        }
        let refused = world.file(&dana, "one-more").await.unwrap_err();
        assert_eq!(refused, Problem::Refused(Refusal::TooManyRequests { limit: 10, seconds: 19 * 3_600 }));
        let filing = world.services.yours(&dana.caller).await.unwrap().filing;
        assert_eq!(filing, Some(Refusal::TooManyRequests { limit: 10, seconds: 19 * 3_600 }));
        world.clock.advance(Span::hours(19));
        world.file(&dana, "one-more").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_leased_sent_retried_and_given_up() {
    on_each(async |world| {
        let mut with_mail = world;
        with_mail = {
            let engine = match &with_mail.place {
                server::store::Place::Folder(_) => crate::ground::Engine::Sqlite,
                server::store::Place::Postgres { .. } => crate::ground::engines().pop().unwrap(),
            };
            crate::ground::World::with(&engine, true).await
        };
        let world = with_mail;
        let boss = world.administrator("boss").await;
        let now = world.services.door.clock.now();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let lease = async |worker, at| {
            let leased: Result<_, StoreError> =
                world.store().write(async |tx| outbox::lease(tx, worker, at, Span::minutes(5), 8).await).await;
            leased.unwrap()
        };
        let letters = lease(one, now).await;
        assert_eq!(letters.len(), 2, "the verification and the grant");
        assert!(lease(two, now).await.is_empty(), "leased already");
        let id = letters[0].id;
        let note = async |sent: bool, worker| {
            let noted: Result<bool, StoreError> = world
                .store()
                .write(async |tx| {
                    if sent {
                        outbox::sent(tx, id, worker, now).await
                    } else {
                        outbox::failed(tx, id, worker, "450 busy", Some(now.plus(Span::hours(1)))).await
                    }
                })
                .await;
            noted.unwrap()
        };
        assert!(!note(true, two).await, "not its lease");
        assert!(note(false, one).await);
        let due: Option<shared::moment::Moment> = world.read(async |tx| outbox::next_due(tx).await).await;
        assert_eq!(due, Some(now.plus(Span::minutes(5))), "the other letter's lease");
        // A lease that nobody ended runs out; the failed letter waits its hour.
        let again = lease(two, now.plus(Span::minutes(6))).await;
        assert!(again.len() == 1 && again[0].id != id && again[0].tries == 2);
        let later = lease(one, now.plus(Span::hours(2))).await;
        assert!(later.iter().any(|l| l.id == id));
        assert!(note(true, one).await);
        let sent = world.read(async |tx| outbox::by_id(tx, id).await).await.unwrap();
        assert_eq!((sent.state, sent.sealed, sent.sent_at), (LetterState::Sent, None, Some(now)));
        assert_eq!(world.read(async |tx| outbox::waiting(tx).await).await, 1);
        assert_eq!(
            world.services.retry_letter(&boss.caller, id, world.once()).await,
            Err(Problem::Refused(Refusal::NothingToSend {}))
        );
        let other = again[0].id;
        world.services.retry_letter(&boss.caller, other, world.once()).await.unwrap();
        let nothing = world.services.retry_letter(&boss.caller, LetterId(NOBODY.0), world.once()).await;
        assert_eq!(nothing, Err(Problem::Refused(Refusal::NotFound {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_forgotten_after_their_time() {
    on_each(async |world| {
        let write = async |n: u8| {
            let answer: Result<Option<String>, StoreError> = world
                .store()
                .write(async |tx| {
                    let kept = once::claim(tx, [n; 32], NOON).await?;
                    if kept.is_none() {
                        once::keep(tx, [n; 32], "the outcome").await?;
                    }
                    Ok(kept)
                })
                .await;
            answer.unwrap()
        };
        assert_eq!(write(1).await, None);
        assert_eq!(write(1).await.as_deref(), Some("the outcome"));
        let forgotten: Result<u64, StoreError> =
            world.store().write(async |tx| once::forget(tx, NOON.plus(Span::days(1))).await).await;
        assert_eq!(forgotten.unwrap(), 1);
        assert_eq!(write(1).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_address_works_once() {
    on_each(async |world| {
        use server::door::Side;
        use shared::rules::Change;
        use shared::rules::administration::OpenSetUp;
        let open = async || {
            world.services.door.carry_out(Side::Job("start"), OpenSetUp, app::backend::Consent::default()).await
        };
        let secret = |outcome: server::door::Outcome| match &outcome.changes[0] {
            Change::SetUpOpened { secret } => secret.0.reveal(),
            other => panic!("{other:?}"),
        };
        let old = secret(open().await.unwrap());
        let token = secret(open().await.unwrap());
        let who = Caller::default();
        assert!(world.services.viewer(&who).await.unwrap().awaits_set_up);
        assert_eq!(
            world.services.set_up_standing(&who, &old).await,
            Err(Problem::Refused(Refusal::LinkUnknown {})),
            "a newer one is there"
        );
        assert_eq!(world.services.set_up_standing(&who, &token).await, Ok(()));
        let wrong =
            world.services.set_up(&who, &token, "boss", "no-address", "short", world.once()).await.err().unwrap();
        assert!(
            wrong.of(Field::Email).is_some()
                && wrong.of(Field::Password).is_some()
                && wrong.of(Field::Username).is_none()
        );
        let consent = world.once();
        let opened =
            world.services.set_up(&who, &token, "boss", "boss@boss.example", PASSWORD, consent.clone()).await.unwrap();
        assert_eq!(opened.done.next.as_deref(), Some("/administration/mail"));
        // The same form again: the same answer, and a session too.
        let again = world.services.set_up(&who, &token, "boss", "boss@boss.example", PASSWORD, consent).await.unwrap();
        assert_eq!(again.done, opened.done);
        let late = world
            .services
            .set_up(&who, &token, "other", "other@other.example", PASSWORD, world.once())
            .await
            .err()
            .unwrap();
        assert_eq!(late, Problem::Refused(Refusal::AlreadySetUp {}));
        assert!(open().await.is_err());
        assert!(!world.services.viewer(&who).await.unwrap().awaits_set_up);
    })
    .await;
}
