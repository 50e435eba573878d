//! Running the site: set-up, administrators, accounts, organizations, reserved names, letters (rules, sections 1, 2 and 9).

mod accounts;
mod appoint;
mod organizations;

pub use accounts::*;
pub use appoint::*;
pub use organizations::*;

use super::{Actor, Command, DecisionContext, Event, NotDigested, Party};
use crate::ids::EmailId;
use crate::names::OrganizationName;
use crate::problem::{FaultCode, Field, Refusal};
use crate::text::Reason;
use crate::wire::Done;
use crate::wire::administration::EmailState;
use crate::wire::requests::Standing;
use crate::words::{Notice, few};

/// Make the set-up address anew, while the site has no administrator.
#[derive(Clone, Debug)]
pub struct OpenSetUp;

impl Command for OpenSetUp {
    /// Whether the site has an administrator, disabled or not: the address is for the first one alone.
    type Facts = bool;
    const NAME: &'static str = "administration/open-set-up";

    fn decide(&self, actor: &Actor, set_up: &bool, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        match actor {
            Actor::Job(_) | Actor::Operator if !set_up => Ok(vec![Event::SetUpOpened { secret: ctx.secret() }]),
            Actor::Job(_) | Actor::Operator => Err(Refusal::AlreadySetUp {}),
            _ => Err(Refusal::NotFound {}),
        }
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::SetUpOpened {})
    }
}

/// An account, as an administrative command finds it by its username.
#[derive(Clone, Debug)]
pub struct AccountFacts {
    pub account: Party,
    pub administrator: bool,
    pub disabled: bool,
}

/// Make an account an administrator.
#[derive(Clone, Debug)]
pub struct GrantAdministrator {
    pub username: String,
}

impl Command for GrantAdministrator {
    type Facts = Option<AccountFacts>;
    const NAME: &'static str = "administration/grant";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.operator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        // The same again is no change: no letter, no line in history.
        Ok(if facts.administrator {
            Vec::new()
        } else {
            vec![Event::AdministratorGranted { account: facts.account.clone() }]
        })
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::AdministratorGranted { username: self.username.clone() })
    }
}

/// Shut an account: it can't sign in, and its devices are signed out. Administrators can, and the operator.
#[derive(Clone, Debug)]
pub struct DisableAccount {
    pub username: String,
    pub reason: Reason,
}

/// What must be known to shut an account.
#[derive(Clone, Debug)]
pub struct DisableFacts {
    pub account: AccountFacts,
    /// Organizations that have no other Owner who can use their account, by name.
    pub ownerless: Vec<OrganizationName>,
    /// How many invitations that they have sent could be accepted.
    pub invitations: u32,
}

impl Command for DisableAccount {
    type Facts = Option<DisableFacts>;
    const NAME: &'static str = "administration/disable";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let account = administered(actor, facts.as_ref().map(|facts| &facts.account))?;
        may_disable(actor, account)?;
        let found = facts.as_ref().map(|facts| (facts.ownerless.clone(), facts.invitations));
        let (ownerless, invitations) = found.unwrap_or_default();
        let reason = NotDigested(self.reason.clone());
        let event = Event::AccountDisabled {
            account: account.account.clone(),
            ownerless,
            invitations: NotDigested(invitations),
            reason,
        };
        Ok(if account.disabled { Vec::new() } else { vec![event] })
    }

    fn done(&self, events: &[Event]) -> Done {
        let ownerless = events.iter().find_map(|event| match event {
            Event::AccountDisabled { ownerless, .. } => Some(ownerless.iter().map(ToString::to_string).collect()),
            _ => None,
        });
        // The notice travels in a cookie: the page has all of them.
        let (username, ownerless) = (self.username.clone(), few(ownerless.unwrap_or_default()));
        Done::then(Notice::AccountDisabled { username, ownerless }, page_of(&self.username))
    }
}

/// Let an account be used again.
#[derive(Clone, Debug)]
pub struct EnableAccount {
    pub username: String,
}

impl Command for EnableAccount {
    type Facts = Option<AccountFacts>;
    const NAME: &'static str = "administration/enable";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let facts = administered(actor, facts.as_ref())?;
        let event = Event::AccountEnabled { account: facts.account.clone() };
        Ok(if facts.disabled { vec![event] } else { Vec::new() })
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::then(Notice::AccountEnabled { username: self.username.clone() }, page_of(&self.username))
    }
}

/// The account, for administrators and the operator.
fn administered<'f>(actor: &Actor, facts: Option<&'f AccountFacts>) -> Result<&'f AccountFacts, Refusal> {
    if *actor != Actor::Operator {
        actor.administrator()?;
    }
    facts.ok_or(Refusal::NotFound {})
}

/// Whether the account can be disabled by the one who acts.
///
/// # Errors
/// It is their own: nobody shuts themselves out.
pub fn may_disable(actor: &Actor, facts: &AccountFacts) -> Result<(), Refusal> {
    match actor.person() {
        Ok(person) if person.id == facts.account.id => Err(Refusal::NotOneself {}),
        _ => Ok(()),
    }
}

/// The page on which administrators see an account.
fn page_of(username: &str) -> String {
    ["/administration/accounts/", username].concat()
}

/// Keep a name for the site, so that no organization gets it.
#[derive(Clone, Debug)]
pub struct ReserveName {
    pub name: OrganizationName,
    pub reason: Reason,
}

impl Command for ReserveName {
    /// Whether the name can be had.
    type Facts = Standing;
    const NAME: &'static str = "administration/reserve-name";

    fn decide(&self, actor: &Actor, standing: &Standing, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.operator()?;
        match standing {
            Standing::Free => Ok(vec![Event::NameReserved { name: self.name.clone(), reason: self.reason.clone() }]),
            Standing::Taken => Err(Refusal::fault(Field::AccountName, FaultCode::NameTaken {})),
            Standing::Reserved => Ok(Vec::new()),
        }
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::NameReserved { name: self.name.to_string() })
    }
}

/// Send a letter again, now.
#[derive(Clone, Debug)]
pub struct RetryEmail {
    pub id: EmailId,
}

/// A letter, and whether anything could take it.
#[derive(Clone, Debug)]
pub struct EmailFacts {
    pub to: String,
    pub state: EmailState,
    pub mail_goes_out: bool,
}

/// Whether sending the letter again could do anything.
///
/// # Errors
/// It has gone out, or there is no mail server.
pub fn may_retry(state: EmailState, mail_goes_out: bool) -> Result<(), Refusal> {
    if state == EmailState::Sent || !mail_goes_out { Err(Refusal::NothingToSend {}) } else { Ok(()) }
}

/// Send all letters again that failed, or those that a search finds by their receiver or subject.
#[derive(Clone, Debug)]
pub struct RetryFailedEmails {
    pub query: String,
}

/// How many letters failed, of those that are looked for, and whether anything could take them.
#[derive(Clone, Copy, Debug)]
pub struct FailedEmailsFacts {
    pub failed: u32,
    pub mail_goes_out: bool,
}

impl Command for RetryFailedEmails {
    type Facts = FailedEmailsFacts;
    const NAME: &'static str = "administration/retry-failed";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.administrator()?;
        if facts.failed == 0 {
            return Err(Refusal::NothingToSend {});
        }
        may_retry(EmailState::Failed, facts.mail_goes_out)?;
        Ok(vec![Event::FailedEmailsRetried { query: self.query.clone(), count: facts.failed }])
    }

    fn done(&self, events: &[Event]) -> Done {
        let count = events.iter().find_map(|event| match event {
            Event::FailedEmailsRetried { count, .. } => Some(*count),
            _ => None,
        });
        Done::here(Notice::FailedEmailsRetried { count: count.unwrap_or_default() })
    }
}

impl Command for RetryEmail {
    type Facts = Option<EmailFacts>;
    const NAME: &'static str = "administration/retry-letter";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.administrator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_retry(facts.state, facts.mail_goes_out)?;
        Ok(vec![Event::EmailRetried { id: self.id, to: facts.to.clone() }])
    }

    fn done(&self, events: &[Event]) -> Done {
        let to = events.iter().find_map(|c| match c {
            Event::EmailRetried { to, .. } => Some(to.clone()),
            _ => None,
        });
        Done::here(Notice::EmailRetried { to: to.unwrap_or_default() })
    }
}
