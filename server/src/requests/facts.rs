//! The facts of a request, which most commands about one decide on.

use crate::store::{StoreResult, Tx, requests};
use shared::ids::RequestId;
use shared::rules::requests::RequestFacts;

/// Locks the request and reads it.
pub async fn locked(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Option<RequestFacts>> {
    requests::lock(tx, id).await?;
    Ok(requests::by_id(tx, id).await?.map(|r| r.facts))
}
