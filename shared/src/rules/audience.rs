//! Who is told of a change by e-mail (rules, section 9). The server finds their addresses; a preview
//! names them.

use super::{Change, Organization, Party};
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, OrganizationId};
use crate::names::OrganizationName;
use crate::roles::Role;

/// Somebody who gets a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One account, at its primary address.
    Account(Party),
    /// One address of an account, which may not be verified yet, or not be the primary one.
    Address { account: AccountId, username: String, email: String },
    /// Whoever has verified this address.
    Holder { email: String },
    /// All administrators.
    Administrators,
    /// All Owners of an organization who can use their accounts, but for the one whom the change is about and who has a
    /// letter of their own.
    Owners { organization: OrganizationId, name: OrganizationName, but: Option<AccountId> },
    /// All members of an organization who can use their accounts, but for one who has a letter of their own.
    Members { organization: OrganizationId, name: OrganizationName, but: AccountId },
}

/// Who is told of the change.
pub fn audiences(change: &Change) -> Vec<Audience> {
    match change {
        // Whoever makes an account for themselves gets the letter that verifies it.
        Change::AccountCreated { id, username, email, trusted: true, .. } => vec![Audience::Address {
            account: id.0,
            username: username.as_str().to_owned(),
            email: email.as_str().to_owned(),
        }],
        Change::VerificationAsked { account, username, email, .. } => {
            vec![Audience::Address { account: account.0, username: username.clone(), email: email.as_str().to_owned() }]
        }
        Change::AddressAdded { account, .. } | Change::PasswordChanged { account, .. } => {
            vec![Audience::Account(account.clone())]
        }
        Change::PrimaryChanged { account, email, before, .. } => {
            vec![address(account, before), address(account, email)]
        }
        // An address that was never verified is nobody's whom we know.
        Change::AddressRemoved { account, email, verified, .. } => {
            [Audience::Account(account.clone())].into_iter().chain(verified.then(|| address(account, email))).collect()
        }
        Change::ResetAsked { account, email, .. } => vec![address(account, email)],
        Change::AddressClaimed { email, .. } => vec![Audience::Holder { email: email.as_str().to_owned() }],
        Change::RequestFiled { applicant, .. } => {
            vec![Audience::Account(applicant.clone()), Audience::Administrators]
        }
        // Whoever asked hears the answer; where they have gone, somebody else must go on.
        Change::QuestionAnswered { asked_by, asker_administers: true, .. } => vec![Audience::Account(asked_by.clone())],
        Change::QuestionAnswered { .. } => vec![Audience::Administrators],
        Change::RequestApproved { applicant, .. }
        | Change::QuestionAsked { applicant, .. }
        | Change::RequestDeclined { applicant, .. }
        | Change::RivalClosed { applicant, .. } => vec![Audience::Account(applicant.clone())],
        Change::OrganizationDisabled { id, name, .. } | Change::OrganizationEnabled { id, name, .. } => {
            vec![Audience::Owners { organization: *id, name: name.clone(), but: None }]
        }
        Change::AdministratorGranted { account }
        | Change::AdministratorRevoked { account }
        | Change::SessionsEnded { account, .. }
        | Change::AccountDisabled { account, .. }
        | Change::AccountEnabled { account } => vec![Audience::Account(account.clone())],
        Change::MemberInvited { organization, invitee, .. }
        | Change::InvitationRenewed { organization, invitee, .. }
        | Change::InvitationRevoked { organization, invitee, .. }
        | Change::InvitationAccepted { organization, invitee, .. }
        | Change::InvitationDeclined { organization, invitee, .. } => {
            vec![Audience::Account(invitee.clone()), owners(organization, invitee)]
        }
        Change::OwnerAppointed { organization, account, .. } => {
            let Organization { id, name, .. } = organization;
            let members = Audience::Members { organization: *id, name: name.clone(), but: account.id };
            vec![Audience::Account(account.clone()), members]
        }
        Change::InvitationExpired { inviter, .. } => vec![Audience::Account(inviter.clone())],
        Change::RoleChanged { organization, account, .. }
        | Change::MemberRemoved { organization, account, .. }
        | Change::MemberLeft { organization, account, .. } => {
            vec![Audience::Account(account.clone()), owners(organization, account)]
        }
        // The letter of the request, or of the invitation, tells the newcomer; the rest concerns only who does it.
        Change::AccountCreated { .. }
        | Change::AddressBounced { .. }
        | Change::AddressReached { .. }
        | Change::RequestDrafted { .. }
        | Change::DraftDiscarded { .. }
        | Change::BillingDraftSaved { .. }
        | Change::BillingGiven { .. }
        | Change::EmailVerified { .. }
        | Change::SessionOpened { .. }
        | Change::SessionEnded { .. }
        | Change::SetUpOpened { .. }
        | Change::SetUpUsed
        | Change::UsernameFreed { .. }
        | Change::NameReserved { .. }
        | Change::LetterRetried { .. }
        | Change::FailedLettersRetried { .. }
        | Change::RequestEdited { .. }
        | Change::RequestWithdrawn { .. }
        | Change::RequestDeferred { .. }
        | Change::NoteAdded { .. }
        | Change::OrganizationFounded { .. }
        | Change::OrganizationActivated { .. }
        | Change::MemberJoined { .. } => Vec::new(),
    }
}

/// Each change with those who are told of it, as a list tells it: an invitation whose end is noted because its receiver
/// is invited anew is told as the new one alone.
pub fn told(changes: &[Change]) -> impl Iterator<Item = (&Change, Audience)> {
    let anew = |change: &Change| {
        let Change::InvitationExpired { invitee: ended, .. } = change else { return false };
        changes.iter().any(|other| matches!(other, Change::MemberInvited { invitee, .. } if invitee == ended))
    };
    let heard = changes.iter().filter(move |change| !anew(change));
    heard.flat_map(|change| audiences(change).into_iter().map(move |audience| (change, audience)))
}

/// Those who are Owners until these changes, and no longer: of what else happens in the same act they are not told as
/// Owners.
pub fn owners_no_more(changes: &[Change]) -> Vec<AccountId> {
    let ends = |change: &Change| {
        if let Change::RoleChanged { account, before: Role::Owner, after, .. } = change {
            return (*after != Role::Owner).then_some(account.id);
        }
        let (Change::MemberRemoved { account, role: Role::Owner, .. }
        | Change::MemberLeft { account, role: Role::Owner, .. }) = change
        else {
            return None;
        };
        Some(account.id)
    };
    changes.iter().filter_map(ends).collect()
}

fn owners(organization: &Organization, but: &Party) -> Audience {
    Audience::Owners { organization: organization.id, name: organization.name.clone(), but: Some(but.id) }
}

fn address(account: &Party, email: &EmailAddress) -> Audience {
    Audience::Address { account: account.id, username: account.username.clone(), email: email.as_str().to_owned() }
}

impl Audience {
    /// How a preview names them.
    pub fn in_words(&self) -> String {
        match self {
            Audience::Account(party) => party.username.clone(),
            Audience::Address { username, .. } => username.clone(),
            Audience::Holder { .. } => "the holder of the address".to_owned(),
            Audience::Administrators => "the administrators".to_owned(),
            // An administrator acts, and some of them may be disabled: those get no letter.
            Audience::Owners { name, but: None, .. } => format!("the Owners of {name} who can use their accounts"),
            Audience::Owners { name, .. } => format!("the Owners of {name}"),
            Audience::Members { name, .. } => format!("all members of {name} who can use their accounts"),
        }
    }
}
