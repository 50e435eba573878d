//! What has changed on an open list of people since it was drawn before: it is drawn with a word that says who did it.

use super::in_place::{self, Line, Place};
use super::shown::Shown;
use crate::ui::refresh::Refresh;
use crate::{addresses, browser};
use leptos::prelude::*;
use shared::roles::Role;
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::people::{InvitationRow, LatelyQuery, People, PersonRow, RecentEvent as Done};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Whoever joined longer ago was not seen because the list was shown from another place on.
const JUST_NOW: Seconds = Seconds(60);

/// How long a word stays, though the list is drawn anew meanwhile.
const STAYS: Seconds = Seconds(10);

/// A word beside a person, and when it was said first.
type Said = BTreeMap<String, (String, Timestamp)>;

/// The lists as they were drawn last.
#[derive(Clone, Copy)]
pub struct Before {
    drawn: StoredValue<Option<Drawn>>,
    people: Place<PersonRow>,
    invitations: Place<InvitationRow>,
    refresh: Refresh,
}

/// The lists as they are to be drawn now.
pub struct Lines {
    pub people: Vec<Line<PersonRow>>,
    pub invitations: Vec<Line<InvitationRow>>,
    /// A word beside a person, by username.
    pub said: BTreeMap<String, String>,
}

#[derive(Clone)]
struct Drawn {
    /// Which part of the list it was, and whether it was shown to somebody who manages it.
    part: (Shown, bool),
    roles: BTreeMap<String, Role>,
    said: Said,
}

impl Before {
    /// Nothing was drawn yet; `refresh` is what draws anew.
    pub fn new(refresh: Refresh) -> Self {
        Self { drawn: StoredValue::new(None), people: Place::new(), invitations: Place::new(), refresh }
    }

    /// Lists that are about to be drawn, with what is new in them. Another part of a list is no news.
    pub fn lines(self, people: &People, shown: &Shown) -> Lines {
        let part = (Shown { chosen: Vec::new(), ..shown.clone() }, people.managing.is_none());
        let roles: BTreeMap<String, Role> =
            people.people.iter().map(|person| (person.username.clone(), person.role)).collect();
        let before = self.drawn.try_get_value().flatten().filter(|before| before.part == part);
        let same_part = before.is_some();
        let said = before.map_or_else(BTreeMap::new, |before| {
            let new = news(&before.roles, &people.people, people.managing.is_none(), people.now);
            let new = new.into_iter().map(|(whom, word)| (whom, (word, people.now)));
            still(before, &roles, people.now).chain(new).collect()
        });
        self.drawn.try_set_value(Some(Drawn { part, roles, said: said.clone() }));
        // Whoever comes to the list above pushes the one below.
        let may_come = !browser::is_hovered("table.waiting");
        Lines {
            people: self.people.lines(&people.people, same_part, may_come, |person| &person.username),
            invitations: self.invitations.lines(&people.invitations, same_part, true, |invitation| &invitation.id),
            said: said.into_iter().map(|(whom, (word, _))| (whom, word)).collect(),
        }
    }

    /// The pointer has left one of the lists, or the focus one of its controls.
    pub fn left(self) {
        in_place::left(self.refresh, self.people, self.invitations);
    }
}

/// What was said a moment ago, of those whose role is the one that it was said of.
fn still(
    before: Drawn,
    roles: &BTreeMap<String, Role>,
    now: Timestamp,
) -> impl Iterator<Item = (String, (String, Timestamp))> {
    let Drawn { said, roles: were, .. } = before;
    said.into_iter().filter(move |(whom, (_, since))| were.get(whom) == roles.get(whom) && since.plus(STAYS) > now)
}

/// A word beside a person: whether it is still to be seen.
pub fn seen_for_a_while() -> RwSignal<bool> {
    let seen = RwSignal::new(true);
    browser::run_later(Duration::from_secs(STAYS.0.unsigned_abs()), move || {
        let _ = seen.try_set(false);
    });
    seen
}

/// What others did of late, while a page of people is open: asked for when news of it comes, and shown for a while. A row
/// that has gone cannot say so itself.
#[derive(Clone, Copy)]
pub struct Lately {
    said: RwSignal<Vec<Done>>,
    /// Since when the page is open, once it has been drawn.
    since: StoredValue<Option<Timestamp>>,
    /// The numbers of what has been said.
    heard: StoredValue<BTreeSet<i64>>,
    asked: StoredValue<Asked>,
}

/// How often it was asked, which question was answered last, and how many wait for their answers.
#[derive(Clone, Copy, Default)]
struct Asked {
    newest: u32,
    answered: u32,
    waiting: u32,
}

/// How long it is shown.
const SHOWN: Duration = Duration::from_secs(20);
/// A command that began before the page was drawn may have been committed after it.
const BEFORE: Seconds = Seconds(5);

impl Lately {
    pub fn new() -> Self {
        Self {
            said: RwSignal::new(Vec::new()),
            since: StoredValue::new(None),
            heard: StoredValue::new(BTreeSet::new()),
            asked: StoredValue::new(Asked::default()),
        }
    }

    /// The page is drawn, to somebody who may hear of it. The server answers by now, if it did not before.
    pub fn drawn(self, organization: &str, now: Timestamp) {
        self.since.update_value(|since| {
            since.get_or_insert(now.minus(BEFORE));
        });
        if self.asked.with_value(|asked| asked.waiting == 0 && asked.answered < asked.newest) {
            self.ask(organization.to_owned());
        }
    }

    /// News has come.
    pub fn ask(self, organization: String) {
        let Some(since) = self.since.try_get_value().flatten() else { return };
        let address = addresses::get_url(&LatelyQuery { organization, since });
        let number = self.asked.try_update_value(|asked| {
            asked.waiting += 1;
            asked.newest += 1;
            asked.newest
        });
        leptos::task::spawn_local(async move {
            let question = browser::AbortOnDrop::default();
            let done = browser::fetch::<Vec<Done>>(address, &question).await;
            let _ = self.asked.try_update_value(|asked| {
                asked.waiting -= 1;
                if done.is_some() {
                    asked.answered = asked.answered.max(number.unwrap_or_default());
                }
            });
            let Some(mut done) = done else { return };
            let new = self.heard.try_update_value(|heard| done.retain(|done| heard.insert(done.number)));
            if new.is_none() || done.is_empty() {
                return;
            }
            let numbers: Vec<i64> = done.iter().map(|done| done.number).collect();
            let _ = self.said.try_update(|said| said.splice(..0, done).for_each(drop));
            browser::run_later(SHOWN, move || {
                let _ = self.said.try_update(|said| said.retain(|done| !numbers.contains(&done.number)));
            });
        });
    }

    /// Where it is said. The place is always there, so that nothing moves.
    pub fn line(self) -> AnyView {
        let newest = move || self.said.with(|said| said.first().cloned().into_iter().collect::<Vec<Done>>());
        let more = move || self.said.with(Vec::len).saturating_sub(1);
        let more = move || (more() > 0).then(|| view! { " " <small>"and " {more} " more"</small> });
        // Read aloud is what is new in it, and not the whole again.
        view! {
            <p class="lately" aria-live="polite">
                <For each=newest key=|done| done.number let(done)><span>{done.sentence}</span></For>
                {more}
            </p>
        }
        .into_any()
    }
}

/// To those who manage it is told who did it, and nothing of what they did themselves; all others see that it is so.
fn news(
    before: &BTreeMap<String, Role>,
    people: &[PersonRow],
    manages: bool,
    now: Timestamp,
) -> BTreeMap<String, String> {
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
    fn a_word_stays_for_a_while_and_only_while_it_is_true() {
        let roles = |lee| BTreeMap::from([("kim".to_owned(), Role::Owner), ("lee".to_owned(), lee)]);
        let said =
            [("kim", 0), ("lee", 5_000_000)].map(|(whom, at)| (whom.to_owned(), ("word".to_owned(), Timestamp(at))));
        let before = Drawn { part: (Shown::default(), true), roles: roles(Role::Manager), said: said.into() };
        let stays = |lee| {
            let still =
                still(before.clone(), &roles(lee), Timestamp(10_000_000)).map(|(whom, _)| whom).collect::<Vec<_>>();
            still.join(" ")
        };
        assert_eq!((stays(Role::Manager).as_str(), stays(Role::Member).as_str()), ("lee", ""));
    }

    #[test]
    fn what_others_did_is_said_once_and_with_their_name() {
        let now = Timestamp(1_000_000_000);
        let person = |name: &str, role, changed_by: Option<&str>| PersonRow {
            username: name.to_owned(),
            role,
            joined_at: now.minus(Seconds::days(3)),
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
