//! Decline a request.

use super::facts::locked;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx};
use shared::rules::requests::{DeclineRequest, RequestFacts};

impl LoadFacts for DeclineRequest {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
