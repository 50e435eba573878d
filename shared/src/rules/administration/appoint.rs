//! Appointing an Owner where none can use their account: an organization is never without somebody who manages it
//! (rules, section 3).

use super::page_of_organization;
use crate::names::{OrganizationName, Username};
use crate::problem::{FaultCode, Faults, Field, Refusal};
use crate::rules::people::{Invitee, Within, invited_name, typed_right};
use crate::rules::{Actor, Command, DecisionContext, Event, NotDigested, Party};
use crate::text::Reason;
use crate::wire::Done;
use crate::words::Notice;

/// Make somebody an Owner of an organization that has none who can use their account.
#[derive(Clone, Debug)]
pub struct AppointOwner {
    pub organization: OrganizationName,
    pub username: Username,
    pub reason: Reason,
    /// What was typed to confirm it; nothing for a preview, which asks for it.
    pub typed: Option<String>,
}

impl AppointOwner {
    /// Reads the form. Whom it is about was asked before, so that has no control in it.
    ///
    /// # Errors
    /// Every fault of it.
    pub fn parse(organization: OrganizationName, username: &str, reason: &str, typed: &str) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let username = faults.take(Field::Usernames, invited_name(username));
        let reason = faults.take(Field::Reason, Reason::parse(reason));
        let typed = Some(typed.to_owned());
        let parsed = username.zip(reason);
        faults.finish(parsed.map(|(username, reason)| Self { organization, username, reason, typed }))
    }

    /// What would follow, before a reason is given and the name typed.
    ///
    /// # Errors
    /// What was typed is no username.
    pub fn previewed(organization: OrganizationName, username: &str) -> Result<Self, Refusal> {
        let username = invited_name(username).map_err(|code| Refusal::fault(Field::Usernames, code))?;
        Ok(Self { organization, username, reason: Reason::from_stored(String::new()), typed: None })
    }
}

/// What must be known to appoint an Owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointFacts {
    pub within: Within,
    /// Whoever has the username.
    pub candidate: Option<Candidate>,
}

/// Somebody who may be appointed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// They can use their account.
    Able(Invitee),
    /// Their account is disabled.
    Disabled(Party),
}

/// Whether an administrator can appoint an Owner there.
///
/// # Errors
/// An Owner can use their account: it is theirs to say who else is one.
pub fn may_appoint(within: &Within) -> Result<(), Refusal> {
    if within.owners.is_empty() {
        return Ok(());
    }
    Err(Refusal::HasOwners {
        organization: within.organization.name.to_string(),
        owners: within.owners.iter().map(|owner| owner.username.clone()).collect(),
    })
}

impl Command for AppointOwner {
    type Facts = Option<AppointFacts>;
    const NAME: &'static str = "administration/appoint-owner";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.administrator()?;
        let AppointFacts { within, candidate } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_appoint(within)?;
        let no = |code| Refusal::fault(Field::Usernames, code);
        let candidate = match candidate {
            Some(Candidate::Able(candidate)) => candidate,
            Some(Candidate::Disabled(party)) if within.shut_out.iter().any(|owner| owner.id == party.id) => {
                return Err(no(FaultCode::OwnerDisabled {}));
            }
            Some(Candidate::Disabled(_)) => return Err(no(FaultCode::AccountDisabled {})),
            None => return Err(no(FaultCode::NoSuchAccount {})),
        };
        if !candidate.verified {
            return Err(no(FaultCode::InviteeUnverified {}));
        }
        let organization = &within.organization;
        if let Some(typed) = &self.typed {
            typed_right(typed, organization.name.as_str()).map_err(|code| Refusal::fault(Field::Confirmation, code))?;
        }
        // Whoever is a member has no invitation: what they were offered is less than what they get.
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
        Ok(offered.into_iter().chain([appointed]).collect())
    }

    fn done(&self, _: &[Event]) -> Done {
        let (username, organization) = (self.username.to_string(), self.organization.to_string());
        Done::then(Notice::OwnerAppointed { username, organization }, page_of_organization(&self.organization))
    }
}
