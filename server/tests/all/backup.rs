//! A backup of a running site is consistent, and a site can start from it.

use crate::support::{Engine, Folder, World, contents, engines, raw_rows};
use app::backend::{Execute as _, Handle as _};
use server::clock::Clock as _;
use server::store::{DatabaseLocation, Purpose, Store, backup, history, organizations};
use shared::wire::Consent;
use shared::wire::accounts::{AskForResetForm, SignOutForm, VerifyEmailForm};
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test(flavor = "multi_thread")]
async fn backup_of_a_running_site_is_consistent() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let id = world.file(&dana, "sundial").await.unwrap();
    world.approve(&boss, id).await.unwrap();
    let key = world.folder.0.join("key");
    std::fs::write(&key, "the key").unwrap();
    let copy = world.folder.0.join("copy");
    // Writes continue during the backup: it shows the site as it was between two of them.
    let mut moments = vec![world.contents("").await];
    let writes = async {
        for name in ["moonrise", "nightfall", "daybreak"] {
            world.file(&dana, name).await.unwrap();
            moments.push(world.contents("").await);
        }
    };
    let (copied, ()) = tokio::join!(backup::copy(&world.place, &key, &copy), writes);
    copied.unwrap();
    assert_eq!(std::fs::read_to_string(copy.join("key")).unwrap(), "the key");
    let place = DatabaseLocation::Folder(copy.clone());
    Store::open(&place, Purpose::Serve).await.unwrap().close().await;
    let there = contents(&place, "").await;
    assert!(moments.contains(&there), "the copy is the site as it never was: {there:?}");
    assert_eq!(raw_rows(&place, "select name from organization").await, ["sundial"]);
    assert_eq!(raw_rows(&place, "select integrity_check from pragma_integrity_check").await, ["ok"]);
    let again = backup::copy(&world.place, &key, &copy).await.unwrap_err();
    assert!(again.to_string().contains("exists already"), "{again}");
    let none = backup::copy(&DatabaseLocation::Folder(world.folder.0.join("empty")), &key, &world.folder.0.join("x"))
        .await
        .unwrap_err();
    assert!(none.to_string().starts_with("there is no site in"), "{none}");
}

/// States that no command leads to yet, and enough rows that writes happen during the backup.
const MORE: &str = "
    update request set state = 'more_information_needed' where name_key = 'asked';
    update request set state = 'deferred' where name_key = 'deferred';
    insert into request_message (id, request_id, author_id, kind, body, written_at)
        select '00000000-0000-0000-0000-000000000002', id, applicant_id, 'question', 'What for?', 1 from request where name_key = 'asked';
    insert into request_message (id, request_id, author_id, kind, body, answers_id, written_at)
        select '00000000-0000-0000-0000-000000000001', request_id, author_id, 'answer', E'It''s\\n\\\\ for “Größe” 🏛', id, 2 from request_message;
    insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
        select a.id, o.id, a.id, b.id, 'member', 'live', '\\x00ff', 0, 1 from organization o, account a, account b
        where a.username = 'lee' and b.username = 'dana';
    insert into set_up (one, secret_hash, opened_at) values (1, '\\x01', 1);
    insert into once select decode(md5(n::text), 'hex'), '', n from generate_series(1, 3000) n;
    insert into event (id, at, kind, actor_kind, actor_name, address, details)
        select gen_random_uuid(), n, 'signed_in', 'job', 'test', '', '{}' from generate_series(1, 3000) n;
    insert into billing_details
        (request_id, legal_name, billing_email, postal_address, country, tax_id, order_number, payment, given_at)
        select id, 'Größe Ltd', 'papers@example.org', E'1 Street\\nTown', 'GB', '', '', 'invoice', 1 from request where name_key = 'open';
    insert into billing_draft
        (request_id, legal_name, billing_email, postal_address, country, tax_id, order_number, saved_at)
        select id, 'Größe', 'papers@', '', '', '', '', 1 from request where name_key = 'open';
    delete from reserved_name where name_key = 'webmaster';";

#[tokio::test(flavor = "multi_thread")]
async fn postgres_backup_is_a_consistent_sqlite_site() {
    for engine in engines().into_iter().filter(|engine| matches!(engine, Engine::Postgres(_))) {
        let world = World::new(&engine).await;
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        world.someone("gone").await;
        world.services.disable_account("gone", "Left us.").await.unwrap();
        world.newcomer("nell").await;
        world.services.handle(&lee.caller, AskForResetForm { who: "lee".to_owned() }, world.once()).await.unwrap();
        world.services.handle(&world.sign_in("lee").await.caller, SignOutForm {}, Consent::default()).await.unwrap();
        world.services.reserve_name("kept-name", "It’s kept.").await.unwrap();
        let mut requests = Vec::new();
        for name in ["sundial", "turned-down", "taken-back", "asked", "deferred", "open"] {
            requests.push(world.file(&dana, name).await.unwrap());
        }
        world.approve(&boss, requests[0]).await.unwrap();
        world.decline(&boss, requests[1]).await.unwrap();
        world.withdraw(&dana, requests[2]).await.unwrap();
        world.execute_raw(MORE).await.unwrap();
        let mut moments = vec![world.contents("").await];
        let empty = moments[0].iter().find(|(_, rows)| rows.is_empty());
        assert_eq!(empty, None, "every table is to be seen in the copy");

        let (key, copied) = (world.folder.0.join("key"), world.folder.0.join("copy"));
        let done = AtomicBool::new(false);
        let copying = async {
            backup::copy(&world.place, &key, &copied).await.unwrap();
            done.store(true, Ordering::SeqCst);
        };
        // Each of these is one transaction over several tables.
        let writes = async {
            for round in 0.. {
                let name = format!("name-{round}");
                match round {
                    0..9 => drop(world.file(&lee, &name).await.unwrap()),
                    _ => drop(world.services.reserve_name(&name, "kept").await.unwrap()),
                }
                moments.push(world.contents("").await);
                if done.load(Ordering::SeqCst) {
                    break;
                }
            }
        };
        tokio::join!(copying, writes);
        let place = DatabaseLocation::Folder(copied.clone());
        let there = contents(&place, "").await;
        assert!(moments.contains(&there), "the copy is the site as it never was in {} moments", moments.len());
        #[cfg(unix)]
        assert_eq!(["", "guildhall.db", "key"].map(|file| mode(&copied.join(file))), [0o700, 0o600, 0o600]);

        // Its schema is complete and in force, exactly as the migrations create it.
        let (ctx, _folder) = crate::support::place(&Engine::Sqlite).await;
        Store::open(&ctx, Purpose::Serve).await.unwrap().close().await;
        let schema = "select type || name || coalesce(sql, '') from sqlite_master order by 1";
        assert_eq!(raw_rows(&place, schema).await, raw_rows(&ctx, schema).await);
        assert_eq!(raw_rows(&place, "select integrity_check from pragma_integrity_check").await, ["ok"]);
        assert!(raw_rows(&place, "select parent from pragma_foreign_key_check").await.is_empty());

        // A site starts from it with its key, and works.
        let site = World::at(place, Folder::new(), &copied.join("key"), world.clock.now(), false).await;
        let sundial = site.read(async |tx| organizations::keys_of_account(tx, dana.id).await).await[0].0;
        let events = site.read(async |tx| history::of_organization(tx, sundial, 1).await).await;
        assert!(!events.is_empty());
        assert_eq!(history::first_broken_link(sundial, &events), None);
        let nell = site.sign_in("nell").await;
        let link = site.link_to(&nell).await;
        site.services.execute(&nell.caller, VerifyEmailForm { token: link.clone().into() }, site.once()).await.unwrap();
        let boss = site.sign_in("boss").await;
        site.approve(&boss, requests[5]).await.unwrap();
        assert_eq!(site.rows("select name from organization order by name").await, ["open", "sundial"]);
        let refused = site.execute_raw("delete from membership").await.unwrap_err().to_string();
        assert!(refused.contains("organization_has_owner"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inconsistent_postgres_site_is_not_backed_up() {
    for engine in engines().into_iter().filter(|engine| matches!(engine, Engine::Postgres(_))) {
        let world = World::new(&engine).await;
        let (key, copy) = (world.folder.0.join("key"), world.folder.0.join("copy"));
        let refused =
            async |key: &std::path::Path| backup::copy(&world.place, key, &copy).await.unwrap_err().to_string();
        let other = world.folder.0.join("other");
        assert!(refused(&other).await.starts_with("there is no key at"), "{}", refused(&other).await);
        let newest =
            |from: &str, to: &str| format!("update _sqlx_migrations set version = {to} where version = {from}");
        let number = world.rows("select max(version)::text from _sqlx_migrations").await.remove(0);
        for (changed, says) in [
            (newest(&number, "0"), "the database is older than this program"),
            (newest("0", "9999"), "the database is newer than this program"),
            (
                format!("{}; alter table once add column more text", newest("9999", &number)),
                "the table once differs",
            ),
            (
                "alter table once drop column more; alter table once alter claimed_at type numeric; insert into once values ('', '', 1)".to_owned(),
                "the table once differs",
            ),
        ] {
            world.execute_raw(&changed).await.unwrap();
            let answer = refused(&key).await;
            assert!(answer.starts_with(says), "{changed}: {answer}");
        }
        assert!(!copy.exists());
    }
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_with_secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new(&Engine::Sqlite).await;
    let DatabaseLocation::Folder(folder) = &world.place else { unreachable!() };
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
    // A backup with looser permissions is tightened when a site starts from it.
    std::fs::set_permissions(copy.join("guildhall.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&DatabaseLocation::Folder(copy.clone()), Purpose::Serve).await.unwrap().close().await;
    assert_eq!(mode(&copy.join("guildhall.db")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_removes_only_leftovers_of_an_unfinished_backup() {
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
