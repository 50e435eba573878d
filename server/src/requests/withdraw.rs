//! Withdraw a request.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, requests};
use shared::ids::RequestId;
use shared::rules::requests::{RequestFacts, WithdrawRequest};

impl LoadFacts for WithdrawRequest {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

/// Locks the request and reads it.
pub async fn locked(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Option<RequestFacts>> {
    requests::lock(tx, id).await?;
    Ok(requests::by_id(tx, id).await?.map(|r| r.facts))
}
