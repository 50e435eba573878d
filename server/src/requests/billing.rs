//! The draft of a private organization: submit it, change its billing details, or discard it.

use super::facts::locked;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, billing, requests};
use shared::rules::requests::{
    BillingDraftFacts, BillingFacts, DiscardDraft, GiveBilling, RequestFacts, SaveBillingDraft,
};

impl LoadFacts for GiveBilling {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<BillingFacts>> {
        // Locked in the order of submitting: the name, the applicant, the request.
        let Some(found) = requests::by_id(tx, self.id).await? else { return Ok(None) };
        let key = found.facts.name.key();
        requests::lock_name(tx, &key).await?;
        let applicant = found.facts.applicant.id;
        accounts::lock(tx, applicant).await?;
        let Some(request) = locked(tx, self.id).await? else { return Ok(None) };
        Ok(Some(BillingFacts {
            standing: requests::standing(tx, &key).await?,
            filed_today: requests::filed_today(tx, applicant, Some(self.id), context.now).await?,
            pace: context.policy.requests,
            request,
        }))
    }
}

impl LoadFacts for SaveBillingDraft {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<BillingDraftFacts>> {
        let Some(request) = locked(tx, self.id).await? else { return Ok(None) };
        Ok(Some(BillingDraftFacts { saved: billing::draft(tx, self.id).await?, request }))
    }
}

impl LoadFacts for DiscardDraft {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
