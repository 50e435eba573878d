//! Create an account, and sign the new device in.

use super::first_session::FirstSession;
use super::hashing::new_hash;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::services::{Services, web};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, addresses};
use crate::throttle;
use app::backend::{Answer as _, Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::accounts::{AccountDetails, CreateAccount, CreateFacts};
use shared::wire::Consent;
use shared::wire::accounts::{CreateAccountForm, UsernameQuery, UsernameStanding};

impl LoadFacts for CreateAccount {
    const CLAIMED_BY_ACTOR: bool = false;

    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<CreateFacts> {
        let emails = addresses::emails_today(tx, &self.email, None, context.now).await?;
        Ok(CreateFacts {
            username_taken: accounts::username_taken(tx, &self.username.key()).await?,
            address_held: addresses::address_held(tx, &self.email, None).await?,
            emails,
        })
    }
}

#[async_trait]
impl Handle<CreateAccountForm> for Services {
    /// Signs the new account in on this device.
    async fn handle(&self, who: &Caller, form: CreateAccountForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let submission = self.bus.submission::<CreateAccount>(&web(who), &form, consent)?;
        let account = match AccountDetails::parse(&form.username, &form.email, &form.password) {
            Ok(account) => account,
            Err(refusal) => return Err(with_username_fault(self, who, &form.username, refusal).await.into()),
        };
        let session = FirstSession { username: &form.username, password: &form.password };
        if let Some(opened) = session.previous_result(self, who, &submission).await? {
            return Ok(opened);
        }
        let client = throttle::client(&who.address);
        throttle::take(&self.bus, self.new_accounts.of(&client)).await?;
        let command = match with_hash(self, &client, account).await {
            Ok(command) => command,
            Err(Problem::Refused(refusal)) => {
                return Err(with_username_fault(self, who, &form.username, refusal).await.into());
            }
            Err(problem) => return Err(problem),
        };
        let hash = command.password_hash.clone();
        session.begin(self, who, self.bus.execute(web(who), command, submission).await?, hash).await
    }
}

/// Adds to a refused form that its username is taken, so that a person learns both at once.
async fn with_username_fault(services: &Services, who: &Caller, username: &str, refusal: Refusal) -> Refusal {
    match services.answer(who, UsernameQuery { username: username.to_owned() }).await {
        Ok(UsernameStanding { free: false }) => refusal.and(Field::Username, FaultCode::UsernameTaken {}),
        _ => refusal,
    }
}

/// The command with its password hashed. Hashing happens before the transaction, which must be short. `client` is the
/// client that hashing is done for ([`throttle::client`]), and must be entitled to it by now.
///
/// # Errors
/// The password is on a list of leaked passwords, or too many hashes are waiting already.
pub async fn with_hash(services: &Services, client: &str, account: AccountDetails) -> Result<CreateAccount, Problem> {
    let password_hash = new_hash(services, client, account.password).await?;
    Ok(CreateAccount { username: account.username, email: account.email, password_hash })
}
