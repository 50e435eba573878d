//! Accounts, their addresses and the links that verify them.

use super::tx::Meeting;
use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::EmailAddress;
use shared::ids::{AccountId, EmailId, SessionId};
use shared::limits;
use shared::moment::Moment;
use shared::names::NameKey;
use shared::rules::Party;
use shared::rules::accounts::{LinkFacts, ResendFacts};
use shared::rules::administration::AccountFacts;

/// An account with its primary address.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub administrator: bool,
    pub disabled: bool,
    pub created_at: Moment,
    pub email_id: EmailId,
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
            verified: row.maybe::<Moment>("verified_at")?.is_some(),
        })
    }
}

impl Account {
    /// The account as a change speaks of it.
    pub fn party(&self) -> Party {
        Party { id: self.id, username: self.username.clone() }
    }

    /// The account as administrative rules look at it.
    pub fn facts(&self) -> AccountFacts {
        AccountFacts { account: self.party(), administrator: self.administrator, disabled: self.disabled }
    }
}

/// Keeps others from changing what hangs on the account until the transaction ends. A preview, which
/// changes nothing, locks nothing.
///
/// # Errors
/// The database's own trouble.
pub async fn lock(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    if tx.writes() {
        tx.sql("update account set revision = revision + 1 where id = $1").bind(id).run().await?;
    }
    Ok(())
}

/// Keeps others from making a first administrator until the transaction ends.
///
/// # Errors
/// The database's own trouble.
pub async fn lock_set_up(tx: &mut Tx<'_>) -> StoreResult<()> {
    tx.meet(Meeting::SetUp).await
}

/// The account with this id.
///
/// # Errors
/// The database's own trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary where a.id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The account that this session signs in, while it lives: not ended, not idle for too long, and the account not
/// disabled.
///
/// # Errors
/// The database's own trouble.
pub async fn of_session(tx: &mut Tx<'_>, session: SessionId, now: Moment) -> StoreResult<Option<Account>> {
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
///
/// # Errors
/// The database's own trouble.
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
///
/// # Errors
/// The database's own trouble.
pub async fn administrators(tx: &mut Tx<'_>) -> StoreResult<Vec<Account>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
         from account a join email_address e on e.account_id = a.id and e.is_primary
         where a.administrator and a.state = 'active' order by a.username_key limit 1000",
    )
    .list()
    .await
}

/// The account that has verified this address.
///
/// # Errors
/// The database's own trouble.
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

/// What signing in needs of an account.
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

/// The credentials behind a username or a verified address. No username holds an `@`, so a name is one
/// or the other.
///
/// # Errors
/// The database's own trouble.
pub async fn credentials(tx: &mut Tx<'_>, username: &NameKey, address: &str) -> StoreResult<Option<Credentials>> {
    tx.sql(
        "select id, username, password_hash, state from account where username_key = $1
         union all
         select a.id, a.username, a.password_hash, a.state from account a
         join email_address e on e.account_id = a.id where e.address_key = $2 and e.verified_at is not null",
    )
    .bind(username.clone())
    .bind(address.to_ascii_lowercase())
    .optional()
    .await
}

/// Whether a username is taken.
///
/// # Errors
/// The database's own trouble.
pub async fn username_taken(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<bool> {
    let found: i64 =
        tx.sql("select count(*) as value from account where username_key = $1").bind(key.clone()).value().await?;
    Ok(found > 0)
}

/// Whether another account than `but` has verified an address.
///
/// # Errors
/// The database's own trouble.
pub async fn address_held(tx: &mut Tx<'_>, address: &EmailAddress, but: Option<AccountId>) -> StoreResult<bool> {
    let holder = holder_of_address(tx, address.as_str()).await?;
    Ok(holder.is_some_and(|a| Some(a.id) != but))
}

/// Whether the site has an administrator.
///
/// # Errors
/// The database's own trouble.
pub async fn is_set_up(tx: &mut Tx<'_>) -> StoreResult<bool> {
    let found: i64 = tx.sql("select count(*) as value from account where administrator").value().await?;
    Ok(found > 0)
}

/// Whether this is the hash of the set-up address, unused.
///
/// # Errors
/// The database's own trouble.
pub async fn set_up_matches(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<bool> {
    let found: i64 = tx
        .sql("select count(*) as value from set_up where secret_hash = $1 and used_at is null")
        .bind(hash)
        .value()
        .await?;
    Ok(found > 0)
}

struct Link(LinkFacts);

impl FromRow for Link {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let verified = row.maybe::<Moment>("verified_at")?.is_some();
        Ok(Self(LinkFacts {
            account: row.get("account_id")?,
            username: row.get("username")?,
            email_id: row.get("email_id")?,
            email: EmailAddress::kept(row.get("address")?),
            used: verified || row.maybe::<Moment>("used_at")?.is_some(),
            ends_at: row.get("ends_at")?,
            address_held: row.get("address_held")?,
        }))
    }
}

/// The verification link with this hash, unless a newer one has taken its place.
///
/// # Errors
/// The database's own trouble.
pub async fn link(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<Option<LinkFacts>> {
    let link: Option<Link> = tx
        .sql(
            "select v.account_id, a.username, v.email_id, e.address, e.verified_at, v.used_at, v.ends_at,
                exists (select 1 from email_address o where o.address_key = e.address_key
                    and o.verified_at is not null and o.account_id <> e.account_id) as address_held
             from verification v join email_address e on e.id = v.email_id join account a on a.id = v.account_id
             where v.secret_hash = $1 and v.replaced_at is null",
        )
        .bind(hash)
        .optional()
        .await?;
    Ok(link.map(|Link(facts)| facts))
}

struct Sent(Moment);

impl FromRow for Sent {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("created_at").map(Sent)
    }
}

/// When letters about verifying this address were sent to it since a moment, oldest first, at most 100; whoever asked
/// for them.
///
/// # Errors
/// The database's own trouble.
pub async fn letters_to(tx: &mut Tx<'_>, address: &EmailAddress, since: Moment) -> StoreResult<Vec<Moment>> {
    let sent: Vec<Sent> = tx
        .sql(
            "select v.created_at from verification v join email_address e on e.id = v.email_id
             where e.address_key = $1 and v.created_at > $2 order by v.created_at limit 100",
        )
        .bind(address.key())
        .bind(since)
        .list()
        .await?;
    Ok(sent.into_iter().map(|Sent(at)| at).collect())
}

/// What sending the verification letter again needs.
///
/// # Errors
/// The database's own trouble.
pub async fn resend_facts(tx: &mut Tx<'_>, id: AccountId, since: Moment) -> StoreResult<Option<ResendFacts>> {
    let Some(account) = by_id(tx, id).await? else { return Ok(None) };
    let email = EmailAddress::kept(account.email);
    let address_held = address_held(tx, &email, Some(id)).await?;
    let letters = letters_to(tx, &email, since).await?;
    Ok(Some(ResendFacts { email_id: account.email_id, email, verified: account.verified, address_held, letters }))
}
