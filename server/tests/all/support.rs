//! The test support: a site without its pages, on a database of its own, with a clock that stands still and
//! reproducible randomness. People act through the same services as the pages do.

mod browser;
pub mod form;
mod page;
mod people;
mod private;
mod raw;
mod requests;
mod template;

pub use browser::{Browser, Form, address_of};
pub use raw::{contents, raw_rows, tables};

use app::backend::{Caller, Execute as _, Handle as _, Preview as _};
use secrecy::ExposeSecret as _;
use server::accounts::hashing::new_hash;
use server::broadcast::Broadcast;
use server::clock::{Clock as _, FixedClock};
use server::command_bus::{CommandBus, LoadFacts, Submission};
use server::context::Policy;
use server::http::{Dependencies, HttpConfig};
use server::mail::Mailer;
use server::random::SeededRandom;
use server::secrets::key::Key;
use server::secrets::passwords::{Hasher, Params};
use server::services::{Services, web};
use server::store::{DatabaseLocation, Purpose, Store, StoreError, Tx, accounts, history, outbox};
use server::throttle::RateLimit;
use shared::addresses::EmailAddress;
use shared::ids::AccountId;
use shared::names::Username;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::rules::Secret;
use shared::rules::accounts::CreateAccount;
use shared::rules::requests::RequestPace;
use shared::timestamp::Timestamp;
use shared::wire::accounts::VerifyEmailForm;
use shared::wire::{self, Consent, Done};
use sqlx::{Connection as _, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, watch};

pub const PASSWORD: &str = "correct horse battery staple";
pub const NOON: Timestamp = Timestamp(1_772_970_000_000_000);

static COUNT: AtomicU64 = AtomicU64::new(1);

/// The engines of this run. `make test` requires both, so that none is skipped silently.
pub fn engines() -> Vec<Engine> {
    let postgres = std::env::var("GUILDHALL_TEST_POSTGRES").ok().filter(|url| !url.is_empty()).map(Engine::Postgres);
    let both = std::env::var_os("GUILDHALL_TEST_BOTH_ENGINES").is_some();
    assert!(postgres.is_some() || !both, "both engines are asked for, and GUILDHALL_TEST_POSTGRES names no server");
    std::iter::once(Engine::Sqlite).chain(postgres).collect()
}

/// How often a race is repeated: a few times by default, or as often as `GUILDHALL_ROUNDS` says.
pub fn rounds(few: usize) -> usize {
    std::env::var("GUILDHALL_ROUNDS").ok().and_then(|number| number.parse().ok()).unwrap_or(few)
}

#[derive(Clone, Debug)]
pub enum Engine {
    Sqlite,
    Postgres(String),
}

/// Runs a test on every engine.
pub async fn on_each<F: AsyncFn(World)>(test: F) {
    for engine in engines() {
        test(World::new(&engine).await).await;
    }
}

/// A folder that is removed after the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let name = format!("guildhall-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An empty database of an engine, and the folder that it may need.
pub async fn place(engine: &Engine) -> (DatabaseLocation, Folder) {
    let folder = Folder::new();
    let place = match engine {
        Engine::Sqlite => DatabaseLocation::Folder(folder.0.join("data")),
        Engine::Postgres(url) => DatabaseLocation::Postgres { url: database(url).await.into(), migrate: true },
    };
    (place, folder)
}

/// Creates an empty PostgreSQL database and returns its URL.
async fn database(server: &str) -> String {
    let name = format!("guildhall_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    create(server, &name, "template1").await;
    at(server, &name)
}

/// Creates a PostgreSQL database from a template. It replaces an earlier one of that name.
async fn create(server: &str, name: &str, like: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    let drop = format!("drop database if exists {name} with (force)");
    for statement in [drop, format!("create database {name} template {like}")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
}

/// The URL of another database on the same server.
fn at(server: &str, name: &str) -> String {
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// A site without its pages.
pub struct World {
    pub services: Arc<Services>,
    pub clock: Arc<FixedClock>,
    pub place: DatabaseLocation,
    pub folder: Folder,
    router: OnceLock<axum::Router>,
    raw: Mutex<Option<raw::Raw>>,
}

/// An account with a signed-in session.
#[derive(Clone)]
pub struct Someone {
    pub id: AccountId,
    pub name: String,
    pub caller: Caller,
    /// The session cookie's value.
    pub cookie: String,
}

impl World {
    pub async fn new(engine: &Engine) -> Self {
        Self::with(engine, false).await
    }

    /// A site. `mail` says whether a mail server is configured.
    pub async fn with(engine: &Engine, mail: bool) -> Self {
        let (place, folder) = template::copy(engine).await;
        let key = folder.0.join("key");
        Self::at(place, folder, &key, NOON, mail).await
    }

    /// A site at a place, with the key in a file, at a given time.
    pub async fn at(place: DatabaseLocation, folder: Folder, key: &Path, now: Timestamp, mail: bool) -> Self {
        let store = Store::open(&place, Purpose::Serve).await.unwrap();
        let clock = Arc::new(FixedClock::at(now));
        let random = Arc::new(SeededRandom::new(COUNT.fetch_add(1, Ordering::SeqCst)));
        let mailer = Mailer {
            public_url: "http://guildhall.example".to_owned(),
            key: Key::from_file(key, random.as_ref()).unwrap(),
            has_mail_server: mail,
            logs_emails: false,
        };
        let bus = CommandBus {
            store,
            clock: clock.clone(),
            random,
            broadcast: Broadcast::default(),
            mailer,
            policy: Policy {
                requests: RequestPace::default(),
                mail_goes_out: mail,
                price: shared::billing::Price::USUAL,
                invitation: shared::limits::INVITATION,
                emails_to_one_a_day: shared::limits::EMAILS_TO_ONE_A_DAY,
            },
            emails_written: Arc::default(),
            committed: watch::Sender::default(),
        };
        let session_cookie = Arc::new(|secret: Option<&Secret>| secret.map(Secret::reveal).unwrap_or_default());
        let services = Services {
            bus,
            // Hashes that cost nothing. The hasher's own tests check the real cost.
            hasher: Hasher::with_params(2, Params::new(Params::MIN_M_COST, 1, 1, None).unwrap()),
            new_accounts: RateLimit::accounts(3_600),
            session_cookie,
            is_local: false,
            development: false,
        };
        Self { services: Arc::new(services), clock, place, folder, router: OnceLock::new(), raw: Mutex::default() }
    }

    /// A second server on the same PostgreSQL. A folder allows only one server, so on SQLite this is the same one
    /// again.
    pub async fn second_server(&self) -> Self {
        let mut services = Services::clone(&self.services);
        if let DatabaseLocation::Postgres { .. } = &self.place {
            services.bus.store = Store::open(&self.place, Purpose::Serve).await.unwrap();
            services.bus.broadcast = Broadcast::default();
            services.bus.committed = watch::Sender::default();
            services.bus.random = Arc::new(SeededRandom::new(COUNT.fetch_add(1, Ordering::SeqCst)));
        }
        let (clock, place) = (self.clock.clone(), self.place.clone());
        let (folder, router, raw) = (Folder::new(), OnceLock::new(), Mutex::default());
        Self { services: Arc::new(services), clock, place, folder, router, raw }
    }

    /// The same site with a limit of requests in a day.
    pub fn with_requests_a_day(self, a_day: u32) -> Self {
        let mut services = Services::clone(&self.services);
        services.bus.policy.requests.a_day = Some(a_day);
        Self { services: Arc::new(services), router: OnceLock::new(), ..self }
    }

    /// The same site, listening on a loopback address.
    pub fn on_loopback(self) -> Self {
        let services = Services { is_local: true, ..Services::clone(&self.services) };
        Self { services: Arc::new(services), router: OnceLock::new(), ..self }
    }

    /// The same site as a development server.
    pub fn for_developers(self) -> Self {
        let services = Services { development: true, ..Services::clone(&self.services) };
        Self { services: Arc::new(services), router: OnceLock::new(), ..self }
    }

    /// Changes how many emails one account may cause to another within a day.
    pub fn allow_emails(&mut self, most: u32) {
        let mut services = Services::clone(&self.services);
        services.bus.policy.emails_to_one_a_day = most;
        (self.services, self.router) = (Arc::new(services), OnceLock::new());
    }

    /// The site with its pages. It is built once, because that visits all screens.
    pub fn router(&self) -> axum::Router {
        self.router.get_or_init(|| self.pages()).clone()
    }

    fn pages(&self) -> axum::Router {
        let public_url: server::config::PublicUrl = "http://guildhall.example".parse().unwrap();
        let site = public_url.clone();
        let session_cookie = Arc::new(move |secret: Option<&Secret>| match secret {
            Some(secret) => server::http::session_cookie(&secret.reveal(), &site),
            None => server::http::ended_cookie(&site),
        });
        let services = &Arc::new(Services { session_cookie, ..Services::clone(&self.services) });
        server::http::router(Dependencies {
            backend: Arc::<Services>::clone(services),
            sessions: Arc::<Services>::clone(services),
            subscription_reader: Arc::<Services>::clone(services),
            health: Arc::<Services>::clone(services),
            broadcast: services.bus.broadcast.clone(),
            clock: Arc::clone(&services.bus.clock),
            random: Arc::clone(&services.bus.random),
            gallery: None,
            security_contact: Some("mailto:security@guildhall.example".to_owned()),
            config: HttpConfig { public_url, trusted_proxies: Vec::new(), metrics: None },
        })
    }

    /// Runs two futures at once. On PostgreSQL both wait for the lock of a statement, the first before the second, and
    /// are released together. On SQLite they are only started in this order.
    pub async fn in_lock_order<A, B>(
        &self,
        lock: &str,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> (A, B) {
        let DatabaseLocation::Postgres { url, .. } = &self.place else { return tokio::join!(first, second) };
        let mut gate = PgConnection::connect(url.expose_secret()).await.unwrap();
        let lock = sqlx::AssertSqlSafe(format!("begin; {lock}"));
        sqlx::raw_sql(lock).execute(&mut gate).await.unwrap();
        let gate = async {
            // A future that never needs the lock is not waited for any longer.
            self.waiting(2).await;
            sqlx::raw_sql("commit").execute(&mut gate).await.unwrap();
        };
        let second = async {
            self.waiting(1).await;
            second.await
        };
        let (first, second, ()) = tokio::join!(first, second, gate);
        (first, second)
    }

    /// Returns when that many statements wait for a lock, or after a second.
    async fn waiting(&self, number: usize) {
        let waiting =
            "select pid::text from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        for _ in 0..100 {
            if self.rows(waiting).await.len() >= number {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    pub fn store(&self) -> &Store {
        &self.services.bus.store
    }

    /// A fresh idempotency key. The clock advances a millisecond with each, so that what follows is later.
    pub fn once(&self) -> Consent {
        self.clock.set(Timestamp(self.clock.now().0 + 1_000));
        Consent {
            idempotency_key: format!("a fresh token {:06}", COUNT.fetch_add(1, Ordering::SeqCst)),
            preview_digest: String::new(),
        }
    }

    /// Creates an account without verifying its email address.
    pub async fn newcomer(&self, name: &str) -> Someone {
        let email = format!("{name}@{name}.example");
        let who = Caller { address: "192.0.2.1".to_owned(), ..Caller::default() };
        if shared::reserved::parse_new_username(name).is_err() {
            self.create_before_reservation(&who, name, &email).await;
            return self.sign_in(name).await;
        }
        let opened = self.services.handle(&who, form::new_account(name, &email, PASSWORD), self.once()).await.unwrap();
        self.signed_in(name, who, opened.cookie.unwrap()).await
    }

    /// An account whose name was taken before it became reserved.
    async fn create_before_reservation(&self, who: &Caller, name: &str, email: &str) {
        let hash = new_hash(&self.services, "", Password::for_verification(PASSWORD).unwrap()).await.unwrap();
        let command = CreateAccount {
            username: Username::parse(name).unwrap(),
            email: EmailAddress::parse(email).unwrap(),
            password_hash: hash,
        };
        self.services.bus.execute(web(who), command, Submission::default()).await.unwrap();
    }

    /// Signs an existing account in.
    pub async fn sign_in(&self, name: &str) -> Someone {
        let who = Caller { address: "192.0.2.1".to_owned(), ..Caller::default() };
        let opened = self.services.handle(&who, form::sign_in(name, PASSWORD), Consent::default()).await.unwrap();
        self.signed_in(name, who, opened.cookie.unwrap()).await
    }

    async fn signed_in(&self, name: &str, who: Caller, cookie: String) -> Someone {
        let signed_in = self.services.session(Secret::parse(&cookie).unwrap().hash()).await.unwrap().unwrap();
        let caller = Caller { signed_in: Some(signed_in), ..who };
        Someone { id: signed_in.0, name: name.to_owned(), caller, cookie }
    }

    /// A caller that has signed in with a password.
    pub async fn caller_of(&self, name: &str, password: &str) -> Caller {
        let who = Caller { address: "192.0.2.1".to_owned(), ..Caller::default() };
        let opened = self.services.handle(&who, form::sign_in(name, password), Consent::default()).await.unwrap();
        self.signed_in(name, who, opened.cookie.unwrap()).await.caller
    }

    /// An account with the session of this cookie.
    pub async fn with_cookie(&self, name: &str, cookie: &str) -> Someone {
        let who = Caller { address: "192.0.2.1".to_owned(), ..Caller::default() };
        self.signed_in(name, who, cookie.to_owned()).await
    }

    /// Creates an account and verifies its email address by the link in the email.
    pub async fn someone(&self, name: &str) -> Someone {
        let someone = self.newcomer(name).await;
        let link = self.link_to(&someone).await;
        self.submit(&someone, VerifyEmailForm { token: link.clone().into() }).await.unwrap();
        someone
    }

    /// The token of the newest link that was emailed to an account.
    pub async fn link_to(&self, someone: &Someone) -> String {
        let emails = self.emails().await;
        let to = format!("{}@{}.example", someone.name, someone.name);
        let email = emails.iter().rev().find(|l| l.to == to && l.sealed.is_some()).expect("an email with a link");
        let text = self.services.bus.mailer.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap();
        let (_, token) = text.split_once("?token=").unwrap();
        token.split_whitespace().next().unwrap().to_owned()
    }

    pub async fn administrator(&self, name: &str) -> Someone {
        let someone = self.someone(name).await;
        self.clock.set(Timestamp(self.clock.now().0 + 1_000));
        self.services.grant_administrator(name).await.unwrap();
        someone
    }

    /// Executes a form that has no preview.
    pub async fn submit<F: wire::Form>(&self, who: &Someone, form: F) -> Result<Done, Problem>
    where
        F::Command: LoadFacts,
    {
        self.services.execute(&who.caller, form, self.once()).await
    }

    /// Executes a form, and agrees to its preview, as the dialog does.
    pub async fn agree<F: wire::Form + Clone>(&self, who: &Someone, form: F) -> Result<Done, Problem>
    where
        F::Command: LoadFacts,
    {
        let preview_digest = self.services.preview(&who.caller, form.clone()).await?.digest;
        self.services.execute(&who.caller, form, Consent { preview_digest, ..self.once() }).await
    }

    pub async fn read<T>(&self, work: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.store().read(work).await.unwrap()
    }

    /// All emails, oldest first, with their texts.
    pub async fn emails(&self) -> Vec<outbox::OutboxEmail> {
        self.read(async |tx| {
            let mut emails = Vec::new();
            for email in outbox::latest(tx).await?.into_iter().rev() {
                emails.extend(outbox::by_id(tx, email.id).await?);
            }
            Ok(emails)
        })
        .await
    }

    /// The kinds of an account's audit events, newest first.
    pub async fn history_of(&self, id: AccountId) -> Vec<String> {
        let events = self.read(async |tx| history::of_account(tx, id, i64::MAX, 1_000).await).await;
        events.into_iter().map(|e| e.kind).collect()
    }

    pub async fn account(&self, id: AccountId) -> accounts::Account {
        self.read(async |tx| accounts::by_id(tx, id).await).await.unwrap()
    }
}

/// The sentence of a problem, for comparison.
pub fn says(problem: &Problem) -> String {
    shared::words::problem(problem)
}
