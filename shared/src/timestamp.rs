//! Points in time and durations. The caller provides the clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time: microseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A duration in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub i64);

impl Seconds {
    /// Returns a duration of `n` minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60)
    }

    /// Returns a duration of `n` hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }

    /// Returns a duration of `n` days.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
}

impl Timestamp {
    /// Returns the time that much later.
    pub const fn plus(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0.saturating_mul(1_000_000)))
    }

    /// Returns the time that much earlier.
    pub const fn minus(self, span: Seconds) -> Self {
        Self(self.0.saturating_sub(span.0.saturating_mul(1_000_000)))
    }

    /// Returns the whole seconds since `earlier`. They are negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0) / 1_000_000
    }

    /// Returns the whole seconds from `now` until this time, at least one. They are rounded up, so that nobody comes
    /// back too early.
    pub const fn seconds_to_wait(self, now: Timestamp) -> i64 {
        let seconds = (self.0 - now.0 + 999_999).div_euclid(1_000_000);
        if seconds < 1 { 1 } else { seconds }
    }

    /// Returns year, month, day, hour, minute and second in UTC.
    fn parts(self) -> (i64, i64, i64, i64, i64, i64) {
        let seconds = self.0.div_euclid(1_000_000);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Days to a civil date: eras of 400 years that begin on the first of March.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day, rest / 3_600, rest % 3_600 / 60, rest % 60)
    }

    /// Returns the time for machines, as in a `datetime` attribute: `2026-03-09T08:15:00Z`.
    pub fn iso(self) -> String {
        let (y, mo, d, h, mi, s) = self.parts();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z")
    }

    /// Returns the time for people: `9 Mar 2026, 08:15 UTC`.
    pub fn in_words(self) -> String {
        let (_, _, _, h, mi, _) = self.parts();
        format!("{}, {h:02}:{mi:02} UTC", self.date_in_words())
    }

    /// Returns the date for people: `9 Mar 2026`.
    pub fn date_in_words(self) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (y, mo, d, ..) = self.parts();
        let month = usize::try_from(mo - 1).ok().and_then(|m| MONTHS.get(m));
        format!("{d} {} {y}", month.unwrap_or(&"?"))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words())
    }
}

/// Returns how long ago `then` was: “just now”, “3 hours ago”, “in 6 days”.
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.seconds_since(then);
    let size = seconds.abs();
    let (n, unit) = match size {
        0..45 => return "just now".to_owned(),
        45..2_700 => ((size + 30) / 60, "minute"),
        2_700..79_200 => ((size + 1_800) / 3_600, "hour"),
        79_200..2_505_600 => ((size + 43_200) / 86_400, "day"),
        _ => return then.date_in_words(),
    };
    let s = if n == 1 { "" } else { "s" };
    if seconds >= 0 { format!("{n} {unit}{s} ago") } else { format!("in {n} {unit}{s}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_formatted_for_machines_and_people() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_772_962_500, "2026-03-08T09:35:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ];
        for (seconds, iso) in cases {
            assert_eq!(Timestamp(seconds * 1_000_000).iso(), iso);
        }
        assert_eq!(Timestamp(1_772_962_500_000_000).in_words(), "8 Mar 2026, 09:35 UTC");
    }

    #[test]
    fn relative_times_are_rounded() {
        let now = Timestamp(1_772_962_500_000_000);
        let cases = [
            (Seconds(10), "just now"),
            (Seconds::minutes(3), "3 minutes ago"),
            (Seconds::hours(1), "1 hour ago"),
            (Seconds::days(6), "6 days ago"),
            (Seconds::days(60), "7 Jan 2026"),
            (Seconds::days(-6), "in 6 days"),
        ];
        for (ago, words) in cases {
            assert_eq!(relative(now.minus(ago), now), words);
        }
    }
}
