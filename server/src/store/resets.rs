//! Password reset links.

use super::{FromRow, Row, StoreResult, Tx, sessions};
use shared::addresses::EmailAddress;
use shared::ids::AccountId;
use shared::names::NameKey;
use shared::rules::Party;
use shared::rules::accounts::{ResetFacts, ResetLink};
use shared::timestamp::Timestamp;

struct ResetFactsRow(ResetFacts);

impl FromRow for ResetFactsRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let verified = row.maybe::<Timestamp>("verified_at")?.is_some();
        let email = EmailAddress::from_stored(row.get("address")?);
        Ok(Self(ResetFacts {
            account: Party { id: row.get("id")?, username: row.get("username")? },
            email: verified.then_some(email),
            disabled: row.get::<String>("state")? == "disabled",
            emails: Vec::new(),
        }))
    }
}

/// The account with the key of a username or of a verified address, the address that a link would go to, and when links
/// were sent since a moment.
pub async fn facts(
    tx: &mut Tx<'_>,
    username: Option<NameKey>,
    address: Option<String>,
    since: Timestamp,
) -> StoreResult<Option<ResetFacts>> {
    let found: Option<ResetFactsRow> = tx
        .sql(
            "select a.id, a.username, a.state, e.address, e.verified_at from account a
             join email_address e on e.account_id = a.id where a.username_key = $1 and e.id =
                (select o.id from email_address o where o.account_id = a.id
                 order by case when o.verified_at is null then 1 else 0 end, o.is_primary desc, o.created_at limit 1)
             union all
             select a.id, a.username, a.state, e.address, e.verified_at from account a
             join email_address e on e.account_id = a.id where e.address_key = $2 and e.verified_at is not null",
        )
        .bind(username)
        .bind(address)
        .optional()
        .await?;
    let Some(ResetFactsRow(facts)) = found else { return Ok(None) };
    let emails = emails_to(tx, facts.account.id, since).await?;
    Ok(Some(ResetFacts { emails, ..facts }))
}

struct CreatedAtRow(Timestamp);

impl FromRow for CreatedAtRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("created_at").map(CreatedAtRow)
    }
}

async fn emails_to(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> StoreResult<Vec<Timestamp>> {
    let found: Vec<CreatedAtRow> = tx
        .sql(
            "select created_at from password_reset where account_id = $1 and created_at > $2
             order by created_at limit 100",
        )
        .bind(account)
        .bind(since)
        .list()
        .await?;
    Ok(found.into_iter().map(|CreatedAtRow(at)| at).collect())
}

struct LinkRow(ResetLink);

impl FromRow for LinkRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(ResetLink {
            account: Party { id: row.get("account_id")?, username: row.get("username")? },
            email: EmailAddress::from_stored(row.get("address")?),
            used: row.maybe::<Timestamp>("used_at")?.is_some(),
            ends_at: row.get("ends_at")?,
            disabled: row.get::<String>("state")? == "disabled",
            devices: Vec::new(),
        }))
    }
}

/// The link with this hash, if the address it went to still belongs to the account. It lists all live devices.
pub async fn link(tx: &mut Tx<'_>, hash: [u8; 32], now: Timestamp) -> StoreResult<Option<ResetLink>> {
    let found: Option<LinkRow> = tx
        .sql(
            "select r.account_id, a.username, r.address, r.used_at, r.ends_at, a.state
             from password_reset r join account a on a.id = r.account_id
             where r.secret_hash = $1 and exists (select 1 from email_address e
                where e.account_id = r.account_id and e.address = r.address and e.verified_at is not null)",
        )
        .bind(hash)
        .optional()
        .await?;
    let Some(LinkRow(link)) = found else { return Ok(None) };
    let devices = sessions::of_account(tx, link.account.id, now).await?.into_iter().map(|d| d.id).collect();
    Ok(Some(ResetLink { devices, ..link }))
}
