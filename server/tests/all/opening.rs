//! Opening a database: migrated, ours alone, and neither older nor newer than the program.

use crate::ground::{Engine, Folder, engines, place};
use server::store::{OpenError, Place, Purpose, Store};
use sqlx::Connection as _;

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_with_the_reason() {
    let folder = Folder::new();
    let place = Place::Folder(folder.0.join("data"));
    let first = Store::open(&place, Purpose::Serve).await.unwrap();
    let refused = Store::open(&place, Purpose::Serve).await.err().unwrap();
    assert!(matches!(refused, OpenError::InUse(_)));
    assert!(refused.to_string().starts_with("another Guildhall is running on the data folder"), "{refused}");
    // A command at the command line works beside it.
    Store::open(&place, Purpose::Command).await.unwrap().close().await;
    first.close().await;
    drop(first);
    Store::open(&place, Purpose::Serve).await.unwrap();
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_refused_with_a_sentence() {
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'future', true, 'x', 0)";
        match &place {
            Place::Folder(folder) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                sqlx::query(newer).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Place::Postgres { url, .. } => {
                let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
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
async fn postgres_is_migrated_only_when_told() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let (Place::Postgres { url, .. }, _folder) = place(&engine).await else { continue };
        let untold = Place::Postgres { url: url.clone(), migrate: false };
        let refused = Store::open(&untold, Purpose::Serve).await.err().unwrap();
        assert!(refused.to_string().contains("guildhall migrate"), "{refused}");
        Store::open(&Place::Postgres { url, migrate: true }, Purpose::Command).await.unwrap();
        Store::open(&untold, Purpose::Serve).await.unwrap();
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_refused_with_the_reason() {
    let folder = Folder::new();
    let file = folder.0.join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = Store::open(&Place::Folder(file), Purpose::Serve).await.err().unwrap();
    assert!(refused.to_string().contains("can't be used"), "{refused}");
    let nowhere = Place::Postgres { url: "postgres://nobody@127.0.0.1:9/none".to_owned(), migrate: true };
    let refused = Store::open(&nowhere, Purpose::Serve).await.err().unwrap();
    assert!(refused.to_string().starts_with("the database can't be opened"), "{refused}");
}
