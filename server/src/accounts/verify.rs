//! Verify an email address.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::rules::Secret;
use shared::rules::accounts::{LinkFacts, VerifyEmail};

impl LoadFacts for VerifyEmail {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<LinkFacts>> {
        // The first read finds the account to lock. The second one counts.
        let Some(found) = link(tx, self.secret.as_ref()).await? else { return Ok(None) };
        accounts::lock(tx, found.account).await?;
        if tx.locks() { link(tx, self.secret.as_ref()).await } else { Ok(Some(found)) }
    }
}

/// The link of a secret, if there is one.
pub async fn link(tx: &mut Tx<'_>, secret: Option<&Secret>) -> StoreResult<Option<LinkFacts>> {
    match secret {
        Some(secret) => addresses::link(tx, secret.hash()).await,
        None => Ok(None),
    }
}
