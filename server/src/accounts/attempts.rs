//! Attempts with a password: what they count against, and the current password as a confirmation.

use crate::command_bus::Failure;
use crate::services::{Services, web};
use crate::store::{Tx, accounts};
use crate::throttle::{self, Allowance, PASSWORDS_BY_CLIENT, WRONG_BY_BOTH, WRONG_BY_CLIENT};
use app::backend::Caller;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::accounts::ConfirmedPassword;
use shared::timestamp::Timestamp;

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
