//! Wires everything, runs it, and stops it in good order.

use crate::broadcast::Broadcast;
use crate::clock::SystemClock;
use crate::command_bus::{CommandBus, Origin, Policy};
use crate::config::{Admin, Command, Config, Database, Encryption, MailServer, PublicUrl, read_password};
use crate::demo::{self, Refused};
use crate::http::{self, HttpConfig, Parts, Patience};
use crate::mail::pace::Pace;
use crate::mail::transport::{Server, Transport};
use crate::mail::{Mailer, gallery, worker};
use crate::random::SystemRandom;
use crate::secrets::key::Key;
use crate::secrets::passwords::Hasher;
use crate::services::Services;
use crate::store::{DatabaseLocation, Purpose, Store, backup};
use crate::throttle::Measure;
use crate::{change_feed, config, logs, upkeep};
use app::backend::Consent;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use shared::addresses::ascii_domain;
use shared::problem::{Problem, Refusal};
use shared::rules::Event;
use shared::rules::administration::OpenSetUp;
use shared::words;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Why the program ends with a failure: a sentence for the operator.
type Failed = Box<dyn Error + Send + Sync>;

/// The program: reads the command line, and does what it asks for.
pub fn main() -> ExitCode {
    let (command, config) = config::read();
    logs::start(config.log, config.log_level);
    // With one thread alone, a page that waits for its own data could wait for ever.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run(command, config)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("guildhall: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// A sentence for the operator.
async fn run(command: Command, config: Config) -> Result<(), Failed> {
    match command {
        Command::Serve => serve(config).await,
        Command::Migrate => {
            Store::open(&place(&config), Purpose::Migrate).await?.close().await;
            say("The database is up to date.");
            Ok(())
        }
        Command::Backup { folder } => {
            backup::copy(&place(&config), &config.key_file, &folder).await?;
            say(&format!("The site is copied to {}.", folder.display()));
            Ok(())
        }
        Command::Demo { large, accounts } => {
            show(&config, large.then(|| accounts.unwrap_or(demo::large::ACCOUNTS))).await
        }
        Command::Admin(admin) => administer(admin, &config).await,
    }
}

/// The program's answer to whoever started it.
fn say(sentence: &str) {
    println!("{sentence}");
}

fn place(config: &Config) -> DatabaseLocation {
    match &config.database {
        Database::Sqlite(_) => DatabaseLocation::Folder(config.data.clone()),
        Database::Postgres(url) => DatabaseLocation::Postgres { url: url.reveal().to_owned(), migrate: config.migrate },
    }
}

/// Everything that use cases work with, on an open database.
fn services(store: Store, config: &Config, public_url: &PublicUrl) -> Result<Services, Failed> {
    let random = Arc::new(SystemRandom);
    // A PostgreSQL site may have no data folder until its key is written there.
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|why| format!("the folder {} can't be used: {why}", folder.display()))?;
    }
    let key = Key::of_file(&config.key_file, random.as_ref())?;
    let goes_out = config.mail_server.is_some();
    let mailer = Mailer {
        public_url: public_url.to_string().trim_end_matches('/').to_owned(),
        key,
        goes_out,
        in_log: config.development,
    };
    let bus = CommandBus {
        store,
        clock: Arc::new(SystemClock),
        random,
        broadcast: Broadcast::default(),
        mailer,
        policy: Policy {
            requests: config.requests,
            mail_goes_out: goes_out,
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
        new_accounts: Measure::accounts(config.accounts_an_hour),
        session_cookie,
        is_local: public_url.is_loopback(),
        development: config.development,
    })
}

/// Fills an empty site with a small world, and says whom to sign in as.
async fn show(config: &Config, crowd: Option<u32>) -> Result<(), Failed> {
    let public_url = config.public_url(config.listen);
    if !public_url.is_loopback() {
        return Err(format!(
            "a demo is for your own machine, because everybody knows its password: {public_url} is an address for others"
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
                "this site has people already; a demo is for an empty one: choose another folder with --data".into()
            );
        }
        Err(Refused::Problem(problem)) => return Err(in_words(&problem).into()),
    }
    say("A small world to look at: a dozen people, four organizations, and requests in every state.");
    if let Some(accounts) = crowd {
        say(&format!(
            "Around it {accounts} more accounts with their organizations; dana is the Owner of {} and {}, the largest.",
            demo::large::LARGEST,
            demo::large::THOUSAND
        ));
    }
    for (who, what) in [
        (demo::ADMINISTRATOR, "runs the site, and decides on requests"),
        (demo::OWNER, "is the Owner of an organization"),
        (demo::APPLICANT, "is asked something about a request"),
    ] {
        say(&format!("Sign in as {who}, who {what}."));
    }
    say(&format!("Everybody's password is: {}", demo::PASSWORD));
    Ok(())
}

async fn administer(admin: Admin, config: &Config) -> Result<(), Failed> {
    let store = Store::open(&place(config), Purpose::Command).await?;
    let services = services(store, config, &config.public_url(config.listen))?;
    let sentence = |answer: Result<String, Problem>| answer.map_err(|problem| in_words(&problem));
    let said = match admin {
        Admin::Create { username, email, password_file } => {
            let password =
                read_password(password_file.as_deref()).map_err(|why| format!("the password can't be read: {why}"))?;
            sentence(services.create_administrator(&username, &email, &password).await)
                .map(|_| format!("{username} is an administrator."))
        }
        Admin::Grant { username } => sentence(services.grant_administrator(&username).await),
        Admin::Revoke { username } => sentence(services.revoke_administrator(&username).await),
        Admin::Disable { username, reason } => sentence(services.disable_account(&username, &reason).await),
        Admin::Enable { username } => sentence(services.enable_account(&username).await),
        Admin::Reserve { name, reason } => sentence(services.reserve_name(&name, &reason).await),
        Admin::List => services.administrators().await.map_err(|problem| in_words(&problem)).map(|all| {
            let lines: Vec<String> = all.into_iter().map(|(name, email)| format!("{name} <{email}>")).collect();
            if lines.is_empty() { "There is no administrator yet.".to_owned() } else { lines.join("\n") }
        }),
    };
    services.bus.store.close().await;
    say(&said?);
    Ok(())
}

/// A problem with the words of each fault: at the command line there is no field to put them beside.
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

async fn serve(config: Config) -> Result<(), Failed> {
    let store = Store::open(&place(&config), Purpose::Serve).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|why| format!("{} can't be listened at: {why}; choose another with --listen", config.listen))?;
    let bound = listener.local_addr()?;
    let public_url = config.public_url(bound);
    let services = Arc::new(services(store, &config, &public_url)?);
    let bus = services.bus.clone();
    let figures = http::health::load_facts()?;

    let patience = Patience::usual(config.keep_alive);
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![
        tokio::spawn(upkeep::run(bus.clone(), stopped.clone())),
        tokio::spawn(upkeep::end_invitations(bus.clone(), stopped.clone())),
        tokio::spawn(change_feed::run(bus.clone(), change_feed::POLL_INTERVAL, stopped.clone())),
    ];
    if let Some(server) = &config.mail_server {
        let transport = transport(server, &config.mail_from(&public_url), Pace(config.mail_hurry))?
            .called(config.smtp_hello(&public_url));
        tasks.push(tokio::spawn(worker::run(bus.clone(), transport, stopped.clone())));
    }
    if let Some(at) = config.metrics_listen {
        let listener =
            TcpListener::bind(at).await.map_err(|why| format!("{at} can't be listened at for metrics: {why}"))?;
        let router = http::health::metrics_router(Arc::<Services>::clone(&services), figures.clone());
        let mut stopped = stopped.clone();
        let ended = async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        tasks.push(tokio::spawn(http::serve(listener, router, ended, config.stop_within, patience)));
    }
    let router = http::router(Parts {
        backend: services.backend(),
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
            metrics: config.metrics_listen.is_none().then_some(figures),
        },
    });
    say(&format!("Guildhall is at {public_url}"));
    open_set_up(&bus, &public_url).await;

    let ending = async {
        asked_to_stop().await;
        tracing::info!("stop.asked");
        // Streams of news stay open by themselves; they end here.
        bus.broadcast.stop();
    };
    http::serve(listener, router, ending, config.stop_within, patience).await;
    // A letter on its way is finished; the rest wait in the outbox.
    stop.send_replace(true);
    let _ = tokio::time::timeout(config.stop_within, futures::future::join_all(tasks)).await;
    bus.store.close().await;
    tracing::info!("stop.done");
    Ok(())
}

/// While the site has no administrator, prints an address that makes one. Each start prints a new one.
async fn open_set_up(bus: &CommandBus, public_url: &PublicUrl) {
    let opened = bus.execute(Origin::Job("start"), OpenSetUp, Consent::default()).await;
    for event in opened.map(|outcome| outcome.events).unwrap_or_default() {
        if let Event::SetUpOpened { secret } = event {
            let path = format!("/set-up?token={}", secret.0.reveal());
            say(&format!("Set the site up at {}", public_url.join(&path)));
        }
    }
}

fn transport(server: &MailServer, from: &str, pace: Pace) -> Result<Transport, Failed> {
    let parameters = || {
        let any = server.takes_any_certificate();
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
    let sign_in = server.sign_in.as_ref();
    let sign_in = sign_in.map(|(name, password)| Credentials::new(name.clone(), password.reveal().to_owned()));
    let server = Server { host: server.host.clone(), port: server.port, tls, sign_in };
    let mut from: Mailbox = from.parse()?;
    if let Some(domain) = ascii_domain(from.email.domain()) {
        from.email = Address::new(from.email.user(), domain)?;
    }
    Ok(Transport::new(server, from, pace))
}

/// Ready when the operator, or the system, asks the program to stop.
async fn asked_to_stop() {
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
