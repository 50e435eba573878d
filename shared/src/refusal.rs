//! Why something is refused. A refusal carries codes, names and numbers, and [`crate::words`] makes the sentences.

mod field;

pub use field::Field;

use crate::domain::{Ended, InvitationState, RequestState, Reserved};
use crate::roles::{Permission, Role};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// What is wrong with a field. Only the first fault of a field is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultCode {
    /// Nothing was typed.
    Empty {},
    /// Fewer characters than `min` (rules, section 2); `count` is how many there are.
    TooShort { min: usize, count: usize },
    /// More characters than `max` (rules, section 2); `count` is how many there are.
    TooLong { max: usize, count: usize },
    /// An invisible character, except line breaks where they are allowed.
    ControlCharacter {},
    /// More marks on one letter than `max`: they would cover the lines around it.
    TooManyMarks { max: usize },
    /// A character other than the letters a to z, digits, `.`, `_` and `-`. `found` is the first one.
    NameCharacter { found: char },
    /// A name that begins or ends with a separator.
    NameEnds {},
    /// Another organization has or had the name. Names are never reused.
    NameTaken {},
    /// The site has reserved the name.
    NameReserved {},
    /// The applicant already has an open request or a draft for this name (rules, section 4).
    OwnRequestOpen {},
    /// Another account has the username, or one that differs only in case and separators.
    UsernameTaken {},
    /// Nobody can choose the username.
    UsernameReserved { why: Reserved },
    /// Another account has verified the address. It is reported only at the command line.
    #[serde(rename = "EmailHeld")]
    EmailTaken {},
    /// The account has this address already.
    #[serde(rename = "EmailYours")]
    EmailAlreadyAdded {},
    /// White space, or a character that has a meaning in a mail header.
    EmailCharacter {},
    /// No `@` or several, or nothing in front of it.
    EmailAt {},
    /// The domain has no dot, or an empty or broken label.
    EmailDomain {},
    /// It begins with neither `http://` nor `https://`.
    UrlScheme {},
    /// The host has no dot, or the port is invalid.
    UrlHost {},
    /// White space, or a character that is not allowed in a URL.
    UrlCharacter {},
    /// It contains a username or a password, which everyone could read.
    UrlPassword {},
    /// It is the username, once or repeated.
    PasswordIsUsername {},
    /// It is the email address, once or repeated.
    PasswordIsEmail {},
    /// It is the site's name, once or repeated.
    PasswordIsSite {},
    /// It repeats something shorter than [`crate::limits::PASSWORD_MIN`].
    PasswordRepeats {},
    /// It is on a list of leaked passwords.
    #[serde(rename = "PasswordIsKnown")]
    PasswordLeaked {},
    /// It is the password that the account has already.
    #[serde(rename = "PasswordIsTheSame")]
    PasswordUnchanged {},
    /// It is not the password of the account.
    PasswordWrong {},
    /// No account has this username, or the account is disabled.
    NoSuchAccount {},
    /// It is an email address instead of a username.
    #[serde(rename = "UsernameWanted")]
    UsernameRequired {},
    /// The account with this username is disabled. It is reported only to administrators.
    AccountDisabled {},
    /// The account with this username is an Owner, and it is disabled. It is reported only to administrators.
    OwnerDisabled {},
    /// Somebody invites themselves.
    #[serde(rename = "InvitesOneself")]
    InvitesSelf {},
    /// The invitee is already a member with this role.
    #[serde(rename = "MemberAlready")]
    AlreadyMember { role: Role },
    /// The invitee has no verified email address, so no email would reach them.
    InviteeUnverified {},
    /// The invitee has a pending invitation.
    #[serde(rename = "InvitedAlready")]
    AlreadyInvited { role: Role, ends_at: Timestamp },
    /// Nobody was selected.
    #[serde(rename = "NobodyChosen")]
    NobodySelected {},
    /// More than the limit.
    TooMany { max: usize, count: usize },
    /// It differs from the text that was to be typed.
    #[serde(rename = "NotTheSame")]
    ConfirmationMismatch { wanted: String },
    /// It is none of the options of the field.
    #[serde(rename = "NotAChoice")]
    InvalidOption {},
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub field: Field,
    pub code: FaultCode,
}

/// Why a rule says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Fields break their rules.
    Invalid { faults: Vec<Fault> },
    /// Nobody is signed in, or the session has ended.
    NotSignedIn {},
    /// It does not exist, or the actor has no access to it.
    NotFound {},
    /// The name or the password is wrong. The answer does not say which.
    SignIn {},
    /// The account is disabled. Only somebody with its password is told.
    AccountDisabled {},
    /// An unverified account may not do this.
    EmailUnverified {},
    /// It is no longer a draft, so it can't be discarded, only withdrawn.
    #[serde(rename = "HandedIn")]
    AlreadySubmitted {},
    /// The name of a draft has been taken or reserved.
    #[serde(rename = "NameGone")]
    NameUnavailable { name: String },
    /// The organization is disabled. Its members see the reason.
    OrganizationDisabled { reason: String },
    /// The organization that an invitee would join is disabled.
    #[serde(rename = "OrganizationShut")]
    InvitingOrganizationDisabled {},
    /// The role of the actor does not permit it. `owners` could do it.
    NotPermitted { permission: Permission, owners: Vec<String> },
    /// The organization would be left without an Owner who can use their account. `disabled` names the other Owners.
    LastOwner { organization: String, disabled: Vec<String> },
    /// The person is not a member. `ended` says how a former membership ended.
    NotAMember { username: String, organization: String, ended: Option<Ended> },
    /// Somebody gave the member another role since the page was shown.
    RoleChangedMeanwhile { username: String, role: Role, by: Option<String> },
    /// Some of the people can't be invited, so nobody is.
    SomeNotInvited { some: usize, all: usize },
    /// The invitation is answered, revoked or expired. `of` names the invitee to everybody else.
    InvitationClosed { state: InvitationState, by: Option<String>, of: Option<String> },
    /// The inviter may no longer invite.
    #[serde(rename = "InviterGone")]
    InviterNotOwner { inviter: String, organization: String },
    /// The request is decided or withdrawn. Closed requests take no decision (rules, section 4).
    RequestClosed { state: RequestState, by: Option<String> },
    /// The name was taken or reserved while the request was open.
    NameTakenMeanwhile { name: String },
    /// The account of the applicant is disabled, so nobody could manage the organization.
    ApplicantDisabled { username: String },
    /// The organization has Owners who can use their accounts, and only they can add Owners.
    HasOwners { organization: String, owners: Vec<String> },
    /// The request was edited after the page was drawn.
    #[serde(rename = "EditedMeanwhile")]
    StaleEdit {},
    /// The question is already answered.
    #[serde(rename = "AnsweredAlready")]
    AlreadyAnswered {},
    /// Too many requests in a short time. `seconds` is the wait for the next one.
    RequestsTooFast { seconds: i64 },
    /// The daily limit of requests is reached, if the site sets one.
    TooManyRequests { limit: u32, seconds: i64 },
    /// The daily limit of verification emails is reached.
    #[serde(rename = "TooManyLetters")]
    TooManyEmails { seconds: i64 },
    /// The public password of the demo, on a site that is not on the local machine.
    DemoPassword {},
    /// Too many attempts from one client, or for one account.
    #[serde(rename = "TooOften")]
    TooManyAttempts { seconds: i64 },
    /// The link is unknown or no longer stored.
    #[serde(rename = "LinkUnknown")]
    LinkInvalid {},
    /// The set-up link is unknown or not the newest.
    #[serde(rename = "SetUpUnknown")]
    SetUpLinkInvalid {},
    /// The link has been used.
    LinkUsed {},
    /// The link has expired.
    LinkExpired {},
    /// The link belongs to another account.
    #[serde(rename = "LinkOfAnother")]
    LinkOfOtherAccount { username: String },
    /// The reset link is unknown, used, replaced or expired. The answer does not say which.
    #[serde(rename = "ResetOver")]
    ResetLinkInvalid {},
    /// The address is already verified.
    AlreadyVerified {},
    /// The only administrator who can use their account stays one.
    LastAdministrator {},
    /// The action is not allowed on the own account, because it would lock the actor out.
    #[serde(rename = "NotOneself")]
    OwnAccount {},
    /// Somebody else has signed in since the page was opened. `reader` is the id of their account.
    #[serde(rename = "SomebodyElse")]
    DifferentAccount { reader: String },
    /// The primary address can't be removed, because the account must be reachable.
    #[serde(rename = "PrimaryStays")]
    PrimaryAddressRequired {},
    /// The last verified address can't be removed, because a password reset needs one.
    #[serde(rename = "LastVerifiedStays")]
    LastVerifiedAddress {},
    /// The account does not have the address, or no longer.
    #[serde(rename = "AddressGone")]
    AddressNotFound {},
    /// The device is not signed in to the account.
    #[serde(rename = "DeviceGone")]
    DeviceNotFound {},
    /// The account has the most addresses that it may have.
    TooManyAddresses { limit: usize },
    /// The site already has an administrator.
    AlreadySetUp {},
    /// The form came over http, but `site` is served over https. A browser would not keep the session cookie.
    OverHttp { site: String },
    /// The email can't be sent again, because it was sent or because there is no mail server.
    NothingToSend {},
}

impl Refusal {
    /// Returns the HTTP status code.
    pub const fn status(&self) -> u16 {
        match self {
            Refusal::Invalid { .. } | Refusal::SignIn {} | Refusal::DemoPassword {} => 422,
            Refusal::NotSignedIn {} => 401,
            Refusal::AccountDisabled {}
            | Refusal::EmailUnverified {}
            | Refusal::OrganizationDisabled { .. }
            | Refusal::InvitingOrganizationDisabled {}
            | Refusal::NotPermitted { .. }
            | Refusal::LinkOfOtherAccount { .. }
            | Refusal::DifferentAccount { .. }
            | Refusal::OverHttp { .. } => 403,
            Refusal::NotFound {}
            | Refusal::AddressNotFound {}
            | Refusal::DeviceNotFound {}
            | Refusal::LinkInvalid {}
            | Refusal::SetUpLinkInvalid {} => 404,
            Refusal::RequestClosed { .. }
            | Refusal::ApplicantDisabled { .. }
            | Refusal::HasOwners { .. }
            | Refusal::LastOwner { .. }
            | Refusal::NotAMember { .. }
            | Refusal::RoleChangedMeanwhile { .. }
            | Refusal::SomeNotInvited { .. }
            | Refusal::InvitationClosed { .. }
            | Refusal::InviterNotOwner { .. }
            | Refusal::AlreadySubmitted {}
            | Refusal::NameUnavailable { .. }
            | Refusal::NameTakenMeanwhile { .. }
            | Refusal::AlreadyAnswered {}
            | Refusal::AlreadyVerified {}
            | Refusal::AlreadySetUp {}
            | Refusal::OwnAccount {}
            | Refusal::LastAdministrator {}
            | Refusal::PrimaryAddressRequired {}
            | Refusal::LastVerifiedAddress {}
            | Refusal::StaleEdit {}
            | Refusal::TooManyAddresses { .. }
            | Refusal::NothingToSend {} => 409,
            Refusal::LinkUsed {} | Refusal::LinkExpired {} | Refusal::ResetLinkInvalid {} => 410,
            Refusal::RequestsTooFast { .. }
            | Refusal::TooManyRequests { .. }
            | Refusal::TooManyEmails { .. }
            | Refusal::TooManyAttempts { .. } => 429,
        }
    }

    /// Returns a refusal with one fault.
    pub fn fault(field: Field, code: FaultCode) -> Self {
        Refusal::Invalid { faults: vec![Fault { field, code }] }
    }

    /// Adds a fault, so that a form reports all its faults at once. Only [`Refusal::Invalid`] is changed.
    #[must_use]
    pub fn and(mut self, field: Field, code: FaultCode) -> Self {
        if let Refusal::Invalid { faults } = &mut self
            && !faults.iter().any(|fault| fault.field == field)
        {
            faults.insert(0, Fault { field, code });
        }
        self
    }
}

/// Collects the faults of a form, so that all of them are reported at once.
#[derive(Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Returns the value, or records the fault of the field.
    pub fn take<T>(&mut self, field: Field, parsed: Result<T, FaultCode>) -> Option<T> {
        parsed.map_err(|code| self.0.push(Fault { field, code })).ok()
    }

    /// Returns the value if there were no faults.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every recorded fault.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Refusal::Invalid { faults: self.0 }),
        }
    }
}
