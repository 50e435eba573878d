//! How often something may still be tried. Bookkeeping of the site, and no part of the product: it is counted beside the
//! write path.

use super::{FromRow, Row, StoreResult, Tx};
use shared::timestamp::{Seconds, Timestamp};

struct Whole(Timestamp);

impl FromRow for Whole {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("whole_at").map(Whole)
    }
}

/// When the allowance of a key is whole again; `None` when nothing of it was used.
pub async fn whole_at(tx: &mut Tx<'_>, key: [u8; 32]) -> StoreResult<Option<Timestamp>> {
    let found: Option<Whole> = tx.sql("select whole_at from allowance where key = $1").bind(key).optional().await?;
    Ok(found.map(|Whole(at)| at))
}

/// Makes one try, if the allowance is used up no further ahead than `lead`; says whether it was made.
pub async fn take(tx: &mut Tx<'_>, key: [u8; 32], every: Seconds, lead: Seconds, now: Timestamp) -> StoreResult<bool> {
    let made = tx
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
    Ok(made == 1)
}

/// Forgets what was tried.
pub async fn forget(tx: &mut Tx<'_>, key: [u8; 32]) -> StoreResult<()> {
    tx.sql("delete from allowance where key = $1").bind(key).run().await?;
    Ok(())
}

/// Counts one try, which takes `every` to be forgotten.
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

/// Takes one try back, as if it had not been made.
pub async fn refund(tx: &mut Tx<'_>, key: [u8; 32], every: Seconds) -> StoreResult<()> {
    tx.sql("update allowance set whole_at = whole_at - $2 where key = $1")
        .bind(key)
        .bind(every.0.saturating_mul(1_000_000))
        .run()
        .await?;
    Ok(())
}

/// Forgets the allowances that are whole again.
pub async fn forget_whole(tx: &mut Tx<'_>, now: Timestamp) -> StoreResult<u64> {
    tx.sql("delete from allowance where whole_at <= $1").bind(now).run().await
}
