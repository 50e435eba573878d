//! Show that an e-mail address is one's own.

use crate::command_bus::{LoadFacts, RequestContext};
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::rules::Secret;
use shared::rules::accounts::{LinkFacts, VerifyEmail};

impl LoadFacts for VerifyEmail {
    async fn load_facts(&self, tx: &mut Tx<'_>, _: &RequestContext) -> StoreResult<Option<LinkFacts>> {
        // The first look finds whom to lock; what counts is what stands there then.
        let Some(found) = link(tx, self.secret.as_ref()).await? else { return Ok(None) };
        accounts::lock(tx, found.account).await?;
        if tx.locks() { link(tx, self.secret.as_ref()).await } else { Ok(Some(found)) }
    }
}

/// The link of a secret, if it is one of ours.
pub async fn link(tx: &mut Tx<'_>, secret: Option<&Secret>) -> StoreResult<Option<LinkFacts>> {
    match secret {
        Some(secret) => addresses::link(tx, secret.hash()).await,
        None => Ok(None),
    }
}
