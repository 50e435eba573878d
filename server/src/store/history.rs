//! The audit log: events are appended and never altered (rules, section 10).

use super::{FromRow, Row, StoreError, StoreResult, Tx};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use shared::domain::Ended;
use shared::history::EventKind;
use shared::ids::{AccountId, EventId, OrganizationId, RequestId};
use shared::names::NameKey;
use shared::roles::Role;
use shared::timestamp::Timestamp;
use shared::wire::people::EndedMembership;

/// An audit event before it is appended.
#[derive(Clone, Debug)]
pub struct NewAuditEvent {
    pub id: EventId,
    pub at: Timestamp,
    pub kind: EventKind,
    pub actor: AuditActor,
    /// The client address. Empty for the operator and the program's jobs.
    pub address: String,
    /// The account that it is about.
    pub account: Option<AccountId>,
    pub request: Option<RequestId>,
    pub organization: Option<OrganizationId>,
    /// The names and values for its sentence, as JSON.
    pub details: String,
}

/// Who acted, by kind, id and name. The name is stored so that the event can be read after the account is gone.
#[derive(Clone, Debug)]
pub struct AuditActor {
    pub kind: &'static str,
    pub id: Option<AccountId>,
    pub name: String,
}

/// A stored audit event.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// Its number in the site's history.
    pub number: i64,
    pub id: EventId,
    pub at: Timestamp,
    /// The stable code of what happened ([`EventKind`]).
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<AccountId>,
    pub actor_name: String,
    pub account: Option<AccountId>,
    pub request: Option<RequestId>,
    pub address: String,
    pub organization_number: Option<i64>,
    pub details: String,
    pub previous_hash: Option<Vec<u8>>,
    pub hash: Option<Vec<u8>>,
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            number: row.get("number")?,
            id: row.get("id")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.maybe("actor_id")?,
            actor_name: row.get("actor_name")?,
            account: row.maybe("account_id")?,
            request: row.maybe("request_id")?,
            address: row.get("address")?,
            organization_number: row.maybe("organization_number")?,
            details: row.get("details")?,
            previous_hash: row.maybe("previous_hash")?,
            hash: row.maybe("hash")?,
        })
    }
}

/// What the hash of an event covers besides the previous hash.
#[derive(Serialize)]
struct HashInput<'a> {
    number: i64,
    id: EventId,
    at: Timestamp,
    kind: &'a str,
    actor_kind: &'a str,
    actor_id: Option<AccountId>,
    actor_name: &'a str,
    address: &'a str,
    account: Option<AccountId>,
    request: Option<RequestId>,
    organization: OrganizationId,
    details: &'a str,
}

fn chain_hash(previous: &[u8], input: &HashInput<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(serde_json::to_vec(input).unwrap_or_default());
    hash.finalize().into()
}

/// The head of an organization's hash chain.
pub(super) struct ChainHead {
    number: i64,
    hash: Vec<u8>,
}

impl ChainHead {
    /// The head of an empty chain.
    fn empty() -> Self {
        Self { number: 0, hash: vec![0; 32] }
    }
}

impl FromRow for ChainHead {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(match (row.maybe("organization_number")?, row.maybe("hash")?) {
            (Some(number), Some(hash)) => Self { number, hash },
            _ => Self::empty(),
        })
    }
}

/// Appends events. The caller has locked the organization's row, so that its events form one chain.
pub(super) async fn append(tx: &mut Tx<'_>, events: &[NewAuditEvent]) -> StoreResult<()> {
    for event in events {
        let chain = match event.organization {
            None => None,
            Some(organization) => Some(next_link(tx, organization, event).await?),
        };
        insert(tx, event, chain).await?;
    }
    Ok(())
}

/// An event's link in the hash chain of its organization.
struct ChainLink {
    number: i64,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// The next link of a chain. Its head is read once, because the caller has locked the organization.
async fn next_link(tx: &mut Tx<'_>, organization: OrganizationId, event: &NewAuditEvent) -> StoreResult<ChainLink> {
    if tx.chain_heads.get(organization).is_none() {
        let head: Option<ChainHead> = tx
            .sql(
                "select organization_number, hash from event where organization_id = $1
                 order by organization_number desc limit 1",
            )
            .bind(organization)
            .optional()
            .await?;
        tx.chain_heads.insert(organization, head.unwrap_or_else(ChainHead::empty));
    }
    let head = tx.chain_heads.get(organization).ok_or_else(|| StoreError::inconsistent("event", "no head"))?;
    let number = head.number + 1;
    let hash = chain_hash(&head.hash, &event.hash_input(number, organization)).to_vec();
    let previous = std::mem::replace(head, ChainHead { number, hash: hash.clone() }).hash;
    Ok(ChainLink { number, previous, hash })
}

async fn insert(tx: &mut Tx<'_>, event: &NewAuditEvent, chain: Option<ChainLink>) -> StoreResult<()> {
    tx.sql(
        "insert into event (id, at, kind, actor_kind, actor_id, actor_name, address, account_id, request_id,
            organization_id, organization_number, details, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(event.id)
    .bind(event.at)
    .bind(event.kind.code())
    .bind(event.actor.kind)
    .bind(event.actor.id)
    .bind(event.actor.name.as_str())
    .bind(event.address.as_str())
    .bind(event.account)
    .bind(event.request)
    .bind(event.organization)
    .bind(chain.as_ref().map(|link| link.number))
    .bind(event.details.as_str())
    .bind(chain.as_ref().map(|link| link.previous.clone()))
    .bind(chain.map(|link| link.hash))
    .run()
    .await?;
    Ok(())
}

impl NewAuditEvent {
    fn hash_input(&self, number: i64, organization: OrganizationId) -> HashInput<'_> {
        HashInput {
            number,
            id: self.id,
            at: self.at,
            kind: self.kind.code(),
            actor_kind: self.actor.kind,
            actor_id: self.actor.id,
            actor_name: &self.actor.name,
            address: &self.address,
            account: self.account,
            request: self.request,
            organization,
            details: &self.details,
        }
    }
}

/// The part of an audit event that the change feed needs.
#[derive(Clone, Debug)]
pub struct FeedEvent {
    pub number: i64,
    pub account: Option<AccountId>,
    pub request: Option<RequestId>,
    pub organization: Option<OrganizationId>,
    /// Whether it disables or enables the organization.
    pub changes_organization_state: bool,
    /// Whether it may have caused emails. Sign-ins and sign-outs, which are most events, cause none.
    pub may_send_email: bool,
}

impl FromRow for FeedEvent {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let kind = EventKind::from_code(&row.get::<String>("kind")?);
        Ok(Self {
            number: row.get("number")?,
            account: row.maybe("account_id")?,
            request: row.maybe("request_id")?,
            organization: row.maybe("organization_id")?,
            changes_organization_state: matches!(
                kind,
                Some(EventKind::OrganizationDisabled | EventKind::OrganizationEnabled)
            ),
            may_send_email: !matches!(kind, Some(EventKind::SignedIn | EventKind::SignedOut)),
        })
    }
}

/// The number of the newest event of the site. It is 0 if there are none.
pub async fn newest(tx: &mut Tx<'_>) -> StoreResult<i64> {
    tx.sql("select coalesce(max(number), 0) as value from event").value().await
}

/// How many events [`after`] reads at once.
const AFTER_LIMIT: u32 = 2_000;

/// The site's events after a number, oldest first, and whether these are all of them.
pub async fn after(tx: &mut Tx<'_>, number: i64) -> StoreResult<(Vec<FeedEvent>, bool)> {
    let events: Vec<FeedEvent> = tx
        .sql(
            "select number, kind, account_id, request_id, organization_id from event
             where number > $1 order by number limit $2",
        )
        .bind(number)
        .bind(i64::from(AFTER_LIMIT))
        .list()
        .await?;
    let all = events.len() < usize::try_from(AFTER_LIMIT).unwrap_or(usize::MAX);
    Ok((events, all))
}

/// The events of an organization from a number on, oldest first, at most 1000.
pub async fn of_organization(tx: &mut Tx<'_>, id: OrganizationId, from: i64) -> StoreResult<Vec<AuditEvent>> {
    tx.sql(
        "select number, id, at, kind, actor_kind, actor_id, actor_name, address, account_id, request_id, organization_number,
            details, previous_hash, hash
         from event where organization_id = $1 and organization_number >= $2 order by organization_number limit 1000",
    )
    .bind(id)
    .bind(from)
    .list()
    .await
}

/// The latest events of an organization, newest first.
pub async fn latest_of_organization(tx: &mut Tx<'_>, id: OrganizationId, most: u32) -> StoreResult<Vec<AuditEvent>> {
    tx.sql(
        "select number, id, at, kind, actor_kind, actor_id, actor_name, address, account_id, request_id, organization_number,
            details, previous_hash, hash
         from event where organization_id = $1 order by organization_number desc limit $2",
    )
    .bind(id)
    .bind(i64::from(most))
    .list()
    .await
}

/// How and when a membership ended.
#[derive(Clone, Debug)]
pub struct MembershipEnd {
    pub ended: Ended,
    role: Role,
    at: Timestamp,
}

impl FromRow for MembershipEnd {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let details: String = row.get("details")?;
        let details: serde_json::Value =
            serde_json::from_str(&details).map_err(|error| StoreError::inconsistent("details", error))?;
        let role = details.get("role").and_then(serde_json::Value::as_str).and_then(Role::from_code);
        let by: String = row.get("actor_name")?;
        let left = row.get::<String>("kind")? == EventKind::MemberLeft.code();
        Ok(Self {
            ended: if left { Ended::Left {} } else { Ended::Removed { by: Some(by) } },
            role: role.ok_or_else(|| StoreError::inconsistent("details", "no role"))?,
            at: row.get("at")?,
        })
    }
}

impl MembershipEnd {
    /// What the former member reads of it.
    pub fn into_ended_membership(self, now: Timestamp) -> EndedMembership {
        let by = match self.ended {
            Ended::Left {} => None,
            Ended::Removed { by } => by,
        };
        EndedMembership { by, role: self.role, at: self.at, now }
    }
}

/// How the last membership of an account in an organization ended, if it has.
pub async fn end_of_membership(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    username: &NameKey,
) -> StoreResult<Option<MembershipEnd>> {
    tx.sql(
        "select kind, actor_name, details, at from event
         where organization_id = $1 and account_id = (select id from account where username_key = $2)
            and kind in ('member_removed', 'member_left')
         order by number desc limit 1",
    )
    .bind(organization)
    .bind(username.clone())
    .optional()
    .await
}

/// The events of an account before a number, newest first.
pub async fn of_account(tx: &mut Tx<'_>, id: AccountId, before: i64, most: u32) -> StoreResult<Vec<AuditEvent>> {
    tx.sql(
        "select number, id, at, kind, actor_kind, actor_id, actor_name, address, account_id, request_id, organization_number,
            details, previous_hash, hash
         from event where account_id = $1 and number < $2 order by number desc limit $3",
    )
    .bind(id)
    .bind(before)
    .bind(i64::from(most))
    .list()
    .await
}

/// The events of a request, oldest first, at most 1000.
pub async fn of_request(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Vec<AuditEvent>> {
    tx.sql(
        "select number, id, at, kind, actor_kind, actor_id, actor_name, address, account_id, request_id, organization_number,
            details, previous_hash, hash
         from event where request_id = $1 order by number limit 1000",
    )
    .bind(id)
    .list()
    .await
}

/// The number of the first event that doesn't match the hash chain, or `None` if the chain is intact. `events` begin
/// with the organization's first event.
pub fn first_broken_link(organization: OrganizationId, events: &[AuditEvent]) -> Option<i64> {
    let mut previous = vec![0; 32];
    for (number, event) in (1..).zip(events) {
        let input = HashInput {
            number,
            id: event.id,
            at: event.at,
            kind: &event.kind,
            actor_kind: &event.actor_kind,
            actor_id: event.actor_id,
            actor_name: &event.actor_name,
            address: &event.address,
            account: event.account,
            request: event.request,
            organization,
            details: &event.details,
        };
        let hash = chain_hash(&previous, &input);
        let is_valid = event.organization_number == Some(number)
            && event.previous_hash.as_deref() == Some(previous.as_slice())
            && event.hash.as_deref() == Some(hash.as_slice());
        if !is_valid {
            return Some(number);
        }
        previous = hash.to_vec();
    }
    None
}
