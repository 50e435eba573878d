//! The states and values that rules, the store and screens share.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The state of a request (rules, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum RequestState {
    /// It is not submitted yet, because billing details are missing. Only its author can see it.
    Draft,
    Submitted,
    MoreInformationNeeded,
    Deferred,
    Approved,
    Declined,
    Withdrawn,
}

impl RequestState {
    /// All states, in the order in which a request can reach them.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// Returns the name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            RequestState::Draft => "Draft",
            RequestState::Submitted => "Submitted",
            RequestState::MoreInformationNeeded => "More information needed",
            RequestState::Deferred => "Deferred",
            RequestState::Approved => "Approved",
            RequestState::Declined => "Declined",
            RequestState::Withdrawn => "Withdrawn",
        }
    }

    /// Returns whether it is closed for good.
    pub const fn is_decided(self) -> bool {
        matches!(self, RequestState::Approved | RequestState::Declined | RequestState::Withdrawn)
    }

    /// Returns whether a decision can still be made.
    pub const fn is_open(self) -> bool {
        matches!(self, RequestState::Submitted | RequestState::MoreInformationNeeded | RequestState::Deferred)
    }
}

/// Whether an organization name is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is available.
    Free,
    /// An organization holds it, or once did.
    Taken,
    /// The site has reserved it.
    Reserved,
}

/// An organization that a request resembles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    pub name: String,
    pub display_name: String,
    pub likeness: Likeness,
}

/// How a request resembles an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Likeness {
    /// The account name, with its distance: 0 looks the same. See [`crate::names::Skeleton::likeness`].
    Name(u8),
    /// The display name looks the same.
    DisplayName,
    /// The URL leads to the same page.
    Url,
    /// The URL is on the same host.
    Host,
}

/// Groups what a request resembles by organization, the strongest resemblance first.
pub fn by_organization(similar: &[Similar]) -> Vec<Vec<&Similar>> {
    let mut organizations: Vec<Vec<&Similar>> = Vec::new();
    for found in similar {
        let same = |ways: &&mut Vec<&Similar>| ways.first().is_some_and(|first| first.name == found.name);
        match organizations.iter_mut().find(same) {
            Some(ways) => ways.push(found),
            None => organizations.push(vec![found]),
        }
    }
    organizations
}

/// The state of an outgoing email.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum EmailState {
    /// It waits for the first or the next attempt.
    Waiting,
    /// The mail server accepted it.
    Sent,
    /// Every attempt failed.
    Failed,
    /// There was no mail server, so administrators read it here.
    Kept,
}

impl EmailState {
    /// All states.
    pub const ALL: [EmailState; 4] = [EmailState::Waiting, EmailState::Sent, EmailState::Failed, EmailState::Kept];

    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// Returns the name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            EmailState::Waiting => "Waiting",
            EmailState::Sent => "Sent",
            EmailState::Failed => "Failed",
            EmailState::Kept => "Kept here",
        }
    }
}

/// Whether an organization can be managed and seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum OrganizationState {
    Active,
    /// Administrators have disabled it.
    Disabled,
}

impl OrganizationState {
    /// Returns the state of a code. An organization that is being created or is deleted has neither state.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }
}

/// The state of an invitation (rules, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
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
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }
}

/// How a membership ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    Left {},
    /// The name is left out where the viewer did it.
    Removed {
        by: Option<String>,
    },
}

/// Why a username is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reserved {
    /// People could mistake it for the people who run the site. So are names that look alike.
    SpeaksForTheSite,
    /// Programs that guess passwords try it first, because many systems come with an account of that name.
    TriedFirst,
    /// In a sentence it would mean somebody else, or nobody.
    IsNobodysName,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::Payment;
    use crate::roles::{Kind, Role};

    /// Codes are stored and sent. They follow the names of the variants, which can't be renamed without an attribute that
    /// keeps the code.
    #[test]
    fn stored_codes_stay() {
        let all = [
            RequestState::ALL.iter().map(|state| state.code()).collect::<Vec<_>>(),
            InvitationState::ALL.iter().map(|state| state.code()).collect(),
            EmailState::ALL.iter().map(|state| state.code()).collect(),
            Role::ALL.iter().map(|role| role.code()).collect(),
            [Kind::Community, Kind::Private].iter().map(|kind| kind.code()).collect(),
            vec![Payment::Invoice.code()],
        ];
        let expected: [&[&str]; 6] = [
            &["draft", "submitted", "more_information_needed", "deferred", "approved", "declined", "withdrawn"],
            &["live", "accepted", "declined", "revoked", "expired"],
            &["waiting", "sent", "failed", "kept"],
            &["owner", "manager", "billing_manager", "member"],
            &["community", "private"],
            &["invoice"],
        ];
        assert_eq!(all, expected);
        let state = |code| OrganizationState::from_code(code);
        assert_eq!(
            [state("active"), state("disabled")],
            [Some(OrganizationState::Active), Some(OrganizationState::Disabled)]
        );
    }
}
