//! Organizations as they are seen: one's own, the public profile, search.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, OrganizationId};
use shared::names::{NameKey, OrganizationName};
use shared::roles::{Kind, Role};
use shared::rules::administration::OrganizationFacts;
use shared::text::DisplayName;
use shared::timestamp::Timestamp;
use shared::wire::administration::OrganizationState;
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
    pub founded_at: Timestamp,
    /// Why administrators have shut it, if they have.
    pub disabled: Option<String>,
    /// Whether no Owner of it can use their account.
    pub ownerless: bool,
    pub people: u32,
}

impl Organization {
    /// Whether it can be managed and seen.
    pub const fn state(&self) -> OrganizationState {
        if self.disabled.is_some() { OrganizationState::Disabled } else { OrganizationState::Active }
    }

    /// The organization as administrative rules look at it.
    pub fn facts(&self) -> OrganizationFacts {
        OrganizationFacts {
            id: self.id,
            name: OrganizationName::from_stored(self.name.clone()),
            display_name: DisplayName::from_stored(self.display_name.clone()),
            state: self.state(),
        }
    }
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
            disabled: row.maybe("disabled_reason")?,
            ownerless: row.get("ownerless")?,
            people: row.get("people")?,
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
            disabled: row.maybe("disabled_reason")?,
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

/// Keeps the organization with this name from being changed by others until the transaction ends, and its history in one
/// chain. Everything about its people is decided behind this; what was read before must be read again.
pub async fn lock(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<()> {
    if tx.locks() {
        let found = tx.sql("update organization set revision = revision + 1 where name_key = $1").bind(key.clone());
        found.run().await?;
    }
    Ok(())
}

/// The organization with this name, if it can be seen.
pub async fn active(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Organization>> {
    Ok(standing(tx, key).await?.filter(|organization| organization.disabled.is_none()))
}

/// The organization with this name, whether or not administrators have shut it.
pub async fn standing(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Organization>> {
    tx.sql(
        "select id, name, display_name, url, description, kind, founded_at, disabled_reason,
            (select count(*) from membership p where p.organization_id = o.id) as people,
            not exists (
                select 1 from membership p join account a on a.id = p.account_id
                where p.organization_id = o.id and p.role = 'owner' and a.state = 'active') as ownerless
         from organization o where name_key = $1 and state in ('active', 'disabled')",
    )
    .bind(key.clone())
    .optional()
    .await
}

/// Organizations whose account or display name holds a text, by name; without a text the newest. So many of them,
/// whether or not administrators have shut them.
pub async fn administered(tx: &mut Tx<'_>, text: &str, most: u32) -> StoreResult<Vec<Organization>> {
    tx.sql(
        r"select id, name, display_name, url, description, kind, founded_at, disabled_reason,
             (select count(*) from membership p where p.organization_id = o.id) as people,
             not exists (
                select 1 from membership p join account a on a.id = p.account_id
                where p.organization_id = o.id and p.role = 'owner' and a.state = 'active') as ownerless
          from organization o where state in ('active', 'disabled')
             and (name_key like $4 escape '\' or display_key like $1 escape '\')
          order by case when $2 then '' else name_key end, founded_at desc, id desc limit $3",
    )
    .bind(format!("%{}%", super::keys::literal(text)))
    .bind(text.is_empty())
    .bind(i64::from(most))
    .bind(format!("%{}%", super::keys::literal_name(text)))
    .list()
    .await
}

/// The organizations of an account, by display name.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<YourOrganization>> {
    tx.sql(
        "select o.name, o.display_name, o.kind, m.role, o.disabled_reason,
            (select count(*) from membership p where p.organization_id = o.id) as people
         from membership m join organization o on o.id = m.organization_id
         where m.account_id = $1 and o.state in ('active', 'disabled') order by o.display_key, o.name_key limit 1000",
    )
    .bind(account)
    .list()
    .await
}

struct Name(OrganizationName);

impl FromRow for Name {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("name").map(Self)
    }
}

/// Organizations that have no Owner who can use their account but this one, by name.
pub async fn owned_alone(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<OrganizationName>> {
    let found: Vec<Name> = tx
        .sql(
            "select o.name from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and m.role = 'owner' and o.state in ('active', 'disabled')
                and not exists (
                    select 1 from membership p join account a on a.id = p.account_id
                    where p.organization_id = o.id and p.role = 'owner' and p.account_id <> $1 and a.state = 'active')
             order by o.name_key",
        )
        .bind(account)
        .list()
        .await?;
    Ok(found.into_iter().map(|Name(name)| name).collect())
}

/// Keeps the organizations of which an account is an Owner from being changed by others until the transaction ends, in
/// the order of their names, and answers their names' keys. To be taken before the account is locked.
pub async fn lock_owned(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<NameKey>> {
    let owned: Vec<Known> = tx
        .sql(
            "select o.id, o.name_key from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and m.role = 'owner' order by o.name_key",
        )
        .bind(account)
        .list()
        .await?;
    let keys: Vec<NameKey> = owned.into_iter().map(|Known(_, key)| key).collect();
    for key in &keys {
        lock(tx, key).await?;
    }
    Ok(keys)
}

struct Known(OrganizationId, NameKey);

impl FromRow for Known {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(row.get("id")?, row.get("name_key")?))
    }
}

/// The ids and keys of an account's organizations, disabled ones too: what its pages may hear of.
pub async fn keys_of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<(OrganizationId, NameKey)>> {
    let known: Vec<Known> = tx
        .sql(
            "select o.id, o.name_key from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and o.state in ('active', 'disabled') limit 1000",
        )
        .bind(account)
        .list()
        .await?;
    Ok(known.into_iter().map(|Known(id, key)| (id, key)).collect())
}

/// Active organizations whose account or display name holds the text, those that begin with it first.
/// `limit` bounds the rows.
pub async fn search(tx: &mut Tx<'_>, text: &str, limit: i64) -> StoreResult<Vec<Found>> {
    let (plain, name) = (super::keys::literal(text), super::keys::literal_name(text));
    tx.sql(
        r"select name, display_name, description from organization
          where state = 'active' and (name_key like $4 escape '\' or display_key like $1 escape '\')
          order by case when name_key like $5 escape '\' or display_key like $2 escape '\' then 0 else 1 end, name_key
          limit $3",
    )
    .bind(format!("%{plain}%"))
    .bind(format!("{plain}%"))
    .bind(limit)
    .bind(format!("%{name}%"))
    .bind(format!("{name}%"))
    .list()
    .await
}
