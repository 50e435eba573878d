//! The estimate of how long a decision takes (rules, section 4).

use crate::limits;
use crate::timestamp::Seconds;

/// Returns the number of days within which requests are usually decided: the median of the last decisions, rounded up,
/// at least one. It is `None` while there are fewer than [`limits::DECISIONS_TO_ESTIMATE`].
pub fn estimate(took: &[Seconds]) -> Option<u32> {
    if took.len() < limits::DECISIONS_TO_ESTIMATE {
        return None;
    }
    let mut sorted = took.to_vec();
    sorted.sort();
    // Of an even number it is the larger of the two in the middle, so that the estimate is not too short.
    let median = sorted.get(sorted.len() / 2)?;
    let days = (median.0.max(1) + Seconds::days(1).0 - 1) / Seconds::days(1).0;
    u32::try_from(days).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimate_is_the_median_in_whole_days() {
        let hours = |hours: &[i64]| hours.iter().map(|h| Seconds::hours(*h)).collect::<Vec<_>>();
        assert_eq!(estimate(&hours(&[1, 1, 1, 1])), None);
        assert_eq!(estimate(&hours(&[1, 2, 3, 400, 500])), Some(1));
        assert_eq!(estimate(&hours(&[24, 24, 25, 1, 900])), Some(1));
        assert_eq!(estimate(&hours(&[1, 24, 25, 26, 900])), Some(2));
        assert_eq!(estimate(&hours(&[1, 1, 1, 49, 49, 49])), Some(3));
        assert_eq!(estimate(&[Seconds(0); 5]), Some(1));
    }
}
