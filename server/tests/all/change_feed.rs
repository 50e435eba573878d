//! The open pages of every server receive what is committed: by the same server, by another one on the same PostgreSQL
//! with or without a notification, and by the command line. A page that reconnects receives what it missed.

use crate::support::{Someone, World, on_each};
use server::broadcast::{ChangedData, SubscriptionReader as _, Update};
use server::change_feed;
use server::command_bus::CommandBus;
use server::services::Services;
use server::store::DatabaseLocation;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than several polls of the history take.
pub const LONG: Duration = Duration::from_secs(10);
/// Longer than one polling interval.
const A_WHILE: Duration = Duration::from_millis(1_600);
/// Longer than a test runs.
const NEVER: Duration = Duration::from_secs(3_600);

/// Servers whose change feeds run.
struct Telling {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Telling {
    fn of(buses: &[&CommandBus], every: Duration) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks =
            buses.iter().map(|bus| tokio::spawn(change_feed::run((*bus).clone(), every, stopped.clone()))).collect();
        Self { stop, tasks }
    }

    async fn ends(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            timeout(LONG, task).await.unwrap().unwrap();
        }
    }
}

async fn all_within_a_while(heard: &mut Receiver<Update>) -> Vec<ChangedData> {
    let mut changed = Vec::new();
    while let Ok(Ok(news)) = timeout(A_WHILE, heard.recv()).await {
        changed.extend(news.changed.iter());
    }
    changed
}

/// Numbers the requests that are filed only to be noticed.
static EARLY: AtomicU32 = AtomicU32::new(0);

/// Waits until a server listens, because the moment it starts to is not defined.
async fn once_it_listens(heard: &mut Receiver<Update>, world: &World, dana: &Someone) {
    while timeout(A_WHILE, heard.recv()).await.is_err() {
        world.file(dana, &format!("early-{}", EARLY.fetch_add(1, Ordering::SeqCst))).await.unwrap();
    }
    all_within_a_while(heard).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commit_on_any_server_reaches_every_server_once() {
    on_each(async |world| {
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let other = world.second_server().await;
        let telling = Telling::of(&[&other.services.bus], change_feed::POLL_INTERVAL);
        let mut heard = other.services.bus.broadcast.subscribe();
        once_it_listens(&mut heard, &world, &dana).await;

        let id = world.file(&dana, "sundial").await.unwrap();
        let changed = all_within_a_while(&mut heard).await;
        let expected = [ChangedData::Account(dana.id), ChangedData::Requests];
        assert!(expected.iter().all(|one| changed.contains(one)), "{changed:?}");

        other.approve(&boss, id).await.unwrap();
        let changed = all_within_a_while(&mut heard).await;
        let own = changed.iter().filter(|one| **one == ChangedData::Requests).count();
        assert_eq!(own, 1, "{changed:?}");
        telling.ends().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_reads_its_own_commits_and_notifications_at_once() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let other = world.second_server().await;
        let (here, there) = (&world.services.bus, &other.services.bus);
        let buses =
            if matches!(world.place, DatabaseLocation::Postgres { .. }) { vec![here, there] } else { vec![here] };
        let telling = Telling::of(&buses, NEVER);
        let mut heard: Vec<Receiver<Update>> = buses.iter().map(|bus| bus.broadcast.subscribe()).collect();
        for heard in &mut heard {
            once_it_listens(heard, &world, &dana).await;
        }
        world.file(&dana, "sundial").await.unwrap();
        for heard in &mut heard {
            let changed = all_within_a_while(heard).await;
            assert!(changed.contains(&ChangedData::Account(dana.id)), "{changed:?}");
        }
        telling.ends().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn command_line_commit_is_found_by_polling() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let telling = Telling::of(&[&world.services.bus], change_feed::POLL_INTERVAL);
        let mut heard = world.services.bus.broadcast.subscribe();
        once_it_listens(&mut heard, &world, &dana).await;
        // Another process on the same database: it does not notify this server.
        let mut beside = Services::clone(&world.services);
        beside.bus.committed = watch::Sender::default();
        beside.disable_account("dana", "As was asked for.").await.unwrap();
        let changed = all_within_a_while(&mut heard).await;
        assert!(changed.contains(&ChangedData::Account(dana.id)), "{changed:?}");
        telling.ends().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removal_is_announced_before_later_events() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        world.create_organization(&boss, &dana, "sundial").await;
        world.join(&dana, "sundial", &lee, shared::roles::Role::Member).await;
        let other = world.second_server().await;
        // The other server does not poll before it commits something itself.
        let telling = Telling::of(&[&other.services.bus], NEVER);
        let mut heard = other.services.bus.broadcast.subscribe();
        once_it_listens(&mut heard, &other, &lee).await;
        world.remove_member(&dana, "sundial", &lee.name).await.unwrap();
        let ash = world.someone("ash").await;
        other.invite(&dana, "sundial", &ash.name, shared::roles::Role::Member).await.unwrap();
        let first = loop {
            let news = timeout(LONG, heard.recv()).await.unwrap().unwrap();
            if news.changed.iter().any(|one| matches!(one, ChangedData::People(_))) {
                break news;
            }
        };
        assert!(first.changed.contains(&ChangedData::Account(lee.id)), "{first:?}");
        telling.ends().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnected_page_receives_missed_events() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let telling = Telling::of(&[&world.services.bus], change_feed::POLL_INTERVAL);
        let before = all_announced(&world).await;
        world.file(&dana, "sundial").await.unwrap();
        let now = all_announced(&world).await;
        assert!(now > before, "{before} {now}");

        let missed = world.services.changed_since(before).await.unwrap().unwrap();
        let expected = [ChangedData::Account(dana.id), ChangedData::Requests];
        assert!(expected.iter().all(|one| missed.contains(one)), "{missed:?}");
        assert_eq!(world.services.changed_since(now).await, Ok(Some(Vec::new())));
        // A number beyond the end of the history: the site was restored from a backup.
        assert_eq!(world.services.changed_since(now + 1).await, Ok(None));
        telling.ends().await;
    })
    .await;
}

/// The number up to which events are announced, once all of them are.
pub async fn all_announced(world: &World) -> i64 {
    let newest: i64 = world.rows("select cast(max(number) as text) from event").await[0].parse().unwrap();
    let live = &world.services.bus.broadcast;
    let told = async {
        while live.cursor() < newest {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        live.cursor()
    };
    timeout(LONG, told).await.unwrap()
}
