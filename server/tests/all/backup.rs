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

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_holds_secrets_is_for_its_owner_s_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let world = World::new(&Engine::Sqlite).await;
    let Place::Folder(folder) = &world.place else { unreachable!() };
    world.someone("dana").await;
    assert_eq!(mode(folder), 0o700);
    assert_eq!(mode(&folder.join("guildhall.db")), 0o600);
    assert_eq!(mode(&folder.join("guildhall.db-wal")), 0o600);
    let (key, copy) = (world.folder.0.join("key"), world.folder.0.join("copies").join("today"));
    std::fs::write(&key, "the key").unwrap();
    backup::copy(&world.place, &key, &copy).await.unwrap();
    assert_eq!(mode(&copy), 0o700);
    for file in ["guildhall.db", "key"] {
        assert_eq!(mode(&copy.join(file)), 0o600, "{file}");
    }
    // A copy that was made with other habits is shut when a site starts from it.
    std::fs::set_permissions(copy.join("guildhall.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&Place::Folder(copy.clone()), Purpose::Serve).await.unwrap().close().await;
    assert_eq!(mode(&copy.join("guildhall.db")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_removes_nothing_but_what_an_unfinished_one_left() {
    let world = World::new(&Engine::Sqlite).await;
    let (key, copies) = (world.folder.0.join("key"), world.folder.0.join("copies"));
    let put = |folder: &str, file: &str| {
        std::fs::create_dir_all(copies.join(folder)).unwrap();
        std::fs::write(copies.join(folder).join(file), "here").unwrap();
    };
    put("2026.unfinished", "somebody's");
    put("2026.11.unfinished", "guildhall.db");
    backup::copy(&world.place, &key, &copies.join("2026.11")).await.unwrap();
    assert!(copies.join("2026.unfinished").join("somebody's").exists());
    assert!(!copies.join("2026.11.unfinished").exists());
    put("2026.12.unfinished", "guildhall.db");
    put("2026.12.unfinished", "somebody's");
    let refused = backup::copy(&world.place, &key, &copies.join("2026.12")).await.unwrap_err();
    assert!(refused.to_string().contains("2026.12.unfinished is in the way"), "{refused}");
    assert_eq!(std::fs::read_dir(copies.join("2026.12.unfinished")).unwrap().count(), 2);
}
