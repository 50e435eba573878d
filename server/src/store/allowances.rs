//! Rate limits: how often something may still be tried. They are bookkeeping of the program, so they bypass the write
//! path.

use super::{FromRow, Row, StoreResult, Tx};
use shared::timestamp::{Seconds, Timestamp};

struct WholeAtRow(Timestamp);

impl FromRow for WholeAtRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("whole_at").map(WholeAtRow)
    }
}

/// When the allowance of a key is full again. `None` if none of it is used.
pub async fn full_at(tx: &mut Tx<'_>, key: [u8; 32]) -> StoreResult<Option<Timestamp>> {
    let found: Option<WholeAtRow> =
        tx.sql("select whole_at from allowance where key = $1").bind(key).optional().await?;
    Ok(found.map(|WholeAtRow(at)| at))
}

/// Takes one try if the allowance is used up no further ahead than `lead`. Returns whether it was taken.
pub async fn take(tx: &mut Tx<'_>, key: [u8; 32], every: Seconds, lead: Seconds, now: Timestamp) -> StoreResult<bool> {
    let changed = tx
        .sql(
            "insert into allowance (key, whole_at) values ($1, $2)
             on conflict (key) do update set
                whole_at = case when allowance.whole_at > $3 then allowance.whole_at + $4 else $2 end
             where allowance.whole_at <= $5",
        )
        .bind(key)
        .bind(now.plus(every))
        .bind(now)
        .bind(every.0.saturating_mul(1_000_000))
        .bind(now.plus(lead))
        .run()
        .await?;
    Ok(changed == 1)
}

/// Resets an allowance to full.
pub async fn reset(tx: &mut Tx<'_>, key: [u8; 32]) -> StoreResult<()> {
    tx.sql("delete from allowance where key = $1").bind(key).run().await?;
    Ok(())
}

/// Takes one try without a limit. It is restored after `every`.
pub async fn count(tx: &mut Tx<'_>, key: [u8; 32], every: Seconds, now: Timestamp) -> StoreResult<()> {
    tx.sql(
        "insert into allowance (key, whole_at) values ($1, $2)
         on conflict (key) do update set
            whole_at = case when allowance.whole_at > $3 then allowance.whole_at + $4 else $2 end",
    )
    .bind(key)
    .bind(now.plus(every))
    .bind(now)
    .bind(every.0.saturating_mul(1_000_000))
    .expect_one()
    .await
}

/// Gives one try back.
pub async fn refund(tx: &mut Tx<'_>, key: [u8; 32], every: Seconds) -> StoreResult<()> {
    tx.sql("update allowance set whole_at = whole_at - $2 where key = $1")
        .bind(key)
        .bind(every.0.saturating_mul(1_000_000))
        .run()
        .await?;
    Ok(())
}

/// Deletes the allowances that are full again.
pub async fn delete_full(tx: &mut Tx<'_>, now: Timestamp) -> StoreResult<u64> {
    tx.sql("delete from allowance where whole_at <= $1").bind(now).run().await
}
