//! Create an account, and sign the new device in.

use crate::door::{Circumstances, Gather};
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts};
use app::backend::{Caller, Consent, Opened};
use shared::problem::Problem;
use shared::rules::accounts::{CreateAccount, CreateFacts, NewAccount};

impl Gather for CreateAccount {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<CreateFacts> {
        Ok(CreateFacts {
            username_taken: accounts::username_taken(tx, &self.username.key()).await?,
            address_held: accounts::address_held(tx, &self.email, None).await?,
        })
    }
}

/// Creates an account.
///
/// # Errors
/// The form's faults, the rule's refusal, or the database's trouble.
pub async fn create(
    services: &Services,
    who: &Caller,
    username: &str,
    email: &str,
    password: &str,
    consent: Consent,
) -> Result<Opened, Problem> {
    let account = NewAccount::parse(username, email, password)?;
    let command = hashed(services, account).await?;
    let done = services.door.carry_out(web(who), command, consent).await?.done;
    let opened = super::sign_in::sign_in(services, who, username, password).await?;
    Ok(Opened { done, ..opened })
}

/// The account with its password hashed: before the transaction, which must be short.
///
/// # Errors
/// Too many hashes wait already.
pub async fn hashed(services: &Services, account: NewAccount) -> Result<CreateAccount, Problem> {
    let salt = services.door.random.seed().first_chunk().copied().unwrap_or_default();
    let password_hash = services.hasher.hash(account.password, salt).await?;
    Ok(CreateAccount { username: account.username, email: account.email, password_hash })
}
