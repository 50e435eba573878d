//! Site administration: set-up, administrators, accounts, organizations, reserved names, emails (rules, sections 1, 2
//! and 9).

mod accounts;
mod appoint;
mod organizations;

pub use accounts::*;
pub use appoint::*;
pub use organizations::*;

use super::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party};
use crate::domain::{EmailState, Standing};
use crate::grammar::few;
use crate::ids::EmailId;
use crate::names::OrganizationName;
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::routes::Page;
use crate::text::Reason;

/// Create a new set-up link, while the site has no administrator.
#[derive(Clone, Debug)]
pub struct OpenSetUp;

impl Command for OpenSetUp {
    /// Whether the site has an administrator, disabled or not. The link is only for the first one.
    type Facts = bool;
    const NAME: &'static str = "administration/open-set-up";

    fn decide(&self, actor: &Actor, set_up: &bool, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        match actor {
            Actor::Job(_) | Actor::Operator if !set_up => {
                Ok(Decision::stay(vec![Event::SetUpOpened { secret: ctx.secret() }], Notice::SetUpOpened {}))
            }
            Actor::Job(_) | Actor::Operator => Err(Refusal::AlreadySetUp {}),
            _ => Err(Refusal::NotFound {}),
        }
    }
}

/// An account, found by its username.
#[derive(Clone, Debug)]
pub struct AccountFacts {
    pub account: Party,
    pub administrator: bool,
    pub disabled: bool,
}

/// Grant an account administrator rights.
#[derive(Clone, Debug)]
pub struct GrantAdministrator {
    pub username: String,
}

impl Command for GrantAdministrator {
    type Facts = Option<AccountFacts>;
    const NAME: &'static str = "administration/grant";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.operator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        // A repetition changes nothing: no email, no event.
        let granted = (!facts.administrator).then(|| Event::AdministratorGranted { account: facts.account.clone() });
        let notice = Notice::AdministratorGranted { username: self.username.clone() };
        Ok(Decision::stay(granted.into_iter().collect(), notice))
    }
}

/// Disable an account: it can't sign in, and its devices are signed out. Administrators and the operator can do this.
#[derive(Clone, Debug)]
pub struct DisableAccount {
    pub username: String,
    pub reason: Reason,
}

/// What must be known to disable an account.
#[derive(Clone, Debug)]
pub struct DisableFacts {
    pub account: AccountFacts,
    /// Organizations that have no other Owner who can use their account.
    pub ownerless: Vec<OrganizationName>,
    /// The number of pending invitations that it has sent.
    pub invitations: u32,
}

impl Command for DisableAccount {
    type Facts = Option<DisableFacts>;
    const NAME: &'static str = "administration/disable-account";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let DisableFacts { account, ownerless, invitations } = administered(actor, facts.as_ref())?;
        may_disable(actor, account)?;
        let answer = |events, ownerless| {
            let notice = Notice::AccountDisabled { username: self.username.clone(), ownerless };
            Ok(Decision::redirect(events, notice, Page::Account(self.username.clone())))
        };
        // A repetition changes nothing.
        if account.disabled {
            return answer(Vec::new(), Vec::new());
        }
        let disabled = Event::AccountDisabled {
            account: account.account.clone(),
            ownerless: ownerless.clone(),
            invitations: NotDigested(*invitations),
            reason: NotDigested(self.reason.clone()),
        };
        // The notice is sent in a cookie, so it names only a few. The page names all of them.
        answer(vec![disabled], few(ownerless.iter().map(ToString::to_string).collect()))
    }
}

/// Enable an account.
#[derive(Clone, Debug)]
pub struct EnableAccount {
    pub username: String,
}

impl Command for EnableAccount {
    type Facts = Option<AccountFacts>;
    const NAME: &'static str = "administration/enable-account";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let facts = administered(actor, facts.as_ref())?;
        let enabled = facts.disabled.then(|| Event::AccountEnabled { account: facts.account.clone() });
        let notice = Notice::AccountEnabled { username: self.username.clone() };
        Ok(Decision::redirect(enabled.into_iter().collect(), notice, Page::Account(self.username.clone())))
    }
}

/// Returns the facts of the account, if an administrator or the operator acts.
fn administered<'f, F>(actor: &Actor, facts: Option<&'f F>) -> Result<&'f F, Refusal> {
    if *actor != Actor::Operator {
        actor.administrator()?;
    }
    facts.ok_or(Refusal::NotFound {})
}

/// Checks that the actor may disable the account.
///
/// # Errors
/// It is their own account, from which they would be locked out.
pub fn may_disable(actor: &Actor, facts: &AccountFacts) -> Result<(), Refusal> {
    match actor.person() {
        Ok(person) if person.id == facts.account.id => Err(Refusal::OwnAccount {}),
        _ => Ok(()),
    }
}

/// Reserve a name, so that no organization can take it.
#[derive(Clone, Debug)]
pub struct ReserveName {
    pub name: OrganizationName,
    pub reason: Reason,
}

impl Command for ReserveName {
    /// Whether the name is available.
    type Facts = Standing;
    const NAME: &'static str = "administration/reserve-name";

    fn decide(&self, actor: &Actor, standing: &Standing, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.operator()?;
        let events = match standing {
            Standing::Free => vec![Event::NameReserved { name: self.name.clone(), reason: self.reason.clone() }],
            Standing::Taken => return Err(Refusal::fault(Field::AccountName, FaultCode::NameTaken {})),
            Standing::Reserved => Vec::new(),
        };
        Ok(Decision::stay(events, Notice::NameReserved { name: self.name.to_string() }))
    }
}

/// Send an email again now.
#[derive(Clone, Debug)]
pub struct RetryEmail {
    pub id: EmailId,
}

/// An email, and whether a mail server is configured.
#[derive(Clone, Debug)]
pub struct EmailFacts {
    pub to: String,
    pub state: EmailState,
    pub mail_goes_out: bool,
}

/// Checks that an email can be sent again.
///
/// # Errors
/// It was sent, or there is no mail server.
pub fn may_retry(state: EmailState, mail_goes_out: bool) -> Result<(), Refusal> {
    if state == EmailState::Sent || !mail_goes_out { Err(Refusal::NothingToSend {}) } else { Ok(()) }
}

/// Send all failed emails again, or those that a search by recipient or subject finds.
#[derive(Clone, Debug)]
pub struct RetryFailedEmails {
    pub query: String,
}

/// The number of failed emails that the search finds, and whether a mail server is configured.
#[derive(Clone, Copy, Debug)]
pub struct FailedEmailsFacts {
    pub failed: u32,
    pub mail_goes_out: bool,
}

impl Command for RetryFailedEmails {
    type Facts = FailedEmailsFacts;
    const NAME: &'static str = "administration/retry-failed";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        if facts.failed == 0 {
            return Err(Refusal::NothingToSend {});
        }
        may_retry(EmailState::Failed, facts.mail_goes_out)?;
        let (query, count) = (self.query.clone(), facts.failed);
        Ok(Decision::stay(vec![Event::FailedEmailsRetried { query, count }], Notice::FailedEmailsRetried { count }))
    }
}

impl Command for RetryEmail {
    type Facts = Option<EmailFacts>;
    const NAME: &'static str = "administration/retry-email";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_retry(facts.state, facts.mail_goes_out)?;
        let retried = Event::EmailRetried { id: self.id, to: facts.to.clone() };
        Ok(Decision::stay(vec![retried], Notice::EmailRetried { to: facts.to.clone() }))
    }
}
