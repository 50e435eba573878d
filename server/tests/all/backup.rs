//! A copy of a running site is whole, and a site can start from it.

use crate::ground::{Engine, World, contents, raw_rows};
use server::store::{Place, Purpose, Store, backup};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_running_site_is_the_site() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let id = world.file(&dana, "sundial").await.unwrap();
    world.approve(&boss, id).await.unwrap();
    let key = world.folder.0.join("key");
    std::fs::write(&key, "the key").unwrap();
    let copy = world.folder.0.join("copy");
    // Writes go on while it is made: the copy is the site as it stood between two of them.
    let mut moments = vec![contents(&world.place, "").await];
    let writes = async {
        for name in ["moonrise", "nightfall", "daybreak"] {
            world.file(&dana, name).await.unwrap();
            moments.push(contents(&world.place, "").await);
        }
    };
    let (copied, ()) = tokio::join!(backup::copy(&world.place, &key, &copy), writes);
    copied.unwrap();
    assert_eq!(std::fs::read_to_string(copy.join("key")).unwrap(), "the key");
    let place = Place::Folder(copy.clone());
    Store::open(&place, Purpose::Serve).await.unwrap().close().await;
    let there = contents(&place, "").await;
    assert!(moments.contains(&there), "the copy is the site as it never was: {there:?}");
    assert_eq!(raw_rows(&place, "select name from organization").await, ["sundial"]);
    assert_eq!(raw_rows(&place, "select integrity_check from pragma_integrity_check").await, ["ok"]);
    let again = backup::copy(&world.place, &key, &copy).await.unwrap_err();
    assert!(again.to_string().contains("exists already"), "{again}");
    let none =
        backup::copy(&Place::Folder(world.folder.0.join("empty")), &key, &world.folder.0.join("x")).await.unwrap_err();
    assert!(none.to_string().starts_with("there is no site in"), "{none}");
}
