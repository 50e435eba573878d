//! How often something may be tried from one place, or against one account: an allowance for each, which fills again
//! with time. It is kept in the database, so that neither a restart nor a second server forgets.

use crate::command_bus::{CommandBus, Failure};
use crate::store::{StoreResult, Tx, allowances};
use sha2::{Digest as _, Sha256};
use shared::limits;
use shared::problem::Refusal;
use shared::timestamp::{Seconds, Timestamp};
use std::net::IpAddr;

/// How many tries at once, and how long until one more.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    name: &'static str,
    burst: u32,
    every: Seconds,
}

/// Wrong passwords from one client address, whatever the name.
pub const WRONG_BY_CLIENT: Measure = wrong("wrong-by-client", limits::WRONG_PASSWORDS_BY_CLIENT);
/// Wrong passwords for one name, from wherever.
pub const WRONG_BY_NAME: Measure = wrong("wrong-by-name", limits::WRONG_PASSWORDS_BY_NAME);
/// Wrong passwords for one account, by whatever name and from wherever.
pub const WRONG_BY_ACCOUNT: Measure = wrong("wrong-by-account", limits::WRONG_PASSWORDS_BY_NAME);
/// Wrong passwords for one name from one client address.
pub const WRONG_BY_BOTH: Measure = wrong("wrong-by-both", limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT);
/// Passwords from one client address that something was hashed for, right or wrong.
pub const PASSWORDS_BY_CLIENT: Measure =
    Measure { name: "passwords-by-client", burst: limits::PASSWORDS_BY_CLIENT, every: limits::PASSWORD_EVERY };
/// Links for a new password, asked for from one client address.
pub const RESETS_BY_CLIENT: Measure =
    Measure { name: "resets-by-client", burst: limits::RESETS_BY_CLIENT, every: limits::RESET_EVERY };

const fn wrong(name: &'static str, burst: u32) -> Measure {
    Measure { name, burst, every: limits::WRONG_PASSWORD_EVERY }
}

impl Measure {
    /// New accounts from one client address: so many within an hour.
    pub fn accounts(an_hour: u32) -> Self {
        Self { name: "accounts", burst: an_hour, every: Seconds(3_600 / i64::from(an_hour.max(1))) }
    }

    /// The allowance of somebody or something under this measure.
    pub fn of(self, whom: &str) -> Allowance {
        let mut hash = Sha256::new();
        hash.update(self.name);
        hash.update([0]);
        hash.update(whom);
        Allowance { measure: self, key: hash.finalize().into() }
    }

    /// How far ahead an allowance may be used up for one more try to be made.
    fn lead(self) -> Seconds {
        Seconds(self.every.0.saturating_mul(i64::from(self.burst) - 1))
    }

    /// How long to wait until one more try, where the allowance is whole again at a moment.
    fn wait(self, whole: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let free_at = whole.minus(self.lead());
        if free_at <= now { Ok(()) } else { Err(Refusal::TooManyAttempts { seconds: free_at.seconds_to_wait(now) }) }
    }
}

/// One allowance.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    measure: Measure,
    key: [u8; 32],
}

impl Allowance {
    /// Makes one try, and counts it, in the transaction: of many at the same moment no more pass than may.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`], with the time until it may be made; or the database's trouble.
    pub async fn take(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Failure> {
        let measure = self.measure;
        if allowances::take(tx, self.key, measure.every, measure.lead(), now).await? {
            return Ok(());
        }
        // What was used up a moment ago may be free by now: to wait for the least is then right.
        let whole = allowances::full_at(tx, self.key).await?.unwrap_or(now);
        measure.wait(whole, now)?;
        Err(Failure::Refused(Refusal::TooManyAttempts { seconds: 1 }))
    }

    /// Makes one try, and counts it, even where the allowance is used up; then says what [`Self::take`] would refuse it
    /// with.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn count(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Refusal>, Failure> {
        match self.take(tx, now).await {
            Ok(()) => Ok(None),
            Err(Failure::Refused(refusal)) => {
                allowances::count(tx, self.key, self.measure.every, now).await?;
                Ok(Some(refusal))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Makes one try, and counts it.
///
/// # Errors
/// [`Refusal::TooManyAttempts`], with the time until it may be made; or the database's trouble.
pub async fn take(bus: &CommandBus, from: Allowance) -> Result<(), Failure> {
    let now = bus.clock.now();
    bus.store.write(async |tx: &mut Tx<'_>| from.take(tx, now).await).await
}

/// Forgets what was tried against each of these.
///
/// # Errors
/// The database's trouble.
pub async fn forget(bus: &CommandBus, tried: &[Allowance]) -> StoreResult<()> {
    bus.store
        .write(async |tx: &mut Tx<'_>| {
            for one in tried {
                allowances::reset(tx, one.key).await?;
            }
            Ok(())
        })
        .await
}

/// Gives back the tries that were counted before they turned out right. Where the database is away they stay counted, and
/// are free again with time.
pub async fn refund(bus: &CommandBus, tried: &[Allowance]) {
    let given: StoreResult<()> = bus
        .store
        .write(async |tx: &mut Tx<'_>| {
            for one in tried {
                allowances::refund(tx, one.key, one.measure.every).await?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = given {
        tracing::warn!(%error, "tries that were right stay counted");
    }
}

/// The key of a client's address. Whoever has one IPv6 address has the other 2^64 of its network as well.
pub fn client(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_used_up_and_fills_again() {
        let measure = Measure { name: "test", burst: 3, every: Seconds(30) };
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        // Three tries at once: whole again after 90 seconds, and the fourth may come after 30.
        assert_eq!(measure.wait(at(60), at(0)), Ok(()));
        assert_eq!(measure.wait(at(90), at(0)), Err(Refusal::TooManyAttempts { seconds: 30 }));
        assert_eq!(measure.wait(at(90), at(29)), Err(Refusal::TooManyAttempts { seconds: 1 }));
        assert_eq!(measure.wait(at(90), at(30)), Ok(()));
        assert_eq!(measure.wait(at(90), at(600)), Ok(()));
    }

    #[test]
    fn each_measure_has_its_own_keys() {
        assert_ne!(WRONG_BY_NAME.of("dana").key, WRONG_BY_NAME.of("lee").key);
        assert_ne!(WRONG_BY_NAME.of("dana").key, WRONG_BY_CLIENT.of("dana").key);
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        assert_eq!(client("2001:db8:1:2::5"), client("2001:db8:1:2:ffff::"));
        assert_ne!(client("2001:db8:1:2::5"), client("2001:db8:1:3::5"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
