//! Accept and decline: the invitation that an invitee sees and answers.

use super::invite::facts;
use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, invitations};
use shared::refusal::Refusal;
use shared::rules::Secret;
use shared::rules::people::{AcceptInvitation, DeclineInvitation, InvitationFacts, OrganizationAccess, may_accept};
use shared::wire::parse_id;
use shared::wire::people::{InvitationLinkQuery, InvitationQuery, InvitationView, Received};

impl LoadFacts for AcceptInvitation {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, context, contacts, self.id).await
    }
}

impl LoadFacts for DeclineInvitation {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, context, contacts, self.id).await
    }
}

impl AnswerQuery for InvitationQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<InvitationView, Failure> {
        let person = context.actor.person()?;
        let id = parse_id(&self.invitation)?;
        let found =
            facts(tx, context, &mut Contacts::default(), id).await?.filter(|found| found.offer.invitee.id == person.id);
        Ok(page(tx, found.ok_or(Refusal::NotFound {})?, context).await?)
    }
}

impl AnswerQuery for InvitationLinkQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<InvitationView, Failure> {
        let secret = Secret::parse(&self.token).ok_or(Refusal::LinkInvalid {})?;
        let person = context.actor.person()?;
        let id = invitations::by_secret(tx, secret.hash()).await?.ok_or(Refusal::LinkInvalid {})?;
        let found = facts(tx, context, &mut Contacts::default(), id).await?.ok_or(Refusal::LinkInvalid {})?;
        let invitee = &found.offer.invitee;
        if invitee.id != person.id {
            return Err(Failure::from(Refusal::LinkOfOtherAccount { username: invitee.username.clone() }));
        }
        Ok(page(tx, found, context).await?)
    }
}

/// The page of an invitation. If it can't be accepted, the page names the invitation that replaced it, if any.
async fn page(tx: &mut Tx<'_>, found: InvitationFacts, context: &RequestContext) -> StoreResult<InvitationView> {
    let closed = may_accept(&context.actor, Some(&found), context.now).err();
    let OrganizationAccess { organization, my_role, .. } = found.access;
    let next = match closed {
        Some(_) => invitations::pending_for(tx, organization.id, found.offer.invitee.id, context.now).await?,
        None => None,
    };
    Ok(InvitationView {
        invitation: Received {
            id: found.offer.id,
            organization: organization.name.to_string(),
            display_name: organization.display_name.as_str().to_owned(),
            inviter: found.offer.inviter.username,
            role: found.offer.role,
            ends_at: found.offer.ends_at,
        },
        closed,
        member: my_role.is_some(),
        next: next.filter(|next| *next != found.offer.id),
        now: context.now,
    })
}
