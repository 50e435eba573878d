//! The sentences that people read, made from codes: what is wrong with a field, why a rule says no, what happened, and
//! what would happen. Screens write their own headings and hints. A sentence that is needed in two places is here.

mod effects;
mod faults;
mod history;
mod refusals;

pub use crate::grammar::{count, few, list, wait};
pub use effects::{costs, domain_match, likeness, preview, without_owner};
pub use faults::fault;
pub use history::{device, event, event_by};
pub use refusals::{problem, refusal};

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
