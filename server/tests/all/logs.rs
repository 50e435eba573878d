//! What the log contains, and what it must not contain.

use crate::support::{Engine, World};
use server::command_bus::{LoadFacts, Submission};
use server::context::{Origin, RequestContext};
use server::store::accounts::Contacts;
use server::store::{StoreResult, Tx};
use shared::notice::Notice;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::rules::{Actor, Command, Decision, DecisionContext};
use std::sync::{Arc, Mutex};

/// A command with a bug.
#[derive(Clone, Debug)]
struct Stumble {
    typed: String,
}

impl Command for Stumble {
    type Facts = ();
    const NAME: &'static str = "tests/stumble";

    fn decide(&self, _: &Actor, (): &(), _: &mut DecisionContext) -> Result<Decision, Refusal> {
        assert!(self.typed.is_empty(), "there is {:?}", self.typed);
        Ok(Decision::stay(Vec::new(), Notice::SignedOut {}))
    }
}

impl LoadFacts for Stumble {
    async fn load_facts(&self, _: &mut Tx<'_>, _: &RequestContext, _: &mut Contacts) -> StoreResult<()> {
        Ok(())
    }
}

/// Collects the log lines of this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn panic_is_logged_without_its_message() {
    let world = World::new(&Engine::Sqlite).await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let logged = tracing::subscriber::set_default(subscriber);
    let command = Stumble { typed: "something private".to_owned() };
    let answer = world.services.bus.execute(Origin::Operator, command, Submission::default()).await;
    drop(logged);
    assert!(matches!(answer, Err(Problem::Broken {})));
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("tests/stumble") && log.contains("panicked") && !log.contains("private"), "{log}");
}

/// The result of some work and the lines logged meanwhile. All of it runs on this thread.
async fn logged<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let logged = tracing::subscriber::set_default(subscriber);
    let answer = work.await;
    drop(logged);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (answer, text.lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn request_id_is_logged_from_the_request_to_the_email() {
    let world = World::new(&Engine::Sqlite).await;
    let dana = world.someone("dana").await;
    let mut browser = world.browser_of(&dana);
    let body = "account_name=sundial&display_name=Sundial&url=https%3A%2F%2Fsundial.example.org&description=Shadows.\
                &kind=community&once=0123456789abcdef0123456789abcdef";
    let post = browser.post("/do/requests/file", body, &[("accept", "application/json")]);
    let (answer, lines) = logged(post).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let number = answer.headers["x-request-id"].to_str().unwrap();
    assert!(lines.len() >= 2, "{lines:#?}");
    for line in &lines {
        for part in [number, "requests/file", &dana.id.to_string()] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    let written = lines.iter().find_map(|line| line.split_once("email.written email=").map(|(_, id)| id.trim()));
    let waiting: Vec<String> = world.emails().await.into_iter().map(|email| email.id.to_string()).collect();
    assert!(waiting.iter().any(|id| Some(id.as_str()) == written), "{written:?} {waiting:?}");
}

#[tokio::test]
async fn request_is_logged_with_its_pattern_and_without_its_address() {
    let world = World::new(&Engine::Sqlite).await;
    let mut browser = world.visitor();
    let (answer, lines) = logged(browser.get("/see/organizations/profile?name=sundial")).await;
    let status = answer.status.as_u16();
    let expected = format!("method=\"GET\" pattern=\"/see/organizations/profile\" status={status} millis=");
    assert!(lines.iter().any(|line| line.contains(&expected)), "{expected}: {lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("sundial")), "{lines:#?}");
}

#[tokio::test]
async fn database_outage_is_logged_once_a_second() {
    let world = World::new(&Engine::Sqlite).await;
    let mut browser = world.visitor();
    world.services.bus.store.close().await;
    let (statuses, lines) = logged(async {
        let mut statuses = Vec::new();
        for _ in 0..50 {
            statuses.push(browser.get("/see/organizations/profile?name=sundial").await.status.as_u16());
        }
        statuses
    })
    .await;
    assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
    // There are two kinds of line, and a second may have passed meanwhile.
    assert!(!lines.is_empty() && lines.len() <= 6, "{lines:#?}");
}
