//! Sign a device in by username or verified address.

use super::password::tries;
use crate::door::{Circumstances, Failure, Gather, Outcome};
use crate::secrets::breached;
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts, sessions};
use crate::throttle::{self, Allowance, WRONG_BY_ACCOUNT, WRONG_BY_NAME};
use app::backend::{Caller, Consent, Opened};
use shared::addresses::EmailAddress;
use shared::ids::AccountId;
use shared::limits;
use shared::names::{NameKey, Username};
use shared::passwords::Password;
use shared::problem::{FaultCode, Faults, Field, Problem, Refusal};
use shared::rules::Change;
use shared::rules::accounts::{SignIn, SignInFacts};

impl Gather for SignIn {
    async fn gather(&self, tx: &mut Tx<'_>, _: &Circumstances) -> StoreResult<Option<SignInFacts>> {
        let Some(found) = credentials(tx, &self.who).await? else { return Ok(None) };
        // Whoever changes the password meanwhile ends all sessions that there are: this one is among them, or comes
        // with the new password.
        accounts::lock(tx, found.account.id).await?;
        let found = if tx.locks() { credentials(tx, &self.who).await? } else { Some(found) };
        Ok(found.map(|c| SignInFacts { account: c.account, password_hash: c.password_hash, disabled: c.disabled }))
    }
}

async fn credentials(tx: &mut Tx<'_>, name: &str) -> StoreResult<Option<accounts::Credentials>> {
    let (username, address) = named(name);
    accounts::credentials(tx, &username, &address).await
}

/// What was typed, as the key of a username and as that of an address. What can't be one has the empty key, which no
/// account has.
pub fn named(name: &str) -> (NameKey, String) {
    let username = Username::parse(name).map_or_else(|_| NameKey::kept(String::new()), |username| username.key());
    let address = EmailAddress::parse(name).map_or_else(|_| String::new(), |address| address.key());
    (username, address)
}

/// Signs a device in. A name that nobody has costs as much time as a wrong password, and gets the same
/// answer.
///
/// # Errors
/// The form's faults, the demo's password where others come, too many wrong passwords before, the rule's refusal, or the
/// database's trouble.
pub async fn sign_in(services: &Services, who: &Caller, name: &str, password: &str) -> Result<Opened, Problem> {
    let mut faults = Faults::default();
    let named = if name.trim().is_empty() { Err(FaultCode::Empty {}) } else { Ok(()) };
    let named = faults.take(Field::Who, named);
    let password = faults.take(Field::Password, Password::offered(password));
    let ((), password) = faults.finish(named.zip(password))?;
    // A site that was filled to look around in may be shown to others since.
    if !services.is_local && breached::is_of_the_demo(&password) {
        return Err(Refusal::DemoPassword {}.into());
    }

    let (found, against) = services.door.see(who, async |tx, about| may_try(tx, about, who, name).await).await?;
    let hash = found.as_ref().map(|c| c.password_hash.clone());
    let right = services.hasher.matches(password, hash.clone()).await?;
    // Others may have tried beside this one: a right guess among too many is not told from a wrong one.
    let again = async |tx: &mut Tx<'_>, about: &Circumstances| {
        may_try(tx, about, who, name).await?;
        match &found {
            Some(found) => overrun(tx, about, found.account.id, &who.address).await,
            None => Ok(false),
        }
    };
    let overrun = services.door.see(who, again).await?;
    if !right || overrun {
        let account = found.map(|found| WRONG_BY_ACCOUNT.of(&found.account.id.to_string()));
        let against: Vec<Allowance> = against.into_iter().chain(account).collect();
        throttle::count(&services.door, &against).await.map_err(Failure::from)?;
        tracing::info!(address = %who.address, "sign_in.refused");
        return Err(Refusal::SignIn {}.into());
    }
    open(services, who, name, hash).await
}

/// What was typed as a name, in the one way in which all its spellings are counted. Names of one account are counted
/// each for itself: who tries one must not learn of the others.
pub fn typed(name: &str) -> String {
    let (username, address) = named(name);
    match (username.as_str(), address.as_str()) {
        ("", "") => name.trim().to_lowercase(),
        ("", address) => address.to_owned(),
        (username, _) => username.to_owned(),
    }
}

/// Who wants to sign in, and what a wrong password counts against. Who comes from where they signed in before is let try
/// even when others have used the tries of their name up: nobody is locked out by a stranger.
///
/// # Errors
/// Too many wrong passwords, or the database's trouble.
async fn may_try(
    tx: &mut Tx<'_>,
    about: &Circumstances,
    who: &Caller,
    name: &str,
) -> Result<(Option<accounts::Credentials>, [Allowance; 3]), Failure> {
    let found = credentials(tx, name).await?;
    let typed = typed(name);
    let [by_client, by_both] = tries(&typed, &who.address);
    let by_name = WRONG_BY_NAME.of(&typed);
    by_client.may_try(tx, about.now).await?;
    by_both.may_try(tx, about.now).await?;
    if let Err(refused) = by_name.may_try(tx, about.now).await {
        let known = match &found {
            Some(found) => comes_from(tx, about, found.account.id, &who.address).await?,
            None => false,
        };
        if !known {
            return Err(refused);
        }
    }
    Ok((found, [by_client, by_both, by_name]))
}

/// Whether so many wrong passwords were tried at an account, by whatever names, that not even the right one is believed
/// from a place that is not known. The answer is that of a wrong one, so that nobody learns which names belong together;
/// its holder gets in by a new password.
async fn overrun(tx: &mut Tx<'_>, about: &Circumstances, account: AccountId, address: &str) -> Result<bool, Failure> {
    match WRONG_BY_ACCOUNT.of(&account.to_string()).may_try(tx, about.now).await {
        Ok(()) => Ok(false),
        Err(Failure::Refused(_)) => Ok(!comes_from(tx, about, account, address).await?),
        Err(failure) => Err(failure),
    }
}

/// Whether somebody signed in to the account from this client before.
async fn comes_from(tx: &mut Tx<'_>, about: &Circumstances, account: AccountId, address: &str) -> StoreResult<bool> {
    let before = sessions::addresses(tx, account, about.now.minus(limits::KNOWN_CLIENT)).await?;
    Ok(before.iter().any(|before| throttle::client(before) == throttle::client(address)))
}

/// Opens a session for the one whose password belongs to this hash.
///
/// # Errors
/// The rule's refusal, or the database's trouble.
pub async fn open(services: &Services, who: &Caller, name: &str, hash: Option<String>) -> Result<Opened, Problem> {
    let command = SignIn { who: name.to_owned(), matched: hash, agent: who.agent.clone() };
    // No token: the answer holds a secret, which is kept nowhere. Twice is two devices, and harmless.
    let outcome = services.door.carry_out(web(who), command, Consent::default()).await?;
    let cookie = cookie(services, &outcome).ok_or(Problem::Broken {})?;
    Ok(Opened { cookie, done: outcome.done })
}

/// The cookie of the session that was opened, if one was.
pub fn cookie(services: &Services, outcome: &Outcome) -> Option<String> {
    outcome.changes.iter().find_map(|change| match change {
        Change::SessionOpened { secret, .. } => Some((services.session_cookie)(Some(&secret.0))),
        _ => None,
    })
}
