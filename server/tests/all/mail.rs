//! The mail worker against a mail server of the test's own, which refuses at whatever step it is told to.

use crate::ground::{World, on_each};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Tls;
use server::mail::pace::Pace;
use server::mail::transport::{Server, Transport};
use server::mail::worker;
use server::secrets::key::Key;
use server::store::outbox;
use shared::moment::Span;
use shared::wire::administration::LetterState;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use uuid::Uuid;

/// A mail server: what it got, and what it answers to the lines that begin so, instead of what it would.
struct MailServer {
    transport: Transport,
    got: Arc<Mutex<Vec<String>>>,
    /// The commands that it heard.
    heard: Arc<Mutex<Vec<String>>>,
    /// Becomes true with the first letter.
    first: watch::Receiver<bool>,
}

impl MailServer {
    async fn new(refusals: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (got, heard) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (seen, first) = watch::channel(false);
        let (letters, commands) = (got.clone(), heard.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A line that is cut off is the other side's affair.
                let _ = speak(stream, refusals, (&letters, &commands), &seen).await;
            }
        });
        let sign_in = Some(Credentials::new("guildhall".to_owned(), "a secret".to_owned()));
        let server = Server { host: "127.0.0.1".to_owned(), port, tls: Tls::None, sign_in };
        Self {
            transport: Transport::new(server, "Guildhall <guild@hall.example>".parse().unwrap(), Pace::USUAL),
            got,
            heard,
            first,
        }
    }

    /// One round of a worker that is not told to stop.
    async fn round(&self, world: &World) -> usize {
        let (_go_on, stop) = watch::channel(false);
        worker::round(&world.services.door, &self.transport, Uuid::from_u128(1), &stop).await.unwrap()
    }

    fn letters(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

async fn speak(
    stream: TcpStream,
    refusals: &[(&str, &str)],
    (letters, commands): (&Mutex<Vec<String>>, &Mutex<Vec<String>>),
    seen: &watch::Sender<bool>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let refusal = |line: &str| refusals.iter().find(|(begin, _)| line.starts_with(begin)).map(|(_, answer)| *answer);
    let greeting = refusal("hello").unwrap_or("220 test");
    stream.write_all(format!("{greeting}\r\n").as_bytes()).await?;
    let (mut line, mut letter) = (String::new(), None::<String>);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if letter.is_none() {
            commands.lock().unwrap().push(line.trim_end().to_owned());
        }
        let answer = match &mut letter {
            Some(text) if line == ".\r\n" => match refusal("letter") {
                Some(refused) => {
                    letter = None;
                    refused
                }
                None => {
                    letters.lock().unwrap().push(std::mem::take(text));
                    letter = None;
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
                    letter = Some(String::new());
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
        server::store::Place::Folder(_) => crate::ground::Engine::Sqlite,
        server::store::Place::Postgres { .. } => crate::ground::engines().pop().unwrap(),
    };
    World::with(&engine, true).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refusal_of_the_mailbox_or_of_the_email_itself_is_for_good() {
    let world = World::with(&crate::ground::Engine::Sqlite, true).await;
    world.newcomer("dana").await;
    let (later, never) = (LetterState::Waiting, LetterState::Failed);
    let table: [(&'static [(&str, &str)], LetterState); 17] = [
        (&[("hello", "554 not now")], later),
        (&[("EHLO", "550 who are you")], later),
        (&[("AUTH", "535 wrong password")], later),
        (&[("MAIL", "550 no such sender")], later),
        (&[("MAIL", "530 sign in first")], later),
        (&[("RCPT", "451 greylisted")], later),
        (&[("letter", "452 full")], later),
        (&[("RCPT", "550 no such receiver")], never),
        (&[("letter", "554 spam")], never),
        (&[("RCPT", "550 5.1.1 no such mailbox")], never),
        (&[("letter", "552 5.3.4 too big")], never),
        // Somebody can mend these, and the receiver has nothing to do with them.
        (&[("RCPT", "554 5.7.1 relay access denied")], later),
        (&[("RCPT", "553 5.7.1 sender address not owned by user")], later),
        (&[("RCPT", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("letter", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("DATA", "550 5.4.5 daily sending quota exceeded")], later),
        (&[("RCPT", "535 5.7.8 sign in again")], later),
    ];
    for (refusals, then) in table {
        let server = MailServer::new(refusals).await;
        world.clock.advance(Span::days(1));
        assert_eq!(server.round(&world).await, 1, "{refusals:?}");
        let letter = world.letters().await.pop().unwrap();
        assert_eq!((letter.state, letter.sent_at), (then, None), "{refusals:?}");
        let why = letter.last_error.unwrap();
        let (code, words) = refusals[0].1.split_once(' ').unwrap();
        assert!(why.contains(code) && why.contains(words), "{why}");
        let marked = world.rows("select coalesce(bounced_why, '') from email_address").await;
        assert_eq!(!marked[0].is_empty(), words.starts_with("5.1.1"), "{refusals:?}: {marked:?}");
        world.force("update email_address set bounced_why = null").await.unwrap();
        assert!(letter.sealed.is_some() && server.letters().is_empty());
        world.force("update letter set state = 'waiting', tries = 0").await.unwrap();
    }
    world.clock.advance(Span::days(1));
    let server = MailServer::new(&[]).await;
    assert_eq!(server.round(&world).await, 1);
    assert_eq!(world.letters().await.pop().unwrap().state, LetterState::Sent);
    assert!(server.letters()[0].contains("To: dana@dana.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_known_to_its_server_is_marked_until_a_letter_reaches_it() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        let dana = world.newcomer("dana").await;
        let marks = "select coalesce(bounced_why, '') from email_address";
        let refusing = MailServer::new(&[("RCPT", "550 5.1.1 no such mailbox")]).await;
        refusing.round(&world).await;
        let letter = world.letters().await.pop().unwrap();
        assert_eq!(letter.state, LetterState::Failed);
        assert!(world.rows(marks).await[0].contains("5.1.1"));
        // The same again is not told twice.
        world.force("update letter set state = 'waiting', tries = 0").await.unwrap();
        world.clock.advance(Span::days(1));
        refusing.round(&world).await;
        let kept = world.history_of(dana.id).await;
        assert_eq!(kept.iter().filter(|kind| *kind == "address_bounced").count(), 1, "{kept:?}");
        // It gets its letters again.
        world.force("update letter set state = 'waiting', tries = 0").await.unwrap();
        world.clock.advance(Span::days(1));
        MailServer::new(&[]).await.round(&world).await;
        assert_eq!(world.rows(marks).await, [""]);
        assert_eq!(world.history_of(dana.id).await[0], "address_reached");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_link_that_does_not_open_waits_for_its_key() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        let dana = world.newcomer("dana").await;
        let token = world.link_to(&dana).await;
        let server = MailServer::new(&[]).await;
        let mut door = world.services.door.clone();
        door.post.key = Key::of_bytes(&[7; 32]).unwrap();
        let (_go_on, stop) = watch::channel(false);
        assert_eq!(worker::round(&door, &server.transport, Uuid::from_u128(1), &stop).await.unwrap(), 1);
        assert!(server.letters().is_empty());
        let letter = world.letters().await.pop().unwrap();
        assert_eq!((letter.state, letter.sealed.is_some()), (LetterState::Waiting, true));
        assert!(letter.last_error.unwrap().contains("another key"));
        world.clock.advance(Span::hours(1));
        server.round(&world).await;
        let sent = server.letters().pop().unwrap().replace("=\r\n", "").replace("=3D", "=");
        assert!(sent.contains(&token), "{sent}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_stop_finishes_its_letter_and_gives_the_rest_back() {
    on_each(async |world| {
        let world = world_with_mail(&world).await;
        for name in ["dana", "lee", "kim"] {
            world.newcomer(name).await;
        }
        let server = MailServer::new(&[]).await;
        let (worker, door) = (Uuid::from_u128(1), &world.services.door);
        worker::round(door, &server.transport, worker, &server.first).await.unwrap();
        assert_eq!(server.letters().len(), 1);
        let states: Vec<(LetterState, u32)> = world.letters().await.iter().map(|l| (l.state, l.tries)).collect();
        assert_eq!(states, [(LetterState::Sent, 1), (LetterState::Waiting, 0), (LetterState::Waiting, 0)]);
        // Another may take them at once.
        let now = door.clock.now();
        let leased: Result<_, server::store::StoreError> = world
            .store()
            .write(async |tx| outbox::lease(tx, Uuid::from_u128(2), now, now.plus(Span::minutes(5)), 8).await)
            .await;
        assert_eq!(leased.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_is_dated_when_it_was_written_and_the_site_greets_by_the_name_it_was_given() {
    let world = World::with(&crate::ground::Engine::Sqlite, true).await;
    world.newcomer("dana").await;
    world.clock.advance(Span::days(2));
    let server = MailServer::new(&[]).await;
    server.round(&world).await;
    let sent = server.letters().pop().unwrap();
    assert!(sent.contains("Date: Sun, 08 Mar 2026 11:40:00 +0000"), "{sent}");
    assert_eq!(server.heard.lock().unwrap()[0], "EHLO hall.example", "the sender's domain");

    world.newcomer("lee").await;
    let transport = server.transport.clone().called("guildhall.example");
    let (_go_on, stop) = watch::channel(false);
    worker::round(&world.services.door, &transport, Uuid::from_u128(1), &stop).await.unwrap();
    assert!(server.heard.lock().unwrap().iter().any(|line| line == "EHLO guildhall.example"));
}
