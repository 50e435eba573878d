//! Idempotency keys: the first outcome of a form is stored in the transaction that produced it, and returned again to
//! whoever sends the same form.

use super::accounts::Account;
use super::{FromRow, Row, StoreError, StoreResult, Tx};
use shared::ids::{AccountId, SessionId};
use shared::limits;
use shared::timestamp::Timestamp;

struct OutcomeRow(String);

impl FromRow for OutcomeRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("outcome").map(OutcomeRow)
    }
}

/// The stored outcome of this form, if it was sent before.
pub async fn outcome(tx: &mut Tx<'_>, claim: [u8; 32]) -> StoreResult<Option<String>> {
    let found: Option<OutcomeRow> = tx.sql("select outcome from once where claim = $1").bind(claim).optional().await?;
    Ok(found.map(|OutcomeRow(outcome)| outcome))
}

#[derive(Default)]
struct OutcomeAndAccountRow {
    outcome: Option<String>,
    account: Option<Account>,
}

impl FromRow for OutcomeAndAccountRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            outcome: row.maybe("outcome")?,
            account: row.maybe::<AccountId>("id")?.map(|_| Account::from_row(row)).transpose()?,
        })
    }
}

/// The same, with the account of a session, by one statement. A session is live on the conditions of
/// [`super::accounts::of_session`].
pub async fn outcome_and_account(
    tx: &mut Tx<'_>,
    claim: [u8; 32],
    session: SessionId,
    now: Timestamp,
) -> StoreResult<(Option<String>, Option<Account>)> {
    let found: Option<OutcomeAndAccountRow> = tx
        .sql(
            "select o.outcome, p.id, p.username, p.administrator, p.state, p.created_at, p.email_id, p.address, p.verified_at
             from (select 1 as one) always left join once o on o.claim = $1
             left join (
                select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at
                from session s join account a on a.id = s.account_id
                join email_address e on e.account_id = a.id and e.is_primary
                where s.id = $2 and s.ended_at is null and s.ends_at > $3 and s.seen_at > $4 and a.state = 'active') p
             on true",
        )
        .bind(claim)
        .bind(session)
        .bind(now)
        .bind(now.minus(limits::SESSION_IDLE))
        .optional()
        .await?;
    let OutcomeAndAccountRow { outcome, account } = found.unwrap_or_default();
    Ok((outcome, account))
}

/// Stores the outcome of a form in the transaction that produced it. If the same form is sent twice at once, the second
/// transaction waits for the first to end.
///
/// # Errors
/// [`StoreError::Race`] if another transaction stored an outcome for the same form meanwhile.
pub async fn store_outcome(tx: &mut Tx<'_>, claim: [u8; 32], outcome: &str, now: Timestamp) -> StoreResult<()> {
    let inserted = tx
        .sql("insert into once (claim, outcome, claimed_at) values ($1, $2, $3) on conflict (claim) do nothing")
        .bind(claim)
        .bind(outcome)
        .bind(now)
        .run()
        .await?;
    if inserted == 1 { Ok(()) } else { Err(StoreError::Race("the same form was sent at once".to_owned())) }
}

/// Deletes the outcomes of forms that were sent before a moment.
pub async fn delete_before(tx: &mut Tx<'_>, before: Timestamp) -> StoreResult<u64> {
    tx.sql("delete from once where claimed_at < $1").bind(before).run().await
}
