//! Create the first administrator with the set-up link that the server printed.

use super::create::{create_and_sign_in, previous_result, with_hash, without_hash};
use crate::command_bus::{LoadFacts, RequestContext};
use crate::services::Services;
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle;
use app::backend::{Caller, Consent, DoneWithCookie};
use shared::problem::Problem;
use shared::rules::Secret;
use shared::rules::accounts::{NewAccount, SetUp, SetUpFacts, may_set_up};
use shared::rules::administration::OpenSetUp;

impl LoadFacts for SetUp {
    const CLAIMED_BY_ACTOR: bool = false;

    fn content(&self) -> String {
        self.account.content()
    }

    async fn load_facts(&self, tx: &mut Tx<'_>, context: &RequestContext) -> StoreResult<SetUpFacts> {
        accounts::lock_set_up(tx).await?;
        let facts = facts(tx, self.secret.as_ref()).await?;
        Ok(SetUpFacts { account: self.account.load_facts(tx, context).await?, ..facts })
    }
}

impl LoadFacts for OpenSetUp {
    async fn load_facts(&self, tx: &mut Tx<'_>, _: &RequestContext) -> StoreResult<bool> {
        accounts::lock_set_up(tx).await?;
        accounts::is_set_up(tx).await
    }
}

async fn facts(tx: &mut Tx<'_>, secret: Option<&Secret>) -> StoreResult<SetUpFacts> {
    let secret_matches = match secret {
        Some(secret) => accounts::set_up_matches(tx, secret.hash()).await?,
        None => false,
    };
    Ok(SetUpFacts { secret_matches, set_up: accounts::is_set_up(tx).await?, ..SetUpFacts::default() })
}

/// Whether the set-up link is valid. It changes nothing.
pub async fn standing(services: &Services, who: &Caller, token: &str) -> Result<(), Problem> {
    let secret = Secret::parse(token);
    services
        .bus
        .query(who, async |tx, _| {
            let facts = facts(tx, secret.as_ref()).await?;
            Ok(may_set_up(&facts)?)
        })
        .await
}

/// Creates the first administrator. Nothing is hashed without a valid set-up link.
pub async fn set_up(
    services: &Services,
    who: &Caller,
    token: &str,
    username: &str,
    email: &str,
    password: &str,
    consent: Consent,
) -> Result<DoneWithCookie, Problem> {
    let account = NewAccount::parse(username, email, password)?;
    let secret = Secret::parse(token);
    let consent = services.bus.bind_secrets(consent, &[token, password]);
    let command = SetUp { secret: secret.clone(), account: without_hash(&account) };
    if let Some(opened) = previous_result(services, who, &command, (username, password), &consent).await? {
        return Ok(opened);
    }
    standing(services, who, token).await?;
    let account = with_hash(services, &throttle::client(&who.address), account).await?;
    let hash = account.password_hash.clone();
    let command = SetUp { secret, account };
    create_and_sign_in(services, who, command, (username, password, hash), consent).await
}
