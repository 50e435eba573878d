//! Type-erased commands, so that executing one is compiled once and not for each type of command.

use super::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::store::Tx;
use crate::store::accounts::Contacts;
use shared::rules::{Decision, DecisionContext};
use std::pin::Pin;
use tracing::Instrument as _;

/// The decision of a command, and the accounts that its facts were read with.
pub struct Decided {
    pub decision: Decision,
    pub contacts: Contacts,
}

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
        contacts: Contacts,
        ctx: &'a mut DecisionContext,
    ) -> Pin<Box<dyn Future<Output = Result<Decided, Failure>> + Send + 'a>>;
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
        mut contacts: Contacts,
        ctx: &'a mut DecisionContext,
    ) -> Pin<Box<dyn Future<Output = Result<Decided, Failure>> + Send + 'a>> {
        Box::pin(async move {
            let facts = self.load_facts(tx, context, &mut contacts).instrument(tracing::debug_span!("facts")).await?;
            Ok(Decided { decision: self.decide(&context.actor, &facts, ctx)?, contacts })
        })
    }
}
