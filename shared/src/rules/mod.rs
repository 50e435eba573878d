//! Every change to the system is one [`Command`]: decided by one pure function on facts that were
//! read in the same transaction, and carried out as the list of [`Event`]s that it answers
//! (rules, section 11).
//!
//! To add a capability: write its command, its facts and `decide` in the file of its area, name its
//! changes in [`change`], and follow the compiler: storing, history, letters, live news and words
//! must each know a new change.

pub mod accounts;
pub mod actor;
pub mod administration;
pub mod audience;
pub mod decision_context;
pub mod event;
pub mod people;
pub mod requests;

pub use actor::{Actor, Organization, Party, Person};
pub use audience::Audience;
pub use decision_context::{DecisionContext, NotDigested, Secret};
pub use event::Event;

use crate::ids::OrganizationId;
use crate::problem::Refusal;
use crate::roles::Role;
use crate::wire::Done;
use crate::wire::people::Ended;
use sha2::{Digest as _, Sha256};

/// Something that somebody wants to happen.
pub trait Command: Send + Sync {
    /// What must be known to decide it, all read in one transaction.
    type Facts: Send;

    /// Names the command in logs and binds a form's token to it, as in `requests/approve`.
    const NAME: &'static str;

    /// Whether a person sees a list of consequences first and agrees to exactly that list.
    const PREVIEWED: bool = false;

    /// The rule: what follows, or why not. Pure; the moment and fresh ids come as `fresh`.
    ///
    /// # Errors
    /// The one [`Refusal`] that a person is told.
    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal>;

    /// To whom of those whom it names nothing happens, though it is carried out.
    fn skipped(&self, _actor: &Actor, _facts: &Self::Facts) -> Vec<Skipped> {
        Vec::new()
    }

    /// What the one who sent it is told, and where they go next.
    fn done(&self, events: &[Event]) -> Done;
}

/// Somebody whom a command names, and to whom nothing happens by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub organization: OrganizationId,
    pub username: String,
    pub why: SkipReason,
}

/// Why nothing happens to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// They are no member any more, or never were one.
    NotAMember { ended: Option<Ended> },
    /// They have that role already.
    IsAlready { role: Role },
    /// Somebody gave them another role since the page was shown.
    ChangedMeanwhile { role: Role, by: Option<String> },
}

/// Stands for a list of changes as a person agreed to it: ids, secrets and times are left out.
///
/// 16 bytes in hexadecimal. Changes hold no maps and no floating-point numbers, so one list has one
/// digest; a list that cannot be written as text (none can't) would have the digest of nothing.
pub fn digest(events: &[Event]) -> String {
    let text = serde_json::to_vec(events).unwrap_or_default();
    hex(Sha256::digest(text).iter().take(16))
}

/// Bytes as hexadecimal text.
pub fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    use std::fmt::Write as _;
    bytes.fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
