//! The people of an organization.

use crate::billing::Price;
use crate::ids::InvitationId;
use crate::problem::{FaultCode, Refusal};
use crate::roles::{Kind, Role};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands above every page of an organization that one manages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub name: String,
    pub display_name: String,
    pub kind: Kind,
    pub my_role: Role,
}

/// What has become of an invitation (rules, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationState {
    /// It waits for an answer.
    Live,
    Accepted,
    Declined,
    Revoked,
    Expired,
}

impl InvitationState {
    /// All states.
    pub const ALL: [InvitationState; 5] = [
        InvitationState::Live,
        InvitationState::Accepted,
        InvitationState::Declined,
        InvitationState::Revoked,
        InvitationState::Expired,
    ];

    /// How the state is kept and sent.
    pub const fn code(self) -> &'static str {
        match self {
            InvitationState::Live => "live",
            InvitationState::Accepted => "accepted",
            InvitationState::Declined => "declined",
            InvitationState::Revoked => "revoked",
            InvitationState::Expired => "expired",
        }
    }

    /// The state that a code stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// A person of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub username: String,
    pub role: Role,
    pub joined_at: Timestamp,
    /// Whether this is the one who looks.
    pub you: bool,
    /// Who gave the role, where it was changed since, and not by the one who looks; for Owners.
    pub changed_by: Option<String>,
}

/// An invitation that waits for an answer, as Owners see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub username: String,
    pub role: Role,
    pub inviter: String,
    pub ends_at: Timestamp,
}

/// The page People: one page of the people whom the filter finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub heading: Heading,
    /// Owners first, then by name.
    pub people: Vec<PersonRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// How many there are of each role, whoever the filter finds.
    pub roles: Vec<(Role, u32)>,
    /// Why whoever looks can't manage them, if they can't.
    pub managing: Option<Refusal>,
    /// Why whoever looks can neither leave nor take another role, if they can't.
    pub held: Option<Refusal>,
    /// Those who are invited; for whoever may see them.
    pub invitations: Vec<InvitationRow>,
    /// Whether there are more of them than are shown.
    pub more_invitations: bool,
    /// Usernames that whoever looks knows from their other organizations, to be offered as they type.
    pub known: Vec<String>,
    /// What a further member costs.
    pub price: Option<Price>,
    pub now: Timestamp,
}

/// All members and pending invitations of an organization, to be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The organization's account name.
    pub organization: String,
    pub members: Vec<PersonRow>,
    pub invitations: Vec<InvitationRow>,
}

/// One of several who are to be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The name as it was typed, or as its holder writes it.
    pub username: String,
    /// Why they can't be invited, if they can't.
    pub fault: Option<FaultCode>,
}

/// What a list of names comes to, before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    pub heading: Heading,
    pub role: Role,
    pub verdicts: Vec<Verdict>,
    pub price: Option<Price>,
    pub now: Timestamp,
}

/// How a membership ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    Left {},
    /// By whom, unless it was the one who reads it.
    Removed {
        by: Option<String>,
    },
}

/// How somebody came to belong to an organization no more, as they themselves are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// Who removed them; nobody where they left.
    pub by: Option<String>,
    /// What they were.
    pub role: Role,
    pub at: Timestamp,
    pub now: Timestamp,
}

/// Something that was done in an organization a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lately {
    /// Its place in the site's history.
    pub number: i64,
    /// What, and who did it.
    pub says: String,
}

/// An invitation as its receiver sees it.
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
pub struct InvitationPage {
    pub invitation: Received,
    /// Why it can't be accepted, if it can't.
    pub closed: Option<Refusal>,
    /// Whether whoever looks belongs to the organization by now.
    pub member: bool,
    /// Another to the same organization, that came after it and waits for an answer.
    pub next: Option<InvitationId>,
    pub now: Timestamp,
}
