//! Approve a request: the organization comes to be.

use super::withdraw::locked;
use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, requests};
use shared::rules::requests::{ApproveFacts, ApproveRequest, RequestFacts};

impl Gather for ApproveRequest {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<ApproveFacts>> {
        // The name before the requests, and all that are open before any is read: whoever asks for the name
        // or decides on a request for it is through or waits, so no rival is overlooked or closed twice.
        let Some(found) = requests::by_id(tx, self.id).await? else { return Ok(None) };
        let key = found.facts.name.key();
        requests::lock_name(tx, &key).await?;
        requests::lock_open(tx, &key).await?;
        match locked(tx, self.id).await? {
            Some(request) => facts(tx, request).await.map(Some),
            None => Ok(None),
        }
    }
}

/// What must be known to approve a request.
///
/// # Errors
/// The database's own trouble.
pub async fn facts(tx: &mut Tx<'_>, request: RequestFacts) -> StoreResult<ApproveFacts> {
    let key = request.name.key();
    let standing = requests::standing(tx, &key).await?;
    let rivals = requests::rivals(tx, &key, request.id).await?.into_iter().map(|r| r.facts).collect();
    Ok(ApproveFacts { request, standing, rivals })
}
