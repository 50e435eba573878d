//! The people of an organization: the use cases, and the queries of pages.

pub mod answer;
pub mod invite;
pub mod members;

use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::history;
use crate::services::{AnswerQuery, Services};
use crate::store::accounts::Contacts;
use crate::store::people::{FoundOrganization, MemberFilter};
use crate::store::{self, Tx, invitations, organizations, people};
use app::backend::{Caller, DoneWithCookie, Execute as _, Handle};
use async_trait::async_trait;
use shared::limits;
use shared::names::{NameKey, Username};
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::roles::{Permission, Role};
use shared::rules::people::{OrganizationAccess, invited_name, may_invite, names_in};
use shared::text::search_text;
use shared::timestamp::Seconds;
use shared::wire::people::{
    EndedMembership, EndedMembershipQuery, Export, ExportQuery, Heading, InvitationRow, InviteSeveralForm,
    InviteeCheck, InviteeChecks, InviteesQuery, PeopleQuery, PeopleView, RecentEvent, RecentEventsQuery,
};
use shared::wire::{Consent, Done, organization_key};

/// How long a page may have been disconnected and still be told what happened meanwhile.
const RECENT: Seconds = Seconds(600);

impl AnswerQuery for PeopleQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<PeopleView, Failure> {
        let (key, text) = (organization_key(&self.organization), search_text(&self.text));
        let role = Role::from_code(&self.role);
        let MemberView { access, heading } = member_view(tx, context, key.as_ref()).await?;
        let person = context.actor.person()?;
        let (id, page) = (access.organization.id, limits::PEOPLE_PAGE);
        let filter = MemberFilter { text: &text, role, from: &self.from };
        let mut members = people::page(tx, id, filter, page + 1).await?;
        let next = members.get(usize::try_from(page).unwrap_or(usize::MAX)).map(people::Member::cursor);
        members.truncate(usize::try_from(page).unwrap_or(usize::MAX));
        let shown = limits::INVITATIONS_SHOWN;
        let mut pending = match access.my_role.is_some_and(|role| role.permits(Permission::SeeInvitations)) {
            true => invitations::pending(tx, id, &text, context.now, shown + 1).await?,
            false => Vec::new(),
        };
        let more_invitations = pending.len() > usize::try_from(shown).unwrap_or(usize::MAX);
        pending.truncate(usize::try_from(shown).unwrap_or(usize::MAX));
        let managing = access.authorize(&context.actor, Permission::ManagePeople).err();
        let suggested = match managing {
            None => people::suggested_usernames(tx, person.id, id, limits::USERNAME_SUGGESTIONS).await?,
            Some(_) => Vec::new(),
        };
        Ok(PeopleView {
            heading,
            people: members.into_iter().map(|member| member.row(person.id, managing.is_none())).collect(),
            next,
            roles: people::role_counts(tx, id).await?,
            managing,
            held: access.last_owner_refusal(person),
            invitations: pending.into_iter().map(invitation_row).collect(),
            more_invitations,
            known: suggested,
            price: access.price,
            now: context.now,
        })
    }
}

impl AnswerQuery for EndedMembershipQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<EndedMembership, Failure> {
        let key = organization_key(&self.organization);
        let person = context.actor.person()?;
        let key = key.as_ref().ok_or(Refusal::NotFound {})?;
        let organization = organizations::by_name(tx, key).await?.ok_or(Refusal::NotFound {})?;
        let me = Username::from_stored(person.username.clone()).key();
        let end = store::history::end_of_membership(tx, organization.id, &me).await?;
        Ok(end.map(|end| end.into_ended_membership(context.now)).ok_or(Refusal::NotFound {})?)
    }
}

impl AnswerQuery for RecentEventsQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<Vec<RecentEvent>, Failure> {
        let key = organization_key(&self.organization);
        let MemberView { access, .. } = member_view(tx, context, key.as_ref()).await?;
        let (me, since) = (context.actor.person()?.id, self.since.max(context.now.minus(RECENT)));
        Ok(history::recent_by_others(tx, access.organization.id, me, since).await?)
    }
}

impl AnswerQuery for ExportQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Export, Failure> {
        let key = organization_key(&self.organization);
        let MemberView { access, .. } = member_view(tx, context, key.as_ref()).await?;
        let person = access.authorize(&context.actor, Permission::ManagePeople)?;
        let members = people::page(tx, access.organization.id, MemberFilter::default(), u32::MAX).await?;
        let pending = invitations::pending(tx, access.organization.id, "", context.now, u32::MAX).await?;
        Ok(Export {
            members: members.into_iter().map(|member| member.row(person.id, false)).collect(),
            invitations: pending.into_iter().map(invitation_row).collect(),
            organization: access.organization.name.to_string(),
        })
    }
}

impl AnswerQuery for InviteesQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<InviteeChecks, Failure> {
        let role = Role::from_code(&self.role)
            .ok_or_else(|| Refusal::fault(Field::Role, shared::refusal::FaultCode::InvalidOption {}))?;
        let key = organization_key(&self.organization);
        // A list of a million names must cost no more than the longest list that may be invited.
        let names: Vec<&str> = names_in(&self.names).into_iter().take(limits::INVITED_AT_ONCE).collect();
        let MemberView { access, heading } = member_view(tx, context, key.as_ref()).await?;
        let person = access.authorize(&context.actor, Permission::ManagePeople)?;
        let mut verdicts: Vec<InviteeCheck> = Vec::new();
        let mut checked: Vec<NameKey> = Vec::new();
        for typed in &names {
            let verdict = match invited_name(typed) {
                Err(fault) => InviteeCheck { username: (*typed).to_owned(), fault: Some(fault) },
                Ok(name) if checked.contains(&name.key()) => continue,
                Ok(name) => {
                    let found = people::invitee(tx, access.organization.id, &name.key()).await?;
                    let invitee = found.map(|found| found.invitee);
                    checked.push(name.key());
                    let fault = may_invite(person, invitee.as_ref(), context.now).err();
                    InviteeCheck { username: invitee.map_or(name.to_string(), |i| i.account.username), fault }
                }
            };
            verdicts.push(verdict);
        }
        Ok(InviteeChecks { heading, role, verdicts, price: access.price, now: context.now })
    }
}

#[async_trait]
impl Handle<InviteSeveralForm> for Services {
    /// Continues with the rest of the list.
    async fn handle(&self, who: &Caller, form: InviteSeveralForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let rest = app::rest_of_list(&form);
        let done = self.execute(who, form, consent).await?;
        Ok(Done { next: rest.or(done.next), ..done }.into())
    }
}

/// An organization as a member sees it.
struct MemberView {
    access: OrganizationAccess,
    heading: Heading,
}

/// The organization, for its members.
///
/// # Errors
/// Outsiders get [`Refusal::NotFound`] (rules, section 3). Members are told that the organization is disabled.
async fn member_view(tx: &mut Tx<'_>, context: &RequestContext, key: Option<&NameKey>) -> Result<MemberView, Failure> {
    context.actor.person()?;
    let key = key.ok_or(Refusal::NotFound {})?;
    let found = people::access(tx, key, context.account(), context.policy.price).await?;
    let FoundOrganization { kind, access, .. } = found.ok_or(Refusal::NotFound {})?;
    access.authorize(&context.actor, Permission::View)?;
    let heading = Heading {
        name: access.organization.name.to_string(),
        display_name: access.organization.display_name.as_str().to_owned(),
        kind,
        my_role: access.my_role.ok_or(Refusal::NotFound {})?,
    };
    Ok(MemberView { access, heading })
}

fn invitation_row(offer: shared::rules::people::Offer) -> InvitationRow {
    InvitationRow {
        id: offer.id,
        username: offer.invitee.username,
        role: offer.role,
        inviter: offer.inviter.username,
        ends_at: offer.ends_at,
    }
}

/// Locks the organization with this name, and reads it for the actor. Without a name there is none.
async fn locked(
    tx: &mut Tx<'_>,
    context: &RequestContext,
    contacts: &mut Contacts,
    key: Option<&NameKey>,
) -> store::StoreResult<Option<OrganizationAccess>> {
    let Some(key) = key else { return Ok(None) };
    organizations::lock(tx, key).await?;
    let found = people::access(tx, key, context.account(), context.policy.price).await?;
    Ok(found.map(|FoundOrganization { access, owners, .. }| {
        contacts.add_owners(access.organization.id, owners);
        access
    }))
}
