//! The operator's commands at the command line, which go through the command bus like everything else.

use crate::command_bus::{LoadFacts, Submission};
use crate::context::{Origin, RequestContext};
use crate::services::Services;
use crate::store::accounts::{self, Account, Contacts};
use crate::store::{StoreError, StoreResult, Tx, invitations, organizations, requests, sessions};
use shared::domain::Standing;
use shared::names::{OrganizationName, Username};
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::rules::Command;
use shared::rules::accounts::AccountDetails;
use shared::rules::administration::{
    AccountFacts, AdministratorFacts, DisableAccount, DisableFacts, EnableAccount, EndSessions, GrantAdministrator,
    ReserveName, RevokeAdministrator, SessionsFacts,
};
use shared::text::Reason;

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

impl LoadFacts for ReserveName {
    async fn load_facts(&self, tx: &mut Tx<'_>, _: &RequestContext, _: &mut Contacts) -> StoreResult<Standing> {
        let key = self.name.key();
        requests::lock_name(tx, &key).await?;
        requests::standing(tx, &key).await
    }
}

impl Services {
    /// Creates an administrator whose address the operator vouches for.
    pub async fn create_administrator(&self, username: &str, email: &str, password: &str) -> Result<String, Problem> {
        let account = AccountDetails::parse(username, email, password)?;
        // Nobody else waits for a hash at the command line.
        self.operate(crate::accounts::create::with_hash(self, "", account).await?).await
    }

    /// Makes an account an administrator.
    pub async fn grant_administrator(&self, username: &str) -> Result<String, Problem> {
        self.operate(GrantAdministrator { username: username.to_owned() }).await
    }

    /// Removes an account's administrator rights. The last administrator keeps them.
    pub async fn revoke_administrator(&self, username: &str) -> Result<String, Problem> {
        self.operate(RevokeAdministrator { username: username.to_owned() }).await
    }

    /// Disables an account.
    pub async fn disable_account(&self, username: &str, reason: &str) -> Result<String, Problem> {
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        self.operate(DisableAccount { username: username.to_owned(), reason }).await
    }

    /// Enables a disabled account.
    pub async fn enable_account(&self, username: &str) -> Result<String, Problem> {
        self.operate(EnableAccount { username: username.to_owned() }).await
    }

    /// Reserves a name for the site.
    pub async fn reserve_name(&self, name: &str, reason: &str) -> Result<String, Problem> {
        let name = OrganizationName::parse(name).map_err(|code| Refusal::fault(Field::AccountName, code))?;
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        self.operate(ReserveName { name, reason }).await
    }

    /// The administrators, by name, with their addresses.
    pub async fn administrators(&self) -> Result<Vec<(String, String)>, Problem> {
        let who = app::backend::Caller::default();
        self.bus
            .query(&who, async |tx, _| {
                Ok(accounts::administrators(tx).await?.into_iter().map(|a| (a.username, a.email)).collect())
            })
            .await
    }

    async fn operate<C: LoadFacts + Command>(&self, command: C) -> Result<String, Problem> {
        let outcome = self.bus.execute(Origin::Operator, command, Submission::default()).await?;
        Ok(outcome.done.notice.sentence())
    }
}
