//! An account's e-mail addresses: add, verify again, make primary, remove.

use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, accounts, addresses};
use shared::addresses::EmailAddress;
use shared::ids::EmailId;
use shared::moment::Span;
use shared::rules::accounts::{
    AddAddress, AddFacts, AddressFacts, MakePrimary, PrimaryFacts, RemoveAddress, ResendFacts, ResendVerification,
};

impl Gather for ResendVerification {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<ResendFacts>> {
        let found = match (about.account(), self.address) {
            (None, _) => None,
            (Some(_), Some(address)) => locked(tx, about, address).await?,
            (Some(account), None) => {
                accounts::lock(tx, account).await?;
                let all = addresses::of_account(tx, account).await?;
                all.into_iter().map(|address| address.facts).find(|address| address.primary)
            }
        };
        let Some(AddressFacts { id, email, verified, .. }) = found else { return Ok(None) };
        let address_held = addresses::address_held(tx, &email, about.account()).await?;
        let letters = addresses::letters_to(tx, &email, about.now.minus(Span::days(1))).await?;
        Ok(Some(ResendFacts { email_id: id, email, verified, address_held, letters }))
    }
}

impl Gather for AddAddress {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<AddFacts> {
        let mut facts = AddFacts {
            password_hash: String::new(),
            addresses: 0,
            own: false,
            address_held: addresses::address_held(tx, &self.email, about.account()).await?,
            letters: addresses::letters_to(tx, &self.email, about.now.minus(Span::days(1))).await?,
        };
        if let Some(account) = about.account() {
            accounts::lock(tx, account).await?;
            let own = addresses::of_account(tx, account).await?;
            facts.password_hash = accounts::password_hash(tx, account).await?;
            facts.addresses = own.len();
            facts.own = own.iter().any(|address| address.facts.email.key() == self.email.key());
        }
        Ok(facts)
    }
}

impl Gather for MakePrimary {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<PrimaryFacts> {
        let address = locked(tx, about, self.address).await?;
        let email = about.actor.person().map(|person| person.email.clone()).unwrap_or_default();
        Ok(PrimaryFacts { address, now: EmailAddress::kept(email) })
    }
}

impl Gather for RemoveAddress {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<AddressFacts>> {
        locked(tx, about, self.address).await
    }
}

/// An address of the account that acts, which nobody else changes until the transaction ends.
async fn locked(tx: &mut Tx<'_>, about: &Circumstances, address: EmailId) -> StoreResult<Option<AddressFacts>> {
    let Some(account) = about.account() else { return Ok(None) };
    accounts::lock(tx, account).await?;
    addresses::own(tx, account, address).await
}
