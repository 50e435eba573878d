//! How often something may be tried from one place, or against one account: an allowance for each key, which fills
//! again with time. Kept in memory: a restart forgives, and each of several servers counts for itself.

use crate::clock::Clock;
use shared::moment::{Moment, Span};
use shared::problem::Refusal;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys that are remembered at most; past that, those whose allowance is whole again are forgotten, and if that is
/// not enough, all.
const KEYS: usize = 50_000;

/// An allowance for each key.
#[derive(Clone)]
pub struct Throttle {
    clock: Arc<dyn Clock>,
    /// How many tries at once.
    burst: u32,
    /// How long until one more.
    every: Span,
    /// When the allowance of a key is whole again.
    whole: Arc<Mutex<HashMap<String, Moment>>>,
}

impl Throttle {
    /// Lets `burst` tries pass, and then one more each time that `every` has gone by.
    pub fn new(clock: Arc<dyn Clock>, burst: u32, every: Span) -> Self {
        Self { clock, burst, every, whole: Arc::default() }
    }

    /// Whether one more try may be made.
    ///
    /// # Errors
    /// [`Refusal::TooOften`], with the time until it may.
    pub fn may_try(&self, key: &str) -> Result<(), Refusal> {
        let now = self.clock.now();
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        let Some(whole) = whole else { return Ok(()) };
        let lead = Span(self.every.0.saturating_mul(i64::from(self.burst) - 1));
        let free_at = whole.minus(lead);
        if free_at <= now { Ok(()) } else { Err(Refusal::TooOften { seconds: free_at.seconds_to_wait(now) }) }
    }

    /// Counts a try.
    pub fn count(&self, key: &str) {
        let now = self.clock.now();
        let mut keys = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS {
            keys.retain(|_, whole| *whole > now);
            if keys.len() >= KEYS {
                keys.clear();
            }
        }
        let whole = keys.entry(key.to_owned()).or_insert(now);
        *whole = (*whole).max(now).plus(self.every);
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
    use crate::clock::FixedClock;

    #[test]
    fn an_allowance_is_used_up_and_fills_again_for_each_key_alone() {
        let clock = Arc::new(FixedClock::at(Moment(0)));
        let throttle = Throttle::new(Arc::<FixedClock>::clone(&clock), 3, Span(30));
        for _ in 0..3 {
            assert_eq!(throttle.may_try("dana"), Ok(()));
            throttle.count("dana");
        }
        assert_eq!(throttle.may_try("dana"), Err(Refusal::TooOften { seconds: 30 }));
        assert_eq!(throttle.may_try("lee"), Ok(()));
        clock.advance(Span(29));
        assert_eq!(throttle.may_try("dana"), Err(Refusal::TooOften { seconds: 1 }));
        clock.advance(Span(1));
        assert_eq!(throttle.may_try("dana"), Ok(()));
        throttle.count("dana");
        assert_eq!(throttle.may_try("dana"), Err(Refusal::TooOften { seconds: 30 }));
        clock.advance(Span::minutes(10));
        for _ in 0..3 {
            assert_eq!(throttle.may_try("dana"), Ok(()));
            throttle.count("dana");
        }
        assert!(throttle.may_try("dana").is_err());
    }

    #[test]
    fn a_flood_of_keys_does_not_fill_the_memory() {
        let clock = Arc::new(FixedClock::at(Moment(0)));
        let throttle = Throttle::new(Arc::<FixedClock>::clone(&clock), 3, Span(30));
        for n in 0..=2 * KEYS {
            throttle.count(&n.to_string());
        }
        assert!(throttle.whole.lock().unwrap().len() <= KEYS);
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        assert_eq!(client("2001:db8:1:2::5"), client("2001:db8:1:2:ffff::"));
        assert_ne!(client("2001:db8:1:2::5"), client("2001:db8:1:3::5"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
