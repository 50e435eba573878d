//! The facts of commands about accounts, which administrators give on a page and the operator at the command line.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::{self, Account, Contacts};
use crate::store::{StoreError, StoreResult, Tx, invitations, organizations, sessions};
use shared::names::Username;
use shared::rules::administration::{
    AccountFacts, AdministratorFacts, DisableAccount, DisableFacts, EnableAccount, EndSessions, GrantAdministrator,
    RevokeAdministrator, SessionsFacts,
};

/// The account with this username, if what was typed is one.
pub async fn by_username(tx: &mut Tx<'_>, username: &str) -> StoreResult<Option<Account>> {
    match Username::parse(username) {
        Ok(username) => accounts::by_username(tx, &username.key()).await,
        Err(_) => Ok(None),
    }
}

/// Locks the account and reads it. The first read finds whom to lock.
async fn account(tx: &mut Tx<'_>, username: &str) -> StoreResult<Option<AccountFacts>> {
    let Some(found) = by_username(tx, username).await? else { return Ok(None) };
    accounts::lock(tx, found.id).await?;
    Ok(accounts::by_id(tx, found.id).await?.map(|account| account.facts()))
}

impl LoadFacts for GrantAdministrator {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<AccountFacts>> {
        account(tx, &self.username).await
    }
}

impl LoadFacts for RevokeAdministrator {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<AdministratorFacts>> {
        // Two at once must not both see the other's account stay.
        accounts::lock_set_up(tx).await?;
        let Some(account) = account(tx, &self.username).await? else { return Ok(None) };
        let others = accounts::administrators(tx).await?.iter().any(|other| other.id != account.account.id);
        Ok(Some(AdministratorFacts { account, others }))
    }
}

impl LoadFacts for EndSessions {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<SessionsFacts>> {
        let Some(account) = account(tx, &self.username).await? else { return Ok(None) };
        let devices = sessions::signed_in(tx, account.account.id, context.now).await?.len();
        Ok(Some(SessionsFacts { account, devices }))
    }
}

impl LoadFacts for DisableAccount {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<DisableFacts>> {
        // An administrator is disabled and another revoked one after the other: the site keeps one.
        accounts::lock_set_up(tx).await?;
        let Some(found) = by_username(tx, &self.username).await? else { return Ok(None) };
        // Organizations are locked first, so that nobody changes their Owners meanwhile.
        let locked = organizations::lock_owned(tx, found.id).await?;
        let Some(account) = account(tx, &self.username).await? else { return Ok(None) };
        let ownerless = organizations::solely_owned_by(tx, found.id).await?;
        if let Some(late) = ownerless.iter().find(|name| !locked.contains(&name.key())) {
            return Err(StoreError::Race(format!("{} became an Owner of {late} in this moment", self.username)));
        }
        let invitations = invitations::count_sent_by(tx, found.id, context.now).await?;
        Ok(Some(DisableFacts { account, ownerless, invitations }))
    }
}

impl LoadFacts for EnableAccount {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        _: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<AccountFacts>> {
        account(tx, &self.username).await
    }
}
