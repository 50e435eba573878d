//! Bounces: what mail servers reply to emails for an address.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::rules::accounts::{DeliveryFacts, NoteDelivery};

impl LoadFacts for NoteDelivery {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Vec<DeliveryFacts>> {
        // Ordered by id, so that two workers that lock the same accounts wait for each other.
        for facts in addresses::delivery(tx, &self.email).await? {
            accounts::lock(tx, facts.account.id).await?;
        }
        addresses::delivery(tx, &self.email).await
    }
}
