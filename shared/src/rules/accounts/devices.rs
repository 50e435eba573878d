//! Signed-in devices (rules, section 1).

use crate::ids::SessionId;
use crate::limits;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, Party};

/// Sign a device in. An earlier session of the device ends, whoever it belonged to.
///
/// The password was compared with the hash `matched` before, because hashing takes too long for a transaction.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The username or verified address that was typed.
    pub who: String,
    /// The hash that the password matched, if any.
    pub matched: Option<String>,
    /// The `User-Agent` header.
    pub agent: String,
}

/// The account that signs in.
#[derive(Clone, Debug)]
pub struct SignInFacts {
    pub account: Party,
    pub password_hash: String,
    pub disabled: bool,
    /// The sessions of the account, newest first.
    pub devices: Vec<SessionId>,
}

impl Command for SignIn {
    type Facts = Option<SignInFacts>;
    const NAME: &'static str = "accounts/sign-in";

    fn decide(
        &self,
        actor: &Actor,
        facts: &Option<SignInFacts>,
        ctx: &mut DecisionContext,
    ) -> Result<Decision, Refusal> {
        let facts = facts.as_ref().ok_or(Refusal::SignIn {})?;
        if self.matched.as_ref() != Some(&facts.password_hash) {
            return Err(Refusal::SignIn {});
        }
        if facts.disabled {
            return Err(Refusal::AccountDisabled {});
        }
        let earlier = actor.person().ok();
        let ends = earlier.map(|p| Event::SessionEnded { id: p.session, account: p.into() });
        // The new session counts towards the limit, so the oldest ones end.
        let others = facts.devices.iter().filter(|id| earlier.is_none_or(|p| p.session != **id));
        let too_many: Vec<SessionId> = others.skip(limits::SESSIONS - 1).copied().collect();
        let begins = opened(facts.account.clone(), &self.agent, ctx);
        let events = ends.into_iter().chain(all_ended(&too_many, &facts.account, None)).chain([begins]).collect();
        let notice = Notice::SignedIn { username: facts.account.username.clone() };
        Ok(Decision::redirect(events, notice, Page::YourOrganizations))
    }
}

/// Sign this device out. It succeeds also if nobody is signed in.
#[derive(Clone, Debug)]
pub struct SignOut;

impl Command for SignOut {
    type Facts = ();
    const NAME: &'static str = "accounts/sign-out";

    fn decide(&self, actor: &Actor, (): &(), _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let ends = actor.person().map(|p| Event::SessionEnded { id: p.session, account: p.into() });
        Ok(Decision::redirect(ends.into_iter().collect(), Notice::SignedOut {}, Page::Home))
    }
}

/// Sign another device of the account out.
#[derive(Clone, Debug)]
pub struct EndDevice {
    pub device: SessionId,
}

impl Command for EndDevice {
    /// Whether the device is signed in to the account of the actor.
    type Facts = bool;
    const NAME: &'static str = "accounts/sign-out-device";

    fn decide(&self, actor: &Actor, own: &bool, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let account = actor.person()?.into();
        if !own {
            return Err(Refusal::DeviceNotFound {});
        }
        let ended = Event::SessionEnded { id: self.device, account };
        Ok(Decision::stay(vec![ended], Notice::DevicesSignedOut { count: 1 }))
    }
}

/// Sign all other devices of the account out.
#[derive(Clone, Debug)]
pub struct EndOtherDevices;

impl Command for EndOtherDevices {
    /// All sessions of the actor.
    type Facts = Vec<SessionId>;
    const NAME: &'static str = "accounts/sign-out-others";

    fn decide(&self, actor: &Actor, devices: &Vec<SessionId>, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let ended = all_ended(devices, &person.into(), Some(person.session));
        let notice = Notice::DevicesSignedOut { count: ended.len() };
        Ok(Decision::stay(ended, notice))
    }
}

/// Returns the event of a new session, with a truncated `User-Agent` header.
pub(super) fn opened(account: Party, agent: &str, ctx: &mut DecisionContext) -> Event {
    let agent = agent.chars().filter(|c| !c.is_control()).take(limits::USER_AGENT).collect();
    Event::SessionOpened { id: ctx.id(), account, secret: ctx.secret(), agent }
}

/// Returns the events that end these sessions of an account, except one.
pub(super) fn all_ended(devices: &[SessionId], account: &Party, but: Option<SessionId>) -> Vec<Event> {
    let ended = |id: &SessionId| Event::SessionEnded { id: *id, account: account.clone() };
    devices.iter().filter(|id| Some(**id) != but).map(ended).collect()
}
