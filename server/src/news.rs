//! Which open pages a change concerns, once it is committed.

use crate::live::Topic;
use shared::rules::Change;
use shared::rules::audience::audiences;

/// The topics of a list of changes, each once.
pub fn topics(changes: &[Change]) -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    let letters = changes.iter().any(|c| !audiences(c).is_empty()).then_some(Topic::Mail);
    for topic in changes.iter().flat_map(of).chain(letters) {
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

fn of(change: &Change) -> Vec<Topic> {
    match change {
        Change::RequestDrafted { applicant, .. } | Change::DraftDiscarded { applicant, .. } => {
            vec![Topic::Yours(applicant.id)]
        }
        Change::RequestFiled { applicant, .. }
        | Change::BillingGiven { applicant, .. }
        | Change::RequestEdited { applicant, .. }
        | Change::QuestionAsked { applicant, .. }
        | Change::QuestionAnswered { applicant, .. }
        | Change::RequestDeferred { applicant, .. }
        | Change::RequestWithdrawn { applicant, .. }
        | Change::RequestApproved { applicant, .. }
        | Change::RequestDeclined { applicant, .. }
        | Change::RivalClosed { applicant, .. } => vec![Topic::Yours(applicant.id), Topic::Requests],
        Change::MemberJoined { organization, account, .. } => {
            vec![Topic::Yours(account.id), Topic::People(organization.0)]
        }
        Change::MemberInvited { organization, invitee, .. }
        | Change::InvitationRenewed { organization, invitee, .. }
        | Change::InvitationRevoked { organization, invitee, .. }
        | Change::InvitationAccepted { organization, invitee, .. }
        | Change::InvitationDeclined { organization, invitee, .. }
        | Change::InvitationExpired { organization, invitee, .. } => {
            vec![Topic::Yours(invitee.id), Topic::People(organization.id)]
        }
        Change::RoleChanged { organization, account, .. }
        | Change::MemberRemoved { organization, account, .. }
        | Change::MemberLeft { organization, account, .. } => {
            vec![Topic::Yours(account.id), Topic::People(organization.id)]
        }
        Change::EmailVerified { account, .. } => vec![Topic::Yours(account.0)],
        Change::AccountDisabled { account, .. }
        | Change::AccountEnabled { account }
        | Change::AddressAdded { account, .. }
        | Change::PrimaryChanged { account, .. }
        | Change::AddressRemoved { account, .. }
        | Change::AddressBounced { account, .. }
        | Change::AddressReached { account, .. }
        | Change::PasswordChanged { account, .. }
        | Change::SessionOpened { account, .. }
        | Change::SessionEnded { account, .. } => vec![Topic::Yours(account.id)],
        Change::OrganizationDisabled { id, .. } | Change::OrganizationEnabled { id, .. } => {
            vec![Topic::People(*id), Topic::Standing(*id)]
        }
        Change::NoteAdded { .. } => vec![Topic::Requests],
        Change::LetterRetried { .. } => vec![Topic::Mail],
        // No page shows more of these than the one who acts already sees.
        Change::AccountCreated { .. }
        | Change::VerificationAsked { .. }
        | Change::AddressClaimed { .. }
        | Change::ResetAsked { .. }
        | Change::SetUpOpened { .. }
        | Change::SetUpUsed
        | Change::AdministratorGranted { .. }
        | Change::NameReserved { .. }
        | Change::OrganizationFounded { .. }
        | Change::OrganizationActivated { .. } => Vec::new(),
    }
}
