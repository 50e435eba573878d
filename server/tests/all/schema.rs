//! The two schemas are one, every statement of the store is understood by both engines, and the schema
//! itself refuses what must not be.

use crate::ground::{engines, on_each, place, raw_rows, tables};
use server::store::{Place, Purpose, Store};
use sqlx::{Connection as _, Executor as _};

/// Tables and columns with whether each may be empty.
async fn columns(place: &Place) -> Vec<String> {
    let mut all = Vec::new();
    for table in tables(place).await {
        let sql = match place {
            Place::Folder(_) => format!(
                "select '{table}.' || name || case when \"notnull\" = 1 or pk > 0 then '' else '?' end from pragma_table_info('{table}') order by name"
            ),
            Place::Postgres { .. } => format!(
                "select '{table}.' || column_name || case when is_nullable = 'NO' then '' else '?' end
                 from information_schema.columns where table_name = '{table}' order by column_name collate \"C\""
            ),
        };
        all.extend(raw_rows(place, &sql).await);
    }
    all
}

async fn uniques(place: &Place) -> Vec<String> {
    match place {
        Place::Folder(_) => {
            raw_rows(place, "select name from sqlite_master where type = 'index' and sql is not null order by name")
                .await
        }
        Place::Postgres { .. } => {
            raw_rows(
                place,
                "select indexname::text from pg_indexes where schemaname = 'public' and left(tablename, 1) <> '_'
                 and indexname !~ '(_pkey|_key)$' order by indexname collate \"C\"",
            )
            .await
        }
    }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_indexes() {
    let mut pictures = Vec::new();
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        pictures.push((columns(&place).await, uniques(&place).await));
    }
    assert!(pictures[0].0.len() > 100);
    for pair in pictures.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
}

/// The statements of the store: every literal that is given to `Tx::sql`.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in text.split(".sql(").skip(1) {
                let call = call.trim_start();
                let (raw, call) = call.strip_prefix('r').map_or((false, call), |rest| (true, rest));
                let Some(call) = call.strip_prefix('"') else { continue };
                let end = call.find('"').unwrap();
                let sql = call[..end].to_owned();
                assert!(raw || !sql.contains('\\'), "a statement with escapes: {sql}");
                found.push((path.display().to_string(), sql));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_statement_is_understood_by_every_engine() {
    let statements = statements();
    assert!(statements.len() > 40, "{}", statements.len());
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        for (file, sql) in &statements {
            let text = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql.clone()));
            let understood = match &place {
                Place::Folder(folder) => {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
                    sqlx::SqliteConnection::connect_with(&options).await.unwrap().prepare(text).await.map(|_| ())
                }
                Place::Postgres { url, .. } => {
                    sqlx::PgConnection::connect(url).await.unwrap().prepare(text).await.map(|_| ())
                }
            };
            assert!(understood.is_ok(), "{file}: {sql}: {understood:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_refuses_what_must_not_be() {
    on_each(async |world| {
        let (boss, dana, lee) = (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.approve(&boss, id).await.unwrap();
        world.file(&lee, "moonrise").await.unwrap();
        world.services.reserve_name("kept-name", "kept").await.unwrap();
        let before = world.picture().await;
        let mut refused = vec![
            ("delete from membership", "organization_has_owner"),
            ("update membership set role = 'member'", "organization_has_owner"),
            ("update membership set role = 'emperor'", "check"),
            ("delete from organization", "organization_stays"),
            ("delete from held_name", "held_name_stays"),
            ("update held_name set name_key = 'other'", "held_name_stays"),
            ("delete from event", "event_stays"),
            ("update event set actor_name = 'nobody'", "event_stays"),
            ("update request set state = 'submitted', decided_at = null, organization_id = null where name_key = 'sundial'", "request_closed"),
            ("update request set state = 'approved', decided_at = 1 where name_key = 'moonrise'", "check"),
            ("insert into reserved_name (name_key, name, reason, reserved_at) values ('sundial', 'sundial', 'x', 0)", "name_held"),
            ("insert into held_name (name_key, name, organization_id, since_at) select 'kept-name', 'kept-name', id, 0 from organization", "name_reserved"),
            ("insert into organization (id, name, name_key, display_name, url, description, kind, state, founded_at)
                select a.id, 'x', 'x', 'x', 'x', 'x', 'community', 'founding', 0 from account a limit 1", "foreign key"),
            ("update account set username_key = 'dana' where username_key = 'lee'", "unique"),
            ("insert into email_address (id, account_id, address, address_key, is_primary, verified_at, created_at)
                select organization_id, account_id, 'x', 'lee@lee.example', false, 1, 1 from membership", "unique"),
            ("insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
                select organization_id, organization_id, account_id, account_id, 'member', 'live', {x}, 0, 1 from membership", "member_or_invited"),
        ];
        match world.place {
            Place::Folder(_) => refused.extend([
                ("update or ignore membership set role = 'member'", "organization_has_owner"),
                ("insert or replace into membership select organization_id, account_id, 'member', 0 from membership", "organization_has_owner"),
                ("insert or replace into event select * from event where number = 1", "event_stays"),
            ]),
            Place::Postgres { .. } => refused.extend([
                ("truncate event", "event_stays"),
                ("truncate membership", "membership_stays"),
                ("truncate organization cascade", "_stays"),
            ]),
        }
        for (sql, invariant) in refused {
            let bytes = if matches!(world.place, Place::Folder(_)) { "x'00'" } else { "'x'" };
            let answer = world.force(&sql.replace("{x}", bytes)).await.expect_err(sql).to_string().to_lowercase();
            assert!(answer.contains(invariant), "{sql}: {answer}");
        }
        assert_eq!(world.picture().await, before);
    })
    .await;
}
