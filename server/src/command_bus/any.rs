//! Type-erased commands, so that executing one is compiled once and not for each type of command.

use super::{Failure, LoadFacts, RequestContext};
use crate::store::Tx;
use shared::rules::{Decision, DecisionContext};
use std::pin::Pin;
use tracing::Instrument as _;

/// The decision of a command, or why it failed.
pub type LoadAndDecideResult = Result<Decision, Failure>;

/// A command of any type.
pub trait AnyCommand: Send + Sync {
    fn name(&self) -> &'static str;

    /// Whether a person agrees to a preview first.
    fn is_previewed(&self) -> bool;

    /// Reads the facts, and decides.
    fn load_and_decide<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        context: &'a RequestContext,
        ctx: &'a mut DecisionContext,
    ) -> Pin<Box<dyn Future<Output = LoadAndDecideResult> + Send + 'a>>;
}

impl<C: LoadFacts> AnyCommand for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn is_previewed(&self) -> bool {
        C::PREVIEWED
    }

    fn load_and_decide<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        context: &'a RequestContext,
        ctx: &'a mut DecisionContext,
    ) -> Pin<Box<dyn Future<Output = LoadAndDecideResult> + Send + 'a>> {
        Box::pin(async move {
            let facts = self.load_facts(tx, context).instrument(tracing::debug_span!("facts")).await?;
            Ok(self.decide(&context.actor, &facts, ctx)?)
        })
    }
}
