//! Decline a request.

use super::withdraw::locked;
use crate::command_bus::{LoadFacts, RequestContext};
use crate::store::{StoreResult, Tx};
use shared::rules::requests::{DeclineRequest, RequestFacts};

impl LoadFacts for DeclineRequest {
    async fn load_facts(&self, tx: &mut Tx<'_>, _: &RequestContext) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
