//! Many commands in one transaction: how a large site is filled. Who acts, the facts, the rule, the rows and the history
//! are those of the door; no letters are written, no form is claimed, and whatever is previewed is agreed to.

use super::any::AnyCommand as _;
use super::{Door, Failure, Gather, Letters, Side};
use crate::store::Tx;
use shared::problem::Problem;
use shared::rules::{Change, Fresh};

/// The door, inside a transaction that is under way.
pub struct Bulk<'d, 't, 'c> {
    door: &'d Door,
    tx: &'t mut Tx<'c>,
}

impl Door {
    /// Carries many commands out in one transaction: all of them happen, or none.
    ///
    /// # Errors
    /// A rule's refusal, or the database's trouble; then nothing has happened.
    pub async fn in_bulk<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&mut Bulk<'_, '_, '_>) -> Result<T, Failure>,
    {
        let done: Result<T, Failure> =
            self.store.write(async |tx: &mut Tx<'_>| work(&mut Bulk { door: self, tx }).await).await;
        Ok(done?)
    }
}

impl Bulk<'_, '_, '_> {
    /// One command.
    ///
    /// # Errors
    /// The rule's refusal, or the database's trouble; either should end the transaction.
    pub async fn does<C: Gather>(&mut self, side: &Side, command: &C) -> Result<Vec<Change>, Failure> {
        let mut fresh = Fresh::new(self.door.random.seed(), self.door.clock.now());
        let about = self.door.circumstances(self.tx, side, fresh.now).await?;
        let (changes, _) = command.decided(self.tx, &about, &mut fresh).await?;
        self.door.stored(self.tx, side, &about, &changes, Letters::LeftOut, &mut fresh).await?;
        Ok(changes)
    }
}
