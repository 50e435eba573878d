//! Accounts that were made and never used: their usernames are freed.

use crate::door::{Circumstances, Door, Gather, Side};
use crate::store::{StoreResult, Tx, accounts, unused};
use app::backend::Consent;
use shared::ids::AccountId;
use shared::limits;
use shared::rules::administration::{FreeUsername, UnusedFacts};

/// How many are looked at in one go.
const AT_ONCE: u32 = 100;

impl Gather for FreeUsername {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<UnusedFacts>> {
        accounts::lock(tx, self.account).await?;
        unused::facts(tx, self.account).await
    }
}

/// Frees the usernames of accounts that nobody used; answers how many were looked at.
///
/// # Errors
/// The database's own trouble.
pub async fn free(door: &Door) -> StoreResult<usize> {
    let before = door.clock.now().minus(limits::ACCOUNT_UNUSED);
    let due: Vec<AccountId> = door.store.look(async |tx: &mut Tx<'_>| unused::due(tx, before, AT_ONCE).await).await?;
    for account in &due {
        let freed = door.carry_out(Side::Job("upkeep"), FreeUsername { account: *account }, Consent::default()).await;
        if let Err(problem) = freed {
            tracing::warn!(%account, ?problem, "a username could not be freed");
        }
    }
    Ok(due.len())
}
