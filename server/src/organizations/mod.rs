//! Organizations: those of the caller, the public profile, and search.

use crate::services::{Services, search_text};
use crate::store::{invitations, organizations, people, requests, resemblance};
use app::backend::{Caller, Organizations};
use async_trait::async_trait;
use shared::names::OrganizationName;
use shared::problem::{Problem, Refusal};
use shared::rules::requests::{estimate, may_file};
use shared::wire::organizations::{Profile, SearchResults, YourOrganizations};

/// How many organizations a search shows.
const SHOWN: usize = 30;

#[async_trait]
impl Organizations for Services {
    async fn yours(&self, who: &Caller) -> Result<YourOrganizations, Problem> {
        self.bus
            .query(who, async |tx, context| {
                let person = context.actor.person()?;
                let filed = requests::filed_today(tx, person.id, None, context.now).await?;
                let asked = requests::of_applicant(tx, person.id).await?;
                let waits = asked.iter().any(|request| request.facts.state.is_open());
                let names = if waits { resemblance::names(tx).await? } else { resemblance::Names::default() };
                Ok(YourOrganizations {
                    invitations: invitations::of_account(tx, person.id, context.now).await?,
                    organizations: organizations::of_account(tx, person.id).await?,
                    requests: asked.into_iter().map(|request| request.mine(&names)).collect(),
                    filing: may_file(person.verified, &filed, context.policy.requests, context.now).err(),
                    price: context.policy.price,
                    estimate: estimate(&requests::decisions(tx).await?),
                    now: context.now,
                })
            })
            .await
    }

    async fn profile(&self, who: &Caller, name: &str) -> Result<Profile, Problem> {
        let key = OrganizationName::parse(name).map_err(|_| Refusal::NotFound {})?.key();
        self.bus
            .query(who, async |tx, context| {
                let organization = organizations::active_by_name(tx, &key).await?.ok_or(Refusal::NotFound {})?;
                let my_role = match context.account() {
                    Some(account) => people::role(tx, organization.id, account).await?,
                    None => None,
                };
                Ok(Profile {
                    name: organization.name,
                    display_name: organization.display_name,
                    url: organization.url,
                    description: organization.description,
                    kind: organization.kind,
                    since: organization.founded_at,
                    my_role,
                })
            })
            .await
    }

    async fn search(&self, who: &Caller, query: &str) -> Result<SearchResults, Problem> {
        let query = search_text(query);
        let asked = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        self.bus
            .query(who, async |tx, _| {
                let mut found =
                    if query.is_empty() { Vec::new() } else { organizations::search(tx, &query, asked).await? };
                let more = found.len() > SHOWN;
                found.truncate(SHOWN);
                Ok(SearchResults { query: query.clone(), found, more })
            })
            .await
    }
}
