//! What is done to accounts besides shutting them: an administrator is one no more, somebody is signed out everywhere, and
//! a username that nobody ever used is free again.

use super::{AccountFacts, administered, may_disable, page_of};
use crate::ids::AccountId;
use crate::limits;
use crate::problem::Refusal;
use crate::rules::{Actor, Command, DecisionContext, Event, NotDigested, Party};
use crate::text::Reason;
use crate::timestamp::Timestamp;
use crate::wire::Done;
use crate::words::Notice;

/// Remove an account's administrator rights. Only the operator can.
#[derive(Clone, Debug)]
pub struct RevokeAdministrator {
    pub username: String,
}

/// An administrator, and whether there are others.
#[derive(Clone, Debug)]
pub struct AdministratorFacts {
    pub account: AccountFacts,
    /// Whether another administrator can use their account.
    pub others: bool,
}

impl Command for RevokeAdministrator {
    type Facts = Option<AdministratorFacts>;
    const NAME: &'static str = "administration/revoke";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        actor.operator()?;
        let AdministratorFacts { account, others } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        // The same again is no change: no letter, no line in history.
        if !account.administrator {
            return Ok(Vec::new());
        }
        if !others {
            return Err(Refusal::LastAdministrator {});
        }
        Ok(vec![Event::AdministratorRevoked { account: account.account.clone() }])
    }

    fn done(&self, events: &[Event]) -> Done {
        Done::here(Notice::AdministratorRevoked { username: self.username.clone(), already: events.is_empty() })
    }
}

/// Sign an account out on every device, and leave it as it is. Administrators can, and the operator; one's own devices
/// stand under one's own settings.
#[derive(Clone, Debug)]
pub struct EndSessions {
    pub username: String,
    pub reason: Reason,
}

/// An account, and on how many devices it is signed in.
#[derive(Clone, Debug)]
pub struct SessionsFacts {
    pub account: AccountFacts,
    pub devices: usize,
}

impl Command for EndSessions {
    type Facts = Option<SessionsFacts>;
    const NAME: &'static str = "administration/end-sessions";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let account = administered(actor, facts.as_ref().map(|facts| &facts.account))?;
        may_disable(actor, account)?;
        let event = Event::SessionsEnded { account: account.account.clone(), reason: NotDigested(self.reason.clone()) };
        // Where nobody is signed in, that is done already.
        Ok(facts.iter().filter(|facts| facts.devices > 0).map(|_| event.clone()).collect())
    }

    fn done(&self, events: &[Event]) -> Done {
        let ended = Notice::SessionsEnded { username: self.username.clone(), already: events.is_empty() };
        Done::then(ended, page_of(&self.username))
    }
}

/// Delete an account that was never used, so that its username can be taken again.
#[derive(Clone, Debug)]
pub struct FreeUsername {
    pub account: AccountId,
}

/// What became of an account since it was made.
#[derive(Clone, Debug)]
pub struct UnusedFacts {
    pub account: Party,
    pub since: Timestamp,
    /// When a device of it was last used.
    pub seen_at: Option<Timestamp>,
    /// Whether it has shown any address to be its own, is or was anything, or has a part in what others did.
    pub counts: bool,
}

impl Command for FreeUsername {
    type Facts = Option<UnusedFacts>;
    const NAME: &'static str = "administration/free-username";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let Actor::Job(_) = actor else { return Err(Refusal::NotFound {}) };
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let used = facts.seen_at.unwrap_or(facts.since).max(facts.since);
        let unused = !facts.counts && used.plus(limits::ACCOUNT_UNUSED) <= ctx.now;
        // Somebody may have come just now.
        Ok(if unused { vec![Event::UsernameFreed { account: facts.account.clone() }] } else { Vec::new() })
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::UsernameFreed {})
    }
}
