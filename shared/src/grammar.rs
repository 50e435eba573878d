//! Counts, lists and waits as they stand in sentences.

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
