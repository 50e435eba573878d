//! Sign a device in by username or verified address.

use super::attempts::{self, failure_allowances};
use super::open_session::open;
use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::secrets::breached;
use crate::services::Services;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, sessions};
use crate::throttle::{self, Allowance, WRONG_BY_ACCOUNT, WRONG_BY_NAME};
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::addresses::EmailAddress;
use shared::ids::AccountId;
use shared::limits;
use shared::names::{NameKey, Username};
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Faults, Field, Refusal};
use shared::rules::accounts::{SignIn, SignInFacts};
use shared::timestamp::Timestamp;
use shared::wire::accounts::SignInForm;
use shared::wire::{Consent, Done};

impl LoadFacts for SignIn {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<SignInFacts>> {
        let Some(found) = credentials(tx, &self.who).await? else { return Ok(None) };
        // Changing the password ends all sessions. With the lock, this session is ended too, or belongs to the new
        // password.
        accounts::lock(tx, found.account.id).await?;
        let found = if tx.locks() { credentials(tx, &self.who).await? } else { Some(found) };
        let Some(accounts::Credentials { account, password_hash, disabled }) = found else { return Ok(None) };
        let devices = sessions::signed_in(tx, account.id, context.now).await?;
        Ok(Some(SignInFacts { account, password_hash, disabled, devices }))
    }
}

async fn credentials(tx: &mut Tx<'_>, name: &str) -> StoreResult<Option<accounts::Credentials>> {
    let (username, address) = username_or_address(name);
    accounts::credentials(tx, username, address).await
}

/// The key of a username and the key of an address for what was typed. Either is `None` for what can't be one.
pub fn username_or_address(name: &str) -> (Option<NameKey>, Option<String>) {
    let username = Username::parse(name).ok().map(|username| username.key());
    let address = EmailAddress::parse(name).ok().map(|address| address.key());
    (username, address)
}

#[async_trait]
impl Handle<SignInForm> for Services {
    /// Continues to `next` if that is a page of this site.
    async fn handle(&self, who: &Caller, form: SignInForm, _: Consent) -> Result<DoneWithCookie, Problem> {
        let opened = sign_in(self, who, &form).await?;
        let next = app::safe_redirect(&form.next).or(opened.done.next);
        Ok(DoneWithCookie { done: Done { next, ..opened.done }, ..opened })
    }
}

/// Signs a device in. An unknown name takes as long as a wrong password, and gets the same answer.
///
/// # Errors
/// Invalid fields, the demo's password on a public site, too many wrong passwords before, or a wrong password.
pub async fn sign_in(services: &Services, who: &Caller, form: &SignInForm) -> Result<DoneWithCookie, Problem> {
    let name = &form.who;
    let mut faults = Faults::default();
    let named = if name.trim().is_empty() { Err(FaultCode::Empty {}) } else { Ok(()) };
    let named = faults.take(Field::Who, named);
    let password = faults.take(Field::Password, Password::for_verification(&form.password));
    let ((), password) = faults.finish(named.zip(password))?;
    // A demo site may have been opened to others since.
    if !services.is_local && breached::is_demo_password(&password) {
        return Err(Refusal::DemoPassword {}.into());
    }

    let Attempt { hash, against, overrun } = count_attempt(services, who, name).await?;
    let matched = services.hasher.for_client(&throttle::client(&who.address)).verify(password, hash.clone()).await;
    if matched.is_err() {
        // The password was not checked.
        throttle::refund(&services.bus, &against).await;
    }
    if !matched? || overrun {
        tracing::info!(address = %who.address, "sign_in.refused");
        return Err(Refusal::SignIn {}.into());
    }
    // Whoever knows the password is not guessing.
    throttle::refund(&services.bus, &against).await;
    open(services, who, name, hash).await
}

/// What was typed as a name, normalized so that all its spellings count together. Each name of an account counts
/// separately, because trying one must not reveal the others.
pub fn normalized(name: &str) -> String {
    match username_or_address(name) {
        (Some(username), _) => username.to_string(),
        (None, Some(address)) => address,
        (None, None) => name.trim().to_lowercase(),
    }
}

/// An attempt to sign in that is counted and not checked yet.
struct Attempt {
    /// The password hash, if there is such an account.
    hash: Option<String>,
    /// The allowances that the attempt used. They are refunded if the password is right.
    against: Vec<Allowance>,
    /// Whether too many wrong passwords were tried for the account under any of its names. Then even the right one is
    /// refused from an unknown client. The answer is that for a wrong password, so that nobody learns which names
    /// belong together. The holder can reset the password.
    overrun: bool,
}

/// Checks the limits, and counts the attempt before anything is hashed. A client that signed in to the account before
/// may try even if others have used up the limit of the name. So no stranger can lock the holder out.
///
/// # Errors
/// Too many passwords were tried before.
async fn count_attempt(services: &Services, who: &Caller, name: &str) -> Result<Attempt, Failure> {
    let now = services.bus.clock.now();
    let work = async |tx: &mut Tx<'_>| {
        let (found, typed) = (credentials(tx, name).await?, normalized(name));
        let [by_client, by_both] = failure_allowances(&typed, &who.address);
        attempts::count_attempt(tx, &who.address, &[by_client, by_both], now).await?;
        let account = found.as_ref().map(|found| found.account.id);
        let by_name = WRONG_BY_NAME.of(&typed);
        // An unknown name counts like an account, so that it takes as long.
        let by_account = WRONG_BY_ACCOUNT.of(&account.map_or(typed, |id| id.to_string()));
        let too_often = by_name.count(tx, now).await?;
        let mut overrun = by_account.count(tx, now).await?.is_some();
        if (too_often.is_some() || overrun) && comes_from(tx, account, &who.address, now).await? {
            overrun = false;
        } else if let Some(refusal) = too_often {
            return Err(Failure::Refused(refusal));
        }
        let hash = found.map(|found| found.password_hash);
        Ok(Attempt { hash, against: vec![by_client, by_both, by_name, by_account], overrun })
    };
    services.bus.store.write(work).await
}

/// Whether this client signed in to the account before.
async fn comes_from(tx: &mut Tx<'_>, account: Option<AccountId>, address: &str, now: Timestamp) -> StoreResult<bool> {
    let Some(account) = account else { return Ok(false) };
    let before = sessions::addresses(tx, account, now.minus(limits::KNOWN_CLIENT)).await?;
    Ok(before.iter().any(|before| throttle::client(before) == throttle::client(address)))
}
