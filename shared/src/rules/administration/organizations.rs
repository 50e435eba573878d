//! Disabling and enabling an organization (rules, section 1).

use super::{Actor, Command, DecisionContext, Event, NotDigested};
use crate::ids::OrganizationId;
use crate::names::OrganizationName;
use crate::problem::Refusal;
use crate::text::{DisplayName, Reason};
use crate::wire::Done;
use crate::wire::administration::OrganizationState;
use crate::words::Notice;

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

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.administrator()?;
        let DisableOrganizationFacts { organization, invitations } = facts.clone().ok_or(Refusal::NotFound {})?;
        let OrganizationFacts { id, name, display_name, state } = organization;
        // A repetition changes nothing.
        Ok(match state {
            OrganizationState::Active => {
                let reason = NotDigested(self.reason.clone());
                vec![Event::OrganizationDisabled {
                    id,
                    name,
                    display_name,
                    invitations: NotDigested(invitations),
                    reason,
                }]
            }
            OrganizationState::Disabled => Vec::new(),
        })
    }

    fn done(&self, events: &[Event]) -> Done {
        let disabled = Notice::OrganizationDisabled { name: self.name.to_string(), already: events.is_empty() };
        Done::redirect(disabled, page_of_organization(&self.name))
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

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.administrator()?;
        let OrganizationFacts { id, name, display_name, state } = facts.clone().ok_or(Refusal::NotFound {})?;
        Ok(match state {
            OrganizationState::Active => Vec::new(),
            OrganizationState::Disabled => vec![Event::OrganizationEnabled { id, name, display_name }],
        })
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::redirect(Notice::OrganizationEnabled { name: self.name.to_string() }, page_of_organization(&self.name))
    }
}

/// Returns the path of the page of an organization for administrators.
pub(super) fn page_of_organization(name: &OrganizationName) -> String {
    ["/administration/organizations/", name.key().as_str()].concat()
}
