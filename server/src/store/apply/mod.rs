//! How each event is stored. Only the command bus calls [`commit`] (a test checks that), so rows of the product change
//! only as the rules decided.

mod accounts;
mod administration;
mod billing;
mod organizations;
mod people;
mod requests;

use super::history::NewAuditEvent;
use super::outbox::NewEmail;
use super::requests::RIVAL_REASON;
use super::{StoreResult, Tx, history, messages, outbox};
use accounts::{NewAccount, NewAddress, NewResetLink, NewSession, NewVerificationLink};
use people::{NewInvitation, RoleChange};
use requests::{EditedFields, NewMessage, NewRequest, Resolution};
use shared::addresses::OrganizationUrl;
use shared::domain::{EmailState, InvitationState, RequestState};
use shared::names::OrganizationName;
use shared::roles::{Kind, Role};
use shared::rules::Event;
use shared::text::{Description, DisplayName};
use shared::timestamp::Timestamp;

/// Who acts, as it is stored.
#[derive(Clone, Debug)]
pub struct Author {
    /// The account, if an account acts.
    pub account: Option<shared::ids::AccountId>,
    /// The client address.
    pub address: String,
}

/// What a command does, and everything that follows from it: written before any row changes, and stored together.
#[derive(Debug)]
pub struct Prepared {
    pub by: Author,
    pub at: Timestamp,
    pub events: Vec<Event>,
    pub audit_events: Vec<NewAuditEvent>,
    pub emails: Vec<NewEmail>,
    /// The state in which the emails begin.
    pub email_state: EmailState,
}

/// Stores the events, appends their audit events, and inserts their emails into the outbox.
pub async fn commit(tx: &mut Tx<'_>, prepared: &Prepared) -> StoreResult<()> {
    let Prepared { by, at, events, audit_events, emails, email_state } = prepared;
    for event in events {
        apply_event(tx, by, *at, event).await?;
    }
    history::append(tx, audit_events).await?;
    outbox::insert(tx, emails, *email_state, by.account, *at).await
}

/// The profile of a request or an organization.
#[derive(Clone, Copy)]
struct Profile<'a> {
    name: &'a OrganizationName,
    display_name: &'a DisplayName,
    url: &'a OrganizationUrl,
    description: &'a Description,
    kind: Kind,
}

/// Stores one event. A new kind of event does not compile until it has a function here.
async fn apply_event(tx: &mut Tx<'_>, by: &Author, now: Timestamp, event: &Event) -> StoreResult<()> {
    match event {
        Event::AccountCreated { id, username, email_id, email, password_hash, administrator, .. } => {
            let (password_hash, administrator) = (password_hash.0.as_str(), *administrator);
            accounts::create(tx, now, NewAccount { id: id.0, username, password_hash, administrator }).await?;
            accounts::add_address(tx, now, id.0, NewAddress { id: email_id.0, email, primary: true }).await
        }
        Event::VerificationAsked { account, email_id, email, secret, lives, .. } => {
            let link = NewVerificationLink { address: email_id.0, email, secret: &secret.0 };
            accounts::insert_verification(tx, now, account.0, link, *lives).await
        }
        Event::AddressClaimed { account, email_id, email, secret, .. } => {
            let link = NewVerificationLink { address: email_id.0, email, secret: &secret.0 };
            accounts::count_claim(tx, now, account.0, link).await
        }
        Event::AddressAdded { account, email_id, email } => {
            accounts::add_address(tx, now, account.id, NewAddress { id: email_id.0, email, primary: false }).await
        }
        Event::PrimaryChanged { account, email_id, .. } => accounts::make_primary(tx, account.id, *email_id).await,
        Event::AddressRemoved { account, email_id, .. } => {
            accounts::remove_address(tx, now, account.id, *email_id).await
        }
        Event::AddressBounced { account, email_id, why, .. } => {
            accounts::set_bounce(tx, account.id, *email_id, Some(why)).await
        }
        Event::AddressReached { account, email_id, .. } => accounts::set_bounce(tx, account.id, *email_id, None).await,
        Event::PasswordChanged { account, password_hash } => {
            accounts::change_password(tx, now, account.id, &password_hash.0).await
        }
        Event::ResetAsked { account, email, secret, lives } => {
            accounts::insert_reset(tx, now, account.id, NewResetLink { email, secret: &secret.0, lives: *lives }).await
        }
        Event::EmailVerified { account, email_id, .. } => accounts::verify(tx, now, account.0, email_id.0).await,
        Event::SessionOpened { id, account, secret, agent } => {
            let session = NewSession { id: id.0, account: account.id, secret: &secret.0, agent };
            accounts::open_session(tx, by, now, session).await
        }
        Event::SessionEnded { id, account } => accounts::end_session(tx, now, *id, account.id).await,
        Event::SetUpOpened { secret } => administration::open_set_up(tx, now, &secret.0).await,
        Event::SetUpUsed => administration::close_set_up(tx, now).await,
        Event::AdministratorGranted { account } => administration::grant(tx, account.id).await,
        Event::AdministratorRevoked { account } => administration::revoke(tx, account.id).await,
        Event::SessionsEnded { account, .. } => administration::end_sessions(tx, now, account.id).await,
        Event::UsernameFreed { account } => accounts::delete(tx, account.id).await,
        Event::AccountDisabled { account, reason, .. } => administration::disable(tx, now, account.id, &reason.0).await,
        Event::AccountEnabled { account } => administration::enable(tx, account.id).await,
        Event::NameReserved { name, reason } => administration::reserve(tx, now, name, reason).await,
        Event::FailedEmailsRetried { query, .. } => administration::retry_failed_emails(tx, now, query).await,
        Event::EmailRetried { id, .. } => administration::retry_email(tx, now, *id).await,
        Event::RequestFiled { id, from_draft: true, .. } => billing::submit(tx, now, id.0).await,
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } => {
            let profile = Profile { name, display_name, url, description, kind: *kind };
            let (id, applicant, state) = (id.0, applicant.id, RequestState::Submitted);
            requests::insert(tx, now, NewRequest { id, applicant, state, profile }).await
        }
        Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => {
            let profile = Profile { name, display_name, url, description, kind: *kind };
            let (id, applicant, state) = (id.0, applicant.id, RequestState::Draft);
            requests::insert(tx, now, NewRequest { id, applicant, state, profile }).await
        }
        Event::DraftDiscarded { id, .. } => billing::discard(tx, *id).await,
        Event::BillingDraftSaved { id, typed, .. } => billing::save_draft(tx, now, *id, typed).await,
        Event::BillingGiven { id, details, .. } => billing::save_details(tx, now, *id, details).await,
        Event::RequestEdited { id, name, display_name, url, description, .. } => {
            requests::edit(tx, *id, name, EditedFields { display_name, url, description }).await
        }
        Event::QuestionAsked { id, message, question, .. } => {
            let message =
                NewMessage { id: message.0, kind: messages::Kind::Question, body: &question.0, answers: None };
            requests::add_message(tx, by, now, *id, message).await?;
            requests::set_state(tx, *id, RequestState::MoreInformationNeeded).await
        }
        Event::QuestionAnswered { id, question, message, answer, last, .. } => {
            let answers = Some(*question);
            let message = NewMessage { id: message.0, kind: messages::Kind::Answer, body: &answer.0, answers };
            requests::add_message(tx, by, now, *id, message).await?;
            if *last { requests::set_state(tx, *id, RequestState::Submitted).await } else { Ok(()) }
        }
        Event::NoteAdded { id, message, note, .. } => {
            let message = NewMessage { id: message.0, kind: messages::Kind::Note, body: &note.0, answers: None };
            requests::add_message(tx, by, now, *id, message).await
        }
        Event::RequestDeferred { id, .. } => requests::set_state(tx, *id, RequestState::Deferred).await,
        Event::RequestWithdrawn { id, .. } => {
            let resolution = Resolution { state: RequestState::Withdrawn, words: "", organization: None };
            requests::close(tx, by, now, *id, resolution).await
        }
        Event::RequestApproved { id, organization, message, .. } => {
            let words = message.0.as_str();
            let resolution = Resolution { state: RequestState::Approved, words, organization: Some(organization.0) };
            requests::close(tx, by, now, *id, resolution).await?;
            billing::assign_to_organization(tx, *id, organization.0).await
        }
        Event::RequestDeclined { id, reason, .. } => {
            let resolution = Resolution { state: RequestState::Declined, words: reason.0.as_str(), organization: None };
            requests::close(tx, by, now, *id, resolution).await
        }
        Event::RivalClosed { id, .. } => {
            let resolution = Resolution { state: RequestState::Declined, words: RIVAL_REASON, organization: None };
            requests::close(tx, by, now, *id, resolution).await
        }
        Event::OrganizationFounded { id, name, display_name, url, description, kind } => {
            let profile = Profile { name, display_name, url, description, kind: *kind };
            organizations::insert(tx, now, id.0, profile).await
        }
        Event::OrganizationActivated { id, .. } => organizations::activate(tx, id.0).await,
        Event::OrganizationDisabled { id, reason, .. } => organizations::disable(tx, *id, &reason.0).await,
        Event::OrganizationEnabled { id, .. } => organizations::enable(tx, *id).await,
        Event::MemberJoined { organization, account, role, .. } => {
            people::join(tx, now, organization.0, account.id, *role).await
        }
        Event::MemberInvited { id, organization, invitee, inviter, role, secret, lives, .. } => {
            let (id, organization, secret) = (id.0, organization.id, &secret.0);
            let invitation = NewInvitation { id, organization, invitee, inviter, role: *role, secret, lives: *lives };
            people::invite(tx, now, invitation).await
        }
        Event::InvitationRenewed { id, inviter, secret, lives, .. } => {
            people::renew(tx, *id, inviter, &secret.0, now.plus(*lives)).await
        }
        Event::InvitationRevoked { id, .. } => people::close(tx, by, now, *id, InvitationState::Revoked).await,
        Event::InvitationAccepted { id, .. } => people::close(tx, by, now, *id, InvitationState::Accepted).await,
        Event::InvitationDeclined { id, .. } => people::close(tx, by, now, *id, InvitationState::Declined).await,
        Event::InvitationExpired { id, .. } => people::close(tx, by, now, *id, InvitationState::Expired).await,
        Event::RoleChanged { organization, account, before, after } => {
            let (organization, account, before, after) = (organization.id, account.id, *before, *after);
            people::change_role(tx, by, RoleChange { organization, account, before, after }).await
        }
        Event::OwnerAppointed { organization, account, before: Some(before), .. } => {
            let (organization, account, before) = (organization.id, account.id, *before);
            people::change_role(tx, by, RoleChange { organization, account, before, after: Role::Owner }).await
        }
        Event::OwnerAppointed { organization, account, before: None, .. } => {
            people::join(tx, now, organization.id, account.id, Role::Owner).await
        }
        Event::MemberRemoved { organization, account, role } | Event::MemberLeft { organization, account, role } => {
            people::remove(tx, organization.id, account.id, *role).await
        }
    }
}
