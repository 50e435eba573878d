//! Two servers of one PostgreSQL: what one commits, the open pages of the other hear, called or not. A page that comes back hears what it
//! has missed.

use crate::ground::{World, on_each};
use server::live::{Listeners as _, News, Topic};
use server::others;
use server::store::Place;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;
use tokio::time::timeout;

/// Longer than several looks at history take.
const LONG: Duration = Duration::from_secs(10);
/// Longer than one look and the next.
const A_WHILE: Duration = Duration::from_millis(1_600);

async fn all_within_a_while(heard: &mut Receiver<News>) -> Vec<Topic> {
    let mut topics = Vec::new();
    while let Ok(Ok(news)) = timeout(A_WHILE, heard.recv()).await {
        topics.push(news.topic);
    }
    topics
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_one_server_hear_what_another_commits_and_their_own_once() {
    on_each(async |world| {
        if !matches!(world.place, Place::Postgres { .. }) {
            return;
        }
        let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
        let other = world.beside().await;
        let (stop, stopped) = watch::channel(false);
        let hearing = tokio::spawn(others::hear(other.services.door.clone(), others::EVERY, stopped));
        let mut heard = other.services.door.live.listen();
        // When it begins to listen is its own affair.
        let mut n = 0;
        while timeout(A_WHILE, heard.recv()).await.is_err() {
            n += 1;
            world.file(&dana, &format!("early-{n}")).await.unwrap();
        }
        all_within_a_while(&mut heard).await;

        let id = world.file(&dana, "sundial").await.unwrap();
        let topics = all_within_a_while(&mut heard).await;
        assert!(topics.contains(&Topic::Yours(dana.id)) && topics.contains(&Topic::Requests), "{topics:?}");

        let once = other.services.door.live.listen();
        other.approve(&boss, id).await.unwrap();
        let mut told = once;
        let topics = all_within_a_while(&mut told).await;
        let own = topics.iter().filter(|topic| **topic == Topic::Requests).count();
        assert_eq!(own, 1, "{topics:?}");

        stop.send_replace(true);
        timeout(LONG, hearing).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_called_reads_at_once() {
    on_each(async |world| {
        if !matches!(world.place, Place::Postgres { .. }) {
            return;
        }
        let dana = world.someone("dana").await;
        let other = world.beside().await;
        let (stop, stopped) = watch::channel(false);
        // Without a call neither looks again while this test lives.
        let never = Duration::from_secs(3_600);
        let servers = [world.services.door.clone(), other.services.door.clone()];
        let hearing = servers.map(|door| tokio::spawn(others::hear(door, never, stopped.clone())));
        let mut heard = other.services.door.live.listen();
        let mut n = 0;
        // When they begin to listen is their own affair.
        while timeout(A_WHILE, heard.recv()).await.is_err() {
            n += 1;
            world.file(&dana, &format!("early-{n}")).await.unwrap();
        }
        all_within_a_while(&mut heard).await;

        world.file(&dana, "sundial").await.unwrap();
        let topics = all_within_a_while(&mut heard).await;
        assert!(topics.contains(&Topic::Yours(dana.id)), "{topics:?}");

        stop.send_replace(true);
        for ended in hearing {
            timeout(LONG, ended).await.unwrap().unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_hears_what_it_has_missed() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let (stop, stopped) = watch::channel(false);
        let hearing = tokio::spawn(others::hear(world.services.door.clone(), others::EVERY, stopped));
        let before = all_told(&world).await;
        world.file(&dana, "sundial").await.unwrap();
        let now = all_told(&world).await;
        assert!(now > before, "{before} {now}");

        let missed = world.services.since(before).await.unwrap().unwrap();
        assert!(missed.contains(&Topic::Yours(dana.id)) && missed.contains(&Topic::Requests), "{missed:?}");
        assert_eq!(world.services.since(now).await, Ok(Some(Vec::new())));
        // A number that history has not come to: the site was put back.
        assert_eq!(world.services.since(now + 1).await, Ok(None));
        stop.send_replace(true);
        timeout(LONG, hearing).await.unwrap().unwrap();
    })
    .await;
}

/// Up to which number all has been told, once that is all there is.
async fn all_told(world: &World) -> i64 {
    let newest: i64 = world.rows("select cast(max(number) as text) from event").await[0].parse().unwrap();
    let live = &world.services.door.live;
    let told = async {
        while live.told() < newest {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        live.told()
    };
    timeout(LONG, told).await.unwrap()
}
