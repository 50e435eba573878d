//! The people of an organization.

mod forms;

pub use forms::*;

use crate::billing::Price;
use crate::ids::InvitationId;
use crate::refusal::{FaultCode, Refusal};
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The heading of the pages on which an organization is managed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub my_role: Role,
}

/// A member of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub username: String,
    pub role: Role,
    pub joined_at: Timestamp,
    /// Whether this is the viewer.
    pub you: bool,
    /// Who changed the role last, if somebody other than the viewer did. Only Owners see it.
    pub changed_by: Option<String>,
}

/// A pending invitation, as Owners see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub username: String,
    pub role: Role,
    pub inviter: String,
    pub ends_at: Timestamp,
}

/// The page **People**: one page of the members that the filter finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    pub heading: Heading,
    /// Ordered with Owners first, then by name.
    pub people: Vec<PersonRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The number of members by role, without the filter.
    pub roles: Vec<(Role, u32)>,
    /// The refusal, if the viewer can't manage people.
    pub managing: Option<Refusal>,
    /// The refusal, if the viewer is the last Owner and can neither leave nor change their role.
    pub held: Option<Refusal>,
    /// The pending invitations, if the viewer may see them.
    pub invitations: Vec<InvitationRow>,
    /// Whether there are more invitations than are shown.
    pub more_invitations: bool,
    /// Usernames from other organizations of the viewer, as suggestions while they type.
    pub known: Vec<String>,
    /// The price of one more member.
    pub price: Option<Price>,
    pub now: Timestamp,
}

/// All members and pending invitations of an organization, for download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The organization's account name.
    pub organization: String,
    pub members: Vec<PersonRow>,
    pub invitations: Vec<InvitationRow>,
}

/// One name of a list of people to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteeCheck {
    /// The username, or what was typed if there is no such account.
    pub username: String,
    /// Why the person can't be invited, if they can't.
    pub fault: Option<FaultCode>,
}

/// A checked list of people to invite, before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteeChecks {
    pub heading: Heading,
    pub role: Role,
    pub verdicts: Vec<InviteeCheck>,
    pub price: Option<Price>,
    pub now: Timestamp,
}

/// How the membership of the viewer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedMembership {
    /// Who removed them. It is `None` where they left.
    pub by: Option<String>,
    /// The role that they had.
    pub role: Role,
    pub at: Timestamp,
    pub now: Timestamp,
}

/// A recent event in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentEvent {
    /// Its number in the history of the site.
    pub number: i64,
    /// The sentence, with who did it.
    #[serde(rename = "says")]
    pub sentence: String,
}

/// An invitation, as its invitee sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub id: InvitationId,
    /// The organization's account name.
    pub organization: String,
    pub display_name: String,
    pub inviter: String,
    pub role: Role,
    pub ends_at: Timestamp,
}

/// The page of one invitation. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    pub invitation: Received,
    /// The refusal, if it can't be accepted.
    pub closed: Option<Refusal>,
    /// Whether the viewer is a member of the organization by now.
    pub member: bool,
    /// A later pending invitation to the same organization.
    pub next: Option<InvitationId>,
    pub now: Timestamp,
}
