//! What a command decides: the events, who is skipped, what the actor is told, and where they go next.

use super::Event;
use crate::domain::Ended;
use crate::ids::OrganizationId;
use crate::notice::Notice;
use crate::roles::Role;
use crate::routes::Page;

/// The decision of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What happens. It is empty where the command changes nothing.
    pub events: Vec<Event>,
    /// The people whom the command names but does not affect.
    pub skipped: Vec<Skipped>,
    /// What the actor is told.
    pub notice: Notice,
    /// The page to go to. The actor stays on the page of the form where there is none.
    pub next: Option<Page>,
}

impl Decision {
    /// Decides on these events. The actor stays on the page.
    pub const fn stay(events: Vec<Event>, notice: Notice) -> Self {
        Self { events, skipped: Vec::new(), notice, next: None }
    }

    /// Decides on these events. The actor goes to the page `next`.
    pub fn redirect(events: Vec<Event>, notice: Notice, next: Page) -> Self {
        Self { next: Some(next), ..Self::stay(events, notice) }
    }

    /// Returns the decision with the people whom it skips.
    #[must_use]
    pub fn with_skipped(self, skipped: Vec<Skipped>) -> Self {
        Self { skipped, ..self }
    }
}

/// A person whom a command names but does not affect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub organization: OrganizationId,
    pub username: String,
    pub why: SkipReason,
}

/// Why a person is skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// They are not a member, or no longer.
    NotAMember { ended: Option<Ended> },
    /// They already have that role.
    IsAlready { role: Role },
    /// Somebody changed their role since the page was shown.
    ChangedMeanwhile { role: Role, by: Option<String> },
}
