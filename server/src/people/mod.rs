//! The people of an organization.

use crate::services::Services;
use crate::store::{organizations, people};
use app::backend::{Caller, People};
use async_trait::async_trait;
use shared::names::OrganizationName;
use shared::problem::{Problem, Refusal};
use shared::roles::Permission;
use shared::wire::people::{Heading, People as PeoplePage, PersonRow};

#[async_trait]
impl People for Services {
    async fn list(&self, who: &Caller, organization: &str) -> Result<PeoplePage, Problem> {
        let key = OrganizationName::parse(organization).map_err(|_| Refusal::NotFound {}).map(|name| name.key());
        self.door
            .see(who, async |tx, about| {
                let person = about.actor.person()?;
                let organization = organizations::standing(tx, &key?).await?.ok_or(Refusal::NotFound {})?;
                // An outsider gets the answer for a name that does not exist (rules, section 3).
                let role = people::role(tx, organization.id, person.id).await?;
                let my_role = role.filter(|r| r.permits(Permission::View)).ok_or(Refusal::NotFound {})?;
                if let Some(reason) = organization.disabled {
                    return Err(Refusal::OrganizationDisabled { reason }.into());
                }
                let members = people::members(tx, organization.id).await?;
                let row = |m: people::Member| PersonRow {
                    you: m.account == person.id,
                    username: m.username,
                    role: m.role,
                    joined_at: m.joined_at,
                };
                Ok(PeoplePage {
                    heading: Heading {
                        name: organization.name,
                        display_name: organization.display_name,
                        kind: organization.kind,
                        my_role,
                    },
                    people: members.into_iter().map(row).collect(),
                    now: about.now,
                })
            })
            .await
    }
}
