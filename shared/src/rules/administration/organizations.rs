//! Disabling and enabling an organization (rules, section 1).

use super::{Actor, Command, Decision, DecisionContext, Event, NotDigested};
use crate::domain::OrganizationState;
use crate::ids::OrganizationId;
use crate::names::OrganizationName;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::text::{DisplayName, Reason};

/// An organization, found by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationFacts {
    pub id: OrganizationId,
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub state: OrganizationState,
}

/// What must be known to disable an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisableOrganizationFacts {
    pub organization: OrganizationFacts,
    /// The number of its pending invitations.
    pub invitations: u32,
}

/// Disable an organization: nobody can manage it, and its public page is hidden. Its people, roles and name stay.
#[derive(Clone, Debug)]
pub struct DisableOrganization {
    pub name: OrganizationName,
    pub reason: Reason,
}

impl Command for DisableOrganization {
    type Facts = Option<DisableOrganizationFacts>;
    const NAME: &'static str = "administration/disable-organization";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let DisableOrganizationFacts { organization, invitations } = facts.clone().ok_or(Refusal::NotFound {})?;
        let OrganizationFacts { id, name, display_name, state } = organization;
        let answer = |events, already| {
            let notice = Notice::OrganizationDisabled { name: self.name.to_string(), already };
            Ok(Decision::redirect(events, notice, Page::Organization(self.name.to_string())))
        };
        match state {
            OrganizationState::Active => {
                let (invitations, reason) = (NotDigested(invitations), NotDigested(self.reason.clone()));
                answer(vec![Event::OrganizationDisabled { id, name, display_name, invitations, reason }], false)
            }
            // A repetition changes nothing.
            OrganizationState::Disabled => answer(Vec::new(), true),
        }
    }
}

/// Enable an organization.
#[derive(Clone, Debug)]
pub struct EnableOrganization {
    pub name: OrganizationName,
}

impl Command for EnableOrganization {
    type Facts = Option<OrganizationFacts>;
    const NAME: &'static str = "administration/enable-organization";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let OrganizationFacts { id, name, display_name, state } = facts.clone().ok_or(Refusal::NotFound {})?;
        let events = match state {
            OrganizationState::Active => Vec::new(),
            OrganizationState::Disabled => vec![Event::OrganizationEnabled { id, name, display_name }],
        };
        let notice = Notice::OrganizationEnabled { name: self.name.to_string() };
        Ok(Decision::redirect(events, notice, Page::Organization(self.name.to_string())))
    }
}
