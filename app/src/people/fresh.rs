//! What has changed on an open list of people since it was drawn before: it is drawn with a word that says who did it.

use super::actions::GetLately;
use super::table::Shown;
use crate::{addresses, browser};
use leptos::prelude::*;
use shared::moment::{Moment, Span};
use shared::roles::Role;
use shared::wire::people::{People, PersonRow};
use std::collections::BTreeMap;
use std::time::Duration;

/// Whoever joined longer ago was not seen because the list was shown from another place on.
const JUST_NOW: Span = Span(60);

/// How long a word stays, though the list is drawn anew meanwhile.
const STAYS: Span = Span(10);

/// A word beside a person, and when it was said first.
type Said = BTreeMap<String, (String, Moment)>;

/// The list as it was drawn last.
#[derive(Clone, Copy)]
pub struct Before(StoredValue<Option<Drawn>>);

#[derive(Clone)]
struct Drawn {
    part: Shown,
    roles: BTreeMap<String, Role>,
    said: Said,
}

impl Before {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// What is new in a list that is about to be drawn, by username. Another part of the list is no news.
    pub fn news(self, people: &People, shown: &Shown) -> BTreeMap<String, String> {
        let part = Shown { chosen: Vec::new(), ..shown.clone() };
        let roles = people.people.iter().map(|person| (person.username.clone(), person.role)).collect();
        let before = self.0.try_get_value().flatten().filter(|before| before.part == part);
        let said = before.map_or_else(BTreeMap::new, |before| {
            let new = news(&before.roles, &people.people, people.managing.is_none(), people.now);
            still(before.said, new, people.now)
        });
        self.0.try_set_value(Some(Drawn { part, roles, said: said.clone() }));
        said.into_iter().map(|(whom, (word, _))| (whom, word)).collect()
    }
}

/// What is new, and what was said a moment ago.
fn still(said: Said, new: BTreeMap<String, String>, now: Moment) -> Said {
    let stays = said.into_iter().filter(|(_, (_, since))| since.plus(STAYS) > now);
    stays.chain(new.into_iter().map(|(whom, word)| (whom, (word, now)))).collect()
}

/// What others did of late, while a page of people is open: asked for when news of it comes, and shown for a while. A row
/// that has gone cannot say so itself.
#[derive(Clone, Copy)]
pub struct Lately {
    said: RwSignal<Vec<String>>,
    /// Since when the page is open, once it has been drawn.
    since: StoredValue<Option<Moment>>,
}

/// How long it is shown.
const SHOWN: Duration = Duration::from_secs(20);

impl Lately {
    pub fn new() -> Self {
        Self { said: RwSignal::new(Vec::new()), since: StoredValue::new(None) }
    }

    /// The page is drawn, to somebody who may hear of it.
    pub fn opens(self, now: Moment) {
        self.since.update_value(|since| {
            since.get_or_insert(now);
        });
    }

    /// News has come.
    pub fn ask(self, organization: String) {
        let Some(since) = self.since.try_get_value().flatten() else { return };
        let address = addresses::question(&GetLately { organization, since });
        leptos::task::spawn_local(async move {
            let question = browser::Question::default();
            let Some(said) = browser::ask::<Vec<String>>(address, &question).await else { return };
            if self.said.try_with_untracked(|before| *before != said) == Some(true) {
                let _ = self.said.try_set(said.clone());
                browser::later(SHOWN, move || {
                    if self.said.try_with_untracked(|now| *now == said) == Some(true) {
                        let _ = self.said.try_set(Vec::new());
                    }
                });
            }
        });
    }

    /// Where it is said. The place is always there, so that nothing moves.
    pub fn line(self) -> AnyView {
        let said = move || {
            let said = self.said.get();
            (!said.is_empty()).then(|| view! { <span>{said.join(" · ")}</span> })
        };
        view! { <p class="lately" role="status">{said}</p> }.into_any()
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
    fn a_word_stays_for_a_while() {
        let said = |word: &str, at| (word.to_owned(), Moment(at));
        let before: Said = [("kim".to_owned(), said("old", 0)), ("lee".to_owned(), said("kept", 5_000_000))].into();
        let new = BTreeMap::from([("mira".to_owned(), "new".to_owned())]);
        let now = Moment(10_000_000);
        let stays = [("lee".to_owned(), said("kept", 5_000_000)), ("mira".to_owned(), said("new", 10_000_000))];
        assert_eq!(still(before, new, now), stays.into());
    }

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
