//! A small world in memory: how each event changes it, and how each command's facts are read from it. It refuses
//! nothing itself, so only the rules keep the invariants.

mod facts;
mod people;

use crate::support::NOW;
use facts::within_a_day;
use shared::addresses::EmailAddress;
use shared::billing::BillingDraft;
use shared::ids::{AccountId, EmailAddressId, EmailId, InvitationId, OrganizationId, RequestId, SessionId};
use shared::names::{NameKey, OrganizationName, Username};
use shared::problem::Refusal;
use shared::roles::{Kind, Role};
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::people::Offer;
use shared::rules::requests::*;
use shared::rules::{Actor, Command, DecisionContext, Event, Party, Person, Secret};
use shared::text::DisplayName;
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::administration::{EmailState, OrganizationState};
use shared::wire::people::InvitationState;
use shared::wire::requests::{Standing, State};
use std::collections::{BTreeMap, BTreeSet};

/// Few, so that random histories reach the limit.
pub const REQUESTS_A_DAY: u32 = 3;

#[derive(Clone, Debug)]
pub struct Account {
    pub party: Party,
    pub addresses: Vec<AddressFacts>,
    pub password_hash: String,
    pub administrator: bool,
    pub disabled: bool,
    /// Its addresses from which emails bounce.
    pub bouncing: BTreeSet<EmailAddressId>,
}

impl Account {
    pub fn primary(&self) -> &AddressFacts {
        self.addresses.iter().find(|a| a.primary).unwrap()
    }
}

#[derive(Clone, Debug)]
pub struct Link {
    pub secret: Secret,
    pub account: AccountId,
    pub address: EmailAddressId,
    pub ends_at: Timestamp,
    pub used: bool,
    pub replaced: bool,
}

/// A password reset link.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    pub secret: Secret,
    pub account: AccountId,
    pub email: EmailAddress,
    pub asked_at: Timestamp,
    pub ends_at: Timestamp,
    pub used: bool,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub live: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub facts: RequestFacts,
    /// The questions, each with whether it is answered.
    pub questions: Vec<Question>,
    pub filed_at: Timestamp,
    pub organization: Option<OrganizationId>,
    /// The saved draft of its billing details.
    pub billing_draft: Option<BillingDraft>,
}

#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub active: bool,
    pub disabled: bool,
    pub members: Vec<(AccountId, Role)>,
    pub kind: Kind,
}

/// An invitation in any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub organization: OrganizationId,
    pub offer: Offer,
    pub state: InvitationState,
}

#[derive(Clone, Debug)]
pub struct World {
    pub now: Timestamp,
    steps: u64,
    pub accounts: Vec<Account>,
    pub links: Vec<Link>,
    /// When verification emails were sent, by address and by the account that asked for them.
    pub verification_emails: Vec<(String, AccountId, Timestamp)>,
    pub resets: Vec<PasswordReset>,
    pub sessions: Vec<Session>,
    pub requests: Vec<Request>,
    /// The applicants of discarded drafts, and when each draft was created.
    pub discarded: Vec<(AccountId, Timestamp)>,
    pub organizations: Vec<Organization>,
    pub invitations: Vec<Invitation>,
    pub held: BTreeMap<NameKey, OrganizationId>,
    pub reserved: BTreeSet<NameKey>,
    /// The secret of the set-up link, and whether it was used.
    pub set_up: Option<(Secret, bool)>,
    pub emails: Vec<(EmailId, EmailState)>,
}

/// How a command's facts are read from the world.
pub trait ReadFacts: Command {
    fn facts(&self, world: &World, actor: &Actor) -> Self::Facts;
}

impl World {
    pub fn new() -> Self {
        Self {
            now: NOW,
            steps: 0,
            accounts: Vec::new(),
            links: Vec::new(),
            verification_emails: Vec::new(),
            resets: Vec::new(),
            sessions: Vec::new(),
            requests: Vec::new(),
            discarded: Vec::new(),
            organizations: Vec::new(),
            invitations: Vec::new(),
            held: BTreeMap::new(),
            reserved: BTreeSet::new(),
            set_up: None,
            emails: Vec::new(),
        }
    }

    /// Executes a command as the server does: facts, decision, events. It takes a second.
    pub fn execute<C: ReadFacts>(&mut self, actor: &Actor, command: &C) -> Result<Vec<Event>, Refusal> {
        self.steps += 1;
        self.now = self.now.plus(Seconds(1));
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.steps.to_be_bytes());
        let facts = command.facts(self, actor);
        let events = command.decide(actor, &facts, &mut DecisionContext::new(seed, self.now))?.events;
        for event in &events {
            self.apply(actor, event);
        }
        Ok(events)
    }

    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|a| a.party.id == id)
    }

    fn by_username(&self, username: &str) -> Option<&Account> {
        let key = Username::parse(username).ok()?.key();
        self.accounts.iter().find(|a| Username::from_stored(a.party.username.clone()).key() == key)
    }

    fn address_held(&self, email: &EmailAddress, but: Option<AccountId>) -> bool {
        let holds = |a: &Account| a.addresses.iter().any(|own| own.verified && own.email.key() == email.key());
        self.accounts.iter().any(|a| Some(a.party.id) != but && holds(a))
    }

    fn standing(&self, key: &NameKey) -> Standing {
        match (self.held.contains_key(key), self.reserved.contains(key)) {
            (true, _) => Standing::Taken,
            (false, true) => Standing::Reserved,
            (false, false) => Standing::Free,
        }
    }

    /// The account of this username, acting on its newest session.
    pub fn actor_at_newest_device(&self, username: &str) -> Actor {
        let device = self.by_username(username).and_then(|account| {
            let session = self.sessions.iter().rev().find(|s| s.account == account.party.id && s.live)?;
            Some(Person {
                id: account.party.id,
                email: account.primary().email.to_string(),
                username: account.party.username.clone(),
                verified: account.primary().verified,
                administrator: account.administrator,
                session: session.id,
            })
        });
        device.map_or(Actor::Visitor, Actor::Person)
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.iter_mut().find(|a| a.party.id == id).unwrap()
    }

    fn address_mut(&mut self, account: AccountId, id: EmailAddressId) -> &mut AddressFacts {
        self.account_mut(account).addresses.iter_mut().find(|a| a.id == id).unwrap()
    }

    /// An address of the actor's own account.
    fn own_address(&self, actor: &Actor, id: EmailAddressId) -> Option<AddressFacts> {
        let account = self.account(actor.person().ok()?.id)?;
        account.addresses.iter().find(|a| a.id == id).cloned()
    }

    /// The live sessions of an account.
    fn devices(&self, account: AccountId) -> Vec<SessionId> {
        self.sessions.iter().filter(|s| s.account == account && s.live).map(|s| s.id).collect()
    }

    fn request_mut(&mut self, id: RequestId) -> &mut Request {
        self.requests.iter_mut().find(|r| r.facts.id == id).unwrap()
    }

    fn invitation_mut(&mut self, id: InvitationId) -> &mut Invitation {
        self.invitations.iter_mut().find(|i| i.offer.id == id).unwrap()
    }

    fn organization_mut(&mut self, id: OrganizationId) -> &mut Organization {
        self.organizations.iter_mut().find(|o| o.id == id).unwrap()
    }

    fn close(&mut self, actor: &Actor, id: RequestId, state: State, organization: Option<OrganizationId>) {
        let request = self.request_mut(id);
        request.facts.state = state;
        request.facts.decided_by = actor.person().ok().map(|p| p.username.clone());
        request.organization = organization;
    }

    fn apply(&mut self, actor: &Actor, event: &Event) {
        let now = self.now;
        match event.clone() {
            Event::AccountCreated { id, username, email_id, email, password_hash, administrator, .. } => {
                let primary = AddressFacts { id: email_id.0, email, verified: false, primary: true };
                self.accounts.push(Account {
                    party: Party { id: id.0, username: username.to_string() },
                    addresses: vec![primary],
                    password_hash: password_hash.0,
                    administrator,
                    disabled: false,
                    bouncing: BTreeSet::new(),
                });
            }
            Event::VerificationAsked { account, email_id, email, secret, lives, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id.0).for_each(|l| l.replaced = true);
                let (secret, account, address) = (secret.0, account.0, email_id.0);
                let ends_at = now.plus(lives);
                self.links.push(Link { secret, account, address, ends_at, used: false, replaced: false });
                self.verification_emails.push((email.key(), account, now));
            }
            Event::AddressClaimed { account, email, .. } => {
                self.verification_emails.push((email.key(), account.0, now))
            }
            Event::EmailVerified { account, email_id, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id.0 && !l.replaced).for_each(|l| l.used = true);
                self.address_mut(account.0, email_id.0).verified = true;
            }
            Event::AddressAdded { account, email_id, email } => {
                let added = AddressFacts { id: email_id.0, email, verified: false, primary: false };
                self.account_mut(account.id).addresses.push(added);
            }
            Event::PrimaryChanged { account, email_id, .. } => {
                self.account_mut(account.id).addresses.iter_mut().for_each(|a| a.primary = a.id == email_id);
            }
            Event::AddressRemoved { account, email_id, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id).for_each(|l| l.replaced = true);
                self.account_mut(account.id).addresses.retain(|a| a.id != email_id);
            }
            Event::PasswordChanged { account, password_hash } => {
                self.resets.iter_mut().filter(|r| r.account == account.id).for_each(|r| r.used = true);
                self.account_mut(account.id).password_hash = password_hash.0;
            }
            Event::ResetAsked { account, email, secret, lives } => {
                let (secret, account, ends_at) = (secret.0, account.id, now.plus(lives));
                self.resets.push(PasswordReset { secret, account, email, asked_at: now, ends_at, used: false });
            }
            Event::SessionOpened { id, account, .. } => {
                self.sessions.push(Session { id: id.0, account: account.id, live: true });
            }
            Event::SessionEnded { id, .. } => {
                self.sessions.iter_mut().filter(|s| s.id == id).for_each(|s| s.live = false);
            }
            Event::SetUpOpened { secret } => self.set_up = Some((secret.0, false)),
            Event::SetUpUsed => self.set_up.iter_mut().for_each(|(_, used)| *used = true),
            Event::AdministratorGranted { account } => self.account_mut(account.id).administrator = true,
            Event::AdministratorRevoked { account } => self.account_mut(account.id).administrator = false,
            Event::SessionsEnded { account, .. } => {
                self.sessions.iter_mut().filter(|s| s.account == account.id).for_each(|s| s.live = false);
            }
            Event::UsernameFreed { account } => {
                self.sessions.retain(|s| s.account != account.id);
                self.accounts.retain(|a| a.party.id != account.id);
            }
            Event::AccountDisabled { account, .. } => {
                self.account_mut(account.id).disabled = true;
                self.sessions.iter_mut().filter(|s| s.account == account.id).for_each(|s| s.live = false);
            }
            Event::AccountEnabled { account } => self.account_mut(account.id).disabled = false,
            Event::NameReserved { name, .. } => {
                self.reserved.insert(name.key());
            }
            Event::FailedEmailsRetried { .. } => {
                let failed = self.emails.iter_mut().filter(|(_, state)| *state == EmailState::Failed);
                failed.for_each(|(_, state)| *state = EmailState::Waiting);
            }
            Event::EmailRetried { id, .. } => {
                self.emails.iter_mut().filter(|(l, _)| *l == id).for_each(|(_, state)| *state = EmailState::Waiting);
            }
            Event::RequestFiled { id, from_draft: true, .. } => {
                let request = self.request_mut(id.0);
                (request.facts.state, request.filed_at) = (State::Submitted, now);
                request.billing_draft = None;
            }
            Event::DraftDiscarded { id, applicant, .. } => {
                let begun = self.request_mut(id).filed_at;
                self.discarded.push((applicant.id, begun));
                self.requests.retain(|r| r.facts.id != id);
            }
            Event::BillingDraftSaved { id, typed, .. } => self.request_mut(id).billing_draft = Some(typed),
            Event::BillingGiven { id, details, .. } => self.request_mut(id).facts.billing = Some(details),
            Event::AddressBounced { account, email_id, .. } => {
                self.account_mut(account.id).bouncing.insert(email_id);
            }
            Event::AddressReached { account, email_id, .. } => {
                self.account_mut(account.id).bouncing.remove(&email_id);
            }
            Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. }
            | Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => {
                let drafted = matches!(event, Event::RequestDrafted { .. });
                let state = if drafted { State::Draft } else { State::Submitted };
                let (id, billing, decided_by) = (id.0, None, None);
                let (said, unanswered) = (0, 0);
                let facts = RequestFacts {
                    id,
                    applicant,
                    name,
                    display_name,
                    url,
                    description,
                    kind,
                    state,
                    billing,
                    decided_by,
                    said,
                    unanswered,
                };
                let (questions, organization, billing_draft) = (Vec::new(), None, None);
                self.requests.push(Request { facts, questions, filed_at: now, organization, billing_draft });
            }
            Event::RequestEdited { id, display_name, url, description, .. } => {
                let facts = &mut self.request_mut(id).facts;
                (facts.display_name, facts.url, facts.description) = (display_name, url, description);
            }
            Event::QuestionAsked { id, message, question, .. } => {
                let asked_by = actor.person().unwrap().into();
                let request = self.request_mut(id);
                let (id, words) = (message.0, question.0);
                request.questions.push(Question { id, asked_by, asker_administers: true, words, answered: false });
                request.facts.state = State::MoreInformationNeeded;
                request.facts.said += 1;
                request.facts.unanswered += 1;
            }
            Event::QuestionAnswered { id, question, last, .. } => {
                let request = self.request_mut(id);
                request.questions.iter_mut().filter(|q| q.id == question).for_each(|q| q.answered = true);
                request.facts.said += 1;
                request.facts.unanswered -= 1;
                if last {
                    request.facts.state = State::Submitted;
                }
            }
            Event::NoteAdded { .. } => {}
            Event::RequestDeferred { id, .. } => self.request_mut(id).facts.state = State::Deferred,
            Event::RequestWithdrawn { id, .. } => self.close(actor, id, State::Withdrawn, None),
            Event::RequestDeclined { id, .. } | Event::RivalClosed { id, .. } => {
                self.close(actor, id, State::Declined, None);
            }
            Event::RequestApproved { id, organization, .. } => {
                self.close(actor, id, State::Approved, Some(organization.0));
            }
            Event::OrganizationFounded { id, name, display_name, kind, .. } => {
                self.held.insert(name.key(), id.0);
                let (active, disabled, members) = (false, false, Vec::new());
                self.organizations.push(Organization { id: id.0, name, display_name, active, disabled, members, kind });
            }
            Event::OrganizationActivated { id, .. } => {
                self.organizations.iter_mut().filter(|o| o.id == id.0).for_each(|o| o.active = true);
            }
            Event::OrganizationDisabled { id, .. } => self.organization_mut(id).disabled = true,
            Event::OrganizationEnabled { id, .. } => self.organization_mut(id).disabled = false,
            Event::MemberJoined { organization, account, role, .. } => {
                let joined = self.organizations.iter_mut().filter(|o| o.id == organization.0);
                joined.for_each(|o| o.members.push((account.id, role)));
            }
            Event::MemberInvited { id, organization, invitee, inviter, role, lives, .. } => {
                let offer = Offer { id: id.0, invitee, inviter, role, ends_at: now.plus(lives) };
                self.invitations.push(Invitation {
                    organization: organization.id,
                    offer,
                    state: InvitationState::Live,
                });
            }
            Event::InvitationRenewed { id, inviter, lives, .. } => {
                let Offer { inviter: vouches, ends_at, .. } = &mut self.invitation_mut(id).offer;
                (*vouches, *ends_at) = (inviter, now.plus(lives));
            }
            Event::InvitationRevoked { id, .. } => self.invitation_mut(id).state = InvitationState::Revoked,
            Event::InvitationAccepted { id, .. } => self.invitation_mut(id).state = InvitationState::Accepted,
            Event::InvitationDeclined { id, .. } => self.invitation_mut(id).state = InvitationState::Declined,
            Event::InvitationExpired { id, .. } => self.invitation_mut(id).state = InvitationState::Expired,
            Event::RoleChanged { organization, account, after, .. } => {
                let members = &mut self.organization_mut(organization.id).members;
                members.iter_mut().filter(|(id, _)| *id == account.id).for_each(|(_, role)| *role = after);
            }
            Event::OwnerAppointed { organization, account, .. } => {
                let members = &mut self.organization_mut(organization.id).members;
                members.retain(|(id, _)| *id != account.id);
                members.push((account.id, Role::Owner));
            }
            Event::MemberRemoved { organization, account, .. } | Event::MemberLeft { organization, account, .. } => {
                self.organization_mut(organization.id).members.retain(|(id, _)| *id != account.id);
            }
        }
    }

    fn request(&self, id: RequestId) -> Option<RequestFacts> {
        self.requests.iter().find(|r| r.facts.id == id).map(|r| r.facts.clone())
    }

    /// When the discarded drafts of an account were created.
    fn discarded_by(&self, account: Option<AccountId>) -> impl Iterator<Item = Timestamp> {
        self.discarded.iter().filter(move |(whose, _)| Some(*whose) == account).map(|(_, begun)| *begun)
    }

    fn own_open(&self, account: AccountId, name: &OrganizationName) -> bool {
        let mut requests = self.requests.iter();
        let waits = |state: State| state.is_open() || state == State::Draft;
        requests.any(|r| r.facts.applicant.id == account && waits(r.facts.state) && r.facts.name.key() == name.key())
    }

    fn as_administered(&self, username: &str) -> Option<AccountFacts> {
        let account = self.by_username(username)?;
        let (administrator, disabled) = (account.administrator, account.disabled);
        Some(AccountFacts { account: account.party.clone(), administrator, disabled })
    }

    /// When verification emails were sent today, to an address and on behalf of an account.
    fn emails_today(&self, email: &EmailAddress, account: Option<AccountId>) -> EmailsToday {
        let sent = |wanted: &dyn Fn(&str, AccountId) -> bool| {
            let all = self.verification_emails.iter().filter(|(key, by, _)| wanted(key, *by));
            within_a_day(all.map(|(.., at)| *at), self.now)
        };
        EmailsToday { to_address: sent(&|key, _| key == email.key()), by_account: sent(&|_, by| Some(by) == account) }
    }

    fn is_set_up(&self) -> bool {
        self.accounts.iter().any(|a| a.administrator)
    }
}
