//! The whole router in process, with a backend that is unavailable.

mod connections;
mod hosts;

use super::*;
use crate::broadcast::{ChangedData, Subscriptions};
use crate::clock::FixedClock;
use crate::config::PublicUrl;
use crate::random::SeededRandom;
use app::backend::{Answer, Caller, DoneWithCookie, Execute, Handle, Preview};
use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use futures::StreamExt as _;
use http::Request;
use shared::ids::{AccountId, OrganizationId, SessionId};
use shared::problem::Problem;
use shared::rules::Secret;
use shared::timestamp::Timestamp;
use shared::wire::{self, Consent, Done, Form};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower::ServiceExt as _;
use uuid::Uuid;

const SECRET: Secret = Secret([7; 32]);
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));
const CLUB: OrganizationId = OrganizationId(Uuid::from_u128(2));

/// The rest of the program: one session, one organization, and use cases that are all unavailable.
#[derive(Default)]
struct Stub {
    unavailable: AtomicBool,
    session_ended: AtomicBool,
}

#[async_trait]
impl SessionReader for Stub {
    async fn caller(&self, token_hash: [u8; 32]) -> Result<Option<(AccountId, SessionId)>, Problem> {
        if self.unavailable.load(Ordering::SeqCst) {
            return Err(Problem::Unavailable {});
        }
        Ok((token_hash == SECRET.hash()).then_some((ACCOUNT, SessionId(Uuid::from_u128(3)))))
    }

    async fn is_active(&self, _: SessionId) -> Result<bool, Problem> {
        Ok(!self.session_ended.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl SubscriptionReader for Stub {
    async fn subscriptions(&self, _: AccountId) -> Result<Subscriptions, Problem> {
        Ok(Subscriptions { administrator: false, organizations: vec![(CLUB, "sun-dial".to_owned())] })
    }

    async fn changed_since(&self, number: i64) -> Result<Option<Vec<ChangedData>>, Problem> {
        let own = ChangedData::Account(ACCOUNT);
        let changed = [own, ChangedData::Requests, ChangedData::People(CLUB), own];
        Ok(match number {
            ..=4 => None,
            5..=6 => Some(changed.to_vec()),
            _ => Some(Vec::new()),
        })
    }
}

#[async_trait]
impl Health for Stub {
    async fn ready(&self) -> Result<(), Problem> {
        Ok(())
    }

    async fn gauges(&self) -> Gauges {
        Gauges::default()
    }
}

#[async_trait]
impl<Q: wire::Query> Answer<Q> for Stub {
    async fn answer(&self, _: &Caller, _: Q) -> Result<Q::Output, Problem> {
        Err(Problem::Unavailable {})
    }
}

#[async_trait]
impl<F: Form> Preview<F> for Stub {
    async fn preview(&self, _: &Caller, _: F) -> Result<wire::Preview, Problem> {
        Err(Problem::Unavailable {})
    }
}

#[async_trait]
impl<F: Form> Execute<F> for Stub {
    async fn execute(&self, _: &Caller, _: F, _: Consent) -> Result<Done, Problem> {
        Err(Problem::Unavailable {})
    }
}

#[async_trait]
impl<F: Send + 'static> Handle<F> for Stub {
    async fn handle(&self, _: &Caller, _: F, _: Consent) -> Result<DoneWithCookie, Problem> {
        Err(Problem::Unavailable {})
    }
}

struct Site {
    stub: Arc<Stub>,
    broadcast: Broadcast,
    host: String,
    router: Router,
}

fn site_at(url: &str) -> Site {
    let stub = Arc::new(Stub::default());
    let broadcast = Broadcast::default();
    let dependencies = Dependencies {
        backend: Arc::<Stub>::clone(&stub),
        sessions: Arc::<Stub>::clone(&stub),
        subscription_reader: Arc::<Stub>::clone(&stub),
        health: Arc::<Stub>::clone(&stub),
        broadcast: broadcast.clone(),
        clock: Arc::new(FixedClock::at(Timestamp(1_772_962_500_000_000))),
        random: Arc::new(SeededRandom::new(1)),
        gallery: None,
        security_contact: None,
        config: HttpConfig {
            public_url: PublicUrl::from_str(url).unwrap(),
            trusted_proxies: Vec::new(),
            metrics: None,
        },
    };
    let host = dependencies.config.public_url.host().to_owned();
    Site { stub, broadcast, host, router: router(dependencies) }
}

impl Site {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let host = headers.iter().all(|(name, _)| *name != "host").then_some(("host", self.host.as_str()));
        let request = headers
            .iter()
            .copied()
            .chain(host)
            .fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(name, value));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }
}

async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

fn signed_in() -> String {
    format!("session-3000={}", SECRET.reveal())
}

const HTML: (&str, &str) = ("accept", "text/html");

#[tokio::test(flavor = "multi_thread")]
async fn every_response_has_an_id_and_the_headers() {
    let site = site_at("https://guild.example.org");
    for (method, path) in [
        (Method::GET, "/health/live"),
        (Method::GET, "/no-such"),
        (Method::POST, "/no-such"),
        (Method::GET, "/live"),
        (Method::DELETE, "/health/live"),
    ] {
        let response = site.ask(method.clone(), path, &[HTML]).await;
        for name in [
            "x-request-id",
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "strict-transport-security",
            "cache-control",
            "cross-origin-opener-policy",
        ] {
            assert!(response.headers().contains_key(name), "{method} {path} without {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn request_id_of_the_client_is_ignored() {
    let site = site_at("http://127.0.0.1:3000");
    let response = site.ask(Method::GET, "/health/live", &[("x-request-id", "mine")]).await;
    let ids: Vec<_> = response.headers().get_all("x-request-id").iter().collect();
    assert!(ids.len() == 1 && ids[0] != "mine", "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_address_gets_404_for_any_method() {
    let site = site_at("http://127.0.0.1:3000");
    for (method, path, accept, kind) in [
        (Method::POST, "/no-such", "text/html", "text/html; charset=utf-8"),
        (Method::POST, "/do/accounts/become-administrator", "text/html", "text/html; charset=utf-8"),
        (Method::POST, "/do/accounts/become-administrator", "application/json", "application/json"),
        (Method::GET, "/see/nothing/at-all", "application/json", "application/json"),
        (Method::GET, "/metrics", "*/*", "application/json"),
    ] {
        let response = site.ask(method, path, &[("accept", accept)]).await;
        assert_eq!(
            (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
            (404, kind),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn page_with_a_session_gets_503_when_the_database_is_unavailable() {
    let site = site_at("http://127.0.0.1:3000");
    site.stub.unavailable.store(true, Ordering::SeqCst);
    let cookie = signed_in();
    let response = site.ask(Method::GET, "/manage/organizations", &[HTML, ("cookie", &cookie)]).await;
    assert_eq!(response.status(), 503);
    assert!(text(response).await.contains("Try again"));
    assert_eq!(site.ask(Method::GET, "/health/live", &[("cookie", &cookie)]).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn event_stream_needs_a_session_and_ends_with_it() {
    let site = site_at("http://127.0.0.1:3000");
    assert_eq!(site.ask(Method::GET, "/live", &[]).await.status(), 401);
    assert_eq!(site.ask(Method::GET, "/live", &[("cookie", "session-3000=forged")]).await.status(), 401);

    let cookie = signed_in();
    let response = site.ask(Method::GET, "/live", &[("cookie", &cookie)]).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    assert_eq!(text_of(&events.next().await.unwrap().unwrap()), ALIVE);
    site.broadcast.publish_up_to(&[ChangedData::Requests, ChangedData::People(CLUB), ChangedData::Emails], 8);
    site.broadcast.publish_up_to(&[ChangedData::Requests, ChangedData::Emails], 9);
    site.broadcast.publish_up_to(&[ChangedData::People(CLUB), ChangedData::Account(ACCOUNT), ChangedData::Emails], 10);
    for expected in ["data: people/sun-dial\nid: 8\n\n", "data: people/sun-dial\n\n", "data: yours\nid: 10\n\n"] {
        assert_eq!(text_of(&events.next().await.unwrap().unwrap()), expected);
    }
    site.broadcast.stop();
    assert!(events.next().await.is_none());

    let site = site_at("http://127.0.0.1:3000");
    let mut events = site.ask(Method::GET, "/live", &[("cookie", &cookie)]).await.into_body().into_data_stream();
    assert_eq!(text_of(&events.next().await.unwrap().unwrap()), ALIVE);
    site.stub.session_ended.store(true, Ordering::SeqCst);
    site.broadcast.publish(ChangedData::Account(ACCOUNT));
    let end = tokio::time::timeout(Duration::from_secs(5), events.next()).await;
    assert!(matches!(end, Ok(None)));
}

#[tokio::test(flavor = "multi_thread")]
async fn event_streams_of_one_account_are_limited() {
    let site = site_at("http://127.0.0.1:3000");
    let cookie = signed_in();
    let mut streams = Vec::new();
    let refused = loop {
        let stream = site.ask(Method::GET, "/live", &[("cookie", &cookie)]).await;
        if stream.status() != 200 {
            break stream.status();
        }
        streams.push(stream);
    };
    assert_eq!((refused.as_u16(), streams.len()), (503, 32));
    streams.pop();
    assert_eq!(site.ask(Method::GET, "/live", &[("cookie", &cookie)]).await.status(), 200);
}

/// The first event of a stream when nothing has happened yet.
const ALIVE: &str = "data: alive\nid: 0\n\n";

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn event_stream_resumes_after_the_last_event() {
    let cookie = signed_in();
    let events_from = async |target: &str, last: Option<&str>| {
        let site = site_at("http://127.0.0.1:3000");
        site.broadcast.publish_up_to(&[], 7);
        let last = last.map(|last| ("last-event-id", last));
        let headers: Vec<(&str, &str)> = [("cookie", cookie.as_str())].into_iter().chain(last).collect();
        let mut events = site.ask(Method::GET, target, &headers).await.into_body().into_data_stream();
        // The stream ends after the missed events.
        site.broadcast.stop();
        let mut text = String::new();
        while let Some(event) = events.next().await {
            text.push_str(&text_of(&event.unwrap()));
        }
        text
    };
    let alive = "data: alive\nid: 7\n\n";
    let missed = ["data: yours\n\ndata: people/sun-dial\n\n", alive].concat();
    assert_eq!(events_from("/live", None).await, alive);
    // Each topic once, and none of other accounts.
    assert_eq!(events_from("/live?after=5", None).await, missed);
    // The last event of the browser takes precedence over the start of the page.
    assert_eq!(events_from("/live?after=5", Some("7")).await, alive);
    assert_eq!(events_from("/live?after=7", Some("5")).await, missed);
    // Too far in the past, or not of this history: all topics.
    assert_eq!(events_from("/live?after=1", None).await, missed);
}

#[tokio::test(flavor = "multi_thread")]
async fn form_returns_with_what_was_typed_when_the_use_case_is_unavailable() {
    let site = site_at("http://127.0.0.1:3000");
    let form = "page=%2Fsign-in&form=sign-in&who=dana%22%3E%3Cscript%3E&password=hunter2hunter2x&next=";
    for (accept, kind) in [("text/html", "text/html; charset=utf-8"), ("application/json", "application/json")] {
        let request = Request::post("/do/accounts/sign-in")
            .header("host", &site.host)
            .header("accept", accept)
            .header("content-type", "application/x-www-form-urlencoded");
        let response = site.router.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()), (503, kind));
        let text = text(response).await;
        assert!(!text.contains("hunter2") && !text.contains("dana\"><script>"), "{text}");
        assert_eq!(text.contains("dana"), accept == "text/html", "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn page_has_its_nonce_in_the_policy_and_is_not_cached() {
    let site = site_at("http://127.0.0.1:3000");
    for (path, status) in [("/", 200), ("/no/such/page", 404)] {
        let response = site.ask(Method::GET, path, &[HTML]).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("script-src 'self' 'nonce-"), "{path}: {policy}");
        assert_eq!(
            (response.status().as_u16(), response.headers()["cache-control"].to_str().unwrap()),
            (status, "private, no-cache, no-transform"),
            "{path}"
        );
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(text(response).await.contains(&format!("nonce=\"{nonce}\"")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_listed_once() {
    let mut routes: Vec<String> = routes().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    let all = routes.len();
    routes.sort();
    routes.dedup();
    assert_eq!(routes.len(), all);
    assert!(routes.contains(&"GET /live".to_owned()));
}
