//! Accept and decline: what an invitee sees of an invitation, and answers.

use super::invite::facts;
use crate::door::{Circumstances, Failure, Gather};
use crate::services::{Services, of_form, web};
use crate::store::{StoreResult, Tx, invitations};
use app::backend::{Caller, Consent, Invitations};
use async_trait::async_trait;
use shared::ids::InvitationId;
use shared::problem::{Field, Problem, Refusal};
use shared::rules::Secret;
use shared::rules::people::{AcceptInvitation, DeclineInvitation, InvitationFacts, Within, may_accept};
use shared::text::Message;
use shared::wire::people::{InvitationPage, Received};
use shared::wire::{Done, Preview};

impl Gather for AcceptInvitation {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, about, self.id).await
    }
}

impl Gather for DeclineInvitation {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<InvitationFacts>> {
        facts(tx, about, self.id).await
    }
}

#[async_trait]
impl Invitations for Services {
    async fn invitation(&self, who: &Caller, id: InvitationId) -> Result<InvitationPage, Problem> {
        self.door
            .see(who, async |tx, about| {
                let person = about.actor.person()?;
                let found = facts(tx, about, id).await?.filter(|found| found.offer.invitee.id == person.id);
                Ok(page(tx, found.ok_or(Refusal::NotFound {})?, about).await?)
            })
            .await
    }

    async fn by_link(&self, who: &Caller, token: &str) -> Result<InvitationPage, Problem> {
        let secret = Secret::parse(token).ok_or(Refusal::LinkUnknown {})?;
        self.door
            .see(who, async |tx, about| {
                let person = about.actor.person()?;
                let id = invitations::by_secret(tx, secret.hash()).await?.ok_or(Refusal::LinkUnknown {})?;
                let found = facts(tx, about, id).await?.ok_or(Refusal::LinkUnknown {})?;
                let invitee = &found.offer.invitee;
                if invitee.id != person.id {
                    return Err(Failure::from(Refusal::LinkOfAnother { username: invitee.username.clone() }));
                }
                Ok(page(tx, found, about).await?)
            })
            .await
    }

    async fn accept(&self, who: &Caller, id: InvitationId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.door.carry_out(web(who), AcceptInvitation { id }, of_form(consent)?).await?.done)
    }

    async fn preview_decline(&self, who: &Caller, id: InvitationId) -> Result<Preview, Problem> {
        self.door.preview(web(who), DeclineInvitation { id, message: Message::kept(String::new()) }).await
    }

    async fn decline(&self, who: &Caller, id: InvitationId, message: &str, consent: Consent) -> Result<Done, Problem> {
        let message = Message::parse(message).map_err(|code| Refusal::fault(Field::Message, code))?;
        Ok(self.door.carry_out(web(who), DeclineInvitation { id, message }, of_form(consent)?).await?.done)
    }
}

/// An invitation; where it can't be accepted, with the one that has taken its place, if there is one.
async fn page(tx: &mut Tx<'_>, found: InvitationFacts, about: &Circumstances) -> StoreResult<InvitationPage> {
    let closed = may_accept(&about.actor, Some(&found), about.now).err();
    let Within { organization, my_role, .. } = found.within;
    let next = match closed {
        Some(_) => invitations::waiting(tx, organization.id, found.offer.invitee.id, about.now).await?,
        None => None,
    };
    Ok(InvitationPage {
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
        now: about.now,
    })
}
