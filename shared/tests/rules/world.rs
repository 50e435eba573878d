//! A small world in memory: how each event changes it, and how each command's facts are read from it. It refuses
//! nothing itself, so only the rules keep the invariants.

mod apply;
mod facts;
mod people;

use crate::support::NOW;
use facts::within_a_day;
use shared::addresses::EmailAddress;
use shared::billing::BillingDraft;
use shared::domain::{EmailState, InvitationState, OrganizationState, RequestState, Standing};
use shared::ids::{AccountId, EmailAddressId, EmailId, InvitationId, OrganizationId, RequestId, SessionId};
use shared::names::{NameKey, OrganizationName, Username};
use shared::refusal::Refusal;
use shared::roles::{Kind, Role};
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::people::Offer;
use shared::rules::requests::*;
use shared::rules::{Actor, Command, DecisionContext, Event, Party, Person, Secret};
use shared::text::DisplayName;
use shared::timestamp::{Seconds, Timestamp};
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

    /// An address of the actor's own account.
    fn own_address(&self, actor: &Actor, id: EmailAddressId) -> Option<AddressFacts> {
        let account = self.account(actor.person().ok()?.id)?;
        account.addresses.iter().find(|a| a.id == id).cloned()
    }

    /// The live sessions of an account.
    fn devices(&self, account: AccountId) -> Vec<SessionId> {
        self.sessions.iter().filter(|s| s.account == account && s.live).map(|s| s.id).collect()
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
        let waits = |state: RequestState| state.is_open() || state == RequestState::Draft;
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
