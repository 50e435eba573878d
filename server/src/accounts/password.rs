//! Change a password, and confirm a change by the current password.

use super::create::new_hash;
use super::devices::of_actor;
use super::sign_in;
use crate::command_bus::{Failure, LoadFacts, RequestContext};
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle::{self, Allowance, PASSWORDS_BY_CLIENT, WRONG_BY_BOTH, WRONG_BY_CLIENT};
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Faults, Field, Refusal};
use shared::rules::accounts::{ChangePassword, ConfirmedPassword, PasswordFacts};
use shared::timestamp::Timestamp;
use shared::wire::Consent;
use shared::wire::accounts::ChangePasswordForm;

impl LoadFacts for ChangePassword {
    async fn load_facts(&self, tx: &mut Tx<'_>, context: &RequestContext) -> StoreResult<Option<PasswordFacts>> {
        let Some(account) = context.account() else { return Ok(None) };
        accounts::lock(tx, account).await?;
        let devices = of_actor(tx, context).await?;
        Ok(Some(PasswordFacts { password_hash: accounts::password_hash(tx, account).await?, devices }))
    }
}

#[async_trait]
impl Handle<ChangePasswordForm> for Services {
    /// This device gets a new session.
    async fn handle(
        &self,
        who: &Caller,
        form: ChangePasswordForm,
        consent: Consent,
    ) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<ChangePassword>(&origin, &form, consent)?;
        let person = self.bus.query(who, async |_, context| Ok(context.actor.person()?.clone())).await?;
        let mut faults = Faults::default();
        let offered = faults.take(Field::CurrentPassword, Password::for_verification(&form.current_password));
        let chosen = faults.take(Field::Password, Password::new(&form.password, &person.username, &person.email));
        let (offered, chosen) = faults.finish(offered.zip(chosen))?;
        let same = offered == chosen;
        let confirmed = confirm(self, who, offered).await?;
        if same {
            return Err(Refusal::fault(Field::Password, FaultCode::PasswordUnchanged {}).into());
        }
        let password_hash = new_hash(self, &throttle::client(&who.address), chosen).await?;
        let command = ChangePassword { confirmed, password_hash, agent: who.agent.clone() };
        let outcome = self.bus.execute(origin, command, submission).await?;
        let cookie = sign_in::cookie(self, &outcome).ok_or(Refusal::NotSignedIn {})?;
        Ok(DoneWithCookie { cookie: Some(cookie), done: outcome.done })
    }
}

/// Checks the current password that the caller typed. The command decides on the result.
///
/// # Errors
/// Nobody is signed in, too many passwords were tried before, or the password is wrong.
pub async fn confirm(services: &Services, who: &Caller, offered: Password) -> Result<ConfirmedPassword, Problem> {
    let (bus, now) = (&services.bus, services.bus.clock.now());
    let origin = web(who);
    let counted: Result<(String, [Allowance; 2]), Failure> = bus
        .store
        .write(async |tx: &mut Tx<'_>| {
            let context = bus.request_context(tx, &origin, now).await?;
            let person = context.actor.person()?;
            let against = failure_allowances(&person.id.to_string(), &who.address);
            count_attempt(tx, &who.address, &against, now).await?;
            Ok((accounts::password_hash(tx, person.id).await?, against))
        })
        .await;
    let (hash, against) = counted?;
    let hasher = services.hasher.for_client(&throttle::client(&who.address));
    let matched = hasher.verify(offered, Some(hash.clone())).await;
    if matched != Ok(false) {
        // The password was right, or was not checked.
        throttle::refund(bus, &against).await;
    }
    if matched? {
        return Ok(ConfirmedPassword(Some(hash)));
    }
    Err(Refusal::fault(Field::CurrentPassword, FaultCode::PasswordWrong {}).into())
}

/// Counts an attempt before its password is hashed, so that a client can't avoid it by disconnecting. The allowances
/// for failures are refunded if the password is right. The one for hashing is not.
///
/// # Errors
/// Too many passwords were tried before.
pub async fn count_attempt(
    tx: &mut Tx<'_>,
    address: &str,
    against: &[Allowance],
    now: Timestamp,
) -> Result<(), Failure> {
    PASSWORDS_BY_CLIENT.of(&throttle::client(address)).take(tx, now).await?;
    for allowance in against {
        allowance.take(tx, now).await?;
    }
    Ok(())
}

/// What a wrong password for this name counts against, for this client.
pub fn failure_allowances(name: &str, address: &str) -> [Allowance; 2] {
    let client = throttle::client(address);
    [WRONG_BY_CLIENT.of(&client), WRONG_BY_BOTH.of(&[&client, " ", name].concat())]
}
