//! Requests for organizations, and whether names are available.

use super::resemblance::Names;
use super::tx::LockKey;
use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::OrganizationUrl;
use shared::domain::{RequestState, Standing};
use shared::ids::{AccountId, OrganizationId, RequestId};
use shared::limits;
use shared::names::NameKey;
use shared::roles::Kind;
use shared::rules::Party;
use shared::rules::requests::RequestFacts;
use shared::text::{Description, DisplayName};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::accounts::PendingQuestion;
use shared::wire::requests::{MyRequest, QueueRow, RequestDecision};

/// The reason that the applicant of a rival request reads.
pub(super) const RIVAL_REASON: &str = "The name went to another organization that asked for it.";

/// A request with the usernames of its applicant and of whoever decided it.
#[derive(Clone, Debug)]
pub struct Request {
    pub facts: RequestFacts,
    pub filed_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    pub decision_words: Option<String>,
}

impl FromRow for Request {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            facts: RequestFacts {
                id: row.get("id")?,
                applicant: Party { id: row.get("applicant_id")?, username: row.get("applicant")? },
                name: row.get("name")?,
                display_name: DisplayName::from_stored(row.get("display_name")?),
                url: OrganizationUrl::from_stored(row.get("url")?),
                description: Description::from_stored(row.get("description")?),
                kind: row.code("kind", Kind::from_code)?,
                state: row.code("state", RequestState::from_code)?,
                billing: super::billing::in_row(row)?,
                decided_by: row.maybe("decided_by_name")?,
                said: row.get("said")?,
                unanswered: row.get("unanswered")?,
            },
            filed_at: row.get("filed_at")?,
            decided_at: row.maybe("decided_at")?,
            decision_words: row.maybe::<String>("decision_words")?.filter(|words| !words.is_empty()),
        })
    }
}

impl Request {
    /// The request as its applicant sees it, with similar names among `names`.
    pub fn mine(self, names: &Names) -> MyRequest {
        let key = self.facts.name.key();
        let similar = if self.facts.state.is_open() { names.like(&key) } else { Vec::new() };
        MyRequest {
            id: self.facts.id,
            key: key.to_string(),
            similar: similar.into_iter().map(|similar| similar.name).collect(),
            name: self.facts.name.to_string(),
            display_name: self.facts.display_name.as_str().to_owned(),
            kind: self.facts.kind,
            state: self.facts.state,
            filed_at: self.filed_at,
            decided_at: self.decided_at,
            words: self.decision_words,
            unanswered: self.facts.unanswered > 0,
        }
    }

    /// How it was decided, if it was.
    pub fn decision(&self) -> Option<RequestDecision> {
        self.decided_at.map(|at| RequestDecision {
            by: self.facts.decided_by.clone().unwrap_or_else(|| "the operator".to_owned()),
            at,
            words: self.decision_words.clone(),
        })
    }

    /// The request as a row of the queue.
    pub fn row(self) -> QueueRow {
        QueueRow {
            id: self.facts.id,
            name: self.facts.name.to_string(),
            display_name: self.facts.display_name.as_str().to_owned(),
            kind: self.facts.kind,
            state: self.facts.state,
            applicant: self.facts.applicant.username,
            filed_at: self.filed_at,
            decided_at: self.decided_at,
        }
    }
}

/// Locks the request until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<()> {
    if tx.locks() {
        tx.sql("update request set revision = revision + 1 where id = $1").bind(id).run().await?;
    }
    Ok(())
}

/// Locks a name against requests, approvals and reservations until the transaction ends. Must be called before any row
/// is locked and before any fact about the name is read.
pub async fn lock_name(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<()> {
    tx.advisory_lock(LockKey::Name(key)).await
}

/// Locks all open requests for a name until the transaction ends, in the order of their ids.
pub async fn lock_open(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<()> {
    if !tx.locks() {
        return Ok(());
    }
    let open: Vec<IdRow> = tx
        .sql(
            "select id from request where name_key = $1
             and state in ('submitted', 'more_information_needed', 'deferred') order by id",
        )
        .bind(key.clone())
        .list()
        .await?;
    for IdRow(id) in open {
        lock(tx, id).await?;
    }
    Ok(())
}

struct IdRow(RequestId);

impl FromRow for IdRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(IdRow)
    }
}

/// The request with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Option<Request>> {
    tx.sql("select * from request_row where id = $1").bind(id).optional().await
}

/// Other open requests for the same name, oldest first. There is no limit, because one that is missed would stay open
/// when the name is given.
pub async fn rivals(tx: &mut Tx<'_>, key: &NameKey, of: RequestId) -> StoreResult<Vec<Request>> {
    tx.sql(
        "select * from request_row where name_key = $1 and id <> $2 and state in ('submitted', 'more_information_needed', 'deferred')
         order by filed_at, id",
    )
    .bind(key.clone())
    .bind(of)
    .list()
    .await
}

/// The latest requests of an account, newest first. They include its drafts, which nobody else may see.
pub async fn of_applicant(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Request>> {
    tx.sql("select * from request_row where applicant_id = $1 order by filed_at desc, id desc limit 100")
        .bind(account)
        .list()
        .await
}

/// The request that an organization was founded by.
pub async fn of_organization(tx: &mut Tx<'_>, id: OrganizationId) -> StoreResult<Option<RequestId>> {
    let found: Option<IdRow> =
        tx.sql("select id from request where organization_id = $1 and state = 'approved'").bind(id).optional().await?;
    Ok(found.map(|IdRow(id)| id))
}

/// An open request, with the number of open requests of its applicant.
pub struct QueuedRequest {
    pub request: Request,
    pub of_applicant: u32,
}

impl FromRow for QueuedRequest {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { request: Request::from_row(row)?, of_applicant: row.get("of_applicant")? })
    }
}

/// The queue: open requests, those ready for review first, each part oldest first. Of one applicant it has only the first
/// [`limits::QUEUED_PER_APPLICANT`].
pub async fn queue(tx: &mut Tx<'_>, limit: u32) -> StoreResult<Vec<QueuedRequest>> {
    tx.sql(
        "select r.*, w.of_applicant from (
            select id, row_number() over (partition by applicant_id
                    order by case state when 'submitted' then 0 else 1 end, filed_at, id) as nth,
                count(*) over (partition by applicant_id) as of_applicant
            from request where state in ('submitted', 'more_information_needed', 'deferred')) w
         join request_row r on r.id = w.id where w.nth <= $1
         order by case r.state when 'submitted' then 0 else 1 end, r.filed_at, r.id limit $2",
    )
    .bind(i64::from(limits::QUEUED_PER_APPLICANT))
    .bind(i64::from(limit))
    .list()
    .await
}

/// The latest decisions, newest first.
pub async fn closed(tx: &mut Tx<'_>) -> StoreResult<Vec<Request>> {
    tx.sql(
        "select * from request_row where state in ('approved', 'declined', 'withdrawn') order by decided_at desc, id desc limit 20",
    )
    .list()
    .await
}

/// Open requests with a text in their names, URL, description, or the applicant's username or email addresses, oldest
/// first.
pub async fn search_open(tx: &mut Tx<'_>, text: &str) -> StoreResult<Vec<Request>> {
    tx.sql(
        r"select * from request_row
          where (search_key like $1 escape '\' or name_key like $2 escape '\'
             or exists (select 1 from account a where a.id = applicant_id and a.username_key like $3)
             or exists (select 1 from email_address e where e.account_id = applicant_id and e.address_key like $1 escape '\'))
             and state in ('submitted', 'more_information_needed', 'deferred')
          order by filed_at, id limit 100",
    )
    .bind(format!("%{}%", super::keys::literal(text)))
    .bind(format!("%{}%", super::keys::literal_name(text)))
    .bind(super::keys::in_usernames(text).unwrap_or_default())
    .list()
    .await
}

/// The same for closed requests, those decided last first.
pub async fn search_closed(tx: &mut Tx<'_>, text: &str) -> StoreResult<Vec<Request>> {
    tx.sql(
        r"select * from request_row
          where (search_key like $1 escape '\' or name_key like $2 escape '\'
             or exists (select 1 from account a where a.id = applicant_id and a.username_key like $3)
             or exists (select 1 from email_address e where e.account_id = applicant_id and e.address_key like $1 escape '\'))
             and state in ('approved', 'declined', 'withdrawn')
          order by decided_at desc, id desc limit 100",
    )
    .bind(format!("%{}%", super::keys::literal(text)))
    .bind(format!("%{}%", super::keys::literal_name(text)))
    .bind(super::keys::in_usernames(text).unwrap_or_default())
    .list()
    .await
}

struct DecisionTimeRow(Seconds);

impl FromRow for DecisionTimeRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let (filed, decided): (Timestamp, Timestamp) = (row.get("filed_at")?, row.get("decided_at")?);
        Ok(Self(Seconds(decided.seconds_since(filed))))
    }
}

/// How long the latest decisions took. A request that was closed because its name went to another one doesn't count.
pub async fn decisions(tx: &mut Tx<'_>) -> StoreResult<Vec<Seconds>> {
    let found: Vec<DecisionTimeRow> = tx
        .sql(
            "select filed_at, decided_at from request
             where state in ('approved', 'declined') and decision_words <> $2 order by decided_at desc limit $1",
        )
        .bind(i64::from(limits::DECISIONS_LOOKED_AT))
        .bind(RIVAL_REASON)
        .list()
        .await?;
    Ok(found.into_iter().map(|DecisionTimeRow(time)| time).collect())
}

/// How many open requests are deferred or wait for their applicant.
pub async fn count_on_hold(tx: &mut Tx<'_>) -> StoreResult<u32> {
    tx.sql("select count(*) as value from request where state in ('more_information_needed', 'deferred')").value().await
}

/// How many requests are ready for review.
pub async fn count_submitted(tx: &mut Tx<'_>) -> StoreResult<u32> {
    tx.sql("select count(*) as value from request where state = 'submitted'").value().await
}

impl FromRow for PendingQuestion {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { request: row.get("id")?, display_name: row.get("display_name")? })
    }
}

/// The first ten requests of an account that are waiting for its answer, oldest first.
pub async fn questioned(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<PendingQuestion>> {
    tx.sql(
        "select id, display_name from request_row where applicant_id = $1
            and state in ('more_information_needed', 'deferred') and unanswered > 0 order by filed_at limit 10",
    )
    .bind(account)
    .list()
    .await
}

struct FiledAtRow(Timestamp);

impl FromRow for FiledAtRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("filed_at").map(FiledAtRow)
    }
}

/// When an account submitted requests or began drafts within the last day, oldest first, except for one of them. It is
/// read from the history, because discarding a draft must not make room for another. The limit is the highest that a
/// day can allow.
pub async fn filed_today(
    tx: &mut Tx<'_>,
    account: AccountId,
    except: Option<RequestId>,
    now: Timestamp,
) -> StoreResult<Vec<Timestamp>> {
    let filed: Vec<FiledAtRow> = tx
        .sql(
            "select max(at) as filed_at from event
             where account_id = $1 and at > $2 and kind in ('request_drafted', 'request_filed') and request_id <> $3
             group by request_id order by filed_at limit 10000",
        )
        .bind(account)
        .bind(now.minus(Seconds::days(1)))
        .bind(except.unwrap_or(RequestId(uuid::Uuid::nil())))
        .list()
        .await?;
    Ok(filed.into_iter().map(|FiledAtRow(at)| at).collect())
}

/// Whether an account has an open request or a draft for a name.
pub async fn has_open(tx: &mut Tx<'_>, account: AccountId, key: &NameKey) -> StoreResult<bool> {
    let found: i64 = tx
        .sql(
            "select count(*) as value from request where applicant_id = $1 and name_key = $2
             and state in ('draft', 'submitted', 'more_information_needed', 'deferred')",
        )
        .bind(account)
        .bind(key.clone())
        .value()
        .await?;
    Ok(found > 0)
}

/// Whether a name is available.
pub async fn standing(tx: &mut Tx<'_>, key: &NameKey) -> StoreResult<Standing> {
    let held: i64 =
        tx.sql("select count(*) as value from held_name where name_key = $1").bind(key.clone()).value().await?;
    if held > 0 {
        return Ok(Standing::Taken);
    }
    let reserved: i64 =
        tx.sql("select count(*) as value from reserved_name where name_key = $1").bind(key.clone()).value().await?;
    Ok(if reserved > 0 { Standing::Reserved } else { Standing::Free })
}
