//! What happened: the status line after a form.

use super::{count, list};
use crate::roles::Role;
use serde::{Deserialize, Serialize};

/// What happened. It travels as a code with its names, so that no link and no other site can put a
/// sentence of their own into the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// An account was made, and a letter to its address was written.
    AccountCreated { username: String, email: String },
    /// Another letter to verify the address was written; the link of the one before has ended.
    VerificationSent { email: String },
    /// The address was shown to be the account's.
    EmailVerified { email: String },
    /// The account has a further address, and a letter to it was written.
    AddressAdded { email: String },
    /// Letters go to this address from now on; empty where they did already.
    PrimaryChanged { email: String },
    /// The address is the account's no more.
    AddressRemoved { email: String },
    /// The account has another password, and every other device was signed out.
    PasswordChanged {},
    /// The account has another password by a link, and every device was signed out.
    PasswordReset {},
    /// Where there is such an account, a letter to it was written, and is kept where there is no mail server.
    ResetAsked {
        #[serde(default)]
        kept: bool,
    },
    /// So many other devices were signed out.
    DevicesSignedOut { count: usize },
    /// This device is signed in.
    SignedIn { username: String },
    /// This device is signed in no more.
    SignedOut {},
    /// This browser keeps the theme.
    ThemeChosen { name: String },
    /// An address was made by which the first administrator's account can be made.
    SetUpOpened {},
    /// The account runs the site from now on.
    AdministratorGranted { username: String },
    /// The account runs the site no more, or did not before.
    AdministratorRevoked { username: String, already: bool },
    /// All devices of the account are signed out, or none was signed in.
    SessionsEnded { username: String, already: bool },
    /// An account that was never used is given up.
    UsernameFreed {},
    /// The account can't be used any more; organizations that have no other Owner who can use theirs are named.
    AccountDisabled {
        username: String,
        #[serde(default)]
        ownerless: Vec<String>,
    },
    /// Somebody is an Owner of an organization that had none who can use their account.
    OwnerAppointed { username: String, organization: String },
    /// The account can be used again.
    AccountEnabled { username: String },
    /// No organization gets this name.
    NameReserved { name: String },
    /// The mail server is offered the letter once more.
    EmailRetried { to: String },
    /// The mail server is offered so many letters once more that failed.
    FailedEmailsRetried { count: u32 },
    /// The request waits for a decision (rules, section 4).
    RequestFiled { display_name: String },
    /// A draft is kept until its billing details are complete.
    RequestDrafted { display_name: String },
    /// The draft is gone.
    DraftDiscarded { name: String },
    /// What was typed of the billing details is kept with the draft.
    BillingDraftSaved {},
    /// The billing details are kept.
    BillingGiven {},
    /// The organization is shut, or was so before; then nobody is told and nothing has changed.
    OrganizationDisabled { name: String, already: bool },
    /// The organization can be managed and seen again.
    OrganizationEnabled { name: String },
    /// What a mail server said of an address is known.
    DeliveryNoted {},
    /// The request has other words now.
    RequestEdited { display_name: String },
    /// The applicant is asked something, and the request waits for the answer.
    QuestionAsked { name: String },
    /// The administrator who asked has the answer; with the last one the request is theirs again.
    QuestionAnswered { last: bool },
    /// The administrators have a note.
    NoteAdded {},
    /// The request is put aside, and stays open; without a name, it was already.
    RequestDeferred { name: String },
    /// Its applicant has taken the request back.
    RequestWithdrawn { name: String },
    /// The organization exists from now on.
    RequestApproved { name: String },
    /// The request is closed without an organization.
    RequestDeclined { name: String },
    /// They are invited, and a letter to each was written (rules, section 5).
    Invited { whom: Named },
    /// Another letter with another link was written.
    InvitationSentAgain { username: String },
    /// The invitation is taken back.
    InvitationRevoked { username: String },
    /// The end of an invitation is noted.
    InvitationExpired {},
    /// The one who acts is a member from now on.
    InvitationAccepted { display_name: String, role: Option<Role> },
    /// The invitation is declined, and the Owners are told.
    InvitationDeclined { display_name: String },
    /// They have this role from now on; nobody, where all had it already.
    RoleChanged { whom: Named, role: Role },
    /// They are members no more.
    Removed { whom: Named },
    /// The one who acts is a member no more, and neither are those whom they removed along with themselves.
    Left { display_name: String, removed: Named },
}

/// People in a notice: by name where the sentence names them, else how many they are. A notice travels in a cookie, which
/// has no room for hundreds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Named {
    Few(Vec<String>),
    Many(usize),
}

/// How many people a sentence names.
const NAMED: usize = 3;

impl From<Vec<String>> for Named {
    fn from(whom: Vec<String>) -> Self {
        if whom.len() > NAMED { Named::Many(whom.len()) } else { Named::Few(whom) }
    }
}

impl Named {
    /// Whether it is nobody.
    fn is_nobody(&self) -> bool {
        matches!(self, Named::Few(whom) if whom.is_empty())
    }

    /// Whether it is one person alone.
    fn is_one(&self) -> bool {
        matches!(self, Named::Few(whom) if whom.len() == 1)
    }

    /// “lee”, “lee and mira”; of many, “12 people”.
    fn words(&self) -> String {
        match self {
            Named::Few(whom) => list(whom),
            Named::Many(count) => format!("{count} people"),
        }
    }

    /// The same with their verb: “lee is”, “lee and mira are”.
    fn are(&self) -> String {
        format!("{} {}", self.words(), if self.is_one() { "is" } else { "are" })
    }
}

impl Notice {
    /// The sentence.
    pub fn sentence(&self) -> String {
        match self {
            Notice::AccountCreated { username, email } => {
                format!("Welcome, {username}. A letter to {email} has the link that verifies it.")
            }
            Notice::VerificationSent { email } => {
                format!("A new letter to {email} has been written. The older link no longer works.")
            }
            Notice::EmailVerified { email } => format!("{email} is verified."),
            Notice::AddressAdded { email } => format!("A letter to {email} has the link that verifies it."),
            Notice::PrimaryChanged { email } if email.is_empty() => "This is your primary address already.".to_owned(),
            Notice::PrimaryChanged { email } => format!("Letters go to {email} from now on."),
            Notice::AddressRemoved { email } => format!("{email} is removed from your account."),
            Notice::PasswordChanged {} => "Your password is changed. Every other device is signed out.".to_owned(),
            Notice::PasswordReset {} => "Your password is changed. Sign in with it.".to_owned(),
            Notice::ResetAsked { kept: false } => {
                "If there is such an account, a letter with a link is on its way to it.".to_owned()
            }
            Notice::ResetAsked { kept: true } => {
                "If there is such an account, a letter with a link is kept for it. This site has no mail server: ask an administrator for the link.".to_owned()
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
            Notice::SessionsEnded { username, already: false } => format!("{username} is signed out on all devices."),
            Notice::UsernameFreed {} => "An unused account was deleted.".to_owned(),
            Notice::AccountDisabled { username, ownerless } => {
                let disabled = format!("The account {username} is disabled, and all its devices are signed out.");
                match ownerless.is_empty() {
                    true => disabled,
                    false => {
                        format!("{disabled} Now without an Owner who can use their account: {}.", ownerless.join(", "))
                    }
                }
            }
            Notice::OwnerAppointed { username, organization } => {
                format!("{username} is an Owner of {organization} now.")
            }
            Notice::AccountEnabled { username } => format!("The account {username} can be used again."),
            Notice::NameReserved { name } => format!("The name {name} is reserved."),
            Notice::EmailRetried { to } => format!("The letter to {to} goes out again now."),
            Notice::FailedEmailsRetried { count: number } => {
                format!("{} sent again now.", count(u64::from(*number), "email is being", "emails are being"))
            }
            Notice::RequestFiled { display_name } => {
                format!("Your request for {display_name} is handed in.")
            }
            Notice::RequestDrafted { display_name } => {
                format!("A draft for {display_name} is kept. It is handed in with the billing details.")
            }
            Notice::DraftDiscarded { name } => format!("The draft for {name} is discarded."),
            Notice::BillingDraftSaved {} => "What you typed is saved. Only you can see it until you hand in the request.".to_owned(),
            Notice::BillingGiven {} => "The billing details are saved.".to_owned(),
            Notice::OrganizationDisabled { name, already: true } => {
                format!("{name} was disabled already. The reason given then stands.")
            }
            Notice::OrganizationDisabled { name, already: false } => {
                format!("{name} is disabled. Its Owners are told.")
            }
            Notice::OrganizationEnabled { name } => format!("{name} can be managed and seen again."),
            Notice::DeliveryNoted {} => "What the mail server said is noted.".to_owned(),
            Notice::RequestEdited { display_name } => format!("Your request for {display_name} is saved."),
            Notice::QuestionAsked { name } => format!("The applicant for {name} is asked."),
            Notice::QuestionAnswered { last: true } => {
                "Your answer is sent. The request waits for the administrators again.".to_owned()
            }
            Notice::QuestionAnswered { last: false } => "Your answer is sent.".to_owned(),
            Notice::NoteAdded {} => "The note is added.".to_owned(),
            Notice::RequestDeferred { name } if name.is_empty() => "The request was put aside already.".to_owned(),
            Notice::RequestDeferred { name } => format!("The request for {name} is put aside."),
            Notice::RequestWithdrawn { name } => format!("Your request for {name} is withdrawn."),
            Notice::RequestApproved { name } => format!("{name} is approved."),
            Notice::RequestDeclined { name } => format!("The request for {name} is declined."),
            Notice::Invited { whom } if whom.is_one() => format!("Invitation sent to {}.", whom.words()),
            Notice::Invited { whom } => format!("Invitations sent to {}.", whom.words()),
            Notice::InvitationSentAgain { username } => {
                format!("The invitation is sent to {username} again. The older link no longer works.")
            }
            Notice::InvitationRevoked { username } => format!("The invitation of {username} is revoked."),
            Notice::InvitationExpired {} => "The invitation has ended.".to_owned(),
            Notice::InvitationAccepted { display_name, role } => match role {
                Some(role) => format!("Welcome to {display_name}: you are {} now.", role.with_article()),
                None => format!("Welcome to {display_name}."),
            },
            Notice::InvitationDeclined { display_name } => {
                format!("The invitation to {display_name} is declined. Its Owners are told.")
            }
            Notice::RoleChanged { whom, role } if whom.is_nobody() => {
                format!("Nothing was changed: {} already.", role.with_article())
            }
            Notice::RoleChanged { whom, role } => {
                let role = if whom.is_one() { role.with_article() } else { role.plural().to_owned() };
                format!("{} {role} now.", whom.are())
            }
            Notice::Removed { whom } if whom.is_nobody() => "Nobody was removed.".to_owned(),
            Notice::Removed { whom } => format!("{} removed.", whom.are()),
            Notice::Left { display_name, removed } if removed.is_nobody() => format!("You have left {display_name}."),
            Notice::Left { display_name, removed } => {
                format!("You have left {display_name}, and {} removed.", removed.are())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_people_a_notice_says_how_many() {
        let whom = |count: usize| Named::from((1..=count).map(|n| format!("user-{n}")).collect::<Vec<_>>());
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
                "user-1 is an Owner now.",
                "user-1 is removed.",
                "You have left Sundial, and user-1 is removed."
            ]
        );
        assert_eq!(said(3)[0], "Invitations sent to user-1, user-2 and user-3.");
        assert_eq!(said(3)[2], "user-1, user-2 and user-3 are removed.");
        assert_eq!(
            said(200),
            [
                "Invitations sent to 200 people.",
                "200 people are Owners now.",
                "200 people are removed.",
                "You have left Sundial, and 200 people are removed."
            ]
        );
    }
}
