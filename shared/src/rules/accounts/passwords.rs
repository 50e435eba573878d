//! Changing and resetting passwords (rules, sections 2 and 9).

use super::devices::{all_ended, opened};
use crate::addresses::EmailAddress;
use crate::ids::SessionId;
use crate::limits;
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party, Secret};
use crate::timestamp::Timestamp;

/// The hash that the current password matched, if it was right. The password is hashed before the transaction, because
/// hashing takes too long for it. The command checks that the hash is still that of the account.
#[derive(Clone, Debug)]
pub struct ConfirmedPassword(pub Option<String>);

impl ConfirmedPassword {
    /// Checks that the password was that of the account with this hash.
    ///
    /// # Errors
    /// The password was wrong, or has changed since.
    pub fn verify(&self, hash: &str) -> Result<(), Refusal> {
        if self.0.as_deref() == Some(hash) {
            return Ok(());
        }
        Err(Refusal::fault(Field::CurrentPassword, FaultCode::PasswordWrong {}))
    }
}

/// Change the password. Every other device is signed out, and this one gets a new session.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    pub confirmed: ConfirmedPassword,
    pub password_hash: String,
    /// The `User-Agent` header.
    pub agent: String,
}

/// What must be known to change a password.
#[derive(Clone, Debug)]
pub struct PasswordFacts {
    pub password_hash: String,
    /// The sessions of all signed-in devices.
    pub devices: Vec<SessionId>,
}

impl Command for ChangePassword {
    /// It is `None` if nobody is signed in.
    type Facts = Option<PasswordFacts>;
    const NAME: &'static str = "accounts/change-password";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let account: Party = actor.person()?.into();
        let facts = facts.as_ref().ok_or(Refusal::NotSignedIn {})?;
        self.confirmed.verify(&facts.password_hash)?;
        let ends = all_ended(&facts.devices, &account, None);
        let begins = opened(account.clone(), &self.agent, ctx);
        let changed = Event::PasswordChanged { account, password_hash: NotDigested(self.password_hash.clone()) };
        Ok(Decision::stay([vec![changed], ends, vec![begins]].concat(), Notice::PasswordChanged {}))
    }
}

/// Request a password reset link. The answer does not say whether one is sent, because a stranger would learn which
/// names and addresses have an account.
#[derive(Clone, Debug)]
pub struct AskForReset {
    /// The username or verified address that was typed.
    pub who: String,
    /// Whether emails are kept, because there is no mail server.
    pub kept: bool,
}

/// The account that a link would be for.
#[derive(Clone, Debug)]
pub struct ResetFacts {
    pub account: Party,
    /// The address for the link: the verified address that was typed, or a verified address of the account.
    pub email: Option<EmailAddress>,
    pub disabled: bool,
    /// When reset links were sent within the last day, oldest first.
    pub emails: Vec<Timestamp>,
}

impl Command for AskForReset {
    type Facts = Option<ResetFacts>;
    const NAME: &'static str = "accounts/ask-for-reset";

    fn decide(&self, _: &Actor, facts: &Option<ResetFacts>, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        // An empty form would look as if nothing had been sent, so another page is shown.
        let answer = |events| Ok(Decision::redirect(events, Notice::ResetAsked { kept: self.kept }, Page::SignIn));
        let Some(facts) = facts else { return answer(Vec::new()) };
        let Some(email) = facts.email.clone() else { return answer(Vec::new()) };
        // A stranger must not use up the links that the holder needs, so one more is sent each hour.
        let recent = facts.emails.last().is_some_and(|last| last.plus(limits::RESET) > ctx.now);
        if facts.disabled || (facts.emails.len() >= limits::RESET_EMAILS_AT_ONCE && recent) {
            return answer(Vec::new());
        }
        let (account, secret) = (facts.account.clone(), ctx.secret());
        answer(vec![Event::ResetAsked { account, email, secret, lives: limits::RESET }])
    }
}

/// Choose a new password by a reset link. Every device is signed out.
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
    /// The sessions of all signed-in devices.
    pub devices: Vec<SessionId>,
}

/// Checks that a reset link still works, and returns it. Checking changes nothing.
///
/// # Errors
/// It is unknown, used or expired, the password has changed since, or the account is disabled. The answer does not say
/// which.
pub fn may_reset(link: Option<&ResetLink>, now: Timestamp) -> Result<&ResetLink, Refusal> {
    link.filter(|link| !link.used && link.ends_at > now && !link.disabled).ok_or(Refusal::ResetLinkInvalid {})
}

impl Command for ResetPassword {
    type Facts = Option<ResetLink>;
    const NAME: &'static str = "accounts/reset-password";

    fn decide(&self, _: &Actor, facts: &Option<ResetLink>, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let link = may_reset(facts.as_ref(), ctx.now)?;
        let account = link.account.clone();
        let ends = all_ended(&link.devices, &account, None);
        let changed = Event::PasswordChanged { account, password_hash: NotDigested(self.password_hash.clone()) };
        Ok(Decision::redirect([vec![changed], ends].concat(), Notice::PasswordReset {}, Page::SignIn))
    }
}
