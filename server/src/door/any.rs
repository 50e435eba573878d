//! Commands without their types: carrying one out is compiled once, and not once for each kind of command.

use super::{Circumstances, Failure, Gather};
use crate::store::Tx;
use shared::rules::{Change, Fresh, PassedOver};
use shared::wire::Done;
use std::pin::Pin;
use tracing::Instrument as _;

/// What a rule makes of a command: what happens, and whom it passes over.
pub type Decided = Result<(Vec<Change>, Vec<PassedOver>), Failure>;

/// A command of any kind.
pub trait AnyCommand: Send + Sync {
    fn name(&self) -> &'static str;

    /// Whether a person reads what would follow, and agrees to it.
    fn is_previewed(&self) -> bool;

    /// As [`Gather::CLAIMED_BY_ACTOR`].
    fn is_claimed_by_actor(&self) -> bool;

    /// As [`Gather::content`].
    fn content(&self) -> String;

    /// Reads the facts, and decides.
    fn decided<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        about: &'a Circumstances,
        fresh: &'a mut Fresh,
    ) -> Pin<Box<dyn Future<Output = Decided> + Send + 'a>>;

    /// What the person is told.
    fn done(&self, changes: &[Change]) -> Done;
}

impl<C: Gather> AnyCommand for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn is_previewed(&self) -> bool {
        C::PREVIEWED
    }

    fn is_claimed_by_actor(&self) -> bool {
        C::CLAIMED_BY_ACTOR
    }

    fn content(&self) -> String {
        Gather::content(self)
    }

    fn decided<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        about: &'a Circumstances,
        fresh: &'a mut Fresh,
    ) -> Pin<Box<dyn Future<Output = Decided> + Send + 'a>> {
        Box::pin(async move {
            let facts = self.gather(tx, about).instrument(tracing::debug_span!("facts")).await?;
            let changes = self.decide(&about.actor, &facts, fresh)?;
            Ok((changes, self.passed_over(&about.actor, &facts)))
        })
    }

    fn done(&self, changes: &[Change]) -> Done {
        shared::rules::Command::done(self, changes)
    }
}
