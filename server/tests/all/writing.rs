//! Concurrent writes: each acknowledged write is kept, whatever happens to the others. On SQLite they share a commit.

use crate::support::{NOON, World, on_each};
use server::store::{StoreError, idempotency};
use std::time::Duration;
use tokio::task::JoinSet;

const WRITERS: u8 = 16;

/// An idempotency key stands in for the row that is written.
fn row(writer: u8, round: u8) -> [u8; 32] {
    let mut row = [0; 32];
    (row[0], row[1], row[2]) = (1, writer, round);
    row
}

async fn write(world: &World, row: [u8; 32], fails: bool) -> Result<(), StoreError> {
    let write = async |tx: &mut server::store::Tx<'_>| {
        idempotency::store_outcome(tx, row, "written", NOON).await?;
        idempotency::store_outcome(tx, second(row), "written", NOON).await?;
        if fails { Err(StoreError::Statement("it is meant to fail".to_owned())) } else { Ok(()) }
    };
    world.store().write(write).await
}

/// Each write inserts two rows: both exist, or neither.
fn second(mut row: [u8; 32]) -> [u8; 32] {
    row[31] = 2;
    row
}

async fn is_there(world: &World, row: [u8; 32]) -> bool {
    let found: Result<_, StoreError> = world
        .store()
        .read(async |tx| {
            Ok([idempotency::outcome(tx, row).await?.is_some(), idempotency::outcome(tx, second(row)).await?.is_some()])
        })
        .await;
    let found = found.unwrap();
    assert_eq!(found[0], found[1], "half of it is there");
    found[0]
}

/// Runs all writers at once, in rounds. Returns the answer to each.
async fn at_once<T: Send + 'static, F>(
    world: World,
    rounds: u8,
    act: impl Fn(std::sync::Arc<World>, u8, u8) -> F,
) -> (std::sync::Arc<World>, Vec<T>)
where
    F: Future<Output = T> + Send + 'static,
{
    let world = std::sync::Arc::new(world);
    let mut tasks = JoinSet::new();
    let mut answers = Vec::new();
    for round in 0..rounds {
        for writer in 0..WRITERS {
            tasks.spawn(act(world.clone(), writer, round));
        }
        while let Some(answer) = tasks.join_next().await {
            answers.push(answer.unwrap());
        }
    }
    (world, answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_write_is_visible_and_failed_write_leaves_nothing() {
    on_each(async |world| {
        let (_, right) = at_once(world, 20, |world, writer, round| async move {
            let fails = (writer + round) % 3 == 0;
            let answer = write(&world, row(writer, round), fails).await;
            answer.is_err() == fails && is_there(&world, row(writer, round)).await != fails
        })
        .await;
        assert_eq!(right.iter().filter(|right| !**right).count(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_write_does_not_affect_other_writes() {
    on_each(async |world| {
        let (world, answers) = at_once(world, 40, |world, writer, round| async move {
            let row = row(writer, round);
            if writer % 2 == 0 {
                return Some((row, write(&world, row, false).await));
            }
            // Each is cancelled at another moment.
            let patience = Duration::from_micros(u64::from(writer) * 97 * u64::from(round) % 5_000);
            tokio::time::timeout(patience, write(&world, row, false)).await.ok().map(|answer| (row, answer))
        })
        .await;
        let answered: Vec<_> = answers.into_iter().flatten().collect();
        assert!(answered.len() >= 40 * usize::from(WRITERS) / 2);
        for (row, answer) in answered {
            assert!(answer.is_ok(), "{answer:?}");
            assert!(is_there(&world, row).await);
        }
        // No transaction is left open.
        assert!(write(&world, row(0, 200), false).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn panicking_write_is_rolled_back_and_others_continue() {
    on_each(async |world| {
        let (world, told) = at_once(world, 4, |world, writer, round| async move {
            let row = row(writer, round);
            let panics = writer % 4 == 0;
            let panicking = world.clone();
            let work = tokio::spawn(async move {
                let write = async |tx: &mut server::store::Tx<'_>| {
                    idempotency::store_outcome(tx, row, "written", NOON).await?;
                    assert!(!panics, "it is meant to panic");
                    idempotency::store_outcome(tx, second(row), "written", NOON).await
                };
                panicking.store().write(write).await
            });
            (row, panics, matches!(work.await, Ok(Ok(()))))
        })
        .await;
        for (row, panics, is_done) in told {
            assert_eq!((is_done, is_there(&world, row).await), (!panics, !panics));
        }
    })
    .await;
}
