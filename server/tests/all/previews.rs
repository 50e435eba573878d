//! A preview is what then happens, and whatever is refused changes nothing: shown on random histories.

use crate::ground::{Engine, Someone, World, engines};
use app::backend::{Consent, Requests as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::ids::RequestId;
use shared::problem::Problem;
use shared::wire::{Done, Preview};

const NAMES: [&str; 3] = ["sundial", "Moon.Rise", "SUN-DIAL"];

#[derive(Clone, Debug)]
enum Act {
    File { who: usize, name: usize },
    Withdraw { who: usize, request: usize },
    Approve { who: usize, request: usize },
    Decline { who: usize, request: usize },
    Reserve { name: usize },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..4_usize, 0..NAMES.len()).prop_map(|(who, name)| Act::File { who, name }),
        1 => (0..4_usize, 0..6_usize).prop_map(|(who, request)| Act::Withdraw { who, request }),
        2 => (0..4_usize, 0..6_usize).prop_map(|(who, request)| Act::Approve { who, request }),
        2 => (0..4_usize, 0..6_usize).prop_map(|(who, request)| Act::Decline { who, request }),
        1 => (0..NAMES.len()).prop_map(|name| Act::Reserve { name }),
    ];
    prop::collection::vec(act, 1..14)
}

#[test]
fn a_preview_is_what_then_happens_and_a_refusal_changes_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for engine in engines() {
        let cases = if matches!(engine, Engine::Sqlite) { 24 } else { 8 };
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        runner
            .run(&acts(), |acts| {
                runtime.block_on(play(&engine, acts));
                Ok(())
            })
            .unwrap();
    }
}

async fn play(engine: &Engine, acts: Vec<Act>) {
    let world = World::new(engine).await;
    let people = [
        world.administrator("boss").await,
        world.someone("dana").await,
        world.someone("lee").await,
        world.newcomer("unverified").await,
    ];
    let mut requests: Vec<RequestId> = Vec::new();
    for act in acts {
        let before = world.picture().await;
        let (lines_before, letters_before) = (lines(&world).await, world.letters().await.len());
        let answer = match act {
            Act::File { who, name } => match world.file(&people[who], NAMES[name]).await {
                Ok(id) => {
                    requests.push(id);
                    Ok(None)
                }
                Err(problem) => Err(problem),
            },
            Act::Reserve { name } => world.services.reserve_name(NAMES[name], "kept").await.map(|_| None),
            Act::Withdraw { who, request } => {
                let (who, id) = (&people[who], at(&requests, request));
                let preview = world.services.preview_withdraw(&who.caller, id).await;
                agree(preview, async |consent| world.services.withdraw(&who.caller, id, consent).await, &world).await
            }
            Act::Approve { who, request } => {
                let (who, id) = (&people[who], at(&requests, request));
                let preview = world.services.preview_approve(&who.caller, id).await;
                agree(preview, async |consent| world.services.approve(&who.caller, id, "Hello.", consent).await, &world)
                    .await
            }
            Act::Decline { who, request } => {
                let (who, id) = (&people[who], at(&requests, request));
                let preview = world.services.preview_decline(&who.caller, id).await;
                agree(preview, async |consent| world.services.decline(&who.caller, id, "No.", consent).await, &world)
                    .await
            }
        };
        match answer {
            Err(_) => assert_eq!(world.picture().await, before, "a refusal changed something"),
            Ok(None) => {}
            Ok(Some(preview)) => happened(&world, &preview, &people, lines_before, letters_before).await,
        }
    }
}

fn at(requests: &[RequestId], wanted: usize) -> RequestId {
    let nobodys = RequestId(uuid::Uuid::from_u128(1));
    requests.get(wanted).copied().unwrap_or(nobodys)
}

/// Agrees to a preview. What the preview refuses, the command must refuse too.
async fn agree(
    preview: Result<Preview, Problem>,
    send: impl AsyncFn(Consent) -> Result<Done, Problem>,
    world: &World,
) -> Result<Option<Preview>, Problem> {
    match preview {
        Ok(preview) => {
            send(Consent { agreed: preview.digest.clone(), ..world.once() }).await.expect("what was previewed happens");
            Ok(Some(preview))
        }
        Err(refused) => {
            assert_eq!(send(world.once()).await, Err(refused.clone()));
            Err(refused)
        }
    }
}

async fn lines(world: &World) -> usize {
    world.rows("select kind from event").await.len()
}

/// Holds the sentences of a preview against the rows, lines and letters that are there now.
async fn happened(world: &World, preview: &Preview, people: &[Someone], lines_before: usize, letters_before: usize) {
    let all = world.rows("select kind from event order by number").await;
    let added = &all[lines_before..];
    let kinds = |kind: &str| added.iter().filter(|k| *k == kind).count();
    let founded = preview.happens.iter().filter(|s| s.contains("comes to be")).count();
    let joined = preview.happens.iter().filter(|s| s.contains("becomes an Owner")).count();
    let rivals = preview.ends.iter().filter(|s| s.contains("for the same name")).count();
    let closed = preview.ends.iter().filter(|s| s.contains("closed for good")).count();
    assert_eq!(founded, kinds("organization_founded"));
    assert_eq!(joined, kinds("member_joined"));
    assert_eq!(rivals, kinds("rival_closed"));
    assert_eq!(closed, kinds("request_declined") + kinds("request_withdrawn"));
    // Who was named is who got a letter.
    let written: Vec<String> = world.letters().await.split_off(letters_before).into_iter().map(|l| l.to).collect();
    for person in people {
        let named = preview.told.iter().any(|told| told.split([' ', ',']).any(|word| word == person.name));
        let got = written.iter().any(|to| to.starts_with(&format!("{}@", person.name)));
        assert_eq!(named, got, "{}", person.name);
    }
}
