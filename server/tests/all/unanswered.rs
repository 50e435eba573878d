//! PostgreSQL commits, but its answer never arrives, so the outcome is unknown. The page asks to send the form again,
//! and the same form finds what it did.

use crate::change_feed::{LONG, all_announced};
use crate::support::{Engine, NOON, World, engines, form, place};
use app::backend::Handle as _;
use secrecy::ExposeSecret as _;
use server::broadcast::ChangedData;
use server::change_feed;
use server::store::DatabaseLocation;
use shared::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// A proxy to the database that cuts the next connection with a commit after the database has answered. Returns its
/// port.
async fn way_to(address: String, armed: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, armed) = (TcpStream::connect(&address).await.unwrap(), Arc::clone(&armed));
            tokio::spawn(pass(client, server, armed));
        }
    });
    port
}

/// Ends when either side does, or at the answer that must not arrive.
async fn pass(client: TcpStream, server: TcpStream, armed: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let committing = AtomicBool::new(false);
    let up = async {
        let mut piece = [0; 16_384];
        while let Ok(length @ 1..) = from_client.read(&mut piece).await {
            let commits = piece[..length].windows(7).any(|word| word == b"COMMIT\0");
            if commits && armed.swap(false, Ordering::SeqCst) {
                committing.store(true, Ordering::SeqCst);
            }
            if to_server.write_all(&piece[..length]).await.is_err() {
                return;
            }
        }
    };
    let down = async {
        let mut piece = [0; 16_384];
        while let Ok(length @ 1..) = from_server.read(&mut piece).await {
            if committing.load(Ordering::SeqCst) || to_client.write_all(&piece[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unanswered_commit_is_found_by_the_resubmitted_form() {
    for engine in engines() {
        if matches!(engine, Engine::Sqlite) {
            continue;
        }
        let (straight, folder) = place(&engine).await;
        let DatabaseLocation::Postgres { url, .. } = &straight else { panic!("{straight:?}") };
        let (server, database) = url.expose_secret().rsplit_once('/').unwrap();
        let (user, address) = server.rsplit_once('@').unwrap();
        let armed = Arc::new(AtomicBool::new(false));
        let port = way_to(address.to_owned(), Arc::clone(&armed)).await;
        let url = format!("{user}@127.0.0.1:{port}/{database}");
        let round = DatabaseLocation::Postgres { url: url.into(), migrate: true };
        let key = folder.0.join("key");
        let world = World::at(round, folder, &key, NOON, false).await;
        let dana = world.someone("dana").await;

        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(change_feed::run(world.services.bus.clone(), change_feed::POLL_INTERVAL, stopped));
        all_announced(&world).await;
        let mut heard = world.services.bus.broadcast.subscribe();
        let form = world.once();
        let file = async || {
            let (url, context) = ("https://sundial.example", "What we do.");
            world
                .services
                .handle(&dana.caller, form::request_form("sundial", "Sundial", url, context, "community"), form.clone())
                .await
        };
        armed.store(true, Ordering::SeqCst);
        assert_eq!(file().await, Err(Problem::Unavailable {}));
        assert!(!armed.load(Ordering::SeqCst), "no commit was cut off");
        let news = timeout(LONG, heard.recv()).await.unwrap().unwrap();
        let expected = [ChangedData::Account(dana.id), ChangedData::Requests];
        assert!(expected.iter().all(|one| news.changed.contains(one)), "{news:?}");

        assert!(file().await.is_ok());
        assert_eq!(world.rows("select name from request").await, ["sundial"]);
        assert_eq!(world.rows("select kind from event where kind = 'request_filed'").await.len(), 1);
    }
}
