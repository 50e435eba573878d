//! The state of the page **People**, as one pure state machine: messages change it ([`reduce`]), and the rows are a
//! function of it ([`rows`]).

mod rows;
#[cfg(test)]
mod tests;

pub use rows::{InvitationView, RowView, invitations, no_match, rows, selection_summary};

use super::list_query::ListQuery;
use crate::live_list::{Drafts, Hold, Keyed, LiveList, Notes, RecentChanges, Selection};
use crate::ui::store::State;
use shared::names::Username;
use shared::roles::Role;
use shared::rules::people::SelectedMember;
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::people::{InvitationRow, PeopleView, PersonRow, RecentEvent};
use std::collections::{BTreeMap, BTreeSet};

/// Who joined longer ago was not seen before because another part of the list was shown.
const JUST_NOW: Seconds = Seconds(60);

/// A complete list of so few people needs no filter.
const FILTERED_FROM: u32 = 9;

impl Keyed for PersonRow {
    fn key(&self) -> String {
        self.username.clone()
    }
}

impl Keyed for InvitationRow {
    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Keyed for SelectedMember {
    fn key(&self) -> String {
        self.username.to_string()
    }
}

/// What the page knows: the server's latest answer, and what the reader does meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeopleState {
    /// The latest answer. Its rows are in the lists below.
    answer: Option<Box<PeopleView>>,
    /// The part of the list that is shown.
    query: ListQuery,
    members: LiveList<PersonRow>,
    invitations: LiveList<InvitationRow>,
    selection: Selection<SelectedMember>,
    /// Roles that are picked and not saved.
    roles: Drafts<Role>,
    notes: Notes,
    recent: RecentChanges,
    /// The text that filters the visible rows while it is typed.
    filter: String,
    /// Whether the filter is shown. It doesn't disappear while it is used.
    has_filter: bool,
}

/// What the reader is about to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attention {
    /// Neither of the lists.
    #[default]
    Elsewhere,
    /// One of the lists by keyboard, or a menu in it.
    Keyboard,
    /// The list of members, under the pointer.
    Members,
    /// The list of invitations, under the pointer.
    Invitations,
}

/// What happens on the page.
#[derive(Clone, Debug)]
pub enum PeopleMessage {
    /// The server has answered for a part of the list.
    Arrived {
        people: Box<PeopleView>,
        query: ListQuery,
        attention: Attention,
    },
    /// The reader no longer points at a list, nor uses it by keyboard.
    Left,
    /// A person was selected or deselected.
    Ticked {
        username: String,
        on: bool,
    },
    RolePicked {
        username: String,
        role: Role,
    },
    FilterTyped(String),
    /// A bulk action was done.
    BulkDone,
    /// The time to which notes were shown.
    NotesExpired(Timestamp),
    /// The page asks what others did recently.
    RecentAsked,
    /// The answer to that question, by its number; `None` if the server did not respond.
    RecentAnswered {
        question: u32,
        events: Option<Vec<RecentEvent>>,
    },
    /// Recent events have been shown long enough.
    RecentExpired(Vec<i64>),
}

impl State for PeopleState {
    type Message = PeopleMessage;

    fn reduce(self, message: PeopleMessage) -> Self {
        reduce(self, message)
    }
}

/// The state after a message.
pub fn reduce(mut state: PeopleState, message: PeopleMessage) -> PeopleState {
    match message {
        PeopleMessage::Arrived { people, query, attention } => return arrived(state, people, query, attention),
        PeopleMessage::Left => {
            state.members.release();
            state.invitations.release();
        }
        PeopleMessage::Ticked { username, on } => {
            let role = state.role_of(&username);
            let selected = SelectedMember { username: Username::from_stored(username.clone()), shown: role };
            state.selection.tick(username, on.then_some(selected));
        }
        PeopleMessage::RolePicked { username, role } => {
            if let Some(stored) = state.role_of(&username) {
                state.roles.choose(&username, role, stored);
            }
        }
        PeopleMessage::FilterTyped(text) => state.filter = text,
        PeopleMessage::BulkDone => state.selection.clear(),
        PeopleMessage::NotesExpired(now) => state.notes.expire(now),
        PeopleMessage::RecentAsked => state.recent.ask(),
        PeopleMessage::RecentAnswered { question, events } => state.recent.answer(question, events),
        PeopleMessage::RecentExpired(numbers) => state.recent.expire(&numbers),
    }
    state
}

fn arrived(before: PeopleState, mut people: Box<PeopleView>, query: ListQuery, attention: Attention) -> PeopleState {
    let is_same = before.answer.as_ref().is_none_or(|answer| answer.heading.name == people.heading.name);
    // Another organization starts over.
    let mut state = if is_same { before } else { PeopleState::default() };
    let (members, invitations) = (std::mem::take(&mut people.people), std::mem::take(&mut people.invitations));
    let (part, manages, now) = (query.part(), people.managing.is_none(), people.now);
    // Another part of the list is no news, and nobody points at its rows yet.
    let continues = state.manages() == Some(manages) && state.query == part;
    let attention = if continues { attention } else { Attention::Elsewhere };
    state.notes = match continues {
        true => notes(&state, &members, manages, now),
        false => Notes::default(),
    };
    // After Back the filter must show this list's search text. If the reader has typed more since, it is meant for the
    // new list.
    let searched = state.answer.is_some().then(|| state.query.text.clone());
    if searched.is_some_and(|text| text != part.text && (state.filter == text || state.filter == part.text)) {
        state.filter.clear();
    }
    state.selection.load(query.selected);
    // Only a complete list shows who is not a member any more. With a partial one, the dialog of the bulk action says
    // it.
    if part.is_whole() && people.next.is_none() {
        let here: BTreeSet<String> = members.iter().map(Keyed::key).collect();
        state.selection.keep_only(&here);
    }
    members.iter().for_each(|member| state.roles.settle(&member.username, member.role));
    if manages {
        state.recent.open(now);
    }
    let all: u32 = people.roles.iter().map(|(_, number)| number).sum();
    let is_long = all >= FILTERED_FROM || people.more_invitations;
    state.has_filter = is_long || !part.is_whole() || !state.filter.is_empty();
    state.members.arrive(members, attention.holds_members());
    state.invitations.arrive(invitations, attention.holds_invitations());
    PeopleState { query: part, answer: Some(people), ..state }
}

/// The notes that are still true, and those about what is new. People who manage others are told who did it, and
/// nothing of what they did themselves. Everyone else is told what has changed.
fn notes(state: &PeopleState, members: &[PersonRow], manages: bool, now: Timestamp) -> Notes {
    let before: BTreeMap<&str, Role> =
        state.members.latest().iter().map(|member| (member.username.as_str(), member.role)).collect();
    let is: BTreeMap<&str, Role> = members.iter().map(|member| (member.username.as_str(), member.role)).collect();
    let mut notes = state.notes.clone();
    notes.expire(now);
    notes.retain(|username| before.get(username) == is.get(username));
    for member in members {
        let text = match before.get(member.username.as_str()) {
            None if member.joined_at.plus(JUST_NOW) > now => Some("joined just now".to_owned()),
            Some(was) if *was != member.role => {
                let is = ["now ", &member.role.with_article()].concat();
                match &member.changed_by {
                    Some(by) => Some([&is, ", by ", by].concat()),
                    None => (!manages).then_some(is),
                }
            }
            _ => None,
        };
        if let Some(text) = text {
            notes.add(member.username.clone(), text, now);
        }
    }
    notes
}

impl Attention {
    fn holds_members(self) -> Hold {
        match self {
            Attention::Elsewhere => Hold::Nothing,
            Attention::Keyboard | Attention::Members | Attention::Invitations => Hold::Places,
        }
    }

    /// The invitations are above the members.
    fn holds_invitations(self) -> Hold {
        match self {
            Attention::Elsewhere => Hold::Nothing,
            Attention::Keyboard | Attention::Invitations => Hold::Places,
            Attention::Members => Hold::Height,
        }
    }
}

impl PeopleState {
    /// The latest answer, without its rows.
    pub fn answer(&self) -> Option<&PeopleView> {
        self.answer.as_deref()
    }

    /// The organization's account name in its own spelling, or empty until there is an answer.
    pub fn organization(&self) -> String {
        self.answer().map(|answer| answer.heading.name.clone()).unwrap_or_default()
    }

    /// Whether the reader manages people, once there is an answer.
    pub fn manages(&self) -> Option<bool> {
        self.answer().map(|answer| answer.managing.is_none())
    }

    /// The number of members, without the filter.
    pub fn number_of_members(&self) -> u32 {
        self.answer().map(|answer| answer.roles.iter().map(|(_, number)| number).sum::<u32>()).unwrap_or_default()
    }

    /// The part of the list that is shown.
    pub fn query(&self) -> &ListQuery {
        &self.query
    }

    /// The same with the selection of the address, for links and forms that work without scripts.
    pub fn query_in_address(&self) -> ListQuery {
        ListQuery { selected: self.selection.in_address().to_vec(), ..self.query.clone() }
    }

    /// Who is selected.
    pub fn selected(&self) -> Vec<SelectedMember> {
        self.selection.selected()
    }

    /// Who is selected in the address and isn't in this part of the list.
    pub fn selected_elsewhere(&self) -> Vec<SelectedMember> {
        let is_elsewhere = |one: &&SelectedMember| self.role_of(one.username.as_str()).is_none();
        self.selection.in_address().iter().filter(is_elsewhere).cloned().collect()
    }

    /// How often the selection was cleared.
    pub fn times_cleared(&self) -> u32 {
        self.selection.cleared()
    }

    /// The filter if it is shown: the part of the list that it searches.
    pub fn filtered_part(&self) -> Option<ListQuery> {
        self.has_filter.then(|| self.query.clone())
    }

    /// The text in the filter: what is typed, or else the search text of the list.
    pub fn filter_text(&self) -> String {
        if self.filter.is_empty() { self.query.text.clone() } else { self.filter.clone() }
    }

    /// Whether rows are shown in another order than their own.
    pub fn is_held(&self) -> bool {
        self.members.is_held() || self.invitations.is_held()
    }

    /// Whether a row has a note.
    pub fn has_notes(&self) -> bool {
        !self.notes.is_empty()
    }

    /// What others did recently.
    pub fn recent(&self) -> &RecentChanges {
        &self.recent
    }

    /// The stored role of a person in this part of the list.
    fn role_of(&self, username: &str) -> Option<Role> {
        self.members.latest().iter().find(|member| member.username == username).map(|member| member.role)
    }
}
