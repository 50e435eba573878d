//! The email addresses of accounts, and the links that verify them.

use super::accounts::holder_of_address;
use super::tx::LockKey;
use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::EmailAddress;
use shared::ids::AccountId;
use shared::rules::Party;
use shared::rules::accounts::{AddressFacts, DeliveryFacts, EmailsToday, LinkFacts};
use shared::timestamp::{Seconds, Timestamp};

/// Whether an account other than `except` has verified an address.
pub async fn address_held(tx: &mut Tx<'_>, address: &EmailAddress, except: Option<AccountId>) -> StoreResult<bool> {
    let holder = holder_of_address(tx, address.as_str()).await?;
    Ok(holder.is_some_and(|a| Some(a.id) != except))
}

/// Whether an account has verified an address, by the key of the address.
pub async fn is_verified(tx: &mut Tx<'_>, account: AccountId, address_key: &str) -> StoreResult<bool> {
    let found: i64 = tx
        .sql(
            "select count(*) as value from email_address
             where account_id = $1 and address_key = $2 and verified_at is not null",
        )
        .bind(account)
        .bind(address_key)
        .value()
        .await?;
    Ok(found > 0)
}

struct LinkRow(LinkFacts);

impl FromRow for LinkRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let verified = row.maybe::<Timestamp>("verified_at")?.is_some();
        Ok(Self(LinkFacts {
            account: row.get("account_id")?,
            username: row.get("username")?,
            email_id: row.get("email_id")?,
            email: EmailAddress::from_stored(row.get("address")?),
            primary: row.get("is_primary")?,
            used: verified || row.maybe::<Timestamp>("used_at")?.is_some(),
            ends_at: row.get("ends_at")?,
            address_held: row.get("address_held")?,
        }))
    }
}

/// The verification link with this hash, unless a newer link has replaced it.
pub async fn link(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<Option<LinkFacts>> {
    let link: Option<LinkRow> = tx
        .sql(
            "select v.account_id, a.username, v.email_id, e.address, e.is_primary, e.verified_at, v.used_at, v.ends_at,
                exists (select 1 from email_address o where o.address_key = e.address_key
                    and o.verified_at is not null and o.account_id <> e.account_id) as address_held
             from verification v join email_address e on e.id = v.email_id join account a on a.id = v.account_id
             where v.secret_hash = $1 and v.replaced_at is null",
        )
        .bind(hash)
        .optional()
        .await?;
    Ok(link.map(|LinkRow(facts)| facts))
}

struct CreatedAtRow(Timestamp);

impl FromRow for CreatedAtRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("created_at").map(CreatedAtRow)
    }
}

/// When verification emails were written within the last day, to this address and for this account. Each list is oldest
/// first and has at most 100 entries. It locks the address until the transaction ends, so it must be called before any
/// row is locked.
pub async fn emails_today(
    tx: &mut Tx<'_>,
    address: &EmailAddress,
    account: Option<AccountId>,
    now: Timestamp,
) -> StoreResult<EmailsToday> {
    tx.advisory_lock(LockKey::Address(&address.key())).await?;
    let since = now.minus(Seconds::days(1));
    let to_address: Vec<CreatedAtRow> = tx
        .sql(
            "select created_at from verification where address_key = $1 and created_at > $2
             order by created_at limit 100",
        )
        .bind(address.key())
        .bind(since)
        .list()
        .await?;
    let by_account: Vec<CreatedAtRow> = match account {
        None => Vec::new(),
        Some(account) => {
            tx.sql(
                "select created_at from verification where account_id = $1 and created_at > $2
                 order by created_at limit 100",
            )
            .bind(account)
            .bind(since)
            .list()
            .await?
        }
    };
    let times = |rows: Vec<CreatedAtRow>| rows.into_iter().map(|CreatedAtRow(at)| at).collect();
    Ok(EmailsToday { to_address: times(to_address), by_account: times(by_account) })
}

/// An address of an account, and when it was added.
#[derive(Clone, Debug)]
pub struct Address {
    pub facts: AddressFacts,
    pub added_at: Timestamp,
    /// Why a mail server refused emails to it.
    pub bounces: Option<String>,
}

impl FromRow for Address {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let facts = AddressFacts {
            id: row.get("id")?,
            email: EmailAddress::from_stored(row.get("address")?),
            verified: row.maybe::<Timestamp>("verified_at")?.is_some(),
            primary: row.get("is_primary")?,
        };
        Ok(Self { facts, added_at: row.get("created_at")?, bounces: row.maybe("bounced_why")? })
    }
}

/// The addresses of an account, the primary one first: at most [`shared::limits::ADDRESSES`].
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Address>> {
    tx.sql(
        "select id, address, verified_at, is_primary, created_at, bounced_why from email_address where account_id = $1
         order by is_primary desc, created_at",
    )
    .bind(account)
    .list()
    .await
}

struct DeliveryRow(DeliveryFacts);

impl FromRow for DeliveryRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(DeliveryFacts {
            account: Party { id: row.get("account_id")?, username: row.get("username")? },
            id: row.get("id")?,
            bounces: row.maybe::<String>("bounced_why")?.is_some(),
        }))
    }
}

/// The accounts that have an address, ordered by id, and whether emails to it bounce.
pub async fn delivery(tx: &mut Tx<'_>, address: &EmailAddress) -> StoreResult<Vec<DeliveryFacts>> {
    let found: Vec<DeliveryRow> = tx
        .sql(
            "select e.id, e.account_id, a.username, e.bounced_why from email_address e join account a on a.id = e.account_id
             where e.address_key = $1 order by e.account_id limit 1000",
        )
        .bind(address.key())
        .list()
        .await?;
    Ok(found.into_iter().map(|DeliveryRow(facts)| facts).collect())
}

/// Whether emails to an account's primary address bounce.
pub async fn primary_bounces(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<bool> {
    let found: i64 = tx
        .sql("select count(*) as value from email_address where account_id = $1 and is_primary and bounced_why is not null")
        .bind(account)
        .value()
        .await?;
    Ok(found > 0)
}

/// Whether emails to an address bounce, whichever account it belongs to.
pub async fn bounces(tx: &mut Tx<'_>, address: &EmailAddress) -> StoreResult<bool> {
    let found: i64 = tx
        .sql("select count(*) as value from email_address where address_key = $1 and bounced_why is not null")
        .bind(address.key())
        .value()
        .await?;
    Ok(found > 0)
}
