//! Opening a database: it is migrated, used by one server, and neither older nor newer than the program.

use crate::support::{Engine, Folder, engines, place};
use secrecy::ExposeSecret as _;
use server::store::{DatabaseLocation, OpenError, Purpose, Store, StoreError, Tx, accounts};
use sqlx::Connection as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::test]
async fn second_server_on_the_same_folder_is_refused_with_a_reason() {
    let folder = Folder::new();
    let place = DatabaseLocation::Folder(folder.0.join("data"));
    let first = Store::open(&place, Purpose::Serve).await.unwrap();
    let refused = Store::open(&place, Purpose::Serve).await.err().unwrap();
    assert!(matches!(refused, OpenError::InUse(_)));
    assert!(refused.to_string().starts_with("another Guildhall is running on the data folder"), "{refused}");
    // A command at the command line works beside a running server.
    Store::open(&place, Purpose::Command).await.unwrap().close().await;
    first.close().await;
    drop(first);
    Store::open(&place, Purpose::Serve).await.unwrap();
}

#[tokio::test]
async fn database_newer_than_the_program_is_refused_with_a_reason() {
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'future', true, 'x', 0)";
        match &place {
            DatabaseLocation::Folder(folder) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                sqlx::query(newer).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            DatabaseLocation::Postgres { url, .. } => {
                let mut connection = sqlx::PgConnection::connect(url.expose_secret()).await.unwrap();
                sqlx::query(newer).execute(&mut connection).await.unwrap();
            }
        }
        let refused = Store::open(&place, Purpose::Serve).await.err().unwrap();
        assert!(
            refused.to_string().starts_with("the database is newer than this program: it has migration 9999"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn postgres_is_migrated_only_on_request() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let (DatabaseLocation::Postgres { url, .. }, _folder) = place(&engine).await else { continue };
        let untold = DatabaseLocation::Postgres { url: url.clone(), migrate: false };
        let refused = Store::open(&untold, Purpose::Serve).await.err().unwrap();
        assert!(refused.to_string().contains("guildhall migrate"), "{refused}");
        Store::open(&untold, Purpose::Migrate).await.unwrap();
        Store::open(&untold, Purpose::Serve).await.unwrap();
    }
}

#[tokio::test]
async fn command_does_not_migrate_under_a_running_server() {
    let folder = Folder::new();
    let place = DatabaseLocation::Folder(folder.0.join("data"));
    // A command creates a missing database, because no server can be running on it.
    Store::open(&place, Purpose::Command).await.unwrap().close().await;
    let running = Store::open(&place, Purpose::Serve).await.unwrap();
    let migrate = Store::open(&place, Purpose::Migrate).await.err().unwrap();
    assert!(matches!(migrate, OpenError::InUse(_)), "{migrate}");
    running.close().await;
    drop(running);
    Store::open(&place, Purpose::Migrate).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.0.join("data").join("guildhall.db"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let newest = "update _sqlx_migrations set version = 0 where version = (select max(version) from _sqlx_migrations)";
    sqlx::query(newest).execute(&mut connection).await.unwrap();
    let refused = Store::open(&place, Purpose::Command).await.err().unwrap();
    assert!(refused.to_string().contains("run `guildhall migrate`"), "{refused}");
    let (still_without,): (bool,) = sqlx::query_as("select count(*) = 1 from _sqlx_migrations where version = 0")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(still_without);
}

/// Another server migrates, or a table is large. This may take longer than the statement timeout of a page.
#[tokio::test]
async fn migration_has_no_statement_timeout() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let (DatabaseLocation::Postgres { url, .. }, _folder) = place(&engine).await else { continue };
        let mut other = sqlx::PgConnection::connect(url.expose_secret()).await.unwrap();
        sqlx::raw_sql("begin; create table _sqlx_migrations (version bigint)").execute(&mut other).await.unwrap();
        let gives_way = async {
            tokio::time::sleep(std::time::Duration::from_millis(5_500)).await;
            sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
        };
        let place = DatabaseLocation::Postgres { url, migrate: true };
        let (opened, ()) = tokio::join!(Store::open(&place, Purpose::Serve), gives_way);
        opened.unwrap();
    }
}

#[tokio::test]
async fn unusable_folder_is_refused_with_a_reason() {
    let folder = Folder::new();
    let file = folder.0.join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = Store::open(&DatabaseLocation::Folder(file), Purpose::Serve).await.err().unwrap();
    assert!(refused.to_string().contains("can't be used"), "{refused}");
    let nowhere = DatabaseLocation::Postgres { url: "postgres://nobody@127.0.0.1:9/none".into(), migrate: true };
    let refused = Store::open(&nowhere, Purpose::Serve).await.err().unwrap();
    assert!(refused.to_string().starts_with("the database can't be opened"), "{refused}");
}

/// What a client sends to a server that answers its TLS request with N.
async fn sent_to_a_server_without_tls(host: &str, more: &str) -> (String, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://me:secret@{host}:{}/guild{more}", listener.local_addr().unwrap().port());
    let server = tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let mut heard = [0; 8];
        line.read_exact(&mut heard).await.unwrap();
        let mut heard = heard.to_vec();
        if heard.ends_with(&[4, 210, 22, 47]) {
            line.write_all(b"N").await.unwrap();
        }
        let mut rest = vec![0; 1024];
        let more = line.read(&mut rest).await.unwrap_or(0);
        heard.extend(&rest[..more]);
        heard
    });
    let place = DatabaseLocation::Postgres { url: url.into(), migrate: true };
    let refused = Store::open(&place, Purpose::Serve).await.err().unwrap();
    (refused.to_string(), server.await.unwrap())
}

#[tokio::test]
async fn remote_database_without_a_valid_certificate_gets_no_data() {
    // The address leads to this machine, although its name does not say so.
    let (refused, heard) = sent_to_a_server_without_tls("0.0.0.0", "").await;
    assert!(refused.contains("0.0.0.0 is on another machine") && refused.contains("sslmode=disable"), "{refused}");
    assert!(refused.contains("sslrootcert=FILE") && !refused.contains("secret"), "{refused}");
    assert_eq!(heard.len(), 8, "nothing follows the question for TLS");
    let (refused, heard) = sent_to_a_server_without_tls("127.0.0.1", "?sslmode=require").await;
    assert!(refused.contains("127.0.0.1 must use TLS") && heard.len() == 8, "{refused}");
    // A lower sslmode is accepted if configured. On this machine nobody can intercept the connection.
    for (host, more) in [("0.0.0.0", "?sslmode=disable"), ("0.0.0.0", "?sslmode=prefer"), ("127.0.0.1", "")] {
        let (refused, heard) = sent_to_a_server_without_tls(host, more).await;
        assert!(heard.windows(9).any(|piece| piece == b"guildhall"), "{host} {more}: {refused}");
    }
}

/// A transaction pooler keeps no session state between transactions. Statements have no names, because another client's
/// could be the same.
#[tokio::test]
async fn pooled_connection_needs_no_session_state() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let (DatabaseLocation::Postgres { url, .. }, _folder) = place(&engine).await else { continue };
        let url = format!("{}?pgbouncer=true", url.expose_secret());
        let pooled = |migrate| DatabaseLocation::Postgres { url: url.as_str().into(), migrate };
        let refused = Store::open(&pooled(false), Purpose::Serve).await.err().unwrap();
        assert!(matches!(refused, OpenError::Older), "{refused}");
        Store::open(&pooled(true), Purpose::Migrate).await.unwrap().close().await;
        // The second time there is nothing to migrate.
        let store = Store::open(&pooled(true), Purpose::Serve).await.unwrap();
        let looked: Result<bool, StoreError> =
            store.read_single(async |tx: &mut Tx<'_>| accounts::is_set_up(tx).await).await;
        let written: Result<(), StoreError> =
            store.write(async |tx: &mut Tx<'_>| accounts::lock_set_up(tx).await).await;
        assert!(matches!((looked, written), (Ok(false), Ok(()))));
        assert!(store.listen().await.unwrap().is_none());
        store.notify("me").await.unwrap();
        store.close().await;
    }
}
