//! Accounts that were created and never used.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::AccountId;
use shared::rules::Party;
use shared::rules::administration::UnusedFacts;
use shared::timestamp::Timestamp;

struct IdRow(AccountId);

impl FromRow for IdRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("id").map(IdRow)
    }
}

/// Accounts that were created before a moment and never used, oldest first. They have verified no address, were not
/// seen since, and appear nowhere else. The rule checks each again ([`facts`]).
pub async fn due(tx: &mut Tx<'_>, before: Timestamp, limit: u32) -> StoreResult<Vec<AccountId>> {
    let found: Vec<IdRow> = tx
        .sql(
            "select a.id from account a where a.created_at <= $1 and a.state = 'active' and not a.administrator
                and not exists (select 1 from email_address e where e.account_id = a.id and e.verified_at is not null)
                and not exists (select 1 from session s where s.account_id = a.id and s.seen_at > $1)
                and not exists (select 1 from membership m where m.account_id = a.id or m.changed_by = a.id)
                and not exists (select 1 from invitation i where a.id in (i.account_id, i.inviter_id, i.closed_by))
                and not exists (select 1 from request r where a.id in (r.applicant_id, r.decided_by))
                and not exists (select 1 from request_message w where w.author_id = a.id)
             order by a.created_at, a.id limit $2",
        )
        .bind(before)
        .bind(i64::from(limit))
        .list()
        .await?;
    Ok(found.into_iter().map(|IdRow(id)| id).collect())
}

struct UnusedFactsRow(UnusedFacts);

impl FromRow for UnusedFactsRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self(UnusedFacts {
            account: Party { id: row.get("id")?, username: row.get("username")? },
            since: row.get("created_at")?,
            seen_at: row.maybe("seen_at")?,
            counts: row.get::<i64>("counts")? > 0,
        }))
    }
}

/// What an account was used for.
pub async fn facts(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<UnusedFacts>> {
    let found: Option<UnusedFactsRow> = tx
        .sql(
            "select a.id, a.username, a.created_at,
                (select max(s.seen_at) from session s where s.account_id = a.id) as seen_at,
                (select count(*) from account o where o.id = a.id and (o.administrator or o.state <> 'active'))
                + (select count(*) from email_address e where e.account_id = a.id and e.verified_at is not null)
                + (select count(*) from membership m where m.account_id = a.id or m.changed_by = a.id)
                + (select count(*) from invitation i where a.id in (i.account_id, i.inviter_id, i.closed_by))
                + (select count(*) from request r where a.id in (r.applicant_id, r.decided_by))
                + (select count(*) from request_message w where w.author_id = a.id) as counts
             from account a where a.id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    Ok(found.map(|UnusedFactsRow(facts)| facts))
}
