//! The time as a parameter: code that needs it gets a [`Clock`], so that tests can set it.

use shared::timestamp::{Seconds, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system clock")]
        let now = SystemTime::now();
        // A clock before 1970 counts as 1970.
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock for tests, which only changes when it is set.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock with this time.
    pub const fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.0))
    }

    /// Moves the clock forward, or back for a negative duration.
    pub fn advance(&self, duration: Seconds) {
        let next = |now| Some(Timestamp(now).plus(duration).0);
        // The closure always returns a value, so this can't fail.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
    }

    /// Sets the clock.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_clock_changes_only_when_set_or_advanced() {
        let start = Timestamp(1_772_962_500_000_000);
        let clock = FixedClock::at(start);
        assert_eq!((clock.now(), clock.now()), (start, start));
        clock.advance(Seconds::hours(1));
        assert_eq!(clock.now().seconds_since(start), 3_600);
        clock.advance(Seconds::hours(-2));
        assert_eq!(clock.now().seconds_since(start), -3_600);
        clock.set(start);
        assert_eq!(clock.now(), start);
    }

    #[test]
    fn system_clock_is_after_2024() {
        assert!(SystemClock.now() > Timestamp(1_735_689_600_000_000));
    }
}
