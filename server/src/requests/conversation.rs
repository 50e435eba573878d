//! The conversation about a request, and the applicant's edits.

use super::facts::locked;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, messages};
use shared::rules::requests::{
    AddNote, AnswerFacts, AnswerQuestion, AskApplicant, DeferRequest, EditRequest, RequestFacts,
};

impl LoadFacts for AskApplicant {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl LoadFacts for AnswerQuestion {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<AnswerFacts>> {
        let Some(request) = locked(tx, self.id).await? else { return Ok(None) };
        let questions = messages::of_request(tx, self.id).await?.questions();
        Ok(Some(AnswerFacts { request, questions }))
    }
}

impl LoadFacts for AddNote {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl LoadFacts for DeferRequest {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl LoadFacts for EditRequest {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
