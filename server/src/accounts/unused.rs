//! Frees the usernames of accounts that were created and never used.

use crate::command_bus::{CommandBus, LoadFacts, Submission};
use crate::context::{Origin, RequestContext};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, unused};
use shared::ids::AccountId;
use shared::limits;
use shared::rules::administration::{FreeUsername, UnusedFacts};

/// How many accounts are checked at once.
const AT_ONCE: u32 = 100;

impl LoadFacts for FreeUsername {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<UnusedFacts>> {
        accounts::lock(tx, self.account).await?;
        unused::facts(tx, self.account).await
    }
}

/// Frees usernames that were never used. Returns how many accounts were checked.
pub async fn free(bus: &CommandBus) -> StoreResult<usize> {
    let before = bus.clock.now().minus(limits::ACCOUNT_UNUSED);
    let due: Vec<AccountId> =
        bus.store.read_single(async |tx: &mut Tx<'_>| unused::due(tx, before, AT_ONCE).await).await?;
    for account in &due {
        let freed = bus.execute(Origin::Job("upkeep"), FreeUsername { account: *account }, Submission::default()).await;
        if let Err(problem) = freed {
            tracing::warn!(%account, ?problem, "a username could not be freed");
        }
    }
    Ok(due.len())
}
