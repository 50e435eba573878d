//! Forms that were sent: the first outcome of a token is kept in the transaction that made it, and given
//! again to whoever sends the same form.

use super::{FromRow, Row, StoreResult, Tx};
use shared::moment::Moment;

struct Kept(String);

impl FromRow for Kept {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("outcome").map(Kept)
    }
}

/// Claims a form. `None`: it is the first time. Otherwise what was answered then.
///
/// Two at once: the second waits for the first to commit or to give up.
///
/// # Errors
/// The database's own trouble.
pub async fn claim(tx: &mut Tx<'_>, claim: [u8; 32], now: Moment) -> StoreResult<Option<String>> {
    let fresh = tx
        .sql("insert into once (claim, outcome, claimed_at) values ($1, '', $2) on conflict (claim) do nothing")
        .bind(claim)
        .bind(now)
        .run()
        .await?;
    if fresh == 1 {
        return Ok(None);
    }
    let kept: Option<Kept> = tx.sql("select outcome from once where claim = $1").bind(claim).optional().await?;
    Ok(kept.map(|Kept(outcome)| outcome))
}

/// Keeps the outcome of a form that was claimed in the same transaction.
///
/// # Errors
/// The database's own trouble.
pub async fn keep(tx: &mut Tx<'_>, claim: [u8; 32], outcome: &str) -> StoreResult<()> {
    tx.sql("update once set outcome = $2 where claim = $1").bind(claim).bind(outcome).one().await
}

/// Forgets forms that were sent before a moment; their pages are long gone.
///
/// # Errors
/// The database's own trouble.
pub async fn forget(tx: &mut Tx<'_>, before: Moment) -> StoreResult<u64> {
    tx.sql("delete from once where claimed_at < $1").bind(before).run().await
}
