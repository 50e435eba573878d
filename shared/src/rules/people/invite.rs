//! Inviting people, and re-sending, revoking and expiring invitations (rules, section 5).

use super::{InvitationFacts, Offer, OrganizationAccess};
use crate::domain::InvitationState;
use crate::ids::InvitationId;
use crate::names::{NameKey, Username};
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::roles::{Permission, Role};
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, Party, Person};
use crate::timestamp::{Seconds, Timestamp};
use crate::unicode::strip_link_breaks;

/// Invite one or several people with a role. Either all of them are invited, or nobody is.
#[derive(Clone, Debug)]
pub struct Invite {
    /// The organization, by its key. It is `None` if what was typed is no name.
    pub organization: Option<NameKey>,
    pub usernames: Vec<Username>,
    pub role: Role,
}

/// Returns the names in a pasted list. They are separated by white space, commas or semicolons. Quotes, brackets and a
/// leading @ are removed, and the numbers and dashes of list items are skipped.
pub fn names_in(list: &str) -> Vec<&str> {
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let encloses = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '(' | ')');
    let is_marker = |name: &str| {
        let number = name.strip_suffix(['.', ')']).unwrap_or_default();
        matches!(name, "-" | "*") || (!number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()))
    };
    let names = list.split(separates).filter(|name| !is_marker(name));
    names.map(|name| name.trim_matches(encloses).trim_start_matches('@')).filter(|name| !name.is_empty()).collect()
}

/// Parses a username that is typed to invite somebody.
///
/// # Errors
/// The rule that it breaks (rules, section 2), or [`FaultCode::UsernameRequired`] for an email address.
pub fn invited_name(typed: &str) -> Result<Username, FaultCode> {
    let typed = strip_link_breaks(typed);
    match Username::parse(typed.trim().trim_start_matches('@')) {
        Err(_) if typed.trim_start_matches('@').contains('@') => Err(FaultCode::UsernameRequired {}),
        parsed => parsed,
    }
}

/// What must be known to invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteFacts {
    pub access: OrganizationAccess,
    /// The accounts with these names, in the same order. An entry is `None` if there is no such account or it is
    /// disabled.
    pub invitees: Vec<Option<Invitee>>,
    /// How long an invitation lives.
    pub lives: Seconds,
}

/// An account that may be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    pub account: Party,
    /// Whether their primary address is verified.
    pub verified: bool,
    /// Their role, if they are already a member.
    pub role: Option<Role>,
    /// Their pending invitation.
    pub invited: Option<Offer>,
}

/// Checks that a person can be invited.
///
/// # Errors
/// The first fault, in the order of the rules (rules, section 5).
pub fn may_invite(me: &Person, invitee: Option<&Invitee>, now: Timestamp) -> Result<(), FaultCode> {
    let invitee = invitee.ok_or(FaultCode::NoSuchAccount {})?;
    if invitee.account.id == me.id {
        return Err(FaultCode::InvitesSelf {});
    }
    if let Some(role) = invitee.role {
        return Err(FaultCode::AlreadyMember { role });
    }
    if !invitee.verified {
        return Err(FaultCode::InviteeUnverified {});
    }
    match &invitee.invited {
        Some(offer) if offer.ends_at > now => {
            Err(FaultCode::AlreadyInvited { role: offer.role, ends_at: offer.ends_at })
        }
        _ => Ok(()),
    }
}

impl Command for Invite {
    type Facts = Option<InviteFacts>;
    const NAME: &'static str = "people/invite";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let me = actor.person()?;
        let InviteFacts { access, invitees, lives } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        access.authorize(actor, Permission::ManagePeople)?;
        let faults: Vec<_> = invitees.iter().filter_map(|one| may_invite(me, one.as_ref(), ctx.now).err()).collect();
        match (faults.first(), self.usernames.as_slice()) {
            (None, _) => {}
            (Some(fault), [_]) => return Err(Refusal::fault(Field::Username, fault.clone())),
            (Some(_), all) => return Err(Refusal::SomeNotInvited { some: faults.len(), all: all.len() }),
        }
        let (mut events, mut invited) = (Vec::new(), Vec::new());
        for invitee in invitees.iter().flatten() {
            invited.push(invitee.account.username.clone());
            // The earlier invitation has expired, but the job has not recorded that yet.
            events.extend(invitee.invited.iter().map(|offer| expired(access, offer)));
            events.push(Event::MemberInvited {
                id: ctx.id(),
                organization: access.organization.clone(),
                invitee: invitee.account.clone(),
                inviter: me.into(),
                role: self.role,
                price: access.price,
                secret: ctx.secret(),
                lives: *lives,
            });
        }
        let page = Page::People(access.organization.name.to_string());
        Ok(Decision::redirect(events, Notice::Invited { whom: invited.into() }, page))
    }
}

fn expired(access: &OrganizationAccess, offer: &Offer) -> Event {
    Event::InvitationExpired {
        id: offer.id,
        organization: access.organization.clone(),
        invitee: offer.invitee.clone(),
        inviter: offer.inviter.clone(),
        role: offer.role,
    }
}

/// Send an invitation again. Its end is renewed, and the earlier link stops working. The actor becomes the inviter, so
/// that the invitation stays valid if the first inviter is no longer an Owner.
#[derive(Clone, Debug)]
pub struct ResendInvitation {
    pub id: InvitationId,
}

/// What must be known to send an invitation again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResendInvitationFacts {
    pub invitation: InvitationFacts,
    /// How long an invitation lives.
    pub lives: Seconds,
}

impl Command for ResendInvitation {
    type Facts = Option<ResendInvitationFacts>;
    const NAME: &'static str = "people/resend-invitation";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.person()?;
        let ResendInvitationFacts { invitation, lives } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let me = invitation.access.authorize(actor, Permission::ManagePeople)?;
        invitation.ensure_pending(me, ctx.now)?;
        let offer = &invitation.offer;
        let renewed = Event::InvitationRenewed {
            id: offer.id,
            organization: invitation.access.organization.clone(),
            invitee: offer.invitee.clone(),
            inviter: me.into(),
            role: offer.role,
            secret: ctx.secret(),
            lives: *lives,
        };
        let notice = Notice::InvitationSentAgain { username: offer.invitee.username.clone() };
        Ok(Decision::stay(vec![renewed], notice))
    }
}

/// Revoke an invitation.
#[derive(Clone, Debug)]
pub struct RevokeInvitation {
    pub id: InvitationId,
}

impl Command for RevokeInvitation {
    type Facts = Option<InvitationFacts>;
    const NAME: &'static str = "people/revoke-invitation";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.person()?;
        let invitation = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let me = invitation.access.authorize(actor, Permission::ManagePeople)?;
        invitation.ensure_pending(me, ctx.now)?;
        let organization = &invitation.access.organization;
        let revoked = super::revoked(organization, std::slice::from_ref(&invitation.offer)).collect();
        let notice = Notice::InvitationRevoked { username: invitation.offer.invitee.username.clone() };
        Ok(Decision::redirect(revoked, notice, Page::People(organization.name.to_string())))
    }
}

/// Record that an invitation has expired.
#[derive(Clone, Debug)]
pub struct ExpireInvitation {
    pub id: InvitationId,
}

impl Command for ExpireInvitation {
    type Facts = Option<InvitationFacts>;
    const NAME: &'static str = "people/expire-invitation";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let Actor::Job(_) = actor else { return Err(Refusal::NotFound {}) };
        let invitation = facts.as_ref().ok_or(Refusal::NotFound {})?;
        // The invitation may have been closed or renewed since the job found it.
        let due = invitation.state == InvitationState::Live && invitation.offer.ends_at <= ctx.now;
        let ended = due.then(|| expired(&invitation.access, &invitation.offer));
        Ok(Decision::stay(ended.into_iter().collect(), Notice::InvitationExpired {}))
    }
}
