//! Invitations to organizations (rules, section 5).

use super::{FromRow, Row, StoreResult, Tx};
use shared::domain::InvitationState;
use shared::ids::{AccountId, InvitationId, OrganizationId};
use shared::names::NameKey;
use shared::roles::Role;
use shared::rules::Party;
use shared::rules::people::Offer;
use shared::timestamp::Timestamp;
use shared::wire::people::Received;

/// An invitation, with its organization.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub offer: Offer,
    pub organization: OrganizationId,
    pub organization_key: NameKey,
    pub state: InvitationState,
    pub closed_by: Option<String>,
}

struct OfferRow(Offer);

impl FromRow for OfferRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(Offer {
            id: row.get("id")?,
            invitee: Party { id: row.get("account_id")?, username: row.get("invitee")? },
            inviter: Party { id: row.get("inviter_id")?, username: row.get("inviter")? },
            role: row.code("role", Role::from_code)?,
            ends_at: row.get("ends_at")?,
        }))
    }
}

impl FromRow for Invitation {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let OfferRow(offer) = OfferRow::from_row(row)?;
        Ok(Self {
            offer,
            organization: row.get("organization_id")?,
            organization_key: row.get("name_key")?,
            state: row.code("state", InvitationState::from_code)?,
            closed_by: row.maybe("closed_by_name")?,
        })
    }
}

/// The invitation with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: InvitationId) -> StoreResult<Option<Invitation>> {
    tx.sql(
        "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at,
            i.organization_id, o.name_key, i.state, c.username as closed_by_name
         from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
         join organization o on o.id = i.organization_id left join account c on c.id = i.closed_by where i.id = $1",
    )
    .bind(id)
    .optional()
    .await
}

struct IdRow(InvitationId);

impl FromRow for IdRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(Self)
    }
}

/// The invitation whose newest email has this secret.
pub async fn by_secret(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<Option<InvitationId>> {
    let found: Option<IdRow> = tx.sql("select id from invitation where secret_hash = $1").bind(hash).optional().await?;
    Ok(found.map(|IdRow(id)| id))
}

/// The open invitations of an organization that an Owner has sent.
pub async fn sent_by(tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<Offer>> {
    let found: Vec<OfferRow> = tx
        .sql(
            "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at
             from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
             where i.organization_id = $1 and i.inviter_id = $2 and i.state = 'live' order by a.username_key",
        )
        .bind(organization)
        .bind(account)
        .list()
        .await?;
    Ok(found.into_iter().map(|OfferRow(offer)| offer).collect())
}

/// The pending invitations of an organization whose invitees' usernames contain a text, by name.
pub async fn pending(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    text: &str,
    now: Timestamp,
    limit: u32,
) -> StoreResult<Vec<Offer>> {
    let Some(names) = super::keys::in_usernames(text) else { return Ok(Vec::new()) };
    let found: Vec<OfferRow> = tx
        .sql(
            "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at
             from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
             where i.organization_id = $1 and i.state = 'live' and i.ends_at > $2 and a.username_key like $3
             order by a.username_key limit $4",
        )
        .bind(organization)
        .bind(now)
        .bind(names)
        .bind(i64::from(limit))
        .list()
        .await?;
    Ok(found.into_iter().map(|OfferRow(offer)| offer).collect())
}

impl FromRow for Received {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let OfferRow(offer) = OfferRow::from_row(row)?;
        Ok(Self {
            id: offer.id,
            organization: row.get("name")?,
            display_name: row.get("display_name")?,
            inviter: offer.inviter.username,
            role: offer.role,
            ends_at: offer.ends_at,
        })
    }
}

/// The pending invitations of an account to active organizations, the first to expire first.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<Vec<Received>> {
    tx.sql(
        "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at,
            o.name, o.display_name
         from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
         join organization o on o.id = i.organization_id
         where i.account_id = $1 and i.state = 'live' and i.ends_at > $2 and o.state = 'active'
         order by i.ends_at, i.id limit 200",
    )
    .bind(account)
    .bind(now)
    .list()
    .await
}

/// The pending invitation of an account to an organization.
pub async fn pending_for(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> StoreResult<Option<InvitationId>> {
    let found: Option<IdRow> = tx
        .sql("select id from invitation where organization_id = $1 and account_id = $2 and state = 'live' and ends_at > $3")
        .bind(organization)
        .bind(account)
        .bind(now)
        .optional()
        .await?;
    Ok(found.map(|IdRow(id)| id))
}

/// How many invitations of an organization are pending.
pub async fn count_pending(tx: &mut Tx<'_>, organization: OrganizationId, now: Timestamp) -> StoreResult<u32> {
    tx.sql("select count(*) as value from invitation where organization_id = $1 and state = 'live' and ends_at > $2")
        .bind(organization)
        .bind(now)
        .value()
        .await
}

/// How many pending invitations an account has sent to active organizations of which it is an Owner.
pub async fn count_sent_by(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<u32> {
    tx.sql(
        "select count(*) as value from membership m join organization o on o.id = m.organization_id and o.state = 'active'
         join invitation i on i.organization_id = m.organization_id and i.inviter_id = m.account_id
         where m.account_id = $1 and m.role = 'owner' and i.state = 'live' and i.ends_at > $2",
    )
    .bind(account)
    .bind(now)
    .value()
    .await
}

/// Invitations that have expired and are not closed yet.
pub async fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> StoreResult<Vec<InvitationId>> {
    let found: Vec<IdRow> = tx
        .sql("select id from invitation where state = 'live' and ends_at <= $1 order by ends_at, id limit $2")
        .bind(now)
        .bind(i64::from(limit))
        .list()
        .await?;
    Ok(found.into_iter().map(|IdRow(id)| id).collect())
}
