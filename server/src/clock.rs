//! The time, as a parameter: whoever needs it is given a [`Clock`], so that tests travel in time.

use shared::timestamp::{Seconds, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
        let now = SystemTime::now();
        // A machine whose clock stands before 1970 is told that it is 1970.
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved; for tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this moment.
    pub const fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.0))
    }

    /// Moves the clock on; a negative span moves it back.
    pub fn advance(&self, span: Seconds) {
        let next = |now| Some(Timestamp(now).plus(span).0);
        // The closure always answers, so there is nothing to go wrong.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
    }

    /// Sets the clock to this moment.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.0, Ordering::SeqCst);
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
    fn a_fixed_clock_moves_only_when_it_is_moved() {
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
    fn the_machine_knows_that_it_is_later_than_2025() {
        assert!(SystemClock.now() > Timestamp(1_735_689_600_000_000));
    }
}
