//! Approve a request, which founds the organization.

use super::facts::locked;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, requests, resemblance};
use shared::rules::requests::{ApproveFacts, ApproveRequest, RequestFacts};

impl LoadFacts for ApproveRequest {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<ApproveFacts>> {
        // The name is locked before the requests, and all open requests before any is read. Others who request the name
        // or decide on it finish first or wait. So no rival is missed or closed twice.
        let Some(found) = requests::by_id(tx, self.id).await? else { return Ok(None) };
        let key = found.facts.name.key();
        requests::lock_name(tx, &key).await?;
        // The applicant can't be disabled meanwhile, so that no disabled account becomes an Owner.
        accounts::lock(tx, found.facts.applicant.id).await?;
        requests::lock_open(tx, &key).await?;
        match locked(tx, self.id).await? {
            Some(request) => facts(tx, context, request).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The facts for approving a request.
pub async fn facts(tx: &mut Tx<'_>, context: &RequestContext, request: RequestFacts) -> StoreResult<ApproveFacts> {
    let key = request.name.key();
    let standing = requests::standing(tx, &key).await?;
    let rivals = requests::rivals(tx, &key, request.id).await?.into_iter().map(|r| r.facts).collect();
    let applicant = accounts::by_id(tx, request.applicant.id).await?;
    let mut similar = resemblance::names(tx).await?.like(&key);
    similar.extend(resemblance::of_profile(tx, &key, &request.display_name, &request.url).await?);
    let (applicant_disabled, price) = (applicant.is_none_or(|account| account.disabled), context.policy.price);
    Ok(ApproveFacts { request, standing, rivals, applicant_disabled, similar, price })
}
