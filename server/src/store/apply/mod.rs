//! How each change is stored. [`all`] is called by the write door alone (a test holds that), so nothing
//! alters a row of the product but what the rules have decided.

mod accounts;
mod administration;
mod billing;
mod organizations;
mod people;
mod requests;

use super::history::NewAuditEvent;
use super::outbox::NewEmail;
use super::requests::RIVAL_WORDS;
use super::{StoreResult, Tx, history, messages, outbox};
use people::Offered;
use requests::{Closing, Said};
use shared::addresses::OrganizationUrl;
use shared::names::OrganizationName;
use shared::roles::{Kind, Role};
use shared::rules::Event;
use shared::text::{Description, DisplayName};
use shared::timestamp::Timestamp;
use shared::wire::administration::EmailState;
use shared::wire::people::InvitationState;
use shared::wire::requests::State;

/// Who acts, as rows remember it.
#[derive(Clone, Debug)]
pub struct Author {
    /// The account, if it is one.
    pub account: Option<shared::ids::AccountId>,
    /// The address that it came from.
    pub address: String,
}

/// Carries out the changes, appends their lines to history and puts their letters into the outbox.
pub async fn all(
    tx: &mut Tx<'_>,
    by: &Author,
    now: Timestamp,
    events: &[Event],
    lines: &[NewAuditEvent],
    emails: &[NewEmail],
    emails_wait: EmailState,
) -> StoreResult<()> {
    for event in events {
        one(tx, by, now, event).await?;
    }
    history::append(tx, lines).await?;
    outbox::put(tx, emails, emails_wait, by.account, now).await
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
async fn one(tx: &mut Tx<'_>, by: &Author, now: Timestamp, event: &Event) -> StoreResult<()> {
    match event {
        Event::AccountCreated { id, username, email_id, email, password_hash, administrator, .. } => {
            accounts::create(tx, now, id.0, username, &password_hash.0, *administrator).await?;
            accounts::add_address(tx, now, id.0, email_id.0, email, true).await
        }
        Event::VerificationAsked { account, email_id, email, secret, lives, .. } => {
            accounts::ask_for_verification(tx, now, account.0, (email_id.0, email), &secret.0, *lives).await
        }
        Event::AddressClaimed { account, email_id, email, secret, .. } => {
            accounts::count_claim(tx, now, account.0, (email_id.0, email), &secret.0).await
        }
        Event::AddressAdded { account, email_id, email } => {
            accounts::add_address(tx, now, account.id, email_id.0, email, false).await
        }
        Event::PrimaryChanged { account, email_id, .. } => accounts::make_primary(tx, account.id, *email_id).await,
        Event::AddressRemoved { account, email_id, .. } => {
            accounts::remove_address(tx, now, account.id, *email_id).await
        }
        Event::AddressBounced { account, email_id, why, .. } => {
            accounts::mark(tx, account.id, *email_id, Some(why)).await
        }
        Event::AddressReached { account, email_id, .. } => accounts::mark(tx, account.id, *email_id, None).await,
        Event::PasswordChanged { account, password_hash } => {
            accounts::change_password(tx, now, account.id, &password_hash.0).await
        }
        Event::ResetAsked { account, email, secret, lives } => {
            accounts::ask_for_reset(tx, now, account.id, email, &secret.0, *lives).await
        }
        Event::EmailVerified { account, email_id, .. } => accounts::verify(tx, now, account.0, email_id.0).await,
        Event::SessionOpened { id, account, secret, agent } => {
            accounts::open_session(tx, by, now, id.0, account.id, &secret.0, agent).await
        }
        Event::SessionEnded { id, account } => accounts::end_session(tx, now, *id, account.id).await,
        Event::SetUpOpened { secret } => administration::open_set_up(tx, now, &secret.0).await,
        Event::SetUpUsed => administration::use_set_up(tx, now).await,
        Event::AdministratorGranted { account } => administration::grant(tx, account.id).await,
        Event::AdministratorRevoked { account } => administration::revoke(tx, account.id).await,
        Event::SessionsEnded { account, .. } => administration::end_sessions(tx, now, account.id).await,
        Event::UsernameFreed { account } => accounts::give_up(tx, account.id).await,
        Event::AccountDisabled { account, reason, .. } => administration::disable(tx, now, account.id, &reason.0).await,
        Event::AccountEnabled { account } => administration::enable(tx, account.id).await,
        Event::NameReserved { name, reason } => administration::reserve(tx, now, name, reason).await,
        Event::FailedEmailsRetried { query, .. } => administration::retry_failed_emails(tx, now, query).await,
        Event::EmailRetried { id, .. } => administration::retry_email(tx, now, *id).await,
        Event::RequestFiled { id, from_draft: true, .. } => billing::hand_in(tx, now, id.0).await,
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } => {
            let asked = Profile { name, display_name, url, description, kind: *kind };
            requests::file(tx, now, id.0, applicant.id, State::Submitted, asked).await
        }
        Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => {
            let asked = Profile { name, display_name, url, description, kind: *kind };
            requests::file(tx, now, id.0, applicant.id, State::Draft, asked).await
        }
        Event::DraftDiscarded { id, .. } => billing::discard(tx, *id).await,
        Event::BillingDraftSaved { id, typed, .. } => billing::save_draft(tx, now, *id, typed).await,
        Event::BillingGiven { id, details, .. } => billing::give(tx, now, *id, details).await,
        Event::RequestEdited { id, name, display_name, url, description, .. } => {
            requests::edit(tx, *id, name, display_name, url, description).await
        }
        Event::QuestionAsked { id, message, question, .. } => {
            let said = Said { id: message.0, kind: messages::Kind::Question, body: &question.0, answers: None };
            requests::say(tx, by, now, *id, said).await?;
            requests::stand(tx, *id, State::MoreInformationNeeded).await
        }
        Event::QuestionAnswered { id, question, message, answer, last, .. } => {
            let answers = Some(*question);
            let said = Said { id: message.0, kind: messages::Kind::Answer, body: &answer.0, answers };
            requests::say(tx, by, now, *id, said).await?;
            if *last { requests::stand(tx, *id, State::Submitted).await } else { Ok(()) }
        }
        Event::NoteAdded { id, message, note, .. } => {
            let said = Said { id: message.0, kind: messages::Kind::Note, body: &note.0, answers: None };
            requests::say(tx, by, now, *id, said).await
        }
        Event::RequestDeferred { id, .. } => requests::stand(tx, *id, State::Deferred).await,
        Event::RequestWithdrawn { id, .. } => {
            let closing = Closing { state: State::Withdrawn, words: "", organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Event::RequestApproved { id, organization, message, .. } => {
            let words = message.0.as_str();
            let closing = Closing { state: State::Approved, words, organization: Some(organization.0) };
            requests::close(tx, by, now, *id, closing).await?;
            billing::pass_on(tx, *id, organization.0).await
        }
        Event::RequestDeclined { id, reason, .. } => {
            let closing = Closing { state: State::Declined, words: reason.0.as_str(), organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Event::RivalClosed { id, .. } => {
            let closing = Closing { state: State::Declined, words: RIVAL_WORDS, organization: None };
            requests::close(tx, by, now, *id, closing).await
        }
        Event::OrganizationFounded { id, name, display_name, url, description, kind } => {
            let as_asked = Profile { name, display_name, url, description, kind: *kind };
            organizations::found(tx, now, id.0, as_asked).await
        }
        Event::OrganizationActivated { id, .. } => organizations::activate(tx, id.0).await,
        Event::OrganizationDisabled { id, reason, .. } => organizations::disable(tx, *id, &reason.0).await,
        Event::OrganizationEnabled { id, .. } => organizations::enable(tx, *id).await,
        Event::MemberJoined { organization, account, role, .. } => {
            people::join(tx, now, organization.0, account.id, *role).await
        }
        Event::MemberInvited { id, organization, invitee, inviter, role, secret, lives, .. } => {
            let (id, organization, secret) = (id.0, organization.id, &secret.0);
            let offered = Offered { id, organization, invitee, inviter, role: *role, secret, lives: *lives };
            people::invite(tx, now, offered).await
        }
        Event::InvitationRenewed { id, inviter, secret, lives, .. } => {
            people::renew(tx, now, *id, inviter, &secret.0, *lives).await
        }
        Event::InvitationRevoked { id, .. } => people::close(tx, by, now, *id, InvitationState::Revoked).await,
        Event::InvitationAccepted { id, .. } => people::close(tx, by, now, *id, InvitationState::Accepted).await,
        Event::InvitationDeclined { id, .. } => people::close(tx, by, now, *id, InvitationState::Declined).await,
        Event::InvitationExpired { id, .. } => people::close(tx, by, now, *id, InvitationState::Expired).await,
        Event::RoleChanged { organization, account, before, after } => {
            people::change_role(tx, by, organization.id, account.id, *before, *after).await
        }
        Event::OwnerAppointed { organization, account, before: Some(before), .. } => {
            people::change_role(tx, by, organization.id, account.id, *before, Role::Owner).await
        }
        Event::OwnerAppointed { organization, account, before: None, .. } => {
            people::join(tx, now, organization.id, account.id, Role::Owner).await
        }
        Event::MemberRemoved { organization, account, role } | Event::MemberLeft { organization, account, role } => {
            people::leave(tx, organization.id, account.id, *role).await
        }
    }
}
