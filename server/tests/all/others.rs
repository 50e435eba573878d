//! Two servers of one PostgreSQL: what one commits, the open pages of the other hear.

use crate::ground::on_each;
use server::live::Topic;
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

async fn all_within_a_while(heard: &mut Receiver<Topic>) -> Vec<Topic> {
    let mut topics = Vec::new();
    while let Ok(Ok(topic)) = timeout(A_WHILE, heard.recv()).await {
        topics.push(topic);
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
        let hearing = tokio::spawn(others::hear(other.services.door.clone(), stopped));
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
