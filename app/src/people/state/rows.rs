//! What is shown of the state: each row, and what is said about the selection.

use super::PeopleState;
use crate::live_list::Placed;
use shared::ids::InvitationId;
use shared::names::{NameKey, Username};
use shared::roles::Role;
use shared::rules::people::SelectedMember;
use shared::timestamp::Timestamp;
use shared::wire::people::PersonRow;
use shared::words::{self, count, list};

/// Everything that a member's row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    pub username: String,
    /// Whether this is the reader.
    pub you: bool,
    pub joined_at: Timestamp,
    /// The stored role.
    pub role: Role,
    /// The role in the row's menu: the reader's choice until it is saved, or else the stored one.
    pub picked: Role,
    /// Whether the reader manages people.
    pub managed: bool,
    /// Why the reader can neither leave nor change their own role.
    pub held: Option<String>,
    pub checked: bool,
    /// Whether the person is no longer in the list. Their row keeps its place, and does nothing.
    pub gone: bool,
    /// Whether the filter hides the row.
    pub hidden: bool,
    /// What is said beside the name.
    pub note: Option<String>,
    /// Whether somebody else has just changed the row.
    pub fresh: bool,
    /// How often the selection was cleared.
    pub times_cleared: u32,
}

impl RowView {
    /// Whether there is a picked role to save.
    pub fn is_unsaved(&self) -> bool {
        self.picked != self.role
    }

    /// What the row's checkbox and form send.
    pub fn selected(&self) -> String {
        let username = Username::from_stored(self.username.clone());
        SelectedMember { username, shown: Some(self.role) }.to_string()
    }

    /// The key of the drawn row, which is drawn again when the key changes. What the reader ticks and picks is left
    /// out, because the row's controls hold it themselves, and so is what follows the state without a new row.
    pub fn key(&self) -> String {
        [
            self.username.as_str(),
            if self.you { "you" } else { "" },
            &self.joined_at.iso(),
            self.role.code(),
            if self.managed { "managed" } else { "" },
            if self.gone { "gone" } else { "" },
            &self.times_cleared.to_string(),
            self.held.as_deref().unwrap_or_default(),
        ]
        .join(" ")
    }
}

/// Everything that an invitation's row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationView {
    pub id: InvitationId,
    pub username: String,
    pub role: Role,
    pub inviter: String,
    pub ends_at: Timestamp,
    pub gone: bool,
    pub hidden: bool,
}

impl InvitationView {
    /// The key of the drawn row, which is drawn again when the key changes.
    pub fn key(&self) -> String {
        [self.id.to_string().as_str(), &self.ends_at.iso(), if self.gone { "gone" } else { "" }].join(" ")
    }
}

/// The members' rows, in their places.
pub fn rows(state: &PeopleState) -> Vec<RowView> {
    let Some(answer) = state.answer() else { return Vec::new() };
    let held = answer.held.as_ref().map(words::refusal);
    let filter = NameFilter::of(&state.filter);
    let row = |placed: &Placed<PersonRow>| {
        let (member, gone) = (&placed.row, placed.gone);
        let draft = state.roles.get(&member.username);
        let news = state.notes.get(&member.username).filter(|_| !gone);
        // An unsaved role hides the stored one, so the row says what it is if it has changed since.
        let since = draft.filter(|draft| draft.seen != member.role);
        let since = since.map(|_| ["is ", &member.role.with_article()].concat());
        let note = match gone {
            true => Some("no longer in this list".to_owned()),
            false => news.map(str::to_owned).or(since),
        };
        RowView {
            username: member.username.clone(),
            you: member.you,
            joined_at: member.joined_at,
            role: member.role,
            picked: draft.map_or(member.role, |draft| draft.chosen),
            managed: answer.managing.is_none(),
            held: held.clone().filter(|_| member.you),
            checked: state.selection.contains(&member.username),
            gone,
            hidden: !filter.matches(&member.username),
            note,
            fresh: news.is_some(),
            times_cleared: state.selection.cleared(),
        }
    };
    state.members.placed().iter().map(row).collect()
}

/// The rows of the pending invitations, in their places.
pub fn invitations(state: &PeopleState) -> Vec<InvitationView> {
    let filter = NameFilter::of(&state.filter);
    let rows = state.invitations.placed().iter().map(|Placed { row, gone }| InvitationView {
        id: row.id,
        username: row.username.clone(),
        role: row.role,
        inviter: row.inviter.clone(),
        ends_at: row.ends_at,
        gone: *gone,
        hidden: !filter.matches(&row.username),
    });
    rows.collect()
}

/// Whether the filter hides everyone on the page. A match may be on another page.
pub fn no_match(state: &PeopleState) -> bool {
    let filter = NameFilter::of(&state.filter);
    let members = state.members.latest().iter().map(|member| member.username.as_str());
    let mut names = members.chain(state.invitations.latest().iter().map(|row| row.username.as_str())).peekable();
    names.peek().is_some() && names.all(|name| !filter.matches(name))
}

/// How many people are selected, how many of those aren't visible, and who was deselected because they aren't members.
/// It is one line, so that nothing below it moves.
pub fn selection_summary(state: &PeopleState) -> Option<String> {
    let selected = state.selected();
    let filter = NameFilter::of(&state.filter);
    let is_visible = |name: &str| state.role_of(name).is_some() && filter.matches(name);
    let unseen = selected.iter().filter(|one| !is_visible(one.username.as_str())).count();
    let unseen = if unseen > 0 { [", ", &unseen.to_string(), " not shown here"].concat() } else { String::new() };
    let number = u64::try_from(selected.len()).unwrap_or(0);
    let all = (number > 0).then(|| [&count(number, "person", "people"), " selected", &unseen, "."].concat());
    let dropped = match state.selection.dropped() {
        [] => None,
        [one] => Some([one, " isn't a member and is no longer selected."].concat()),
        several => Some([&list(several), " aren't members and are no longer selected."].concat()),
    };
    let sentences: Vec<String> = all.into_iter().chain(dropped).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// A part of a username, compared as usernames are.
struct NameFilter(NameKey);

impl NameFilter {
    fn of(text: &str) -> Self {
        Self(Username::from_stored(text.trim().to_owned()).key())
    }

    fn matches(&self, username: &str) -> bool {
        Username::from_stored(username.to_owned()).key().as_str().contains(self.0.as_str())
    }
}
