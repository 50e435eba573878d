//! Invite, resend, revoke, and expiry.

use super::locked;
use crate::command_bus::{CommandBus, LoadFacts, Submission};
use crate::context::{Origin, RequestContext};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, invitations, people};
use shared::ids::InvitationId;
use shared::rules::people::{
    ExpireInvitation, InvitationFacts, Invite, InviteFacts, ResendInvitation, ResendInvitationFacts, RevokeInvitation,
};

/// How many invitations are ended at once.
const AT_ONCE: u32 = 100;

impl LoadFacts for Invite {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<InviteFacts>> {
        let Some(access) = locked(tx, context, contacts, self.organization.as_ref()).await? else { return Ok(None) };
        let mut invitees = Vec::new();
        for username in &self.usernames {
            let found = people::invitee(tx, access.organization.id, &username.key()).await?;
            found.iter().for_each(|found| contacts.add(&found.account));
            invitees.push(found.map(|found| found.invitee));
        }
        Ok(Some(InviteFacts { access, invitees, lives: context.policy.invitation }))
    }
}

/// Locks the organization of the invitation, and reads the invitation. The first read finds the organization.
pub(super) async fn facts(
    tx: &mut Tx<'_>,
    context: &RequestContext,
    contacts: &mut Contacts,
    id: InvitationId,
) -> StoreResult<Option<InvitationFacts>> {
    let Some(found) = invitations::by_id(tx, id).await? else { return Ok(None) };
    let Some(access) = locked(tx, context, contacts, Some(&found.organization_key)).await? else { return Ok(None) };
    let again = if tx.locks() { invitations::by_id(tx, id).await? } else { Some(found) };
    let found = again.filter(|again| again.organization == access.organization.id);
    Ok(found.map(|invitation| InvitationFacts {
        access,
        offer: invitation.offer,
        state: invitation.state,
        closed_by: invitation.closed_by,
    }))
}

impl LoadFacts for ResendInvitation {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<ResendInvitationFacts>> {
        let found = facts(tx, context, contacts, self.id).await?;
        Ok(found.map(|invitation| ResendInvitationFacts { invitation, lives: context.policy.invitation }))
    }
}

impl LoadFacts for RevokeInvitation {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, context, contacts, self.id).await
    }
}

impl LoadFacts for ExpireInvitation {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, context, contacts, self.id).await
    }
}

/// Ends expired invitations. Returns how many there were.
pub async fn end_overdue(bus: &CommandBus) -> StoreResult<usize> {
    let now = bus.clock.now();
    let due: Vec<InvitationId> =
        bus.store.read_single(async |tx: &mut Tx<'_>| invitations::overdue(tx, now, AT_ONCE).await).await?;
    for id in &due {
        let ended = bus.execute(Origin::Job("invitations"), ExpireInvitation { id: *id }, Submission::default()).await;
        if let Err(problem) = ended {
            tracing::warn!(invitation = %id, ?problem, "an expired invitation could not be ended");
        }
    }
    Ok(due.len())
}
