//! Every sentence that answers a person, made from codes: what is wrong with a field, why a rule says
//! no, what happened, and what would happen. Screens write their own headings and hints; whatever is
//! said in more than one place is said here.

mod effects;
mod faults;
mod history;
mod notices;
mod refusals;

pub use effects::{before_approval, preview, without_owner};
pub use faults::fault;
pub use history::{device, event, event_by};
pub use notices::{Named, Notice};
pub use refusals::{problem, refusal};

/// A count with its noun: “1 person”, “5 people”.
pub fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// Names in a row: “dana”, “dana and lee”, “dana, lee and mira”.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

/// The first three of many sentences, and how many more there are.
pub fn few(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(3);
    sentences.truncate(3);
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    sentences
}

/// A wait in words, rounded up: “1 minute”, “3 hours”.
pub fn wait(seconds: i64) -> String {
    let up = |unit: i64| u64::try_from((seconds.max(1) + unit - 1) / unit).unwrap_or(1);
    match seconds {
        ..60 => count(up(1), "second", "seconds"),
        60..3_600 => count(up(60), "minute", "minutes"),
        3_600..86_400 => count(up(3_600), "hour", "hours"),
        _ => count(up(86_400), "day", "days"),
    }
}
