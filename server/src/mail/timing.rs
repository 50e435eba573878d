//! How long the mail worker waits. A speed-up makes all waits shorter, so that fault tests see in seconds what takes minutes
//! on a site.

use shared::timestamp::Seconds;
use std::time::Duration;

/// After so many tries an email fails. The waits between them add up to about four days.
pub const MAX_TRIES: u32 = 12;

/// The waits of the mail worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailTiming {
    /// How many times faster than usual.
    pub speedup: u8,
}

impl MailTiming {
    /// The waits on a site.
    pub const USUAL: Self = Self { speedup: 1 };

    /// How long a worker holds the emails that it has leased before others may try them.
    pub fn lease(self) -> Seconds {
        self.scaled(Seconds::minutes(5))
    }

    /// How long a mail server may take for one email.
    pub fn send_timeout(self) -> Seconds {
        self.scaled(Seconds::minutes(2))
    }

    /// How long the worker sleeps when nothing wakes it.
    pub fn poll_interval(self) -> Duration {
        Duration::from_secs(15) / u32::from(self.speedup.max(1))
    }

    /// How long an email waits after so many tries: 30 seconds, doubling, at most a day.
    pub fn backoff(self, tries: u32) -> Seconds {
        let doubled = 30_i64.saturating_mul(1_i64.checked_shl(tries.saturating_sub(1).min(32)).unwrap_or(i64::MAX));
        self.scaled(Seconds(doubled.min(Seconds::days(1).0)))
    }

    fn scaled(self, usual: Seconds) -> Seconds {
        Seconds((usual.0 / i64::from(self.speedup.max(1))).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_and_is_bounded() {
        let waits: Vec<i64> = (1..=MAX_TRIES).map(|tries| MailTiming::USUAL.backoff(tries).0).collect();
        assert_eq!(waits.first(), Some(&30));
        assert!(waits.is_sorted() && waits.iter().all(|w| *w <= Seconds::days(1).0));
        assert!(waits.iter().take(11).sum::<i64>() < Seconds::days(4).0);
    }

    #[test]
    fn lease_outlasts_one_email_at_any_speedup() {
        for timing in [MailTiming::USUAL, MailTiming { speedup: 7 }, MailTiming { speedup: 30 }] {
            assert!(timing.backoff(1) >= Seconds(1) && timing.lease() > timing.send_timeout(), "{timing:?}");
        }
        let fastest = MailTiming { speedup: 30 };
        assert_eq!((fastest.lease(), fastest.poll_interval()), (Seconds(10), Duration::from_millis(500)));
    }
}
