//! Rate limits for attempts by a client or against an account. Each key has an allowance that refills with time. Allowances
//! are in the database, so that they survive a restart and apply to all servers together.

use crate::command_bus::{CommandBus, Failure};
use crate::store::{StoreResult, Tx, allowances};
use sha2::{Digest as _, Sha256};
use shared::limits;
use shared::refusal::Refusal;
use shared::timestamp::{Seconds, Timestamp};
use std::net::IpAddr;

/// How many attempts in a row, and how long until one more.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    name: &'static str,
    burst: u32,
    interval: Seconds,
}

/// Wrong passwords from one client address, for any name.
pub const WRONG_BY_CLIENT: RateLimit = wrong("wrong-by-client", limits::WRONG_PASSWORDS_BY_CLIENT);
/// Wrong passwords for one name, from any address.
pub const WRONG_BY_NAME: RateLimit = wrong("wrong-by-name", limits::WRONG_PASSWORDS_BY_NAME);
/// Wrong passwords for one account, by any name and from any address.
pub const WRONG_BY_ACCOUNT: RateLimit = wrong("wrong-by-account", limits::WRONG_PASSWORDS_BY_NAME);
/// Wrong passwords for one name from one client address.
pub const WRONG_BY_BOTH: RateLimit = wrong("wrong-by-both", limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT);
/// Passwords from one client address that were hashed, right or wrong.
pub const PASSWORDS_BY_CLIENT: RateLimit =
    RateLimit { name: "passwords-by-client", burst: limits::PASSWORDS_BY_CLIENT, interval: limits::PASSWORD_EVERY };
/// Password resets requested from one client address.
pub const RESETS_BY_CLIENT: RateLimit =
    RateLimit { name: "resets-by-client", burst: limits::RESETS_BY_CLIENT, interval: limits::RESET_EVERY };

const fn wrong(name: &'static str, burst: u32) -> RateLimit {
    RateLimit { name, burst, interval: limits::WRONG_PASSWORD_EVERY }
}

impl RateLimit {
    /// New accounts from one client address in an hour.
    pub fn accounts(an_hour: u32) -> Self {
        Self { name: "accounts", burst: an_hour, interval: Seconds(3_600 / i64::from(an_hour.max(1))) }
    }

    /// The allowance of a key under this limit.
    pub fn of(self, key: &str) -> Allowance {
        let mut hash = Sha256::new();
        hash.update(self.name);
        hash.update([0]);
        hash.update(key);
        Allowance { limit: self, key: hash.finalize().into() }
    }

    /// How far in the future the time of a full allowance may be for one more attempt to pass.
    fn tolerance(self) -> Seconds {
        Seconds(self.interval.0.saturating_mul(i64::from(self.burst) - 1))
    }

    /// Refuses an attempt that comes too early, given when the allowance is full again.
    fn check(self, full_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let free_at = full_at.minus(self.tolerance());
        if free_at <= now { Ok(()) } else { Err(Refusal::TooManyAttempts { seconds: free_at.seconds_to_wait(now) }) }
    }
}

/// The allowance of one key.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    limit: RateLimit,
    key: [u8; 32],
}

impl Allowance {
    /// Counts one attempt in the transaction, so that concurrent ones can't exceed the limit.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`] with the time to wait.
    pub async fn take(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Failure> {
        let limit = self.limit;
        if allowances::take(tx, self.key, limit.interval, limit.tolerance(), now).await? {
            return Ok(());
        }
        let full_at = allowances::full_at(tx, self.key).await?.unwrap_or(now);
        limit.check(full_at, now)?;
        // The attempt has become free since, so the shortest wait is right.
        Err(Failure::Refused(Refusal::TooManyAttempts { seconds: 1 }))
    }

    /// Counts one attempt even if the allowance is used up. Returns the refusal that [`Self::take`] would give.
    pub async fn count(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Refusal>, Failure> {
        match self.take(tx, now).await {
            Ok(()) => Ok(None),
            Err(Failure::Refused(refusal)) => {
                allowances::count(tx, self.key, self.limit.interval, now).await?;
                Ok(Some(refusal))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Counts one attempt.
///
/// # Errors
/// [`Refusal::TooManyAttempts`] with the time to wait.
pub async fn take(bus: &CommandBus, from: Allowance) -> Result<(), Failure> {
    let now = bus.clock.now();
    bus.store.write(async |tx: &mut Tx<'_>| from.take(tx, now).await).await
}

/// Resets each of these allowances.
pub async fn forget(bus: &CommandBus, allowances: &[Allowance]) -> StoreResult<()> {
    bus.store
        .write(async |tx: &mut Tx<'_>| {
            for one in allowances {
                allowances::reset(tx, one.key).await?;
            }
            Ok(())
        })
        .await
}

/// Takes back one attempt from each of these, because it was right. If the database is unavailable, the attempts stay
/// counted until they expire.
pub async fn refund(bus: &CommandBus, allowances: &[Allowance]) {
    let refunded: StoreResult<()> = bus
        .store
        .write(async |tx: &mut Tx<'_>| {
            for one in allowances {
                allowances::refund(tx, one.key, one.limit.interval).await?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = refunded {
        tracing::warn!(%error, "could not refund attempts");
    }
}

/// The key of a client's address. For IPv6 it is the /64 network, because whoever has one of its addresses has them all.
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
    fn allowance_is_used_up_and_refills() {
        let limit = RateLimit { name: "test", burst: 3, interval: Seconds(30) };
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        // After three attempts at once, the allowance is full after 90 seconds, and a fourth passes after 30.
        assert_eq!(limit.check(at(60), at(0)), Ok(()));
        assert_eq!(limit.check(at(90), at(0)), Err(Refusal::TooManyAttempts { seconds: 30 }));
        assert_eq!(limit.check(at(90), at(29)), Err(Refusal::TooManyAttempts { seconds: 1 }));
        assert_eq!(limit.check(at(90), at(30)), Ok(()));
        assert_eq!(limit.check(at(90), at(600)), Ok(()));
    }

    #[test]
    fn limits_have_distinct_keys() {
        assert_ne!(WRONG_BY_NAME.of("dana").key, WRONG_BY_NAME.of("lee").key);
        assert_ne!(WRONG_BY_NAME.of("dana").key, WRONG_BY_CLIENT.of("dana").key);
    }

    #[test]
    fn addresses_of_one_ipv6_network_have_one_key() {
        assert_eq!(client("2001:db8:1:2::5"), client("2001:db8:1:2:ffff::"));
        assert_ne!(client("2001:db8:1:2::5"), client("2001:db8:1:3::5"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
