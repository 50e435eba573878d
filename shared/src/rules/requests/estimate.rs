//! How long a decision usually takes (rules, section 4).

use crate::limits;
use crate::timestamp::Seconds;

/// Within how many days requests are usually decided: the median of the last decisions, rounded up, at least one;
/// `None` while there are too few to say ([`limits::DECISIONS_TO_ESTIMATE`]).
pub fn estimate(took: &[Seconds]) -> Option<u32> {
    if took.len() < limits::DECISIONS_TO_ESTIMATE {
        return None;
    }
    let mut sorted = took.to_vec();
    sorted.sort();
    // Of an even number the later of the two in the middle: better too much than too little.
    let median = sorted.get(sorted.len() / 2)?;
    let days = (median.0.max(1) + Seconds::days(1).0 - 1) / Seconds::days(1).0;
    u32::try_from(days).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_told_in_whole_days_once_there_are_enough() {
        let hours = |hours: &[i64]| hours.iter().map(|h| Seconds::hours(*h)).collect::<Vec<_>>();
        assert_eq!(estimate(&hours(&[1, 1, 1, 1])), None);
        assert_eq!(estimate(&hours(&[1, 2, 3, 400, 500])), Some(1));
        assert_eq!(estimate(&hours(&[24, 24, 25, 1, 900])), Some(1));
        assert_eq!(estimate(&hours(&[1, 24, 25, 26, 900])), Some(2));
        assert_eq!(estimate(&hours(&[1, 1, 1, 49, 49, 49])), Some(3));
        assert_eq!(estimate(&[Seconds(0); 5]), Some(1));
    }
}
