//! Which organizations a request resembles: by name, by display name, and by the host of its URL.

use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::OrganizationUrl;
use shared::limits;
use shared::names::{NameKey, OrganizationName, display_glance, likeness};
use shared::text::DisplayName;
use shared::wire::requests::{Likeness, Similar};

struct Named {
    name: OrganizationName,
    display_name: String,
}

impl FromRow for Named {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { name: row.get("name")?, display_name: row.get("display_name")? })
    }
}

/// An organization on some host.
struct Beside {
    named: Named,
    url: OrganizationUrl,
}

impl FromRow for Beside {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { named: Named::from_row(row)?, url: OrganizationUrl::from_stored(row.get("url")?) })
    }
}

impl Named {
    fn similar(&self, likeness: Likeness) -> Similar {
        Similar { name: self.name.to_string(), display_name: self.display_name.clone(), likeness }
    }
}

/// Organizations with another name whose display name looks the same, then those whose URL leads to the same page, then
/// those on the same host, if they are few: many are on a forge's, which says nothing. Of each at most
/// [`limits::LOOKALIKES`].
pub async fn of_profile(
    tx: &mut Tx<'_>,
    key: &NameKey,
    display_name: &DisplayName,
    url: &OrganizationUrl,
) -> StoreResult<Vec<Similar>> {
    let most = i64::try_from(limits::LOOKALIKES).unwrap_or(i64::MAX);
    let called: Vec<Named> = tx
        .sql(
            "select name, display_name from organization
             where look_key = $1 and name_key <> $2 and state in ('active', 'disabled') order by name_key limit $3",
        )
        .bind(display_glance(display_name.as_str()))
        .bind(key.clone())
        .bind(most)
        .list()
        .await?;
    let beside: Vec<Beside> = tx
        .sql(
            "select name, display_name, url from organization
             where host_key = $1 and name_key <> $2 and state in ('active', 'disabled') order by name_key limit 1000",
        )
        .bind(url.domain())
        .bind(key.clone())
        .list()
        .await?;
    let (same, others): (Vec<Beside>, Vec<Beside>) = beside.into_iter().partition(|beside| beside.url.is_page(url));
    let is_forge = same.len() + others.len() > limits::LOOKALIKES;
    let called = called.iter().map(|named| named.similar(Likeness::DisplayName));
    let same = same.iter().take(limits::LOOKALIKES).map(|beside| beside.named.similar(Likeness::Url));
    let others = others.iter().filter(|_| !is_forge).map(|beside| beside.named.similar(Likeness::Host));
    Ok(called.chain(same).chain(others).collect())
}

/// The names of all organizations that there are; by default none.
#[derive(Default)]
pub struct Names(Vec<Named>);

/// The names of all organizations that there are, for [`Names::like`].
///
/// Every name is looked at: with ten thousand of them that is a few milliseconds, and a request is a rare thing.
pub async fn names(tx: &mut Tx<'_>) -> StoreResult<Names> {
    tx.sql("select name, display_name from organization where state in ('active', 'disabled') order by name_key")
        .list()
        .await
        .map(Names)
}

impl Names {
    /// Those of other organizations that look like this one, most similar first, at most [`limits::LOOKALIKES`].
    pub fn like(&self, key: &NameKey) -> Vec<Similar> {
        let others = self.0.iter().filter(|named| named.name.key() != *key);
        let mut similar: Vec<Similar> = others
            .filter_map(|named| {
                let likeness = likeness(key.as_str(), named.name.as_str())?;
                Some(named.similar(Likeness::Name(likeness)))
            })
            .collect();
        similar.sort_by(|a, b| (a.likeness, &a.name).cmp(&(b.likeness, &b.name)));
        similar.truncate(limits::LOOKALIKES);
        similar
    }
}
