//! What mail servers say of addresses.

use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::rules::accounts::{DeliveryFacts, NoteDelivery};

impl Gather for NoteDelivery {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Vec<DeliveryFacts>> {
        // In the order of their ids, so that two workers who write to the same accounts wait for each other.
        for facts in addresses::delivery(tx, &self.email).await? {
            accounts::lock(tx, facts.account.id).await?;
        }
        addresses::delivery(tx, &self.email).await
    }
}
