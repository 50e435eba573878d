//! Accepting and declining an invitation (rules, section 5).

use super::InvitationFacts;
use crate::ids::InvitationId;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested};
use crate::text::Message;
use crate::timestamp::Timestamp;

/// Accept an invitation. The invitee becomes a member.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    pub id: InvitationId,
}

/// Returns the invitation, if the actor is its invitee. For everybody else it does not exist.
fn own<'f>(actor: &Actor, facts: Option<&'f InvitationFacts>, now: Timestamp) -> Result<&'f InvitationFacts, Refusal> {
    let person = actor.person()?;
    let invitation = facts.filter(|i| i.offer.invitee.id == person.id).ok_or(Refusal::NotFound {})?;
    invitation.ensure_pending(person, now)?;
    Ok(invitation)
}

/// Checks that an invitation can be accepted now.
///
/// # Errors
/// It is somebody else's, closed or expired, the organization is disabled, or the inviter is no longer an Owner.
pub fn may_accept(actor: &Actor, facts: Option<&InvitationFacts>, now: Timestamp) -> Result<(), Refusal> {
    let invitation = own(actor, facts, now)?;
    // Only members may read the reason.
    if invitation.access.disabled.is_some() {
        return Err(Refusal::InvitingOrganizationDisabled {});
    }
    let inviter = &invitation.offer.inviter;
    if invitation.access.is_owner(inviter) {
        return Ok(());
    }
    let organization = invitation.access.organization.name.to_string();
    Err(Refusal::InviterNotOwner { inviter: inviter.username.clone(), organization })
}

impl Command for AcceptInvitation {
    type Facts = Option<InvitationFacts>;
    const NAME: &'static str = "invitations/accept";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        may_accept(actor, facts.as_ref(), ctx.now)?;
        let InvitationFacts { access, offer, .. } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let organization = access.organization.clone();
        let (display_name, role) = (organization.display_name.to_string(), Some(offer.role));
        let events = vec![
            Event::InvitationAccepted {
                id: offer.id,
                organization: organization.clone(),
                invitee: offer.invitee.clone(),
                inviter: offer.inviter.clone(),
                role: offer.role,
            },
            Event::MemberJoined {
                organization: NotDigested(organization.id),
                organization_name: organization.name,
                account: offer.invitee.clone(),
                role: offer.role,
            },
        ];
        Ok(Decision::redirect(events, Notice::InvitationAccepted { display_name, role }, Page::YourOrganizations))
    }
}

/// Decline an invitation, with an optional message to the Owners.
#[derive(Clone, Debug)]
pub struct DeclineInvitation {
    pub id: InvitationId,
    pub message: Message,
}

impl Command for DeclineInvitation {
    type Facts = Option<InvitationFacts>;
    const NAME: &'static str = "invitations/decline";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let InvitationFacts { access, offer, .. } = own(actor, facts.as_ref(), ctx.now)?;
        let declined = Event::InvitationDeclined {
            id: offer.id,
            organization: access.organization.clone(),
            invitee: offer.invitee.clone(),
            inviter: offer.inviter.clone(),
            role: offer.role,
            message: NotDigested(self.message.clone()),
        };
        let notice = Notice::InvitationDeclined { display_name: access.organization.display_name.to_string() };
        Ok(Decision::redirect(vec![declined], notice, Page::YourOrganizations))
    }
}
