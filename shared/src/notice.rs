//! What a form did, and the sentence of the status line that says so.

use crate::grammar::{count, list};
use crate::roles::Role;
use serde::{Deserialize, Serialize};

/// What a form did. It is sent as a code with names, so that neither a link nor another site can put its own sentence
/// into the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// An account was created, and an email to its address was written.
    AccountCreated { username: String, email: String },
    /// Another email to verify the address was written. The earlier link no longer works.
    VerificationSent { email: String },
    /// The address is verified.
    EmailVerified { email: String },
    /// The account has another address, and an email to it was written.
    AddressAdded { email: String },
    /// This is the new primary address. There is none where the address was primary before.
    PrimaryChanged {
        #[serde(with = "empty_if_none")]
        email: Option<String>,
    },
    /// The address was removed from the account.
    AddressRemoved { email: String },
    /// The account has a new password, and every other device was signed out.
    PasswordChanged {},
    /// The account has a new password by a link, and every device was signed out.
    PasswordReset {},
    /// An email was written if there is such an account. It is `kept` where there is no mail server.
    ResetAsked {
        #[serde(default)]
        kept: bool,
    },
    /// This many other devices were signed out.
    DevicesSignedOut { count: usize },
    /// This device is signed in.
    SignedIn { username: String },
    /// This device is signed out.
    SignedOut {},
    /// The browser stores the theme.
    ThemeChosen { name: String },
    /// A set-up link for the first administrator's account was created.
    SetUpOpened {},
    /// The account is an administrator.
    AdministratorGranted { username: String },
    /// The account is not an administrator. `already` says that it was none before.
    AdministratorRevoked { username: String, already: bool },
    /// All devices of the account are signed out. `already` says that none was signed in.
    SessionsEnded { username: String, already: bool },
    /// An account that was never used was deleted.
    UsernameFreed {},
    /// The account is disabled. `ownerless` names the organizations that have no other Owner with a usable account.
    AccountDisabled {
        username: String,
        #[serde(default)]
        ownerless: Vec<String>,
    },
    /// Somebody is now an Owner of an organization that had no Owner with a usable account.
    OwnerAppointed { username: String, organization: String },
    /// The account is enabled.
    AccountEnabled { username: String },
    /// The name is reserved.
    NameReserved { name: String },
    /// The email is sent again.
    #[serde(rename = "LetterRetried")]
    EmailRetried { to: String },
    /// This many failed emails are sent again.
    #[serde(rename = "FailedLettersRetried")]
    FailedEmailsRetried { count: u32 },
    /// The request waits for a decision (rules, section 4).
    RequestFiled { display_name: String },
    /// A draft is saved until its billing details are complete.
    RequestDrafted { display_name: String },
    /// The draft is discarded.
    DraftDiscarded { name: String },
    /// The unfinished billing details are saved with the draft.
    BillingDraftSaved {},
    /// The billing details are saved.
    BillingGiven {},
    /// The organization is disabled. `already` says that it was before: then nothing changed and nobody is emailed.
    OrganizationDisabled { name: String, already: bool },
    /// The organization is enabled.
    OrganizationEnabled { name: String },
    /// The reply of a mail server about an address was recorded.
    DeliveryNoted {},
    /// The request was edited.
    RequestEdited { display_name: String },
    /// The applicant was asked a question, and the request waits for the answer.
    QuestionAsked { name: String },
    /// The question was answered. With the last answer the review resumes.
    QuestionAnswered { last: bool },
    /// A note for administrators was added.
    NoteAdded {},
    /// The request is deferred and stays open. There is no name where it was deferred before.
    RequestDeferred {
        #[serde(with = "empty_if_none")]
        name: Option<String>,
    },
    /// The applicant withdrew the request.
    RequestWithdrawn { name: String },
    /// The request was approved, and the organization exists.
    RequestApproved { name: String },
    /// The request was declined.
    RequestDeclined { name: String },
    /// People were invited, and an email to each was written (rules, section 5).
    Invited { whom: NamesOrCount },
    /// Another email with a new link was written.
    InvitationSentAgain { username: String },
    /// The invitation was revoked.
    InvitationRevoked { username: String },
    /// The invitation has expired.
    InvitationExpired {},
    /// The invitee is now a member.
    InvitationAccepted { display_name: String, role: Option<Role> },
    /// The invitation was declined, and the Owners are emailed.
    InvitationDeclined { display_name: String },
    /// People have this role now. Nobody is named where all had it before.
    RoleChanged { whom: NamesOrCount, role: Role },
    /// People were removed from the organization.
    Removed { whom: NamesOrCount },
    /// The reader left the organization, and removed these people in the same step.
    Left { display_name: String, removed: NamesOrCount },
}

/// Sends a missing text as an empty one, so that answers that an earlier version stored can still be read.
mod empty_if_none {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text.as_deref().unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        Ok(Some(String::deserialize(deserializer)?).filter(|text| !text.is_empty()))
    }
}

/// People in a notice: their names where there are few, else their number. A notice is sent in a cookie, which has no
/// room for hundreds of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NamesOrCount {
    Few(Vec<String>),
    Many(usize),
}

/// The most people that a sentence names.
const NAMED: usize = 3;

impl From<Vec<String>> for NamesOrCount {
    fn from(whom: Vec<String>) -> Self {
        if whom.len() > NAMED { NamesOrCount::Many(whom.len()) } else { NamesOrCount::Few(whom) }
    }
}

impl NamesOrCount {
    /// Returns whether it is nobody.
    fn is_nobody(&self) -> bool {
        matches!(self, NamesOrCount::Few(whom) if whom.is_empty())
    }

    /// Returns whether it is exactly one person.
    fn is_one(&self) -> bool {
        matches!(self, NamesOrCount::Few(whom) if whom.len() == 1)
    }

    /// Returns “lee”, “lee and mira” or “12 people”.
    fn words(&self) -> String {
        match self {
            NamesOrCount::Few(whom) => list(whom),
            NamesOrCount::Many(count) => format!("{count} people"),
        }
    }

    /// Returns the people with a verb that agrees: “lee is”, “lee and mira are”.
    fn with_verb(&self, singular: &str, plural: &str) -> String {
        format!("{} {}", self.words(), if self.is_one() { singular } else { plural })
    }
}

impl Notice {
    /// Returns the sentence.
    pub fn sentence(&self) -> String {
        match self {
            Notice::AccountCreated { username, email } => {
                format!("Welcome, {username}. The email to {email} has a link to verify the address.")
            }
            Notice::VerificationSent { email } => {
                format!("The new email to {email} has a link to verify the address. The older link no longer works.")
            }
            Notice::EmailVerified { email } => format!("{email} is verified."),
            Notice::AddressAdded { email } => format!("The email to {email} has a link to verify the address."),
            Notice::PrimaryChanged { email: None } => "This is already your primary address.".to_owned(),
            Notice::PrimaryChanged { email: Some(email) } => format!("{email} is now your primary address."),
            Notice::AddressRemoved { email } => format!("{email} was removed from your account."),
            Notice::PasswordChanged {} => "Your password was changed. Every other device is signed out.".to_owned(),
            Notice::PasswordReset {} => "Your password was changed. Sign in with the new one.".to_owned(),
            Notice::ResetAsked { kept: false } => {
                "If there is such an account, we emailed it a link to reset the password.".to_owned()
            }
            Notice::ResetAsked { kept: true } => {
                "If there is such an account, there is now a link to reset its password. This site has no mail server, so ask an administrator for the link.".to_owned()
            }
            Notice::DevicesSignedOut { count: 0 } => "No other device was signed in.".to_owned(),
            Notice::DevicesSignedOut { count: 1 } => "The device is signed out.".to_owned(),
            Notice::DevicesSignedOut { count } => format!("{count} other devices are signed out."),
            Notice::SignedIn { username } => format!("Signed in as {username}."),
            Notice::SignedOut {} => "You are signed out.".to_owned(),
            Notice::ThemeChosen { name } => format!("Theme: {name}."),
            Notice::SetUpOpened {} => "The site can be set up.".to_owned(),
            Notice::AdministratorGranted { username } => format!("{username} is an administrator."),
            Notice::AdministratorRevoked { username, already: true } => {
                format!("{username} isn't an administrator. Nothing was changed.")
            }
            Notice::AdministratorRevoked { username, already: false } => {
                format!("{username} is no longer an administrator.")
            }
            Notice::SessionsEnded { username, already: true } => {
                format!("{username} wasn't signed in on any device. Nothing was changed.")
            }
            Notice::SessionsEnded { username, already: false } => format!("{username} is signed out of all devices."),
            Notice::UsernameFreed {} => "An unused account was deleted.".to_owned(),
            Notice::AccountDisabled { username, ownerless } => {
                let disabled = format!("The account {username} is disabled and signed out of all devices.");
                match ownerless.is_empty() {
                    true => disabled,
                    false => {
                        format!("{disabled} Organizations that now have no Owner who can use their account: {}.", ownerless.join(", "))
                    }
                }
            }
            Notice::OwnerAppointed { username, organization } => {
                format!("{username} is now an Owner of {organization}.")
            }
            Notice::AccountEnabled { username } => format!("The account {username} is enabled again."),
            Notice::NameReserved { name } => format!("The name {name} is reserved."),
            Notice::EmailRetried { to } => format!("The email to {to} is being sent again now."),
            Notice::FailedEmailsRetried { count: number } => {
                format!("{} sent again now.", count(u64::from(*number), "email is being", "emails are being"))
            }
            Notice::RequestFiled { display_name } => {
                format!("Your request for {display_name} was submitted.")
            }
            Notice::RequestDrafted { display_name } => {
                format!("A draft for {display_name} was saved. It is submitted once you add the billing details.")
            }
            Notice::DraftDiscarded { name } => format!("The draft for {name} was discarded."),
            Notice::BillingDraftSaved {} => "Your billing details were saved. Only you can see them until you submit the request.".to_owned(),
            Notice::BillingGiven {} => "The billing details were saved.".to_owned(),
            Notice::OrganizationDisabled { name, already: true } => {
                format!("{name} was already disabled. The earlier reason still applies.")
            }
            Notice::OrganizationDisabled { name, already: false } => {
                format!("{name} is disabled. We emailed its Owners.")
            }
            Notice::OrganizationEnabled { name } => format!("{name} is enabled again."),
            Notice::DeliveryNoted {} => "The mail server's reply was recorded.".to_owned(),
            Notice::RequestEdited { display_name } => format!("Your request for {display_name} was saved."),
            Notice::QuestionAsked { name } => format!("Your question was sent to the applicant for {name}."),
            Notice::QuestionAnswered { last: true } => {
                "Your answer was sent. The review resumes.".to_owned()
            }
            Notice::QuestionAnswered { last: false } => "Your answer was sent.".to_owned(),
            Notice::NoteAdded {} => "The note was added.".to_owned(),
            Notice::RequestDeferred { name: None } => "The request was already deferred.".to_owned(),
            Notice::RequestDeferred { name: Some(name) } => format!("The request for {name} was deferred."),
            Notice::RequestWithdrawn { name } => format!("Your request for {name} was withdrawn."),
            Notice::RequestApproved { name } => format!("{name} was approved."),
            Notice::RequestDeclined { name } => format!("The request for {name} was declined."),
            Notice::Invited { whom } if whom.is_one() => format!("Invitation sent to {}.", whom.words()),
            Notice::Invited { whom } => format!("Invitations sent to {}.", whom.words()),
            Notice::InvitationSentAgain { username } => {
                format!("The invitation was sent to {username} again. The older link no longer works.")
            }
            Notice::InvitationRevoked { username } => format!("{username}'s invitation was revoked."),
            Notice::InvitationExpired {} => "The invitation has expired.".to_owned(),
            Notice::InvitationAccepted { display_name, role } => match role {
                Some(role) => format!("Welcome to {display_name}. You are now {}.", role.with_article()),
                None => format!("Welcome to {display_name}."),
            },
            Notice::InvitationDeclined { display_name } => {
                format!("You declined the invitation to {display_name}. We emailed its Owners.")
            }
            Notice::RoleChanged { whom, role } if whom.is_nobody() => {
                format!("Nothing was changed. The role was already {}.", role.name())
            }
            Notice::RoleChanged { whom, role } => {
                let role = if whom.is_one() { role.with_article() } else { role.plural().to_owned() };
                format!("{} {role}.", whom.with_verb("is now", "are now"))
            }
            Notice::Removed { whom } if whom.is_nobody() => "Nobody was removed.".to_owned(),
            Notice::Removed { whom } => format!("{} removed.", whom.with_verb("was", "were")),
            Notice::Left { display_name, removed } if removed.is_nobody() => format!("You left {display_name}."),
            Notice::Left { display_name, removed } => {
                format!("You left {display_name} and removed {}.", removed.words())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_text_travels_as_empty_text() {
        for (notice, text) in [
            (Notice::PrimaryChanged { email: None }, r#"{"PrimaryChanged":{"email":""}}"#),
            (Notice::RequestDeferred { name: None }, r#"{"RequestDeferred":{"name":""}}"#),
            (Notice::RequestDeferred { name: Some("sundial".to_owned()) }, r#"{"RequestDeferred":{"name":"sundial"}}"#),
        ] {
            assert_eq!(serde_json::to_string(&notice).unwrap(), text);
            assert_eq!(serde_json::from_str::<Notice>(text).unwrap(), notice);
        }
    }

    #[test]
    fn notices_name_up_to_three_people_and_count_more() {
        let whom = |count: usize| NamesOrCount::from((1..=count).map(|n| format!("user-{n}")).collect::<Vec<_>>());
        let said = |count| {
            [
                Notice::Invited { whom: whom(count) },
                Notice::RoleChanged { whom: whom(count), role: Role::Owner },
                Notice::Removed { whom: whom(count) },
                Notice::Left { display_name: "Sundial".to_owned(), removed: whom(count) },
            ]
            .map(|notice| {
                let travelled: Notice = serde_json::from_str(&serde_json::to_string(&notice).unwrap()).unwrap();
                assert_eq!(travelled, notice);
                notice.sentence()
            })
        };
        assert_eq!(
            said(1),
            [
                "Invitation sent to user-1.",
                "user-1 is now an Owner.",
                "user-1 was removed.",
                "You left Sundial and removed user-1."
            ]
        );
        assert_eq!(said(3)[0], "Invitations sent to user-1, user-2 and user-3.");
        assert_eq!(said(3)[2], "user-1, user-2 and user-3 were removed.");
        assert_eq!(
            said(200),
            [
                "Invitations sent to 200 people.",
                "200 people are now Owners.",
                "200 people were removed.",
                "You left Sundial and removed 200 people."
            ]
        );
    }
}
