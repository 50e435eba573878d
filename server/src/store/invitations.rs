//! Invitations to organizations (rules, section 5).

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, InvitationId, OrganizationId};
use shared::names::NameKey;
use shared::roles::Role;
use shared::rules::Party;
use shared::rules::people::Offer;
use shared::timestamp::Timestamp;
use shared::wire::people::{InvitationState, Received};

/// An invitation, with the organization that it is to.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub offer: Offer,
    pub organization: OrganizationId,
    pub organization_key: NameKey,
    pub state: InvitationState,
    pub closed_by: Option<String>,
}

struct Waiting(Offer);

impl FromRow for Waiting {
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
        let Waiting(offer) = Waiting::from_row(row)?;
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

struct Id(InvitationId);

impl FromRow for Id {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(Self)
    }
}

/// The invitation whose newest letter had this secret.
pub async fn by_secret(tx: &mut Tx<'_>, hash: [u8; 32]) -> StoreResult<Option<InvitationId>> {
    let found: Option<Id> = tx.sql("select id from invitation where secret_hash = $1").bind(hash).optional().await?;
    Ok(found.map(|Id(id)| id))
}

/// Those that an Owner has sent and that nobody has answered yet.
pub async fn sent_by(tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<Offer>> {
    let found: Vec<Waiting> = tx
        .sql(
            "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at
             from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
             where i.organization_id = $1 and i.inviter_id = $2 and i.state = 'live' order by a.username_key",
        )
        .bind(organization)
        .bind(account)
        .list()
        .await?;
    Ok(found.into_iter().map(|Waiting(offer)| offer).collect())
}

/// Those to an organization that wait for an answer and whose usernames hold a text, by name; so many of them.
pub async fn pending(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    text: &str,
    now: Timestamp,
    most: u32,
) -> StoreResult<Vec<Offer>> {
    let Some(names) = super::keys::in_usernames(text) else { return Ok(Vec::new()) };
    let found: Vec<Waiting> = tx
        .sql(
            "select i.id, i.account_id, a.username as invitee, i.inviter_id, b.username as inviter, i.role, i.ends_at
             from invitation i join account a on a.id = i.account_id join account b on b.id = i.inviter_id
             where i.organization_id = $1 and i.state = 'live' and i.ends_at > $2 and a.username_key like $3
             order by a.username_key limit $4",
        )
        .bind(organization)
        .bind(now)
        .bind(names)
        .bind(i64::from(most))
        .list()
        .await?;
    Ok(found.into_iter().map(|Waiting(offer)| offer).collect())
}

impl FromRow for Received {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let Waiting(offer) = Waiting::from_row(row)?;
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

/// Those that an account has not answered yet, the first to end first; of organizations that are not shut.
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

/// The one to an organization that an account has not answered yet.
pub async fn waiting(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> StoreResult<Option<InvitationId>> {
    let found: Option<Id> = tx
        .sql("select id from invitation where organization_id = $1 and account_id = $2 and state = 'live' and ends_at > $3")
        .bind(organization)
        .bind(account)
        .bind(now)
        .optional()
        .await?;
    Ok(found.map(|Id(id)| id))
}

/// How many to an organization wait for an answer.
pub async fn number(tx: &mut Tx<'_>, organization: OrganizationId, now: Timestamp) -> StoreResult<u32> {
    tx.sql("select count(*) as value from invitation where organization_id = $1 and state = 'live' and ends_at > $2")
        .bind(organization)
        .bind(now)
        .value()
        .await
}

/// How many that an account has sent wait for an answer; to organizations that are not shut, of which it is an Owner.
pub async fn number_sent_by(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> StoreResult<u32> {
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

/// Those whose end has come, and of which nobody has been told yet; so many of them.
pub async fn due(tx: &mut Tx<'_>, now: Timestamp, most: u32) -> StoreResult<Vec<InvitationId>> {
    let found: Vec<Id> = tx
        .sql("select id from invitation where state = 'live' and ends_at <= $1 order by ends_at, id limit $2")
        .bind(now)
        .bind(i64::from(most))
        .list()
        .await?;
    Ok(found.into_iter().map(|Id(id)| id).collect())
}
