//! Builds the program from its settings, runs it, and shuts it down gracefully.

use crate::broadcast::Broadcast;
use crate::clock::SystemClock;
use crate::command_bus::{CommandBus, Submission};
use crate::config::{Admin, Command, Config, Database, Encryption, MailServer, PublicUrl, read_password};
use crate::context::{Origin, Policy};
use crate::demo::{self, Refused};
use crate::http::{self, ConnectionTimeouts, Dependencies, HttpConfig};
use crate::mail::timing::MailTiming;
use crate::mail::transport::{SmtpServer, Transport};
use crate::mail::{Mailer, gallery};
use crate::mail_worker;
use crate::random::SystemRandom;
use crate::secrets::key::Key;
use crate::secrets::passwords::Hasher;
use crate::services::Services;
use crate::store::{DatabaseLocation, Purpose, Store, backup};
use crate::throttle::RateLimit;
use crate::{change_feed, config, logs, upkeep};
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use secrecy::ExposeSecret as _;
use shared::addresses::ascii_domain;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::routes::Page;
use shared::rules::Event;
use shared::rules::administration::OpenSetUp;
use shared::words;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Why the program fails, as a sentence for the operator.
type BoxError = Box<dyn Error + Send + Sync>;

/// Reads the command line and runs its command.
pub fn main() -> ExitCode {
    let (command, config) = config::read();
    logs::start(config.log, config.log_level);
    // With a single thread, a page that waits for its own data could wait for ever.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(command, config)),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guildhall: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command.
async fn run(command: Command, config: Config) -> Result<(), BoxError> {
    match command {
        Command::Serve => serve(config).await,
        Command::Migrate => {
            Store::open(&place(&config), Purpose::Migrate).await?.close().await;
            say("The database is up to date.");
            Ok(())
        }
        Command::Backup { folder } => {
            backup::copy(&place(&config), &config.key_file, &folder).await?;
            say(&format!("The site was copied to {}.", folder.display()));
            Ok(())
        }
        Command::Demo { large, accounts } => {
            fill_demo(&config, large.then(|| accounts.unwrap_or(demo::large::ACCOUNTS))).await
        }
        Command::Admin(admin) => administer(admin, &config).await,
    }
}

/// Prints a sentence on standard output.
fn say(sentence: &str) {
    println!("{sentence}");
}

fn place(config: &Config) -> DatabaseLocation {
    match &config.database {
        Database::Sqlite(_) => DatabaseLocation::Folder(config.data.clone()),
        Database::Postgres(url) => DatabaseLocation::Postgres { url: url.clone(), migrate: config.migrate },
    }
}

/// The services of the use cases, on an open database.
fn services(store: Store, config: &Config, public_url: &PublicUrl) -> Result<Services, BoxError> {
    let random = Arc::new(SystemRandom);
    // With PostgreSQL, the data folder may not exist yet when the key is written there.
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|why| format!("the folder {} can't be used: {why}", folder.display()))?;
    }
    let key = Key::from_file(&config.key_file, random.as_ref())?;
    let has_mail_server = config.mail_server.is_some();
    let mailer = Mailer {
        public_url: public_url.to_string().trim_end_matches('/').to_owned(),
        key,
        has_mail_server,
        logs_emails: config.development,
    };
    let bus = CommandBus {
        store,
        clock: Arc::new(SystemClock),
        random,
        broadcast: Broadcast::default(),
        mailer,
        policy: Policy {
            requests: config.requests,
            mail_goes_out: has_mail_server,
            price: config.price,
            invitation: config.invitation,
            emails_to_one_a_day: config.emails_to_one_a_day,
        },
        emails_written: Arc::default(),
        committed: watch::Sender::default(),
    };
    let site = public_url.clone();
    let session_cookie = Arc::new(move |secret: Option<&shared::rules::Secret>| match secret {
        Some(secret) => http::session_cookie(&secret.reveal(), &site),
        None => http::ended_cookie(&site),
    });
    Ok(Services {
        bus,
        hasher: Hasher::new(config.hash_permits),
        new_accounts: RateLimit::accounts(config.accounts_an_hour),
        session_cookie,
        is_local: public_url.is_loopback(),
        development: config.development,
    })
}

/// Fills an empty site with sample data, and prints whom to sign in as.
async fn fill_demo(config: &Config, crowd: Option<u32>) -> Result<(), BoxError> {
    let public_url = config.public_url(config.listen);
    if !public_url.is_loopback() {
        return Err(format!(
            "the demo only runs on your own machine, because its password is public: {public_url} isn't a local address"
        )
        .into());
    }
    let store = Store::open(&place(config), Purpose::Command).await?;
    let services = services(store, config, &public_url)?;
    let filled = demo::fill(services.bus.clone(), &services.hasher, crowd).await;
    services.bus.store.close().await;
    match filled {
        Ok(()) => {}
        Err(Refused::NotEmpty) => {
            return Err(
                "this site already has accounts, and the demo needs an empty one: choose another folder with --data"
                    .into(),
            );
        }
        Err(Refused::Problem(problem)) => return Err(in_words(&problem).into()),
    }
    say("Added sample data: a dozen people, four organizations, and requests in every state.");
    if let Some(accounts) = crowd {
        say(&format!(
            "Added {accounts} more accounts and their organizations. dana is an Owner of {} and {}, the largest.",
            demo::large::LARGEST,
            demo::large::THOUSAND
        ));
    }
    for (who, what) in [
        (demo::ADMINISTRATOR, "is an administrator and reviews requests"),
        (demo::OWNER, "is an Owner of an organization"),
        (demo::APPLICANT, "has a question about a request to answer"),
    ] {
        say(&format!("Sign in as {who}, who {what}."));
    }
    say(&format!("The password of every account is: {}", demo::PASSWORD));
    Ok(())
}

async fn administer(admin: Admin, config: &Config) -> Result<(), BoxError> {
    let store = Store::open(&place(config), Purpose::Command).await?;
    let services = services(store, config, &config.public_url(config.listen))?;
    let sentence = |answer: Result<String, Problem>| answer.map_err(|problem| in_words(&problem));
    let said = match admin {
        Admin::Create { username, email, password_file } => {
            let password =
                read_password(password_file.as_deref()).map_err(|why| format!("the password can't be read: {why}"))?;
            sentence(services.create_administrator(&username, &email, password.expose_secret()).await)
                .map(|_| format!("{username} is an administrator."))
        }
        Admin::Grant { username } => sentence(services.grant_administrator(&username).await),
        Admin::Revoke { username } => sentence(services.revoke_administrator(&username).await),
        Admin::Disable { username, reason } => sentence(services.disable_account(&username, &reason).await),
        Admin::Enable { username } => sentence(services.enable_account(&username).await),
        Admin::Reserve { name, reason } => sentence(services.reserve_name(&name, &reason).await),
        Admin::List => services.administrators().await.map_err(|problem| in_words(&problem)).map(|all| {
            let lines: Vec<String> = all.into_iter().map(|(name, email)| format!("{name} <{email}>")).collect();
            if lines.is_empty() { "There are no administrators yet.".to_owned() } else { lines.join("\n") }
        }),
    };
    services.bus.store.close().await;
    say(&said?);
    Ok(())
}

/// A problem in words, with each fault on a line of its own, because the command line has no fields to put them next to.
fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Refused(Refusal::Invalid { faults }) => {
            let sentences: Vec<String> =
                faults.iter().map(|f| format!("{}: {}", f.field.name(), words::fault(f.field, &f.code))).collect();
            sentences.join("\n")
        }
        // Here, only an unknown username is answered with it.
        Problem::Refused(Refusal::NotFound {}) => "There is no account with this username.".to_owned(),
        other => words::problem(other),
    }
}

async fn serve(config: Config) -> Result<(), BoxError> {
    let store = Store::open(&place(&config), Purpose::Serve).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|why| format!("can't listen on {}: {why}. Choose another address with --listen.", config.listen))?;
    let bound = listener.local_addr()?;
    let public_url = config.public_url(bound);
    let services = Arc::new(services(store, &config, &public_url)?);
    let bus = services.bus.clone();
    let metrics = http::health::install_metrics()?;

    let timeouts = ConnectionTimeouts::with_keep_alive(config.keep_alive);
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![
        tokio::spawn(upkeep::run(bus.clone(), stopped.clone())),
        tokio::spawn(upkeep::end_invitations(bus.clone(), stopped.clone())),
        tokio::spawn(change_feed::run(bus.clone(), change_feed::POLL_INTERVAL, stopped.clone())),
    ];
    if let Some(server) = &config.mail_server {
        let transport = transport(server, &config.mail_from(&public_url), MailTiming { speedup: config.mail_hurry })?
            .with_hello(config.smtp_hello(&public_url));
        tasks.push(tokio::spawn(mail_worker::run(bus.clone(), transport, stopped.clone())));
    }
    if let Some(at) = config.metrics_listen {
        let listener = TcpListener::bind(at).await.map_err(|why| format!("can't listen on {at} for metrics: {why}"))?;
        let router = http::health::metrics_router(Arc::<Services>::clone(&services), metrics.clone());
        let mut stopped = stopped.clone();
        let shutdown = async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        tasks.push(tokio::spawn(http::serve(listener, router, shutdown, config.stop_within, timeouts)));
    }
    let router = http::router(Dependencies {
        backend: Arc::<Services>::clone(&services),
        sessions: Arc::<Services>::clone(&services),
        subscription_reader: Arc::<Services>::clone(&services),
        health: Arc::<Services>::clone(&services),
        broadcast: bus.broadcast.clone(),
        clock: Arc::clone(&bus.clock),
        random: Arc::clone(&bus.random),
        gallery: if config.development { Some(gallery::page(&bus.mailer)?) } else { None },
        security_contact: config.security_contact.clone(),
        config: HttpConfig {
            public_url: public_url.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            metrics: config.metrics_listen.is_none().then_some(metrics),
        },
    });
    say(&format!("Guildhall is at {public_url}"));
    open_set_up(&bus, &public_url).await;

    let shutdown = async {
        shutdown_signal().await;
        tracing::info!("stop.asked");
        // Event streams don't end by themselves.
        bus.broadcast.stop();
    };
    http::serve(listener, router, shutdown, config.stop_within, timeouts).await;
    // The email that is being sent is finished, and the others wait in the outbox.
    stop.send_replace(true);
    let _ = tokio::time::timeout(config.stop_within, futures::future::join_all(tasks)).await;
    bus.store.close().await;
    tracing::info!("stop.done");
    Ok(())
}

/// While the site has no administrator, prints a link to create one. Each start prints a new link.
async fn open_set_up(bus: &CommandBus, public_url: &PublicUrl) {
    let opened = bus.execute(Origin::Job("start"), OpenSetUp, Submission::default()).await;
    for event in opened.map(|outcome| outcome.events).unwrap_or_default() {
        if let Event::SetUpOpened { secret } = event {
            let path = Page::SetUp.with_token(&secret.0.reveal());
            say(&format!("Set the site up at {}", public_url.join(&path)));
        }
    }
}

fn transport(server: &MailServer, from: &str, timing: MailTiming) -> Result<Transport, BoxError> {
    let parameters = || {
        let any = server.accepts_any_certificate();
        TlsParameters::builder(server.host.clone())
            .dangerous_accept_invalid_certs(any)
            .dangerous_accept_invalid_hostnames(any)
            .build()
    };
    let tls = match server.encryption {
        Encryption::Tls => Tls::Wrapper(parameters()?),
        Encryption::StarttlsRequired => Tls::Required(parameters()?),
        Encryption::StarttlsOpportunistic => Tls::Opportunistic(parameters()?),
        Encryption::Never => Tls::None,
    };
    let credentials = server.credentials.as_ref();
    let credentials =
        credentials.map(|(name, password)| Credentials::new(name.clone(), password.expose_secret().to_owned()));
    let server = SmtpServer { host: server.host.clone(), port: server.port, tls, credentials };
    let mut from: Mailbox = from.parse()?;
    if let Some(domain) = ascii_domain(from.email.domain()) {
        from.email = Address::new(from.email.user(), domain)?;
    }
    Ok(Transport::new(server, from, timing))
}

/// Completes on SIGTERM or Ctrl-C.
async fn shutdown_signal() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
