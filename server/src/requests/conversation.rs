//! The conversation about a request, and what its applicant mends in it.

use super::withdraw::locked;
use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, messages};
use shared::rules::requests::{
    AddNote, AnswerFacts, AnswerQuestion, AskApplicant, DeferRequest, EditRequest, RequestFacts,
};

impl Gather for AskApplicant {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl Gather for AnswerQuestion {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<AnswerFacts>> {
        let Some(request) = locked(tx, self.id).await? else { return Ok(None) };
        let questions = messages::of_request(tx, self.id).await?.questions();
        Ok(Some(AnswerFacts { request, questions }))
    }
}

impl Gather for AddNote {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl Gather for DeferRequest {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}

impl Gather for EditRequest {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
