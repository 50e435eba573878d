//! Assign a role, remove members, leave.

use super::locked;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::history::end_of_membership;
use crate::store::people::FoundMember;
use crate::store::{StoreResult, Tx, people};
use shared::names::{NameKey, Username};
use shared::rules::people::{AssignRole, MemberState, MembersFacts, RemoveMembers};

async fn facts(
    tx: &mut Tx<'_>,
    context: &RequestContext,
    contacts: &mut Contacts,
    key: Option<&NameKey>,
    names: impl Iterator<Item = &Username> + Send,
) -> StoreResult<Option<MembersFacts>> {
    let Some(access) = locked(tx, context, contacts, key).await? else { return Ok(None) };
    let mut members = Vec::new();
    for name in names {
        let (organization, key) = (access.organization.id, name.key());
        members.push(match people::member(tx, organization, &key).await? {
            Some(FoundMember { account, facts }) => {
                contacts.add(&account);
                MemberState::Present(facts)
            }
            None => MemberState::Gone { ended: end_of_membership(tx, organization, &key).await?.map(|end| end.ended) },
        });
    }
    Ok(Some(MembersFacts { access, members }))
}

impl LoadFacts for AssignRole {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<MembersFacts>> {
        facts(tx, context, contacts, self.organization.as_ref(), self.people.iter().map(|(name, _)| name)).await
    }
}

impl LoadFacts for RemoveMembers {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<Option<MembersFacts>> {
        facts(tx, context, contacts, self.organization.as_ref(), self.people.iter()).await
    }
}
