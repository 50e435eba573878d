//! Requests for organizations, from the form to the decision (rules, section 4).

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

use super::event::RequestSnapshot;
use super::{Party, Person, hex};
use crate::addresses::OrganizationUrl;
use crate::billing::BillingDetails;
use crate::domain::RequestState;
use crate::ids::RequestId;
use crate::names::OrganizationName;
use crate::refusal::Refusal;
use crate::roles::Kind;
use crate::text::{Description, DisplayName};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// The current state of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    pub id: RequestId,
    pub applicant: Party,
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    pub kind: Kind,
    pub state: RequestState,
    /// The billing details of a private organization, once they are given.
    pub billing: Option<BillingDetails>,
    /// Who closed it.
    pub decided_by: Option<String>,
    /// The number of questions and answers.
    pub said: u32,
    /// The number of unanswered questions.
    pub unanswered: u32,
}

/// Returns a version tag of what a page shows, by which the server detects an outdated page: 16 bytes in hexadecimal.
fn version_of(shown: &impl Serialize) -> String {
    let text = serde_json::to_vec(shown).unwrap_or_default();
    hex(Sha256::digest(text).iter().take(16))
}

impl RequestFacts {
    /// Returns the version of the fields that the applicant can edit.
    pub fn version(&self) -> String {
        version_of(&[self.display_name.as_str(), self.url.as_str(), self.description.as_str()])
    }

    /// Returns what an administrator sees of it before deciding.
    fn snapshot(&self) -> RequestSnapshot {
        let (url, description) = (self.url.clone(), self.description.clone());
        let (said, unanswered) = (self.said, self.unanswered);
        RequestSnapshot { url, description, state: self.state, said, unanswered, billing: self.billing.clone() }
    }

    /// Checks that the request is open. Drafts do not exist for anybody but their author.
    ///
    /// # Errors
    /// It is closed, or not submitted yet.
    fn ensure_open(&self) -> Result<(), Refusal> {
        if self.state == RequestState::Draft {
            return Err(Refusal::NotFound {});
        }
        if self.state.is_open() {
            return Ok(());
        }
        Err(Refusal::RequestClosed { state: self.state, by: self.decided_by.clone() })
    }
}

/// Returns the request, if the person submitted it. For everybody else it does not exist.
fn own<'f>(request: Option<&'f RequestFacts>, person: &Person) -> Result<&'f RequestFacts, Refusal> {
    request.filter(|r| r.applicant.id == person.id).ok_or(Refusal::NotFound {})
}
