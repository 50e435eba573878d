//! Many commands in one transaction: how a large site is filled. Who acts, the facts, the rule, the rows and the history
//! are those of the door; no letters are written, no form is claimed, and whatever is previewed is agreed to.

use super::any::AnyCommand as _;
use super::{CommandBus, Emails, Failure, LoadFacts, Origin};
use crate::store::Tx;
use shared::problem::Problem;
use shared::rules::{DecisionContext, Event};

/// The door, inside a transaction that is under way.
pub struct Bulk<'d, 't, 'c> {
    bus: &'d CommandBus,
    tx: &'t mut Tx<'c>,
}

impl CommandBus {
    /// Carries many commands out in one transaction: all of them happen, or none.
    ///
    /// # Errors
    /// A rule refuses one of the commands. Then none of them is carried out.
    pub async fn in_bulk<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&mut Bulk<'_, '_, '_>) -> Result<T, Failure>,
    {
        let done: Result<T, Failure> =
            self.store.write(async |tx: &mut Tx<'_>| work(&mut Bulk { bus: self, tx }).await).await;
        Ok(done?)
    }
}

impl Bulk<'_, '_, '_> {
    /// One command.
    ///
    /// # Errors
    /// The rule refuses. The caller should end the transaction on any error.
    pub async fn execute<C: LoadFacts>(&mut self, origin: &Origin, command: &C) -> Result<Vec<Event>, Failure> {
        let mut ctx = DecisionContext::new(self.bus.random.seed(), self.bus.clock.now());
        let context = self.bus.request_context(self.tx, origin, ctx.now).await?;
        let (events, _) = command.load_and_decide(self.tx, &context, &mut ctx).await?;
        self.bus.persist(self.tx, origin, &context, &events, Emails::Skip, &mut ctx).await?;
        Ok(events)
    }
}
