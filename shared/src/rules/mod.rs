//! Commands and events. Every change to the system is one [`Command`]. A pure function decides it on facts that were
//! read in the same transaction, and returns the [`Decision`]: the [`Event`]s that are then applied, and what the actor
//! is told (rules, section 11).
//!
//! To add a capability, write its command, its facts and `decide` in the module of its area, and add its events to
//! [`event`]. The compiler then points to the store, the history, the emails and the sentences, which must know each
//! event.

pub mod accounts;
pub mod actor;
pub mod administration;
pub mod audience;
pub mod decision;
pub mod decision_context;
pub mod event;
pub mod people;
pub mod requests;

pub use actor::{Actor, Organization, Party, Person};
pub use audience::Audience;
pub use decision::{Decision, SkipReason, Skipped};
pub use decision_context::{DecisionContext, NotDigested, Secret};
pub use event::Event;

use crate::refusal::Refusal;
use sha2::{Digest as _, Sha256};

/// A request to change the system.
pub trait Command: Send + Sync {
    /// What must be known to decide it, read in one transaction.
    type Facts: Send;

    /// The name of the command in logs, to which a form's token is bound, as in `requests/approve`.
    const NAME: &'static str;

    /// Whether a person confirms a preview first.
    const PREVIEWED: bool = false;

    /// Decides the command. It is pure, and `ctx` provides the time and new ids.
    ///
    /// # Errors
    /// The [`Refusal`] that a person is told.
    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal>;
}

/// Returns the digest of a list of events, by which a person confirms a preview: 16 bytes in hexadecimal.
///
/// Ids, secrets and times are left out ([`NotDigested`]). Events contain no maps and no floating-point numbers, so
/// equal lists have equal digests. Serialising an event never fails.
pub fn digest(events: &[Event]) -> String {
    let text = serde_json::to_vec(events).unwrap_or_default();
    hex(Sha256::digest(text).iter().take(16))
}

/// Returns bytes as hexadecimal text.
pub fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    use std::fmt::Write as _;
    bytes.fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
