//! Appointing an Owner of an organization where no Owner can use their account (rules, section 1).

use crate::names::{OrganizationName, Username};
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::routes::Page;
use crate::rules::people::{Invitee, OrganizationAccess, typed_right};
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party};
use crate::text::Reason;

/// Appoint an Owner of an organization that has no Owner who can use their account.
#[derive(Clone, Debug)]
pub struct AppointOwner {
    pub organization: OrganizationName,
    pub username: Username,
    pub reason: Reason,
    /// The typed confirmation. It is `None` for a preview.
    pub typed: Option<String>,
}

/// What must be known to appoint an Owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointFacts {
    pub access: OrganizationAccess,
    /// The account with the username.
    pub candidate: Option<Candidate>,
}

/// An account that may be appointed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// The account can be used.
    Able(Invitee),
    /// The account is disabled.
    Disabled(Party),
}

/// Checks that an administrator can appoint an Owner.
///
/// # Errors
/// An Owner can use their account, and only Owners add Owners then.
pub fn may_appoint(access: &OrganizationAccess) -> Result<(), Refusal> {
    if access.owners.is_empty() {
        return Ok(());
    }
    Err(Refusal::HasOwners {
        organization: access.organization.name.to_string(),
        owners: access.owners.iter().map(|owner| owner.username.clone()).collect(),
    })
}

impl Command for AppointOwner {
    type Facts = Option<AppointFacts>;
    const NAME: &'static str = "administration/appoint-owner";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let AppointFacts { access, candidate } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_appoint(access)?;
        let no = |code| Refusal::fault(Field::Usernames, code);
        let candidate = match candidate {
            Some(Candidate::Able(candidate)) => candidate,
            Some(Candidate::Disabled(party)) if access.disabled_owners.iter().any(|owner| owner.id == party.id) => {
                return Err(no(FaultCode::OwnerDisabled {}));
            }
            Some(Candidate::Disabled(_)) => return Err(no(FaultCode::AccountDisabled {})),
            None => return Err(no(FaultCode::NoSuchAccount {})),
        };
        if !candidate.verified {
            return Err(no(FaultCode::InviteeUnverified {}));
        }
        let organization = &access.organization;
        if let Some(typed) = &self.typed {
            typed_right(typed, organization.name.as_str()).map_err(|code| Refusal::fault(Field::Confirmation, code))?;
        }
        // The pending invitation of a candidate is revoked, because they become a member now.
        let offered = candidate.invited.as_ref().map(|offer| Event::InvitationRevoked {
            id: offer.id,
            organization: organization.clone(),
            invitee: candidate.account.clone(),
            role: offer.role,
        });
        let appointed = Event::OwnerAppointed {
            organization: organization.clone(),
            account: candidate.account.clone(),
            before: candidate.role,
            reason: NotDigested(self.reason.clone()),
        };
        let events = offered.into_iter().chain([appointed]).collect();
        let (username, organization) = (self.username.to_string(), self.organization.to_string());
        let notice = Notice::OwnerAppointed { username, organization };
        Ok(Decision::redirect(events, notice, Page::Organization(self.organization.to_string())))
    }
}
