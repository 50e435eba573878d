//! Organizations, as administrators see them; disabling one, and appointing an Owner where no Owner's account is
//! enabled.

use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::people::{FoundInvitee, FoundOrganization, MemberFilter};
use crate::store::{self, StoreResult, Tx};
use shared::limits::{ADMIN_LIST, HISTORY_PAGE};
use shared::names::OrganizationName;
use shared::refusal::Refusal;
use shared::rules::administration::{
    AppointFacts, AppointOwner, Candidate, DisableOrganization, DisableOrganizationFacts, EnableOrganization,
    OrganizationFacts,
};
use shared::wire::administration::{MemberRow, OrganizationRow, OrganizationView, Organizations, parse_name};

/// The newest organizations, or those that a search finds.
///
/// # Errors
/// The caller is not an administrator.
pub async fn list(tx: &mut Tx<'_>, context: &RequestContext, query: &str) -> Result<Organizations, Failure> {
    context.actor.administrator()?;
    let mut found = store::organizations::search_all(tx, query, ADMIN_LIST + 1).await?;
    let shown = usize::try_from(ADMIN_LIST).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    Ok(Organizations { query: query.to_owned(), found: found.into_iter().map(row).collect(), more, now: context.now })
}

/// One organization with everything about it.
///
/// # Errors
/// The caller is not an administrator, or there is no such organization.
pub async fn view(tx: &mut Tx<'_>, context: &RequestContext, name: &str) -> Result<OrganizationView, Failure> {
    context.actor.administrator()?;
    let key = parse_name(name)?.key();
    let organization = store::organizations::by_name(tx, &key).await?.ok_or(Refusal::NotFound {})?;
    let id = organization.id;
    let people = store::people::page(tx, id, MemberFilter::default(), ADMIN_LIST).await?;
    let history = store::history::latest_of_organization(tx, id, HISTORY_PAGE).await?;
    Ok(OrganizationView {
        url: organization.url.clone(),
        description: organization.description.clone(),
        reason: organization.disabled.clone(),
        people: people.into_iter().map(member).collect(),
        request: store::requests::of_organization(tx, id).await?,
        billing: store::billing::of_organization(tx, id).await?.as_ref().map(Into::into),
        history: history.into_iter().map(crate::accounts::settings::history_entry).collect(),
        row: row(organization),
        now: context.now,
    })
}

fn row(organization: store::organizations::Organization) -> OrganizationRow {
    OrganizationRow {
        state: organization.state(),
        ownerless: organization.ownerless,
        name: organization.name,
        display_name: organization.display_name,
        kind: organization.kind,
        people: organization.people,
        since: organization.founded_at,
    }
}

fn member(member: store::people::Member) -> MemberRow {
    MemberRow { username: member.username, disabled: member.disabled, role: member.role, joined_at: member.joined_at }
}

/// Locks the organization and reads it.
async fn facts(tx: &mut Tx<'_>, name: &OrganizationName) -> StoreResult<Option<OrganizationFacts>> {
    store::organizations::lock(tx, &name.key()).await?;
    let found = store::organizations::by_name(tx, &name.key()).await?;
    Ok(found.map(|organization| organization.facts()))
}

impl LoadFacts for DisableOrganization {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<DisableOrganizationFacts>> {
        let Some(organization) = facts(tx, &self.name).await? else { return Ok(None) };
        let invitations = store::invitations::count_pending(tx, organization.id, context.now).await?;
        Ok(Some(DisableOrganizationFacts { organization, invitations }))
    }
}

impl LoadFacts for AppointOwner {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<AppointFacts>> {
        let key = self.organization.key();
        store::organizations::lock(tx, &key).await?;
        // Locked so that the candidate isn't disabled or enabled meanwhile.
        if let Some(account) = store::accounts::by_username(tx, &self.username.key()).await? {
            store::accounts::lock(tx, account.id).await?;
        }
        let found = store::people::access(tx, &key, context.account(), context.policy.price).await?;
        let Some(FoundOrganization { access, owners, .. }) = found else { return Ok(None) };
        contacts.add_owners(access.organization.id, owners);
        let candidate = match store::people::invitee(tx, access.organization.id, &self.username.key()).await? {
            Some(FoundInvitee { account, invitee }) => {
                contacts.add(&account);
                Some(Candidate::Able(invitee))
            }
            None => {
                let disabled = store::accounts::by_username(tx, &self.username.key()).await?;
                disabled.map(|account| Candidate::Disabled(account.party()))
            }
        };
        Ok(Some(AppointFacts { access, candidate }))
    }
}

impl LoadFacts for EnableOrganization {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<OrganizationFacts>> {
        facts(tx, &self.name).await
    }
}
