//! The people of an organization (rules, section 5): invitations and what becomes of them, roles, removing and leaving.
//!
//! Every command of this area begins with [`Within`]: the organization, and what whoever acts is in it.

mod answer;
mod invite;
mod members;

pub use answer::*;
pub use invite::*;
pub use members::*;

use super::audience::owners_no_more;
use super::{Actor, Event, Organization, Party, Person};
use crate::billing::Price;
use crate::ids::{AccountId, InvitationId};
use crate::names::NameKey;
use crate::problem::Refusal;
use crate::roles::{Permission, Role};
use crate::timestamp::Timestamp;
use crate::wire::people::InvitationState;

/// An organization, as it stands for the one who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    pub organization: Organization,
    /// Why administrators have shut it, if they have.
    pub disabled: Option<String>,
    /// What the one who acts is in it, if anything.
    pub my_role: Option<Role>,
    /// Its Owners who can use their accounts, by name.
    pub owners: Vec<Party>,
    /// Its Owners whose accounts are disabled: they keep their role, and can do nothing with it.
    pub shut_out: Vec<Party>,
    /// What a member costs; nothing in a community project.
    pub price: Option<Price>,
}

impl Within {
    /// Whoever acts, if their role permits it.
    ///
    /// # Errors
    /// Nobody is signed in; whoever does not belong to it is told that there is no such organization; whoever does, that
    /// administrators have shut it, or who could do it instead.
    pub fn permit<'a>(&self, actor: &'a Actor, permission: Permission) -> Result<&'a Person, Refusal> {
        let person = actor.person()?;
        let role = self.my_role.filter(|role| role.permits(Permission::View)).ok_or(Refusal::NotFound {})?;
        self.stands()?;
        if role.permits(permission) {
            return Ok(person);
        }
        let owners = self.owners.iter().map(|owner| owner.username.clone()).collect();
        Err(Refusal::NotPermitted { permission, owners })
    }

    /// # Errors
    /// Administrators have shut it.
    fn stands(&self) -> Result<(), Refusal> {
        match &self.disabled {
            Some(reason) => Err(Refusal::OrganizationDisabled { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    fn is_owner(&self, party: &Party) -> bool {
        self.owners.iter().any(|owner| owner.id == party.id)
    }

    /// # Errors
    /// After these changes nobody who can use their account would be an Owner.
    fn stays_owned(&self, events: &[Event]) -> Result<(), Refusal> {
        self.stays_owned_without(&owners_no_more(events))
    }

    /// Why somebody can neither leave nor take another role, if they are the last Owner who can use their account.
    pub fn holds(&self, person: &Person) -> Option<Refusal> {
        let is_owner = self.owners.iter().any(|owner| owner.id == person.id);
        self.stays_owned_without(&[person.id]).err().filter(|_| is_owner)
    }

    fn stays_owned_without(&self, gone: &[AccountId]) -> Result<(), Refusal> {
        if gone.is_empty() || self.owners.iter().any(|owner| !gone.contains(&owner.id)) {
            return Ok(());
        }
        let disabled = self.shut_out.iter().filter(|owner| !gone.contains(&owner.id));
        Err(Refusal::LastOwner {
            organization: self.organization.name.to_string(),
            disabled: disabled.map(|owner| owner.username.clone()).collect(),
        })
    }
}

/// A member, as commands find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    pub account: Party,
    pub role: Role,
    /// Who gave them this role, where it is not the one they joined with.
    pub changed_by: Option<String>,
    /// Invitations that they have sent, and that are not answered yet.
    pub sent: Vec<Offer>,
}

/// An invitation that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: InvitationId,
    pub invitee: Party,
    pub inviter: Party,
    pub role: Role,
    pub ends_at: Timestamp,
}

/// An invitation, as commands find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationFacts {
    pub within: Within,
    pub offer: Offer,
    pub state: InvitationState,
    /// Who closed it, if somebody did.
    pub closed_by: Option<String>,
}

impl InvitationFacts {
    /// # Errors
    /// It has been answered, revoked, or is too old; whoever acts and is not its invitee is told whose it is.
    fn lives(&self, person: &Person, now: Timestamp) -> Result<(), Refusal> {
        let state = match self.state {
            InvitationState::Live if self.offer.ends_at <= now => InvitationState::Expired,
            state => state,
        };
        if state == InvitationState::Live {
            return Ok(());
        }
        let invitee = &self.offer.invitee;
        let of = (invitee.id != person.id).then(|| invitee.username.clone());
        Err(Refusal::InvitationClosed { state, by: self.closed_by.clone(), of })
    }
}

/// The page **People** of an organization.
fn page_of(organization: &NameKey) -> String {
    ["/manage/organization/", organization.as_str(), "/people"].concat()
}

/// Invitations that end because the one who sent them is no Owner any more.
fn revoked<'a>(organization: &'a Organization, sent: &'a [Offer]) -> impl Iterator<Item = Event> + 'a {
    sent.iter().map(|offer| Event::InvitationRevoked {
        id: offer.id,
        organization: organization.clone(),
        invitee: offer.invitee.clone(),
        role: offer.role,
    })
}
