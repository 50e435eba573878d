//! Administration of accounts: revoke administrator rights, sign an account out everywhere, and delete unused accounts.

use super::{AccountFacts, administered, may_disable};
use crate::ids::AccountId;
use crate::limits;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party};
use crate::text::Reason;
use crate::timestamp::Timestamp;

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

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.operator()?;
        let AdministratorFacts { account, others } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let notice = |already| Notice::AdministratorRevoked { username: self.username.clone(), already };
        // A repetition changes nothing: no email, no event.
        if !account.administrator {
            return Ok(Decision::stay(Vec::new(), notice(true)));
        }
        if !others {
            return Err(Refusal::LastAdministrator {});
        }
        let revoked = Event::AdministratorRevoked { account: account.account.clone() };
        Ok(Decision::stay(vec![revoked], notice(false)))
    }
}

/// Sign an account out of every device. Administrators and the operator can do this, but not to their own account,
/// because account settings do that.
#[derive(Clone, Debug)]
pub struct EndSessions {
    pub username: String,
    pub reason: Reason,
}

/// An account, and the number of its signed-in devices.
#[derive(Clone, Debug)]
pub struct SessionsFacts {
    pub account: AccountFacts,
    pub devices: usize,
}

impl Command for EndSessions {
    type Facts = Option<SessionsFacts>;
    const NAME: &'static str = "administration/end-sessions";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let SessionsFacts { account, devices } = administered(actor, facts.as_ref())?;
        may_disable(actor, account)?;
        let event = Event::SessionsEnded { account: account.account.clone(), reason: NotDigested(self.reason.clone()) };
        // If no device is signed in, nothing happens.
        let already = *devices == 0;
        let events = if already { Vec::new() } else { vec![event] };
        let notice = Notice::SessionsEnded { username: self.username.clone(), already };
        Ok(Decision::redirect(events, notice, Page::Account(self.username.clone())))
    }
}

/// Delete an unused account, so that its username becomes available.
#[derive(Clone, Debug)]
pub struct FreeUsername {
    pub account: AccountId,
}

/// How an account has been used since it was created.
#[derive(Clone, Debug)]
pub struct UnusedFacts {
    pub account: Party,
    pub since: Timestamp,
    /// When it was last used on a device.
    pub seen_at: Option<Timestamp>,
    /// Whether it has verified an address, has a right or a role, or takes part in anything.
    pub counts: bool,
}

impl Command for FreeUsername {
    type Facts = Option<UnusedFacts>;
    const NAME: &'static str = "administration/free-username";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let Actor::Job(_) = actor else { return Err(Refusal::NotFound {}) };
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let used = facts.seen_at.unwrap_or(facts.since).max(facts.since);
        let unused = !facts.counts && used.plus(limits::ACCOUNT_UNUSED) <= ctx.now;
        // The account may have been used just now.
        let freed = unused.then(|| Event::UsernameFreed { account: facts.account.clone() });
        Ok(Decision::stay(freed.into_iter().collect(), Notice::UsernameFreed {}))
    }
}
