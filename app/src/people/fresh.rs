//! What has changed on an open list of people since it was drawn before: it is drawn with a word that says who did it.

use super::table::Shown;
use leptos::prelude::*;
use shared::moment::{Moment, Span};
use shared::roles::Role;
use shared::wire::people::{People, PersonRow};
use std::collections::BTreeMap;

/// Whoever joined longer ago was not seen because the list was shown from another place on.
const JUST_NOW: Span = Span(60);

/// The list as it was drawn last.
#[derive(Clone, Copy)]
pub struct Before(StoredValue<Option<(Shown, BTreeMap<String, Role>)>>);

impl Before {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// What is new in a list that is about to be drawn, by username. Another part of the list is no news.
    pub fn news(self, people: &People, shown: &Shown) -> BTreeMap<String, String> {
        let part = Shown { chosen: Vec::new(), ..shown.clone() };
        let roles = people.people.iter().map(|person| (person.username.clone(), person.role)).collect();
        let before = self.0.try_update_value(|before| before.replace((part.clone(), roles))).flatten();
        match before {
            Some((same, roles)) if same == part => news(&roles, &people.people, people.managing.is_none(), people.now),
            _ => BTreeMap::new(),
        }
    }
}

/// To those who manage it is told who did it, and nothing of what they did themselves; all others see that it is so.
fn news(before: &BTreeMap<String, Role>, people: &[PersonRow], manages: bool, now: Moment) -> BTreeMap<String, String> {
    let word = |person: &PersonRow| match before.get(&person.username) {
        None if person.joined_at.plus(JUST_NOW) > now => Some("joined just now".to_owned()),
        Some(was) if *was != person.role => {
            let is = ["now ", &person.role.with_article()].concat();
            match &person.changed_by {
                Some(by) => Some([&is, ", by ", by].concat()),
                None => (!manages).then_some(is),
            }
        }
        _ => None,
    };
    people.iter().filter_map(|person| word(person).map(|word| (person.username.clone(), word))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_did_is_said_once_and_with_their_name() {
        let now = Moment(1_000_000_000);
        let person = |name: &str, role, changed_by: Option<&str>| PersonRow {
            username: name.to_owned(),
            role,
            joined_at: now.minus(Span::days(3)),
            you: false,
            changed_by: changed_by.map(str::to_owned),
        };
        let before: BTreeMap<String, Role> = [("kim", Role::Owner), ("lee", Role::Member), ("mira", Role::Member)]
            .map(|(n, r)| (n.to_owned(), r))
            .into();
        let people = [
            person("kim", Role::Owner, Some("lee")),
            person("lee", Role::Manager, Some("kim")),
            // Changed by the one who looks.
            person("mira", Role::Manager, None),
            PersonRow { joined_at: now, ..person("new", Role::Member, None) },
            // On another page until now.
            person("old", Role::Member, None),
        ];
        let said = |manages| news(&before, &people, manages, now).into_iter().collect::<Vec<(String, String)>>();
        let owned = |(name, word): (&str, &str)| (name.to_owned(), word.to_owned());
        assert_eq!(said(true), [("lee", "now a Manager, by kim"), ("new", "joined just now")].map(owned));
        let third = people.map(|person| PersonRow { changed_by: None, ..person });
        let said = news(&before, &third, false, now).into_iter().collect::<Vec<_>>();
        assert_eq!(said, [("lee", "now a Manager"), ("mira", "now a Manager"), ("new", "joined just now")].map(owned));
    }
}
