//! Many commands in one transaction, to fill a large site. Actor, facts, rule, rows and history are those of the
//! command bus. No emails are written, no form is claimed, and previews count as agreed to.

use super::any::AnyCommand as _;
use super::{CommandBus, Failure, LoadFacts};
use crate::context::Origin;
use crate::store::accounts::Contacts;
use crate::store::{Tx, apply};
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
        let decided = command.load_and_decide(self.tx, &context, Contacts::default(), &mut ctx).await?;
        let prepared = self.bus.prepare_without_emails(&context, decided.decision.events, &mut ctx);
        apply::commit(self.tx, &prepared).await?;
        Ok(prepared.events)
    }
}
