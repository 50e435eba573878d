//! How the servers of one PostgreSQL hear of each other's commits: by NOTIFY, once a commit is done. Inside the
//! transaction it would make all commits stand in one line. A folder has one server, which needs none of it.

use super::{Pool, Store, StoreResult};
use sqlx::postgres::PgListener;

/// The channel, within the site's own database.
const CHANNEL: &str = "guildhall_news";

/// Where a server hears the others.
pub struct Ear(PgListener);

impl Store {
    /// Tells all servers; this one hears it too. On SQLite nobody is told.
    ///
    /// # Errors
    /// The database's own trouble.
    pub async fn tell(&self, news: &str) -> StoreResult<()> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(()) };
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(news).execute(pool).await?;
        Ok(())
    }

    /// Begins to hear; on SQLite there is nobody to be heard.
    ///
    /// # Errors
    /// The database's own trouble.
    pub async fn ear(&self) -> StoreResult<Option<Ear>> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Ear(listener)))
    }
}

impl Ear {
    /// The next news; nothing where the line broke and something may have been missed.
    ///
    /// # Errors
    /// The database's own trouble: it does not come back either.
    pub async fn hear(&mut self) -> StoreResult<Option<String>> {
        Ok(self.0.try_recv().await?.map(|heard| heard.payload().to_owned()))
    }
}
