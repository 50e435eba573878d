//! Organizations: those of an account, the public profile, and search.

use super::{FromRow, Row, StoreResult, Tx};
use shared::domain::OrganizationState;
use shared::ids::{AccountId, OrganizationId};
use shared::names::{NameKey, OrganizationName};
use shared::roles::{Kind, Role};
use shared::rules::administration::OrganizationFacts;
use shared::text::DisplayName;
use shared::timestamp::Timestamp;
use shared::wire::organizations::{SearchResult, YourOrganization};

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
    /// Why administrators have disabled it, if they have.
    pub disabled: Option<String>,
    /// Whether no Owner's account is enabled.
    pub ownerless: bool,
    pub people: u32,
}

impl Organization {
    /// Whether it is active or disabled.
    pub const fn state(&self) -> OrganizationState {
        if self.disabled.is_some() { OrganizationState::Disabled } else { OrganizationState::Active }
    }

    /// The facts for administrative rules.
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

impl FromRow for SearchResult {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            name: row.get("name")?,
            display_name: row.get("display_name")?,
            description: row.get("description")?,
        })
    }
}

/// Locks the organization with this name until the transaction ends, so that its audit events form one chain.
/// Everything about its people is decided under this lock. What was read before must be read again.
pub async fn lock(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<()> {
    if tx.locks() {
        let statement = tx.sql("update organization set revision = revision + 1 where name_key = $1");
        statement.bind(key.clone()).run().await?;
    }
    Ok(())
}

/// The active organization with this name.
pub async fn active_by_name(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Organization>> {
    Ok(by_name(tx, key).await?.filter(|organization| organization.disabled.is_none()))
}

/// The organization with this name, active or disabled.
pub async fn by_name(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Organization>> {
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

/// Organizations, active or disabled, whose account name or display name contains a text, by name. Without a text the
/// newest.
pub async fn search_all(tx: &mut Tx<'_>, text: &str, limit: u32) -> StoreResult<Vec<Organization>> {
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
    .bind(i64::from(limit))
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

struct NameRow(OrganizationName);

impl FromRow for NameRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("name").map(Self)
    }
}

/// The organizations in which no other Owner's account is enabled, by name.
pub async fn solely_owned_by(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<OrganizationName>> {
    let found: Vec<NameRow> = tx
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
    Ok(found.into_iter().map(|NameRow(name)| name).collect())
}

/// Locks the organizations of which an account is an Owner until the transaction ends, in the order of their names, and
/// returns the keys of their names. Must be called before the account is locked.
pub async fn lock_owned(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<NameKey>> {
    let owned: Vec<KeyRow> = tx
        .sql(
            "select o.id, o.name_key from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and m.role = 'owner' order by o.name_key",
        )
        .bind(account)
        .list()
        .await?;
    let keys: Vec<NameKey> = owned.into_iter().map(|KeyRow(_, key)| key).collect();
    for key in &keys {
        lock(tx, key).await?;
    }
    Ok(keys)
}

struct KeyRow(OrganizationId, NameKey);

impl FromRow for KeyRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(row.get("id")?, row.get("name_key")?))
    }
}

/// The ids and keys of an account's organizations, active or disabled, which its live pages follow.
pub async fn keys_of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<(OrganizationId, NameKey)>> {
    let found: Vec<KeyRow> = tx
        .sql(
            "select o.id, o.name_key from membership m join organization o on o.id = m.organization_id
             where m.account_id = $1 and o.state in ('active', 'disabled') limit 1000",
        )
        .bind(account)
        .list()
        .await?;
    Ok(found.into_iter().map(|KeyRow(id, key)| (id, key)).collect())
}

/// Active organizations whose account name or display name contains the text. Those that begin with it come first.
pub async fn search(tx: &mut Tx<'_>, text: &str, limit: i64) -> StoreResult<Vec<SearchResult>> {
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
