//! Decline a request.

use super::withdraw::locked;
use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx};
use shared::rules::requests::{DeclineRequest, RequestFacts};

impl Gather for DeclineRequest {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<RequestFacts>> {
        locked(tx, self.id).await
    }
}
