//! Requests for an organization (rules, section 4): from the form to the decision.

mod billing;
mod conversation;
mod decide;
mod estimate;
mod file;

pub use billing::*;
pub use conversation::*;
pub use decide::*;
pub use estimate::estimate;
pub use file::*;

use super::event::AsRead;
use super::{Event, Party, Person, hex};
use crate::addresses::OrganizationUrl;
use crate::billing::BillingDetails;
use crate::ids::RequestId;
use crate::names::OrganizationName;
use crate::problem::Refusal;
use crate::roles::Kind;
use crate::text::{Description, DisplayName};
use crate::wire::requests::State;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    pub id: RequestId,
    pub applicant: Party,
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    pub kind: Kind,
    pub state: State,
    /// Whom its papers go to, once that was said; a private organization's alone.
    pub billing: Option<BillingDetails>,
    /// Who closed it.
    pub decided_by: Option<String>,
    /// How many questions and answers there are.
    pub said: u32,
    /// How many questions wait for an answer.
    pub unanswered: u32,
}

/// What a page is given instead of what it shows, so that the server knows whether that still stands.
fn stand_in(shown: &impl Serialize) -> String {
    let text = serde_json::to_vec(shown).unwrap_or_default();
    hex(Sha256::digest(text).iter().take(16))
}

impl RequestFacts {
    /// Stands for the words that the applicant can change: 16 bytes in hexadecimal.
    pub fn words(&self) -> String {
        stand_in(&[self.display_name.as_str(), self.url.as_str(), self.description.as_str()])
    }

    /// What somebody reads who decides on it.
    fn as_read(&self) -> AsRead {
        let (url, description) = (self.url.clone(), self.description.clone());
        let (said, unanswered) = (self.said, self.unanswered);
        AsRead { url, description, state: self.state, said, unanswered, billing: self.billing.clone() }
    }

    /// Closed requests take no decision, and drafts are nobody's business but their author's.
    ///
    /// # Errors
    /// It is closed, or not handed in yet.
    fn open(&self) -> Result<(), Refusal> {
        if self.state == State::Draft {
            return Err(Refusal::NotFound {});
        }
        if self.state.is_open() {
            return Ok(());
        }
        Err(Refusal::RequestClosed { state: self.state, by: self.decided_by.clone() })
    }
}

/// The request, for the one who handed it in; to everybody else it does not exist.
fn own<'f>(request: Option<&'f RequestFacts>, person: &Person) -> Result<&'f RequestFacts, Refusal> {
    request.filter(|r| r.applicant.id == person.id).ok_or(Refusal::NotFound {})
}

/// The name of the request that the changes are about.
fn name_of(events: &[Event]) -> String {
    let name = events.iter().find_map(|c| match c {
        Event::RequestApproved { name, .. }
        | Event::RequestDeclined { name, .. }
        | Event::RequestDeferred { name, .. }
        | Event::QuestionAsked { name, .. }
        | Event::DraftDiscarded { name, .. }
        | Event::RequestWithdrawn { name, .. } => Some(name.to_string()),
        _ => None,
    });
    name.unwrap_or_default()
}

/// The page on which administrators see a request.
fn review_of(id: RequestId) -> String {
    ["/administration/requests/", &id.to_string()].concat()
}

/// The page on which an applicant says whom the papers of a private organization go to.
fn billing_page_of(id: RequestId) -> String {
    [&page_of(id), "/billing"].concat()
}

/// The page on which an applicant sees their request.
fn page_of(id: RequestId) -> String {
    ["/manage/requests/", &id.to_string()].concat()
}
