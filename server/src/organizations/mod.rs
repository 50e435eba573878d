//! Organizations: those of the caller, the public profile, and search.

use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services};
use crate::store::{Tx, invitations, organizations, people, requests, resemblance};
use shared::names::OrganizationName;
use shared::refusal::Refusal;
use shared::rules::requests::{estimate, may_file};
use shared::text::search_text;
use shared::wire::organizations::{
    Profile, ProfileQuery, SearchQuery, SearchResults, YourOrganizationsQuery, YourOrganizationsView,
};

/// How many organizations a search shows.
const SHOWN: usize = 30;

impl AnswerQuery for YourOrganizationsQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<YourOrganizationsView, Failure> {
        let person = context.actor.person()?;
        let filed = requests::filed_today(tx, person.id, None, context.now).await?;
        let asked = requests::of_applicant(tx, person.id).await?;
        let waits = asked.iter().any(|request| request.facts.state.is_open());
        let names = if waits { resemblance::names(tx).await? } else { resemblance::Names::default() };
        Ok(YourOrganizationsView {
            invitations: invitations::of_account(tx, person.id, context.now).await?,
            organizations: organizations::of_account(tx, person.id).await?,
            requests: asked.into_iter().map(|request| request.mine(&names)).collect(),
            filing: may_file(person.verified, &filed, context.policy.requests, context.now).err(),
            price: context.policy.price,
            estimate: estimate(&requests::decisions(tx).await?),
            now: context.now,
        })
    }
}

impl AnswerQuery for ProfileQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Profile, Failure> {
        let key = OrganizationName::parse(&self.name).map_err(|_| Refusal::NotFound {})?.key();
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
    }
}

impl AnswerQuery for SearchQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, _: &RequestContext) -> Result<SearchResults, Failure> {
        let query = search_text(&self.query);
        let asked = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        let mut found = if query.is_empty() { Vec::new() } else { organizations::search(tx, &query, asked).await? };
        let more = found.len() > SHOWN;
        found.truncate(SHOWN);
        Ok(SearchResults { query: query.clone(), found, more })
    }
}
