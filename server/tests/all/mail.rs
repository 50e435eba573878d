//! The mail worker against a test mail server, which refuses at any step it is told to.

use crate::support::{World, on_each};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Tls;
use server::mail::timing::MailTiming;
use server::mail::transport::{SmtpServer, Transport};
use server::mail_worker;
use server::secrets::key::Key;
use server::store::outbox;
use shared::domain::EmailState;
use shared::timestamp::Seconds;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use uuid::Uuid;

/// A mail server: the emails it received, and its replies to commands with a given prefix.
struct MailServer {
    transport: Transport,
    got: Arc<Mutex<Vec<String>>>,
    /// The commands that it received.
    heard: Arc<Mutex<Vec<String>>>,
    /// Becomes true with the first email.
    first: watch::Receiver<bool>,
}

impl MailServer {
    async fn new(refusals: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (got, heard) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (seen, first) = watch::channel(false);
        let (emails, commands) = (got.clone(), heard.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A broken connection is handled by the client.
                let _ = speak(stream, refusals, (&emails, &commands), &seen).await;
            }
        });
        let credentials = Some(Credentials::new("guildhall".to_owned(), "a secret".to_owned()));
        let server = SmtpServer { host: "127.0.0.1".to_owned(), port, tls: Tls::None, credentials };
        Self {
            transport: Transport::new(server, "Guildhall <guild@hall.example>".parse().unwrap(), MailTiming::USUAL),
            got,
            heard,
            first,
        }
    }

    /// One round of a worker that is not told to stop.
    async fn round(&self, world: &World) -> usize {
        let (_go_on, stop) = watch::channel(false);
        mail_worker::run_once(&world.services.bus, &self.transport, Uuid::from_u128(1), &stop).await.unwrap()
    }

    fn emails(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

async fn speak(
    stream: TcpStream,
    refusals: &[(&str, &str)],
    (emails, commands): (&Mutex<Vec<String>>, &Mutex<Vec<String>>),
    seen: &watch::Sender<bool>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let refusal = |line: &str| refusals.iter().find(|(begin, _)| line.starts_with(begin)).map(|(_, answer)| *answer);
    let greeting = refusal("hello").unwrap_or("220 test");
    stream.write_all(format!("{greeting}\r\n").as_bytes()).await?;
    let (mut line, mut email) = (String::new(), None::<String>);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if email.is_none() {
            commands.lock().unwrap().push(line.trim_end().to_owned());
        }
        let answer = match &mut email {
            Some(text) if line == ".\r\n" => match refusal("content") {
                Some(refused) => {
                    email = None;
                    refused
                }
                None => {
                    emails.lock().unwrap().push(std::mem::take(text));
                    email = None;
                    seen.send_replace(true);
                    "250 taken"
                }
            },
            Some(text) => {
                text.push_str(&line);
                continue;
            }
            None => match refusal(&line) {
                Some(refused) => refused,
                None if line.starts_with("EHLO") => "250-test\r\n250 AUTH PLAIN",
                None if line.starts_with("AUTH") => "235 welcome",
                None if line.starts_with("DATA") => {
                    email = Some(String::new());
                    "354 go on"
                }
                None => "250 fine",
            },
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

async fn world_with_mail(world: &World) -> World {
    let engine = match &world.place {
        server::store::DatabaseLocation::Folder(_) => crate::support::Engine::Sqlite,
        server::store::DatabaseLocation::Postgres { .. } => crate::support::engines().pop().unwrap(),
    };
    World::with(&engine, true).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_mailbox_and_content_rejections_are_permanent() {
    let world = World::with(&crate::support::Engine::Sqlite, true).await;
    world.newcomer("dana").await;
    let (later, never) = (EmailState::Waiting, EmailState::Failed);
    let table: [(&'static [(&str, &str)], EmailState); 17] = [
        (&[("hello", "554 not now")], later),
        (&[("EHLO", "550 who are you")], later),
        (&[("AUTH", "535 wrong password")], later),
        (&[("MAIL", "550 no such sender")], later),
        (&[("MAIL", "530 sign in first")], later),
        (&[("RCPT", "451 greylisted")], later),
        (&[("content", "452 full")], later),
        (&[("RCPT", "550 no such receiver")], never),
        (&[("content", "554 spam")], never),
        (&[("RCPT", "550 5.1.1 no such mailbox")], never),
        (&[("content", "552 5.3.4 too big")], never),
        // An operator can fix these, and the recipient has nothing to do with them.
        (&[("RCPT", "554 5.7.1 relay access denied")], later),
        (&[("RCPT", "553 5.7.1 sender address not owned by user")], later),
        (&[("RCPT", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("content", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("DATA", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("RCPT", "535 5.7.8 sign in again")], later),
    ];
    for (refusals, then) in table {
        let server = MailServer::new(refusals).await;
        world.clock.advance(Seconds::days(1));
        assert_eq!(server.round(&world).await, 1, "{refusals:?}");
        let email = world.emails().await.pop().unwrap();
        assert_eq!((email.state, email.sent_at), (then, None), "{refusals:?}");
        let why = email.last_error.unwrap();
        let (code, words) = refusals[0].1.split_once(' ').unwrap();
        assert!(why.contains(code) && why.contains(words), "{why}");
        let marked = world.rows("select coalesce(bounced_why, '') from email_address").await;
        assert_eq!(!marked[0].is_empty(), words.starts_with("5.1.1"), "{refusals:?}: {marked:?}");
        world.execute_raw("update email_address set bounced_why = null").await.unwrap();
        assert!(email.sealed.is_some() && server.emails().is_empty());
        world.execute_raw("update letter set state = 'waiting', tries = 0").await.unwrap();
    }
    world.clock.advance(Seconds::days(1));
    let server = MailServer::new(&[]).await;
    assert_eq!(server.round(&world).await, 1);
    assert_eq!(world.emails().await.pop().unwrap().state, EmailState::Sent);
    assert!(server.emails()[0].contains("To: dana@dana.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bouncing_address_is_marked_until_an_email_is_delivered() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        let dana = world.newcomer("dana").await;
        let marks = "select coalesce(bounced_why, '') from email_address";
        let refusing = MailServer::new(&[("RCPT", "550 5.1.1 no such mailbox")]).await;
        refusing.round(&world).await;
        let email = world.emails().await.pop().unwrap();
        assert_eq!(email.state, EmailState::Failed);
        assert!(world.rows(marks).await[0].contains("5.1.1"));
        // A repeated bounce is not recorded twice.
        world.execute_raw("update letter set state = 'waiting', tries = 0").await.unwrap();
        world.clock.advance(Seconds::days(1));
        refusing.round(&world).await;
        let kept = world.history_of(dana.id).await;
        assert_eq!(kept.iter().filter(|kind| *kind == "address_bounced").count(), 1, "{kept:?}");
        // The address receives its emails again.
        world.execute_raw("update letter set state = 'waiting', tries = 0").await.unwrap();
        world.clock.advance(Seconds::days(1));
        MailServer::new(&[]).await.round(&world).await;
        assert_eq!(world.rows(marks).await, [""]);
        assert_eq!(world.history_of(dana.id).await[0], "address_reached");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_with_an_unreadable_secret_link_waits_for_its_key() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        let dana = world.newcomer("dana").await;
        let token = world.link_to(&dana).await;
        let server = MailServer::new(&[]).await;
        let mut bus = world.services.bus.clone();
        bus.mailer.key = Key::from_bytes(&[7; 32]).unwrap();
        let (_go_on, stop) = watch::channel(false);
        assert_eq!(mail_worker::run_once(&bus, &server.transport, Uuid::from_u128(1), &stop).await.unwrap(), 1);
        assert!(server.emails().is_empty());
        let email = world.emails().await.pop().unwrap();
        assert_eq!((email.state, email.sealed.is_some()), (EmailState::Waiting, true));
        assert!(email.last_error.unwrap().contains("another server's key"));
        world.clock.advance(Seconds::hours(1));
        server.round(&world).await;
        let sent = server.emails().pop().unwrap().replace("=\r\n", "").replace("=3D", "=");
        assert!(sent.contains(&token), "{sent}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_worker_finishes_its_email_and_releases_the_rest() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        for name in ["dana", "lee", "kim"] {
            world.newcomer(name).await;
        }
        let server = MailServer::new(&[]).await;
        let (worker, bus) = (Uuid::from_u128(1), &world.services.bus);
        mail_worker::run_once(bus, &server.transport, worker, &server.first).await.unwrap();
        assert_eq!(server.emails().len(), 1);
        let states: Vec<(EmailState, u32)> = world.emails().await.iter().map(|l| (l.state, l.tries)).collect();
        assert_eq!(states, [(EmailState::Sent, 1), (EmailState::Waiting, 0), (EmailState::Waiting, 0)]);
        // Another worker may lease them at once.
        let now = bus.clock.now();
        let leased: Result<_, server::store::StoreError> = world
            .store()
            .write(async |tx| outbox::lease(tx, Uuid::from_u128(2), now, now.plus(Seconds::minutes(5)), 8).await)
            .await;
        assert_eq!(leased.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_has_its_creation_date_and_the_configured_ehlo_name() {
    let world = World::with(&crate::support::Engine::Sqlite, true).await;
    world.newcomer("dana").await;
    world.clock.advance(Seconds::days(2));
    let server = MailServer::new(&[]).await;
    server.round(&world).await;
    let sent = server.emails().pop().unwrap();
    assert!(sent.contains("Date: Sun, 08 Mar 2026 11:40:00 +0000"), "{sent}");
    assert_eq!(server.heard.lock().unwrap()[0], "EHLO hall.example", "the sender's domain");

    world.newcomer("lee").await;
    let transport = server.transport.clone().with_hello("guildhall.example");
    let (_go_on, stop) = watch::channel(false);
    mail_worker::run_once(&world.services.bus, &transport, Uuid::from_u128(1), &stop).await.unwrap();
    assert!(server.heard.lock().unwrap().iter().any(|line| line == "EHLO guildhall.example"));
}
