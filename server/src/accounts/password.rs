//! Change a password, and show by it that a change is one's own.

use super::create::new_hash;
use super::devices::of_actor;
use crate::door::{Circumstances, Failure, Gather};
use crate::services::{Services, web};
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle::{self, Allowance, WRONG_BY_BOTH, WRONG_BY_CLIENT};
use app::backend::{Caller, Consent};
use shared::passwords::Password;
use shared::problem::{FaultCode, Faults, Field, Problem, Refusal};
use shared::rules::accounts::{ChangePassword, Confirmed, PasswordFacts};
use shared::wire::Done;

impl Gather for ChangePassword {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<PasswordFacts> {
        let Some(account) = about.account() else { return Ok(PasswordFacts::default()) };
        accounts::lock(tx, account).await?;
        let devices = of_actor(tx, about).await?;
        Ok(PasswordFacts { password_hash: accounts::password_hash(tx, account).await?, devices })
    }
}

/// Changes the password of the one who asks.
///
/// # Errors
/// The form's faults, the rule's refusal, or the database's trouble.
pub async fn change(
    services: &Services,
    who: &Caller,
    current: &str,
    password: &str,
    consent: Consent,
) -> Result<Done, Problem> {
    let person = services.door.see(who, async |_, about| Ok(about.actor.person()?.clone())).await?;
    let mut faults = Faults::default();
    let offered = faults.take(Field::CurrentPassword, Password::offered(current));
    let chosen = Password::new(password, &person.username, &person.email);
    let another = chosen.and_then(|chosen| match current == password {
        true => Err(FaultCode::PasswordIsTheSame {}),
        false => Ok(chosen),
    });
    let chosen = faults.take(Field::Password, another);
    let (offered, chosen) = faults.finish(offered.zip(chosen))?;
    let confirmed = confirm(services, who, offered).await?;
    let command = ChangePassword { confirmed, password_hash: new_hash(services, chosen).await? };
    Ok(services.door.carry_out(web(who), command, consent).await?.done)
}

/// Whether the password that was typed is that of the one who asks; as what it says, the command is decided.
///
/// # Errors
/// Nobody is signed in, too many wrong ones were typed before, or the database's trouble.
pub async fn confirm(services: &Services, who: &Caller, offered: Password) -> Result<Confirmed, Problem> {
    let (hash, against) = services
        .door
        .see(who, async |tx, about| {
            let person = about.actor.person()?;
            let against = tries(&person.id.to_string(), &who.address);
            for one in against {
                one.may_try(tx, about.now).await?;
            }
            Ok((accounts::password_hash(tx, person.id).await?, against))
        })
        .await?;
    if services.hasher.matches(offered, Some(hash.clone())).await? {
        return Ok(Confirmed(Some(hash)));
    }
    throttle::count(&services.door, &against).await.map_err(Failure::from)?;
    Err(Refusal::fault(Field::CurrentPassword, FaultCode::PasswordWrong {}).into())
}

/// What a wrong password of somebody counts against, wherever they come from.
pub fn tries(whom: &str, address: &str) -> [Allowance; 2] {
    let client = throttle::client(address);
    [WRONG_BY_CLIENT.of(&client), WRONG_BY_BOTH.of(&[&client, " ", whom].concat())]
}
