//! Organizations as they are seen: one's own, the public profile, search.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, OrganizationId};
use shared::moment::Moment;
use shared::names::NameKey;
use shared::roles::{Kind, Role};
use shared::wire::organizations::{Found, YourOrganization};

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    pub kind: Kind,
    pub founded_at: Moment,
}

impl FromRow for Organization {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            display_name: row.get("display_name")?,
            url: row.get("url")?,
            description: row.get("description")?,
            kind: row.code("kind", Kind::from_code)?,
            founded_at: row.get("founded_at")?,
        })
    }
}

impl FromRow for YourOrganization {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            name: row.get("name")?,
            display_name: row.get("display_name")?,
            kind: row.code("kind", Kind::from_code)?,
            role: row.code("role", Role::from_code)?,
            people: row.get("people")?,
        })
    }
}

impl FromRow for Found {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            name: row.get("name")?,
            display_name: row.get("display_name")?,
            description: row.get("description")?,
        })
    }
}

/// The active organization with this name.
///
/// # Errors
/// The database's own trouble.
pub async fn active(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Organization>> {
    tx.sql(
        "select id, name, display_name, url, description, kind, founded_at from organization
         where name_key = $1 and state = 'active'",
    )
    .bind(key.clone())
    .optional()
    .await
}

/// The organizations of an account, by display name.
///
/// # Errors
/// The database's own trouble.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<YourOrganization>> {
    tx.sql(
        "select o.name, o.display_name, o.kind, m.role,
            (select count(*) from membership p where p.organization_id = o.id) as people
         from membership m join organization o on o.id = m.organization_id
         where m.account_id = $1 and o.state = 'active' order by lower(o.display_name), o.name_key limit 1000",
    )
    .bind(account)
    .list()
    .await
}

struct Known(OrganizationId, NameKey);

impl FromRow for Known {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(row.get("id")?, row.get("name_key")?))
    }
}

/// The ids and keys of an account's organizations: what its pages may hear of.
///
/// # Errors
/// The database's own trouble.
pub async fn keys_of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<(OrganizationId, NameKey)>> {
    let known: Vec<Known> = tx
        .sql(
            "select o.id, o.name_key from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and o.state = 'active' limit 1000",
        )
        .bind(account)
        .list()
        .await?;
    Ok(known.into_iter().map(|Known(id, key)| (id, key)).collect())
}

/// Active organizations whose account or display name holds the text, those that begin with it first.
/// `limit` bounds the rows.
///
/// # Errors
/// The database's own trouble.
pub async fn search(tx: &mut Tx<'_>, text: &str, limit: i64) -> StoreResult<Vec<Found>> {
    let plain = super::literal(text);
    tx.sql(
        r"select name, display_name, description from organization
          where state = 'active' and (lower(name) like $1 escape '\' or display_key like $1 escape '\')
          order by case when lower(name) like $2 escape '\' or display_key like $2 escape '\' then 0 else 1 end, name_key
          limit $3",
    )
    .bind(format!("%{plain}%"))
    .bind(format!("{plain}%"))
    .bind(limit)
    .list()
    .await
}
