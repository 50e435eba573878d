//! The people of an organization (rules, section 5): invitations, roles, removing members and leaving.
//!
//! The facts of every command include [`OrganizationAccess`]: the organization and the role of the actor in it.

mod answer;
mod invite;
mod members;

pub use answer::*;
pub use invite::*;
pub use members::*;

use super::audience::former_owners;
use super::{Actor, Event, Organization, Party, Person};
use crate::billing::Price;
use crate::domain::{Ended, InvitationState};
use crate::ids::{AccountId, InvitationId};
use crate::refusal::Refusal;
use crate::roles::{Permission, Role};
use crate::timestamp::Timestamp;

/// An organization, and the role of the actor in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationAccess {
    pub organization: Organization,
    /// Why administrators have disabled it, if they have.
    pub disabled: Option<String>,
    /// The role of the actor, if they are a member.
    pub my_role: Option<Role>,
    /// The Owners who can use their accounts, by name.
    pub owners: Vec<Party>,
    /// The Owners whose accounts are disabled. They keep their role but can't use it.
    pub disabled_owners: Vec<Party>,
    /// The price per member. A community project has none.
    pub price: Option<Price>,
}

impl OrganizationAccess {
    /// Returns the actor, if their role has the permission.
    ///
    /// # Errors
    /// Nobody is signed in, the actor is no member ([`Refusal::NotFound`]), the organization is disabled, or the role
    /// does not permit it.
    pub fn authorize<'a>(&self, actor: &'a Actor, permission: Permission) -> Result<&'a Person, Refusal> {
        let person = actor.person()?;
        let role = self.my_role.filter(|role| role.permits(Permission::View)).ok_or(Refusal::NotFound {})?;
        self.ensure_enabled()?;
        if role.permits(permission) {
            return Ok(person);
        }
        let owners = self.owners.iter().map(|owner| owner.username.clone()).collect();
        Err(Refusal::NotPermitted { permission, owners })
    }

    /// Checks that the organization is not disabled.
    fn ensure_enabled(&self) -> Result<(), Refusal> {
        match &self.disabled {
            Some(reason) => Err(Refusal::OrganizationDisabled { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    fn is_owner(&self, party: &Party) -> bool {
        self.owners.iter().any(|owner| owner.id == party.id)
    }

    /// Checks that after these events an Owner can still use their account.
    fn ensure_owner_remains(&self, events: &[Event]) -> Result<(), Refusal> {
        self.ensure_owner_remains_without(&former_owners(events))
    }

    /// Returns why a person can neither leave nor change their role, if they are the last Owner who can use their
    /// account.
    pub fn last_owner_refusal(&self, person: &Person) -> Option<Refusal> {
        let is_owner = self.owners.iter().any(|owner| owner.id == person.id);
        self.ensure_owner_remains_without(&[person.id]).err().filter(|_| is_owner)
    }

    fn ensure_owner_remains_without(&self, gone: &[AccountId]) -> Result<(), Refusal> {
        if gone.is_empty() || self.owners.iter().any(|owner| !gone.contains(&owner.id)) {
            return Ok(());
        }
        let disabled = self.disabled_owners.iter().filter(|owner| !gone.contains(&owner.id));
        Err(Refusal::LastOwner {
            organization: self.organization.name.to_string(),
            disabled: disabled.map(|owner| owner.username.clone()).collect(),
        })
    }
}

/// A member of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    pub account: Party,
    pub role: Role,
    /// Who gave them this role, if it has changed since they joined.
    pub changed_by: Option<String>,
    /// The pending invitations that they have sent.
    pub sent: Vec<Offer>,
}

/// Whether somebody is a member of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// They are a member.
    Present(MemberFacts),
    /// They are not a member. If they were one, `ended` says how the membership ended.
    Gone { ended: Option<Ended> },
}

/// A pending invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: InvitationId,
    pub invitee: Party,
    pub inviter: Party,
    pub role: Role,
    pub ends_at: Timestamp,
}

/// An invitation and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationFacts {
    pub access: OrganizationAccess,
    pub offer: Offer,
    pub state: InvitationState,
    /// Who closed it, if somebody did.
    pub closed_by: Option<String>,
}

impl InvitationFacts {
    /// Checks that the invitation is pending. The refusal names the invitee to everybody else.
    fn ensure_pending(&self, person: &Person, now: Timestamp) -> Result<(), Refusal> {
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

/// Returns the events that revoke pending invitations.
fn revoked<'a>(organization: &'a Organization, sent: &'a [Offer]) -> impl Iterator<Item = Event> + 'a {
    sent.iter().map(|offer| Event::InvitationRevoked {
        id: offer.id,
        organization: organization.clone(),
        invitee: offer.invitee.clone(),
        role: offer.role,
    })
}
