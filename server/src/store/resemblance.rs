//! Which organizations and open requests resemble a request: by name, by display name, or by the host of the URL.

use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::OrganizationUrl;
use shared::domain::{Likeness, Similar};
use shared::limits;
use shared::names::{NameKey, OrganizationName, Skeleton, display_skeleton};
use shared::text::DisplayName;

struct NamedOrganization {
    name: OrganizationName,
    display_name: String,
}

impl FromRow for NamedOrganization {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { name: row.get("name")?, display_name: row.get("display_name")? })
    }
}

/// An organization with its URL.
struct OrganizationWithUrl {
    organization: NamedOrganization,
    url: OrganizationUrl,
}

impl FromRow for OrganizationWithUrl {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { organization: NamedOrganization::from_row(row)?, url: OrganizationUrl::from_stored(row.get("url")?) })
    }
}

impl NamedOrganization {
    fn similar(&self, likeness: Likeness) -> Similar {
        Similar { name: self.name.to_string(), display_name: self.display_name.clone(), likeness }
    }
}

/// Other organizations whose display name looks the same, then those whose URL is the same page, then those on the same
/// host. Those on the host are left out if there are many, because it is a forge then. Of each kind there are at most
/// [`limits::LOOKALIKES`].
pub async fn of_profile(
    tx: &mut Tx<'_>,
    key: &NameKey,
    display_name: &DisplayName,
    url: &OrganizationUrl,
) -> StoreResult<Vec<Similar>> {
    let limit = i64::try_from(limits::LOOKALIKES).unwrap_or(i64::MAX);
    let same_name: Vec<NamedOrganization> = tx
        .sql(
            "select name, display_name from organization
             where look_key = $1 and name_key <> $2 and state in ('active', 'disabled') order by name_key limit $3",
        )
        .bind(display_skeleton(display_name.as_str()))
        .bind(key.clone())
        .bind(limit)
        .list()
        .await?;
    let on_host: Vec<OrganizationWithUrl> = tx
        .sql(
            "select name, display_name, url from organization
             where host_key = $1 and name_key <> $2 and state in ('active', 'disabled') order by name_key limit 1000",
        )
        .bind(url.domain())
        .bind(key.clone())
        .list()
        .await?;
    let (same_page, others): (Vec<OrganizationWithUrl>, Vec<OrganizationWithUrl>) =
        on_host.into_iter().partition(|found| found.url.is_page(url));
    let is_forge = same_page.len() + others.len() > limits::LOOKALIKES;
    let same_name = same_name.iter().map(|organization| organization.similar(Likeness::DisplayName));
    let same_page = same_page.iter().take(limits::LOOKALIKES).map(|found| found.organization.similar(Likeness::Url));
    let others = others.iter().filter(|_| !is_forge).map(|found| found.organization.similar(Likeness::Host));
    Ok(same_name.chain(same_page).chain(others).collect())
}

/// An organization as its names are compared.
struct ComparedOrganization {
    organization: NamedOrganization,
    skeleton: Skeleton,
    /// The [`display_skeleton`] of the display name.
    look: String,
}

impl FromRow for ComparedOrganization {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let organization = NamedOrganization::from_row(row)?;
        let skeleton = Skeleton::of(organization.name.as_str());
        Ok(Self { organization, skeleton, look: row.get("look_key")? })
    }
}

/// The names of all organizations. The default is empty.
#[derive(Default)]
pub struct Names(Vec<ComparedOrganization>);

/// Reads the names of all organizations, to compare those of requests with them.
pub async fn names(tx: &mut Tx<'_>) -> StoreResult<Names> {
    tx.sql(
        "select name, display_name, look_key from organization where state in ('active', 'disabled') order by name_key",
    )
    .list()
    .await
    .map(Names)
}

impl Names {
    /// The organizations whose names resemble this one, most similar first, at most [`limits::LOOKALIKES`].
    pub fn like(&self, key: &NameKey) -> Vec<Similar> {
        let skeleton = Skeleton::of(key.as_str());
        let similar = self.0.iter().filter_map(|other| {
            let likeness = skeleton.likeness(&other.skeleton)?;
            let organization = &other.organization;
            (organization.name.key() != *key).then(|| organization.similar(Likeness::Name(likeness)))
        });
        let mut similar: Vec<Similar> = similar.collect();
        similar.sort_by(|a, b| (a.likeness, &a.name).cmp(&(b.likeness, &b.name)));
        similar.truncate(limits::LOOKALIKES);
        similar
    }

    /// The names of the organizations whose account name or display name resembles that of a request, most similar
    /// first, at most [`limits::LOOKALIKES`]. A display name that looks the same ranks with such an account name.
    pub fn like_request(&self, key: &NameKey, display_name: &DisplayName) -> Vec<String> {
        let (skeleton, look) = (Skeleton::of(key.as_str()), display_skeleton(display_name.as_str()));
        let similar = self.0.iter().filter_map(|other| {
            let likeness = if other.look == look { Some(0) } else { skeleton.likeness(&other.skeleton) }?;
            let name = &other.organization.name;
            // Keys are compared last, because making one costs more than comparing skeletons.
            (name.key() != *key).then(|| (likeness, name.as_str()))
        });
        let mut similar: Vec<(u8, &str)> = similar.collect();
        similar.sort_unstable();
        similar.into_iter().take(limits::LOOKALIKES).map(|(_, name)| name.to_owned()).collect()
    }
}

/// A name for which there are open requests.
struct RequestedName {
    key: NameKey,
    skeleton: Skeleton,
    /// How many requests there are.
    requests: u32,
    /// Whether an organization holds or held it, or the site has reserved it.
    unavailable: bool,
}

impl FromRow for RequestedName {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let key: NameKey = row.get("name_key")?;
        let unavailable = row.get::<i64>("unavailable")? > 0;
        Ok(Self { skeleton: Skeleton::of(key.as_str()), key, requests: row.get("requests")?, unavailable })
    }
}

/// The names of all open requests.
pub struct RequestedNames(Vec<RequestedName>);

/// Reads the names of all open requests.
pub async fn requested_names(tx: &mut Tx<'_>) -> StoreResult<RequestedNames> {
    tx.sql(
        "select r.name_key, count(*) as requests,
            (select count(*) from held_name h where h.name_key = r.name_key)
                + (select count(*) from reserved_name n where n.name_key = r.name_key) as unavailable
         from request r where r.state in ('submitted', 'more_information_needed', 'deferred')
         group by r.name_key order by r.name_key",
    )
    .list()
    .await
    .map(RequestedNames)
}

impl RequestedNames {
    fn find(&self, key: &NameKey) -> Option<&RequestedName> {
        self.0.iter().find(|name| name.key == *key)
    }

    /// Whether an organization holds or held a name, or the site has reserved it.
    pub fn is_unavailable(&self, key: &NameKey) -> bool {
        self.find(key).is_some_and(|name| name.unavailable)
    }

    /// How many requests there are for a name besides the first.
    pub fn rivals(&self, key: &NameKey) -> u32 {
        self.find(key).map_or(0, |name| name.requests.saturating_sub(1))
    }

    /// Other requested names that resemble this one, most similar first, at most [`limits::LOOKALIKES`].
    pub fn like(&self, key: &NameKey) -> Vec<NameKey> {
        let skeleton = Skeleton::of(key.as_str());
        let others = self.0.iter().filter(|name| name.key != *key);
        let mut similar: Vec<(u8, &NameKey)> =
            others.filter_map(|name| skeleton.likeness(&name.skeleton).map(|likeness| (likeness, &name.key))).collect();
        similar.sort_by_key(|(likeness, _)| *likeness);
        similar.into_iter().take(limits::LOOKALIKES).map(|(_, key)| key.clone()).collect()
    }
}
