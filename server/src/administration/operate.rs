//! The operator's commands at the command line, which go through the command bus like everything else.

use crate::command_bus::{LoadFacts, Submission};
use crate::context::{Origin, RequestContext};
use crate::services::Services;
use crate::store::accounts::{self, Contacts};
use crate::store::{StoreResult, Tx, requests};
use shared::domain::Standing;
use shared::names::OrganizationName;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::rules::Command;
use shared::rules::accounts::AccountDetails;
use shared::rules::administration::{
    DisableAccount, EnableAccount, GrantAdministrator, ReserveName, RevokeAdministrator,
};
use shared::text::Reason;

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
