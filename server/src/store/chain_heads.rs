//! The heads of hash chains that a transaction has read with the organizations that it locked, so that appending to their
//! history need not read them again.

use super::history::ChainHead;
use shared::ids::OrganizationId;

#[derive(Default)]
pub(super) struct ChainHeads(Vec<(OrganizationId, ChainHead)>);

impl ChainHeads {
    /// The head of the hash chain of a locked organization. Whoever appends an event updates it.
    pub fn get(&mut self, of: OrganizationId) -> Option<&mut ChainHead> {
        self.0.iter_mut().find(|(id, _)| *id == of).map(|(_, head)| head)
    }

    /// Stores the head of a chain unless it is known already, because the known one may be newer.
    pub fn insert(&mut self, of: OrganizationId, head: ChainHead) {
        if self.get(of).is_none() {
            self.0.push((of, head));
        }
    }
}
