//! Who is emailed about an event (rules, section 9). The server finds their addresses, and a preview names them.

use super::{Event, Organization, Party};
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, OrganizationId};
use crate::names::OrganizationName;
use crate::roles::Role;

/// The recipient of an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One account, at its primary address.
    Account(Party),
    /// One address of an account, which can be unverified or not primary.
    Address { account: AccountId, username: String, email: String },
    /// The account that has verified this address.
    Holder { email: String },
    /// All administrators.
    Administrators,
    /// All Owners of an organization who can use their accounts, except the person of the event, who gets their own
    /// email.
    Owners { organization: OrganizationId, name: OrganizationName, but: Option<AccountId> },
    /// All members of an organization who can use their accounts, except the one who gets their own email.
    Members { organization: OrganizationId, name: OrganizationName, but: AccountId },
}

/// Returns the recipients of an event.
pub fn audiences(event: &Event) -> Vec<Audience> {
    match event {
        // Whoever creates their own account gets the verification email instead.
        Event::AccountCreated { id, username, email, trusted: true, .. } => vec![Audience::Address {
            account: id.0,
            username: username.as_str().to_owned(),
            email: email.as_str().to_owned(),
        }],
        Event::VerificationAsked { account, username, email, .. } => {
            vec![Audience::Address { account: account.0, username: username.clone(), email: email.as_str().to_owned() }]
        }
        Event::AddressAdded { account, .. } | Event::PasswordChanged { account, .. } => {
            vec![Audience::Account(account.clone())]
        }
        Event::PrimaryChanged { account, email, before, .. } => {
            vec![address(account, before), address(account, email)]
        }
        // An address that was never verified can belong to a stranger.
        Event::AddressRemoved { account, email, verified, .. } => {
            [Audience::Account(account.clone())].into_iter().chain(verified.then(|| address(account, email))).collect()
        }
        Event::ResetAsked { account, email, .. } => vec![address(account, email)],
        Event::AddressClaimed { email, .. } => vec![Audience::Holder { email: email.as_str().to_owned() }],
        Event::RequestFiled { applicant, .. } => {
            vec![Audience::Account(applicant.clone()), Audience::Administrators]
        }
        // The asker gets the answer. If they are no administrator any more, all administrators get it.
        Event::QuestionAnswered { asked_by, asker_administers: true, .. } => vec![Audience::Account(asked_by.clone())],
        Event::QuestionAnswered { .. } => vec![Audience::Administrators],
        Event::RequestApproved { applicant, .. }
        | Event::QuestionAsked { applicant, .. }
        | Event::RequestDeclined { applicant, .. }
        | Event::RivalClosed { applicant, .. } => vec![Audience::Account(applicant.clone())],
        Event::OrganizationDisabled { id, name, .. } | Event::OrganizationEnabled { id, name, .. } => {
            vec![Audience::Owners { organization: *id, name: name.clone(), but: None }]
        }
        Event::AdministratorGranted { account }
        | Event::AdministratorRevoked { account }
        | Event::SessionsEnded { account, .. }
        | Event::AccountDisabled { account, .. }
        | Event::AccountEnabled { account } => vec![Audience::Account(account.clone())],
        Event::MemberInvited { organization, invitee, .. }
        | Event::InvitationRenewed { organization, invitee, .. }
        | Event::InvitationRevoked { organization, invitee, .. }
        | Event::InvitationAccepted { organization, invitee, .. }
        | Event::InvitationDeclined { organization, invitee, .. } => {
            vec![Audience::Account(invitee.clone()), owners(organization, invitee)]
        }
        Event::OwnerAppointed { organization, account, .. } => {
            let Organization { id, name, .. } = organization;
            let members = Audience::Members { organization: *id, name: name.clone(), but: account.id };
            vec![Audience::Account(account.clone()), members]
        }
        Event::InvitationExpired { inviter, .. } => vec![Audience::Account(inviter.clone())],
        Event::RoleChanged { organization, account, .. }
        | Event::MemberRemoved { organization, account, .. }
        | Event::MemberLeft { organization, account, .. } => {
            vec![Audience::Account(account.clone()), owners(organization, account)]
        }
        // The emails of the request or the invitation cover new members. The other events concern only the actor.
        Event::AccountCreated { .. }
        | Event::AddressBounced { .. }
        | Event::AddressReached { .. }
        | Event::RequestDrafted { .. }
        | Event::DraftDiscarded { .. }
        | Event::BillingDraftSaved { .. }
        | Event::BillingGiven { .. }
        | Event::EmailVerified { .. }
        | Event::SessionOpened { .. }
        | Event::SessionEnded { .. }
        | Event::SetUpOpened { .. }
        | Event::SetUpUsed
        | Event::UsernameFreed { .. }
        | Event::NameReserved { .. }
        | Event::EmailRetried { .. }
        | Event::FailedEmailsRetried { .. }
        | Event::RequestEdited { .. }
        | Event::RequestWithdrawn { .. }
        | Event::RequestDeferred { .. }
        | Event::NoteAdded { .. }
        | Event::OrganizationFounded { .. }
        | Event::OrganizationActivated { .. }
        | Event::MemberJoined { .. } => Vec::new(),
    }
}

/// Returns each event with its recipients. An invitation that expires because its invitee is invited again is left out,
/// since the email about the new invitation covers it.
pub fn recipients(events: &[Event]) -> impl Iterator<Item = (&Event, Audience)> {
    let is_replaced = |event: &Event| {
        let Event::InvitationExpired { invitee: ended, .. } = event else { return false };
        events.iter().any(|other| matches!(other, Event::MemberInvited { invitee, .. } if invitee == ended))
    };
    let announced = events.iter().filter(move |event| !is_replaced(event));
    announced.flat_map(|event| audiences(event).into_iter().map(move |audience| (event, audience)))
}

/// Returns the accounts that stop being Owners by these events. They are not emailed as Owners about the other events.
pub fn former_owners(events: &[Event]) -> Vec<AccountId> {
    let ends = |event: &Event| {
        if let Event::RoleChanged { account, before: Role::Owner, after, .. } = event {
            return (*after != Role::Owner).then_some(account.id);
        }
        let (Event::MemberRemoved { account, role: Role::Owner, .. }
        | Event::MemberLeft { account, role: Role::Owner, .. }) = event
        else {
            return None;
        };
        Some(account.id)
    };
    events.iter().filter_map(ends).collect()
}

fn owners(organization: &Organization, but: &Party) -> Audience {
    Audience::Owners { organization: organization.id, name: organization.name.clone(), but: Some(but.id) }
}

fn address(account: &Party, email: &EmailAddress) -> Audience {
    Audience::Address { account: account.id, username: account.username.clone(), email: email.as_str().to_owned() }
}

impl Audience {
    /// Returns whether it can be more than one person.
    pub const fn is_group(&self) -> bool {
        matches!(self, Audience::Administrators | Audience::Owners { .. } | Audience::Members { .. })
    }

    /// Returns how a preview names the recipient.
    pub fn in_words(&self) -> String {
        match self {
            Audience::Account(party) => party.username.clone(),
            Audience::Address { username, .. } => username.clone(),
            Audience::Holder { .. } => "the holder of the address".to_owned(),
            Audience::Administrators => "all administrators".to_owned(),
            // Disabled Owners get no email. Here an administrator acts, so some Owners may be disabled.
            Audience::Owners { name, but: None, .. } => format!("all Owners of {name} who can use their accounts"),
            Audience::Owners { name, .. } => format!("all Owners of {name}"),
            Audience::Members { name, .. } => format!("all members of {name} who can use their accounts"),
        }
    }
}
