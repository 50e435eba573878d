//! Sign a device in by username or verified address.

use crate::door::{Circumstances, Gather};
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle;
use app::backend::{Caller, Consent, Opened};
use shared::names::{NameKey, Username};
use shared::passwords::Password;
use shared::problem::{FaultCode, Faults, Field, Problem, Refusal};
use shared::rules::Change;
use shared::rules::accounts::{SignIn, SignInFacts};

impl Gather for SignIn {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<SignInFacts>> {
        let found = credentials(tx, &self.who).await?;
        Ok(found.map(|c| SignInFacts { account: c.account, password_hash: c.password_hash, disabled: c.disabled }))
    }
}

async fn credentials(tx: &mut Tx<'_>, name: &str) -> StoreResult<Option<accounts::Credentials>> {
    // What can't be a username has no key, and no account has the empty one.
    let key = Username::parse(name).map_or_else(|_| NameKey::kept(String::new()), |username| username.key());
    accounts::credentials(tx, &key, name.trim()).await
}

/// Signs a device in. A name that nobody has costs as much time as a wrong password, and gets the same
/// answer.
///
/// # Errors
/// The form's faults, too many wrong passwords before, the rule's refusal, or the database's trouble.
pub async fn sign_in(services: &Services, who: &Caller, name: &str, password: &str) -> Result<Opened, Problem> {
    let mut faults = Faults::default();
    let named = if name.trim().is_empty() { Err(FaultCode::Empty {}) } else { Ok(()) };
    let named = faults.take(Field::Who, named);
    let password = faults.take(Field::Password, Password::offered(password));
    let ((), password) = faults.finish(named.zip(password))?;

    let (client, asked) = (throttle::client(&who.address), name.trim().to_lowercase());
    let gates = &services.gates;
    let keys = [
        (&gates.by_client, client.clone()),
        (&gates.by_name, asked.clone()),
        (&gates.by_both, [&client, " ", &asked].concat()),
    ];
    for (gate, key) in &keys {
        gate.may_try(key)?;
    }
    let found = services.door.see(who, async |tx, _| Ok(credentials(tx, name).await?)).await?;
    let hash = found.map(|c| c.password_hash);
    if !services.hasher.matches(password, hash.clone()).await? {
        keys.iter().for_each(|(gate, key)| gate.count(key));
        tracing::info!(address = %who.address, "sign_in.refused");
        return Err(Refusal::SignIn {}.into());
    }
    open(services, who, name, hash).await
}

/// Opens a session for the one whose password belongs to this hash.
///
/// # Errors
/// The rule's refusal, or the database's trouble.
pub async fn open(services: &Services, who: &Caller, name: &str, hash: Option<String>) -> Result<Opened, Problem> {
    let command = SignIn { who: name.to_owned(), matched: hash, agent: who.agent.clone() };
    // No token: the answer holds a secret, which is kept nowhere. Twice is two devices, and harmless.
    let outcome = services.door.carry_out(web(who), command, Consent::default()).await?;
    let secret = outcome.changes.iter().find_map(|change| match change {
        Change::SessionOpened { secret, .. } => Some(&secret.0),
        _ => None,
    });
    let secret = secret.ok_or(Problem::Broken {})?;
    Ok(Opened { cookie: (services.session_cookie)(Some(secret)), done: outcome.done })
}
