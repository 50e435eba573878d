//! How long the mail worker waits for whom: as the documentation says, or a number of times as quickly, so that the fault
//! runs see in seconds what takes minutes on a site.

use shared::timestamp::Seconds;
use std::time::Duration;

/// How many times as quickly as usual the worker waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace(pub u8);

impl Pace {
    /// As on a site.
    pub const USUAL: Self = Self(1);

    /// How long a worker may take for the letters it holds before others may try them.
    pub fn lease(self) -> Seconds {
        self.of(Seconds::minutes(5))
    }

    /// How long a mail server may take for one letter.
    pub fn email_takes(self) -> Seconds {
        self.of(Seconds::minutes(2))
    }

    /// How long the worker sleeps when nothing wakes it.
    pub fn nap(self) -> Duration {
        Duration::from_secs(15) / u32::from(self.0.max(1))
    }

    /// How long a letter waits after so many tries: 30 seconds, doubling, at most a day.
    pub fn pause(self, tries: u32) -> Seconds {
        let doubled = 30_i64.saturating_mul(1_i64.checked_shl(tries.saturating_sub(1).min(32)).unwrap_or(i64::MAX));
        self.of(Seconds(doubled.min(Seconds::days(1).0)))
    }

    fn of(self, usual: Seconds) -> Seconds {
        Seconds((usual.0 / i64::from(self.0.max(1))).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::worker::TRIES;

    #[test]
    fn waits_grow_and_are_bounded() {
        let waits: Vec<i64> = (1..=TRIES).map(|tries| Pace::USUAL.pause(tries).0).collect();
        assert_eq!(waits.first(), Some(&30));
        assert!(waits.is_sorted() && waits.iter().all(|w| *w <= Seconds::days(1).0));
        assert!(waits.iter().take(11).sum::<i64>() < Seconds::days(4).0);
    }

    #[test]
    fn a_hurried_worker_still_waits_and_its_lease_outlasts_a_letter() {
        for pace in [Pace::USUAL, Pace(7), Pace(30)] {
            assert!(pace.pause(1) >= Seconds(1) && pace.lease() > pace.email_takes(), "{pace:?}");
        }
        assert_eq!((Pace(30).lease(), Pace(30).nap()), (Seconds(10), Duration::from_millis(500)));
    }
}
