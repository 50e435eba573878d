//! Approve a request: the organization comes to be.

use super::withdraw::locked;
use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, requests};
use shared::rules::requests::{ApproveFacts, ApproveRequest, RequestFacts};

impl Gather for ApproveRequest {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<ApproveFacts>> {
        match locked(tx, self.id).await? {
            Some(request) => facts(tx, request).await.map(Some),
            None => Ok(None),
        }
    }
}

/// What must be known to approve a request.
///
/// Rivals are read, not locked: two administrators who approve two of them at once meet at the name,
/// which only one organization can hold, and the other decides again on what is true then.
///
/// # Errors
/// The database's own trouble.
pub async fn facts(tx: &mut Tx<'_>, request: RequestFacts) -> StoreResult<ApproveFacts> {
    let key = request.name.key();
    let standing = requests::standing(tx, &key).await?;
    let rivals = requests::rivals(tx, &key, request.id).await?.into_iter().map(|r| r.facts).collect();
    Ok(ApproveFacts { request, standing, rivals })
}
