//! The sentences that people read, made from codes: what is wrong with a field, why a rule says no, what happened, and
//! what would happen. Screens write their own headings and hints. A sentence that is needed in two places is here.

mod effects;
mod faults;
mod history;
mod notices;
mod refusals;

pub use effects::{before_approval, costs, domain_match, likeness, preview, without_owner};
pub use faults::fault;
pub use history::{device, event, event_by};
pub use notices::{NamesOrCount, Notice};
pub use refusals::{problem, refusal};

/// Returns a count with its noun: “1 person”, “5 people”.
pub fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// Returns names as a list: “dana”, “dana and lee”, “dana, lee and mira”.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

/// Returns the first three sentences, and how many more there are.
pub fn few(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(3);
    sentences.truncate(3);
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    sentences
}

/// Returns a wait in words, rounded up: “1 minute”, “3 hours”.
pub fn wait(seconds: i64) -> String {
    let up = |unit: i64| u64::try_from((seconds.max(1) + unit - 1) / unit).unwrap_or(1);
    match seconds {
        ..60 => count(up(1), "second", "seconds"),
        60..3_600 => count(up(60), "minute", "minutes"),
        3_600..86_400 => count(up(3_600), "hour", "hours"),
        _ => count(up(86_400), "day", "days"),
    }
}

/// Returns what a screen reader announces about the room left in a field that holds at most `most` characters. It is
/// `None` while there is plenty of room. The sentence changes only a few times, so that not every key is announced.
pub fn room_left(used: usize, most: usize) -> Option<String> {
    let Some(left) = most.checked_sub(used) else { return Some(format!("That is more than {most} characters.")) };
    let step = [0, 10, 20, 50].into_iter().find(|step| left <= *step && step * 4 <= most)?;
    Some(match step {
        0 => "No characters left.".to_owned(),
        step => format!("At most {step} characters left."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_left_is_announced_only_near_the_limit() {
        assert_eq!([0, 400, 449].map(|used| room_left(used, 500)), [None, None, None]);
        let said: std::collections::BTreeSet<_> = (450..600).filter_map(|used| room_left(used, 500)).collect();
        assert_eq!(said.len(), 5, "{said:?}");
        assert_eq!(room_left(501, 500).as_deref(), Some("That is more than 500 characters."));
        assert_eq!(room_left(0, 30), None, "a short field is not nearly full from its beginning");
    }
}
