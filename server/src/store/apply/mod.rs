//! How each change is stored. [`all`] is called by the write door alone (a test holds that), so nothing
//! alters a row of the product but what the rules have decided.

mod accounts;
mod administration;
mod billing;
mod organizations;
mod people;
mod requests;

use super::history::Line;
use super::outbox::Draft;
use super::requests::RIVAL_WORDS;
use super::{StoreResult, Tx, history, messages, outbox};
use people::Offered;
use requests::{Closing, Said};
use shared::addresses::OrganizationUrl;
use shared::moment::Moment;
use shared::names::OrganizationName;
use shared::roles::{Kind, Role};
use shared::rules::Change;
use shared::text::{Description, DisplayName};
use shared::wire::administration::LetterState;
use shared::wire::people::InvitationState;
use shared::wire::requests::State;

/// Who acts, as rows remember it.
#[derive(Clone, Debug)]
pub struct By {
    /// The account, if it is one.
    pub account: Option<shared::ids::AccountId>,
    /// The address that it came from.
    pub address: String,
}

/// Carries out the changes, appends their lines to history and puts their letters into the outbox.
///
/// # Errors
/// The database's own trouble; then nothing of it happens.
pub async fn all(
    tx: &mut Tx<'_>,
    by: &By,
    now: Moment,
    changes: &[Change],
    lines: &[Line],
    letters: &[Draft],
    letters_wait: LetterState,
) -> StoreResult<()> {
    for change in changes {
        one(tx, by, now, change).await?;
    }
    history::append(tx, lines).await?;
    outbox::put(tx, letters, letters_wait, by.account, now).await
}

/// What an organization is to be, or is.
#[derive(Clone, Copy)]
struct Profile<'a> {
    name: &'a OrganizationName,
    display_name: &'a DisplayName,
    url: &'a OrganizationUrl,
    description: &'a Description,
    kind: Kind,
}

/// Carries out one change. A new kind of change does not compile until it stands here, and here it stands
/// beside the one function that stores it.
async fn one(tx: &mut Tx<'_>, by: &By, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::AccountCreated { id, username, email_id, email, password_hash, administrator, .. } => {
            accounts::create(tx, now, id.0, username, &password_hash.0, *administrator).await?;
            accounts::add_address(tx, now, id.0, email_id.0, email, true).await
        }
        Change::VerificationAsked { account, email_id, email, secret, lives, .. } => {
            accounts::ask_for_verification(tx, now, account.0, (email_id.0, email), &secret.0, *lives).await
        }
        Change::AddressClaimed { account, email_id, email, secret, .. } => {
            accounts::count_claim(tx, now, account.0, (email_id.0, email), &secret.0).await
        }
        Change::AddressAdded { account, email_id, email } => {
            accounts::add_address(tx, now, account.id, email_id.0, email, false).await
        }
        Change::PrimaryChanged { account, email_id, .. } => accounts::make_primary(tx, account.id, *email_id).await,
        Change::AddressRemoved { account, email_id, .. } => {
            accounts::remove_address(tx, now, account.id, *email_id).await
        }
        Change::AddressBounced { account, email_id, why, .. } => {
            accounts::mark(tx, account.id, *email_id, Some(why)).await
        }
        Change::AddressReached { account, email_id, .. } => accounts::mark(tx, account.id, *email_id, None).await,
        Change::PasswordChanged { account, password_hash } => {
            accounts::change_password(tx, now, account.id, &password_hash.0).await
        }
        Change::ResetAsked { account, email, secret, lives } => {
            accounts::ask_for_reset(tx, now, account.id, email, &secret.0, *lives).await
        }
        Change::EmailVerified { account, email_id, .. } => accounts::verify(tx, now, account.0, email_id.0).await,
        Change::SessionOpened { id, account, secret, agent } => {
            accounts::open_session(tx, by, now, id.0, account.id, &secret.0, agent).await
        }
        Change::SessionEnded { id, account } => accounts::end_session(tx, now, *id, account.id).await,
        Change::SetUpOpened { secret } => administration::open_set_up(tx, now, &secret.0).await,
        Change::SetUpUsed => administration::use_set_up(tx, now).await,
        Change::AdministratorGranted { account } => administration::grant(tx, account.id).await,
        Change::AdministratorRevoked { account } => administration::revoke(tx, account.id).await,
        Change::SessionsEnded { account, .. } => administration::end_sessions(tx, now, account.id).await,
        Change::UsernameFreed { account } => accounts::give_up(tx, account.id).await,
        Change::AccountDisabled { account, reason, .. } => {
            administration::disable(tx, now, account.id, &reason.0).await
        }
        Change::AccountEnabled { account } => administration::enable(tx, account.id).await,
        Change::NameReserved { name, reason } => administration::reserve(tx, now, name, reason).await,
        Change::FailedLettersRetried { query, .. } => administration::retry_failed_letters(tx, now, query).await,
        Change::LetterRetried { id, .. } => administration::retry_letter(tx, now, *id).await,
        Change::RequestFiled { id, from_draft: true, .. } => billing::hand_in(tx, now, id.0).await,
        Change::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } => {
            let asked = Profile { name, display_name, url, description, kind: *kind };
            requests::file(tx, now, id.0, applicant.id, State::Submitted, asked).await
        }
        Change::RequestDrafted { id, applicant, name, display_name, url, description, kind } => {
            let asked = Profile { name, display_name, url, description, kind: *kind };
            requests::file(tx, now, id.0, applicant.id, State::Draft, asked).await
        }
        Change::DraftDiscarded { id, .. } => billing::discard(tx, *id).await,
        Change::BillingDraftSaved { id, typed, .. } => billing::save_draft(tx, now, *id, typed).await,
        Change::BillingGiven { id, details, .. } => billing::give(tx, now, *id, details).await,
        Change::RequestEdited { id, name, display_name, url, description, .. } => {
            requests::edit(tx, *id, name, display_name, url, description).await
        }
        Change::QuestionAsked { id, message, question, .. } => {
            let said = Said { id: message.0, kind: messages::Kind::Question, body: &question.0, answers: None };
            requests::say(tx, by, now, *id, said).await?;
            requests::stand(tx, *id, State::MoreInformationNeeded).await
        }
        Change::QuestionAnswered { id, question, message, answer, last, .. } => {
            let answers = Some(*question);
            let said = Said { id: message.0, kind: messages::Kind::Answer, body: &answer.0, answers };
            requests::say(tx, by, now, *id, said).await?;
            if *last { requests::stand(tx, *id, State::Submitted).await } else { Ok(()) }
        }
        Change::NoteAdded { id, message, note, .. } => {
            let said = Said { id: message.0, kind: messages::Kind::Note, body: &note.0, answers: None };
            requests::say(tx, by, now, *id, said).await
        }
        Change::RequestDeferred { id, .. } => requests::stand(tx, *id, State::Deferred).await,
        Change::RequestWithdrawn { id, .. } => {
            let closing = Closing { state: State::Withdrawn, words: "", organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Change::RequestApproved { id, organization, message, .. } => {
            let words = message.0.as_str();
            let closing = Closing { state: State::Approved, words, organization: Some(organization.0) };
            requests::close(tx, by, now, *id, closing).await?;
            billing::pass_on(tx, *id, organization.0).await
        }
        Change::RequestDeclined { id, reason, .. } => {
            let closing = Closing { state: State::Declined, words: reason.0.as_str(), organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Change::RivalClosed { id, .. } => {
            let closing = Closing { state: State::Declined, words: RIVAL_WORDS, organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Change::OrganizationFounded { id, name, display_name, url, description, kind } => {
            let as_asked = Profile { name, display_name, url, description, kind: *kind };
            organizations::found(tx, now, id.0, as_asked).await
        }
        Change::OrganizationActivated { id, .. } => organizations::activate(tx, id.0).await,
        Change::OrganizationDisabled { id, reason, .. } => organizations::disable(tx, *id, &reason.0).await,
        Change::OrganizationEnabled { id, .. } => organizations::enable(tx, *id).await,
        Change::MemberJoined { organization, account, role, .. } => {
            people::join(tx, now, organization.0, account.id, *role).await
        }
        Change::MemberInvited { id, organization, invitee, inviter, role, secret, lives, .. } => {
            let (id, organization, secret) = (id.0, organization.id, &secret.0);
            let offered = Offered { id, organization, invitee, inviter, role: *role, secret, lives: *lives };
            people::invite(tx, now, offered).await
        }
        Change::InvitationRenewed { id, inviter, secret, lives, .. } => {
            people::renew(tx, now, *id, inviter, &secret.0, *lives).await
        }
        Change::InvitationRevoked { id, .. } => people::close(tx, by, now, *id, InvitationState::Revoked).await,
        Change::InvitationAccepted { id, .. } => people::close(tx, by, now, *id, InvitationState::Accepted).await,
        Change::InvitationDeclined { id, .. } => people::close(tx, by, now, *id, InvitationState::Declined).await,
        Change::InvitationExpired { id, .. } => people::close(tx, by, now, *id, InvitationState::Expired).await,
        Change::RoleChanged { organization, account, before, after } => {
            people::change_role(tx, by, organization.id, account.id, *before, *after).await
        }
        Change::OwnerAppointed { organization, account, before: Some(before), .. } => {
            people::change_role(tx, by, organization.id, account.id, *before, Role::Owner).await
        }
        Change::OwnerAppointed { organization, account, before: None, .. } => {
            people::join(tx, now, organization.id, account.id, Role::Owner).await
        }
        Change::MemberRemoved { organization, account, role } | Change::MemberLeft { organization, account, role } => {
            people::leave(tx, organization.id, account.id, *role).await
        }
    }
}
