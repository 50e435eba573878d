//! Many commands in one transaction, to fill a large site. Actor, facts, rule, rows and history are those of the
//! command bus. No emails are written, no form is claimed, and previews count as agreed to.

use super::any::AnyCommand as _;
use super::{CommandBus, Emails, Failure, LoadFacts, Origin};
use crate::store::Tx;
use shared::problem::Problem;
use shared::rules::{DecisionContext, Event};

/// The command bus within an open transaction.
pub struct Bulk<'d, 't, 'c> {
    bus: &'d CommandBus,
    tx: &'t mut Tx<'c>,
}

impl CommandBus {
    /// Executes many commands in one transaction: all of them are committed, or none.
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
    /// Executes one command.
    ///
    /// # Errors
    /// The rule refuses. The caller should end the transaction on any error.
    pub async fn execute<C: LoadFacts>(&mut self, origin: &Origin, command: &C) -> Result<Vec<Event>, Failure> {
        let mut ctx = DecisionContext::new(self.bus.random.seed(), self.bus.clock.now());
        let context = self.bus.request_context(self.tx, origin, ctx.now).await?;
        let events = command.load_and_decide(self.tx, &context, &mut ctx).await?.events;
        self.bus.persist(self.tx, origin, &context, &events, Emails::Skip, &mut ctx).await?;
        Ok(events)
    }
}
