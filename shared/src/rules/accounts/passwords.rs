//! Changing a password, and getting a new one where it was forgotten (rules, sections 2 and 9).

use super::devices::{all_ended, opened};
use crate::addresses::EmailAddress;
use crate::ids::SessionId;
use crate::limits;
use crate::problem::{FaultCode, Field, Refusal};
use crate::rules::{Actor, Command, DecisionContext, Event, NotDigested, Party, Secret};
use crate::timestamp::Timestamp;
use crate::wire::Done;
use crate::words::Notice;

/// The hash that the current password matched, where one was typed and was right. It was judged before the
/// transaction, which is too short for hashing; the command asks whether it is still the account's.
#[derive(Clone, Debug)]
pub struct Confirmed(pub Option<String>);

impl Confirmed {
    /// Whether the password was that of the account with this hash.
    ///
    /// # Errors
    /// It was not, or is not any more.
    pub fn is(&self, hash: &str) -> Result<(), Refusal> {
        if self.0.as_deref() == Some(hash) {
            return Ok(());
        }
        Err(Refusal::fault(Field::CurrentPassword, FaultCode::PasswordWrong {}))
    }
}

/// Change one's password; every other device is signed out, and this one has another session from then on.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    pub confirmed: Confirmed,
    pub password_hash: String,
    /// What the browser says it is.
    pub agent: String,
}

/// What must be known to change a password.
#[derive(Clone, Debug, Default)]
pub struct PasswordFacts {
    pub password_hash: String,
    /// All devices that are signed in.
    pub devices: Vec<SessionId>,
}

impl Command for ChangePassword {
    type Facts = PasswordFacts;
    const NAME: &'static str = "accounts/change-password";

    fn decide(&self, actor: &Actor, facts: &PasswordFacts, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let account: Party = actor.person()?.into();
        self.confirmed.is(&facts.password_hash)?;
        let ends = all_ended(&facts.devices, &account, None);
        let begins = opened(account.clone(), &self.agent, ctx);
        let changed = Event::PasswordChanged { account, password_hash: NotDigested(self.password_hash.clone()) };
        Ok([vec![changed], ends, vec![begins]].concat())
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::PasswordChanged {})
    }
}

/// Ask for a link by which a new password can be chosen. Whether anybody gets one is not said: a stranger would learn
/// which names and addresses have an account.
#[derive(Clone, Debug)]
pub struct AskForReset {
    /// The username or verified address that was typed.
    pub who: String,
    /// Whether letters are kept, because there is no mail server.
    pub kept: bool,
}

/// The account that a link would be for.
#[derive(Clone, Debug)]
pub struct ResetFacts {
    pub account: Party,
    /// Where the link goes: the verified address that was typed, or the primary one if that is verified.
    pub email: Option<EmailAddress>,
    pub disabled: bool,
    /// When such links were sent within the last day, oldest first.
    pub emails: Vec<Timestamp>,
}

impl Command for AskForReset {
    type Facts = Option<ResetFacts>;
    const NAME: &'static str = "accounts/ask-for-reset";

    fn decide(&self, _: &Actor, facts: &Option<ResetFacts>, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let Some(facts) = facts else { return Ok(Vec::new()) };
        let Some(email) = facts.email.clone() else { return Ok(Vec::new()) };
        // Who asks may be a stranger, and must not use up what its holder needs: one more goes out each hour.
        let recent = facts.emails.last().is_some_and(|last| last.plus(limits::RESET) > ctx.now);
        if facts.disabled || (facts.emails.len() >= limits::RESET_EMAILS_AT_ONCE && recent) {
            return Ok(Vec::new());
        }
        let (account, secret) = (facts.account.clone(), ctx.secret());
        Ok(vec![Event::ResetAsked { account, email, secret, lives: limits::RESET }])
    }

    fn done(&self, _: &[Event]) -> Done {
        // The same form, emptied, would look as if nothing had been sent.
        Done::then(Notice::ResetAsked { kept: self.kept }, "/sign-in")
    }
}

/// Choose a new password by the link that was sent; every device is signed out, and signs in with it.
#[derive(Clone, Debug)]
pub struct ResetPassword {
    pub secret: Option<Secret>,
    pub password_hash: String,
}

/// The link that a secret belongs to.
#[derive(Clone, Debug)]
pub struct ResetLink {
    pub account: Party,
    pub email: EmailAddress,
    pub used: bool,
    pub ends_at: Timestamp,
    pub disabled: bool,
    /// All devices that are signed in.
    pub devices: Vec<SessionId>,
}

/// Whether a link for a new password still works, and whose it is. Looking changes nothing.
///
/// # Errors
/// It is unknown, used or too old, the password was changed since, or the account is disabled; which one is not said.
pub fn may_reset(link: Option<&ResetLink>, now: Timestamp) -> Result<&ResetLink, Refusal> {
    link.filter(|link| !link.used && link.ends_at > now && !link.disabled).ok_or(Refusal::ResetOver {})
}

impl Command for ResetPassword {
    type Facts = Option<ResetLink>;
    const NAME: &'static str = "accounts/reset-password";

    fn decide(&self, _: &Actor, facts: &Option<ResetLink>, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let link = may_reset(facts.as_ref(), ctx.now)?;
        let account = link.account.clone();
        let ends = all_ended(&link.devices, &account, None);
        let changed = Event::PasswordChanged { account, password_hash: NotDigested(self.password_hash.clone()) };
        Ok([vec![changed], ends].concat())
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::then(Notice::PasswordReset {}, "/sign-in")
    }
}
