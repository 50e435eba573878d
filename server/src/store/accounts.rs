//! Accounts, and the set-up of a new site.

use super::tx::LockKey;
use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, EmailAddressId, OrganizationId, SessionId};
use shared::limits;
use shared::names::NameKey;
use shared::rules::Party;
use shared::rules::administration::AccountFacts;
use shared::timestamp::Timestamp;

/// An account with its primary address.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub administrator: bool,
    pub disabled: bool,
    pub created_at: Timestamp,
    pub email_id: EmailAddressId,
    pub email: String,
    pub verified: bool,
}

impl FromRow for Account {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.get("id")?,
            username: row.get("username")?,
            administrator: row.get("administrator")?,
            disabled: row.get::<String>("state")? == "disabled",
            created_at: row.get("created_at")?,
            email_id: row.get("email_id")?,
            email: row.get("address")?,
            verified: row.maybe::<Timestamp>("verified_at")?.is_some(),
        })
    }
}

impl Account {
    /// The account as events name it.
    pub fn party(&self) -> Party {
        Party { id: self.id, username: self.username.clone() }
    }

    /// The facts for administrative rules.
    pub fn facts(&self) -> AccountFacts {
        AccountFacts { account: self.party(), administrator: self.administrator, disabled: self.disabled }
    }
}

/// Locks the account until the transaction ends. A preview locks nothing.
pub async fn lock(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    if tx.locks() {
        tx.sql("update account set revision = revision + 1 where id = $1").bind(id).run().await?;
    }
    Ok(())
}

/// Locks the set-up of the site, and the list of administrators, until the transaction ends.
pub async fn lock_set_up(tx: &mut Tx<'_>) -> StoreResult<()> {
    tx.advisory_lock(LockKey::SetUp).await
}

/// The account with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary where a.id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The account of a live session. A session is live unless it was ended or idle for too long, or the account is
/// disabled. [`super::idempotency::outcome_and_account`] has the same condition.
pub async fn of_session(tx: &mut Tx<'_>, session: SessionId, now: Timestamp) -> StoreResult<Option<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from session s join account a on a.id = s.account_id
         join email_address e on e.account_id = a.id and e.is_primary
         where s.id = $1 and s.ended_at is null and s.ends_at > $2 and s.seen_at > $3 and a.state = 'active'",
    )
    .bind(session)
    .bind(now)
    .bind(now.minus(limits::SESSION_IDLE))
    .optional()
    .await
}

/// The account with this username.
pub async fn by_username(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Option<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary where a.username_key = $1",
    )
    .bind(key.clone())
    .optional()
    .await
}

/// The administrators, by name.
pub async fn administrators(tx: &mut Tx<'_>) -> StoreResult<Vec<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary
         where a.administrator and a.state = 'active' order by a.username_key limit 1000",
    )
    .list()
    .await
}

struct OwnerOrAccountRow {
    account: Account,
    owner: bool,
}

impl FromRow for OwnerOrAccountRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { account: Account::from_row(row)?, owner: row.get("owner")? })
    }
}

/// Accounts that were read for a decision, with their addresses: the recipients of most of its emails.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    owners: Vec<(OrganizationId, Vec<Account>)>,
    accounts: Vec<Account>,
}

impl Contacts {
    pub fn add(&mut self, account: &Account) {
        self.accounts.retain(|known| known.id != account.id);
        self.accounts.push(account.clone());
    }

    /// Adds the Owners of an organization whose accounts are enabled, by name.
    pub fn add_owners(&mut self, organization: OrganizationId, owners: Vec<Account>) {
        self.owners.retain(|(id, _)| *id != organization);
        self.owners.push((organization, owners));
    }

    fn known_owners(&self, of: OrganizationId) -> Option<&Vec<Account>> {
        self.owners.iter().find(|(id, _)| *id == of).map(|(_, owners)| owners)
    }

    fn known(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Adds the recipients of most emails about an organization by one statement, unless they are known: its Owners, and
    /// one more account.
    pub async fn read(
        &mut self,
        tx: &mut Tx<'_>,
        organization: OrganizationId,
        account: Option<AccountId>,
    ) -> StoreResult<()> {
        if self.known_owners(organization).is_some() && account.is_none_or(|id| self.known(id).is_some()) {
            return Ok(());
        }
        let found: Vec<OwnerOrAccountRow> = tx
            .sql(
                "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at, p.owner
                 from (select account_id, true as owner from membership where organization_id = $1 and role = 'owner'
                    union all select id, false from account where id = $2) p
                 join account a on a.id = p.account_id join email_address e on e.account_id = a.id and e.is_primary
                 where not p.owner or a.state = 'active' order by a.username_key",
            )
            .bind(organization)
            .bind(account)
            .list()
            .await?;
        let (owners, others): (Vec<OwnerOrAccountRow>, Vec<OwnerOrAccountRow>) =
            found.into_iter().partition(|row| row.owner);
        self.add_owners(organization, owners.into_iter().map(|row| row.account).collect());
        others.iter().for_each(|row| self.add(&row.account));
        Ok(())
    }

    /// The Owners of an organization whose accounts are enabled, by name.
    pub async fn owners(&mut self, tx: &mut Tx<'_>, organization: OrganizationId) -> StoreResult<Vec<Account>> {
        self.read(tx, organization, None).await?;
        Ok(self.known_owners(organization).cloned().unwrap_or_default())
    }

    /// The account with this id.
    pub async fn account(&mut self, tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<Account>> {
        match self.known(id) {
            Some(account) => Ok(Some(account.clone())),
            None => by_id(tx, id).await,
        }
    }
}

/// The members of an organization whose accounts are enabled, by name, without a limit.
pub async fn members(tx: &mut Tx<'_>, organization: OrganizationId) -> StoreResult<Vec<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from membership m join account a on a.id = m.account_id
         join email_address e on e.account_id = a.id and e.is_primary
         where m.organization_id = $1 and a.state = 'active' order by a.username_key",
    )
    .bind(organization)
    .list()
    .await
}

/// The account that has verified this address.
pub async fn holder_of_address(tx: &mut Tx<'_>, address: &str) -> StoreResult<Option<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id
         where e.address_key = $1 and e.verified_at is not null",
    )
    .bind(address.to_ascii_lowercase())
    .optional()
    .await
}

/// Accounts whose username or any address contains a text, by name. Without a text the newest.
pub async fn search(tx: &mut Tx<'_>, text: &str, limit: u32) -> StoreResult<Vec<Account>> {
    if text.is_empty() {
        return newest(tx, limit).await;
    }
    tx.sql(
        r"select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
          from account a join email_address e on e.account_id = a.id and e.is_primary
          where a.id in (
            select id from account where username_key like $3
            union select account_id from email_address where address_key like $1 escape '\')
          order by a.username_key limit $2",
    )
    .bind(format!("%{}%", super::keys::literal(text)))
    .bind(i64::from(limit))
    .bind(super::keys::in_usernames(text).unwrap_or_default())
    .list()
    .await
}

async fn newest(tx: &mut Tx<'_>, limit: u32) -> StoreResult<Vec<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary
         order by a.created_at desc, a.id desc limit $1",
    )
    .bind(i64::from(limit))
    .list()
    .await
}

struct DisabledReasonRow(Option<String>);

impl FromRow for DisabledReasonRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.maybe("disabled_reason").map(DisabledReasonRow)
    }
}

/// Why an account is disabled, if it is.
pub async fn disabled_reason(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<String>> {
    let found: Option<DisabledReasonRow> =
        tx.sql("select disabled_reason from account where id = $1").bind(id).optional().await?;
    Ok(found.and_then(|DisabledReasonRow(reason)| reason))
}

/// What signing in needs to know of an account.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub account: Party,
    pub password_hash: String,
    pub disabled: bool,
}

impl FromRow for Credentials {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            account: Party { id: row.get("id")?, username: row.get("username")? },
            password_hash: row.get("password_hash")?,
            disabled: row.get::<String>("state")? == "disabled",
        })
    }
}

/// The credentials for the key of a username or of a verified address. No username contains `@`, so at most one of the
/// two matches.
pub async fn credentials(
    tx: &mut Tx<'_>,
    username: Option<NameKey>,
    address: Option<String>,
) -> StoreResult<Option<Credentials>> {
    tx.sql(
        "select id, username, password_hash, state from account where username_key = $1
         union all
         select a.id, a.username, a.password_hash, a.state from account a
         join email_address e on e.account_id = a.id where e.address_key = $2 and e.verified_at is not null",
    )
    .bind(username)
    .bind(address)
    .optional()
    .await
}

/// Whether a username is taken.
pub async fn username_taken(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<bool> {
    let found: i64 =
        tx.sql("select count(*) as value from account where username_key = $1").bind(key.clone()).value().await?;
    Ok(found > 0)
}

/// Whether the site has an administrator.
pub async fn is_set_up(tx: &mut Tx<'_>) -> StoreResult<bool> {
    // `exists` stops at the first administrator.
    tx.sql("select exists (select 1 from account where administrator) as value").value().await
}

/// Whether this is the hash of the unused set-up link.
pub async fn set_up_matches(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<bool> {
    let found: i64 = tx
        .sql("select count(*) as value from set_up where secret_hash = $1 and used_at is null")
        .bind(hash)
        .value()
        .await?;
    Ok(found > 0)
}

/// The password hash of an account; empty where there is no such account.
pub async fn password_hash(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<String> {
    let found: Option<Credentials> =
        tx.sql("select id, username, password_hash, state from account where id = $1").bind(id).optional().await?;
    Ok(found.map(|found| found.password_hash).unwrap_or_default())
}
