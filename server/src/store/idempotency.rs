//! Forms that were sent: the first outcome of a token is kept in the transaction that made it, and given
//! again to whoever sends the same form.

use super::accounts::Account;
use super::{FromRow, Row, StoreError, StoreResult, Tx};
use shared::ids::{AccountId, SessionId};
use shared::limits;
use shared::timestamp::Timestamp;

struct Kept(String);

impl FromRow for Kept {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("outcome").map(Kept)
    }
}

/// What was answered when this form was sent before, if it was.
pub async fn outcome(tx: &mut Tx<'_>, claim: [u8; 32]) -> StoreResult<Option<String>> {
    let kept: Option<Kept> = tx.sql("select outcome from once where claim = $1").bind(claim).optional().await?;
    Ok(kept.map(|Kept(outcome)| outcome))
}

#[derive(Default)]
struct Arrival {
    outcome: Option<String>,
    account: Option<Account>,
}

impl FromRow for Arrival {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            outcome: row.maybe("outcome")?,
            account: row.maybe::<AccountId>("id")?.map(|_| Account::from_row(row)).transpose()?,
        })
    }
}

/// The same, with the account that a session signs in, on the terms of [`super::accounts::of_session`], by one statement.
pub async fn outcome_and_account(
    tx: &mut Tx<'_>,
    claim: [u8; 32],
    session: SessionId,
    now: Timestamp,
) -> StoreResult<(Option<String>, Option<Account>)> {
    let arrival: Option<Arrival> = tx
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
    let Arrival { outcome, account } = arrival.unwrap_or_default();
    // Where others write beside this, an address may change before the organization is locked.
    if !tx.locks() {
        account.iter().for_each(|account| tx.cache.insert_account(account));
    }
    Ok((outcome, account))
}

/// Keeps the outcome of a form in the transaction that made it. Of two at once the second waits for the first to commit or
/// to give up.
///
/// # Errors
/// [`StoreError::Race`] if another transaction stored an outcome for the same form meanwhile.
pub async fn keep(tx: &mut Tx<'_>, claim: [u8; 32], outcome: &str, now: Timestamp) -> StoreResult<()> {
    let ctx = tx
        .sql("insert into once (claim, outcome, claimed_at) values ($1, $2, $3) on conflict (claim) do nothing")
        .bind(claim)
        .bind(outcome)
        .bind(now)
        .run()
        .await?;
    if ctx == 1 { Ok(()) } else { Err(StoreError::Race("the same form was sent at once".to_owned())) }
}

/// Forgets forms that were sent before a moment; their pages are long gone.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp) -> StoreResult<u64> {
    tx.sql("delete from once where claimed_at < $1").bind(before).run().await
}
