//! Create an account, and sign the new device in.

use super::sign_in;
use crate::command_bus::{LoadFacts, RequestContext};
use crate::secrets::breached;
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts, addresses};
use crate::throttle;
use app::backend::{Accounts as _, Caller, Consent, DoneWithCookie};
use shared::passwords::Password;
use shared::problem::{FaultCode, Field, Problem, Refusal};
use shared::rules::accounts::{CreateAccount, CreateFacts, NewAccount};
use shared::wire::accounts::UsernameStanding;

impl LoadFacts for CreateAccount {
    const CLAIMED_BY_ACTOR: bool = false;

    fn content(&self) -> String {
        format!("{} {}", self.username, self.email)
    }

    async fn load_facts(&self, tx: &mut Tx<'_>, context: &RequestContext) -> StoreResult<CreateFacts> {
        let emails = addresses::emails_today(tx, &self.email, None, context.now).await?;
        Ok(CreateFacts {
            username_taken: accounts::username_taken(tx, &self.username.key()).await?,
            address_held: addresses::address_held(tx, &self.email, None).await?,
            emails,
        })
    }
}

/// Creates an account and signs the device in.
pub async fn create(
    services: &Services,
    who: &Caller,
    username: &str,
    email: &str,
    password: &str,
    consent: Consent,
) -> Result<DoneWithCookie, Problem> {
    let account = match NewAccount::parse(username, email, password) {
        Ok(account) => account,
        Err(refusal) => return Err(with_username_fault(services, who, username, refusal).await.into()),
    };
    let consent = services.bus.bind_secrets(consent, &[password]);
    if let Some(opened) =
        previous_result(services, who, &without_hash(&account), (username, password), &consent).await?
    {
        return Ok(opened);
    }
    let client = throttle::client(&who.address);
    throttle::take(&services.bus, services.new_accounts.of(&client)).await?;
    let command = match with_hash(services, &client, account).await {
        Ok(command) => command,
        Err(Problem::Refused(refusal)) => {
            return Err(with_username_fault(services, who, username, refusal).await.into());
        }
        Err(problem) => return Err(problem),
    };
    let hash = command.password_hash.clone();
    create_and_sign_in(services, who, command, (username, password, hash), consent).await
}

/// Adds to a refused form that its username is taken, so that a person learns both at once.
async fn with_username_fault(services: &Services, who: &Caller, username: &str, refusal: Refusal) -> Refusal {
    match services.username_standing(who, username).await {
        Ok(UsernameStanding { free: false }) => refusal.and(Field::Username, FaultCode::UsernameTaken {}),
        _ => refusal,
    }
}

/// Executes a command that creates an account, and signs the device in. A form that was sent before signs in by its
/// password.
pub async fn create_and_sign_in<C: LoadFacts>(
    services: &Services,
    who: &Caller,
    command: C,
    (username, password, hash): (&str, &str, String),
    consent: Consent,
) -> Result<DoneWithCookie, Problem> {
    let outcome = services.bus.execute(web(who), command, consent).await?;
    let opened = if outcome.events.is_empty() {
        sign_in::sign_in(services, who, username, password).await?
    } else {
        sign_in::open(services, who, username, Some(hash)).await?
    };
    Ok(DoneWithCookie { done: outcome.done, ..opened })
}

/// The first answer to a form that created an account before, with the device signed in by the password as usual.
pub async fn previous_result<C: LoadFacts>(
    services: &Services,
    who: &Caller,
    command: &C,
    (username, password): (&str, &str),
    consent: &Consent,
) -> Result<Option<DoneWithCookie>, Problem> {
    let Some(done) = services.bus.previous_answer(&web(who), command, consent).await? else { return Ok(None) };
    let opened = sign_in::sign_in(services, who, username, password).await?;
    Ok(Some(DoneWithCookie { done, ..opened }))
}

/// The command without a password hash, which is enough to recognize the form.
pub fn without_hash(account: &NewAccount) -> CreateAccount {
    CreateAccount { username: account.username.clone(), email: account.email.clone(), password_hash: String::new() }
}

/// The command with its password hashed. Hashing happens before the transaction, which must be short. `client` is the
/// client that hashing is done for ([`throttle::client`]), and must be entitled to it by now.
///
/// # Errors
/// The password is on a list of leaked passwords, or too many hashes are waiting already.
pub async fn with_hash(services: &Services, client: &str, account: NewAccount) -> Result<CreateAccount, Problem> {
    let password_hash = new_hash(services, client, account.password).await?;
    Ok(CreateAccount { username: account.username, email: account.email, password_hash })
}

/// The hash of a new password, for a client that is entitled to it.
///
/// # Errors
/// The password is on a list of leaked passwords, or too many hashes are waiting already.
pub async fn new_hash(services: &Services, client: &str, password: Password) -> Result<String, Problem> {
    if breached::is_breached(&password) {
        return Err(Refusal::fault(Field::Password, FaultCode::PasswordLeaked {}).into());
    }
    let salt = services.bus.random.seed().first_chunk().copied().unwrap_or_default();
    services.hasher.for_client(client).hash(password, salt).await
}
