//! The email addresses of an account: add, verify again, make primary, remove.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::ids::AccountId;
use shared::rules::accounts::{
    AddAddress, AddFacts, AddressFacts, MakePrimary, PrimaryFacts, RemoveAddress, RemoveFacts, ResendFacts,
    ResendVerification,
};

impl LoadFacts for ResendVerification {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<ResendFacts>> {
        // The first read finds the address. The second one counts, because the address is locked by then.
        let Some(account) = context.account() else { return Ok(None) };
        let wanted = |address: &AddressFacts| self.address.map_or(address.primary, |id| address.id == id);
        let Some(found) = own(tx, account).await?.into_iter().find(wanted) else { return Ok(None) };
        let emails = addresses::emails_today(tx, &found.email, Some(account), context.now).await?;
        accounts::lock(tx, account).await?;
        let found = own(tx, account).await?.into_iter().find(|address| address.id == found.id);
        let Some(AddressFacts { id, email, verified, .. }) = found else { return Ok(None) };
        let address_held = addresses::address_held(tx, &email, Some(account)).await?;
        Ok(Some(ResendFacts { email_id: id, email, verified, address_held, emails }))
    }
}

impl LoadFacts for AddAddress {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<AddFacts>> {
        let Some(account) = context.account() else { return Ok(None) };
        let emails = addresses::emails_today(tx, &self.email, Some(account), context.now).await?;
        accounts::lock(tx, account).await?;
        let password_hash = accounts::password_hash(tx, account).await?;
        let all = own(tx, account).await?;
        Ok(Some(AddFacts {
            password_hash,
            addresses: all.len(),
            own: all.iter().any(|address| address.email.key() == self.email.key()),
            address_held: addresses::address_held(tx, &self.email, Some(account)).await?,
            emails,
        }))
    }
}

impl LoadFacts for MakePrimary {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<PrimaryFacts>> {
        let all = locked(tx, context).await?;
        let now = all.iter().find(|address| address.primary).map(|address| address.email.clone());
        let address = all.into_iter().find(|address| address.id == self.address);
        Ok(address.zip(now).map(|(address, now)| PrimaryFacts { address, now }))
    }
}

impl LoadFacts for RemoveAddress {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<RemoveFacts>> {
        let (removed, others): (Vec<_>, Vec<_>) =
            locked(tx, context).await?.into_iter().partition(|address| address.id == self.address);
        let another_verified = others.iter().any(|address| address.verified);
        Ok(removed.into_iter().next().map(|address| RemoveFacts { address, another_verified }))
    }
}

/// Locks the acting account and reads its addresses.
async fn locked(tx: &mut Tx<'_>, context: &RequestContext) -> StoreResult<Vec<AddressFacts>> {
    let Some(account) = context.account() else { return Ok(Vec::new()) };
    accounts::lock(tx, account).await?;
    own(tx, account).await
}

async fn own(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<AddressFacts>> {
    Ok(addresses::of_account(tx, account).await?.into_iter().map(|address| address.facts).collect())
}
