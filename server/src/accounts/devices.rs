//! Sign devices out: this one, another, or all others.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, sessions};
use shared::ids::SessionId;
use shared::rules::accounts::{EndDevice, EndOtherDevices, SignOut};

impl LoadFacts for SignOut {
    async fn load_facts(&self, _: &mut Tx<'_>, _: &RequestContext, _: &mut Contacts) -> StoreResult<()> {
        Ok(())
    }
}

impl LoadFacts for EndDevice {
    async fn load_facts(&self, tx: &mut Tx<'_>, context: &RequestContext, _: &mut Contacts) -> StoreResult<bool> {
        Ok(of_actor(tx, context).await?.contains(&self.device))
    }
}

impl LoadFacts for EndOtherDevices {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Vec<SessionId>> {
        of_actor(tx, context).await
    }
}

/// The sessions of the acting account.
pub async fn of_actor(tx: &mut Tx<'_>, context: &RequestContext) -> StoreResult<Vec<SessionId>> {
    let Some(account) = context.account() else { return Ok(Vec::new()) };
    Ok(sessions::of_account(tx, account, context.now).await?.into_iter().map(|device| device.id).collect())
}
