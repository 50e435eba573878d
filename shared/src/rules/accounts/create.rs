//! Creating accounts, including that of the first administrator (rules, sections 1, 2 and 9).

use super::addresses::EmailsToday;
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, EmailAddressId};
use crate::limits;
use crate::names::Username;
use crate::notice::Notice;
use crate::passwords::Password;
use crate::refusal::{FaultCode, Faults, Field, Refusal};
use crate::reserved;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Secret};

/// What a person gives for a new account, parsed.
#[derive(Clone, Debug)]
pub struct AccountDetails {
    pub username: Username,
    pub email: EmailAddress,
    pub password: Password,
}

impl AccountDetails {
    /// Parses what was typed.
    ///
    /// # Errors
    /// Every field that breaks its rule, including a reserved username.
    pub fn parse(username: &str, email: &str, password: &str) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let parsed = (
            faults.take(Field::Username, reserved::parse_new_username(username)),
            faults.take(Field::Email, EmailAddress::parse(email)),
            faults.take(Field::Password, Password::new(password, username, email)),
        );
        let account = match parsed {
            (Some(username), Some(email), Some(password)) => Some(Self { username, email, password }),
            _ => None,
        };
        faults.finish(account)
    }
}

/// Create an account. The operator creates a trusted account of an administrator.
#[derive(Clone, Debug)]
pub struct CreateAccount {
    pub username: Username,
    pub email: EmailAddress,
    pub password_hash: String,
}

/// What must be known to create an account.
#[derive(Clone, Debug, Default)]
pub struct CreateFacts {
    /// Whether an account has this username, or one that differs only in case and separators.
    pub username_taken: bool,
    /// Whether an account has verified this address.
    pub address_held: bool,
    pub emails: EmailsToday,
}

impl CreateAccount {
    /// Returns the events that create the account. If another account has verified the address, the visitor gets the
    /// usual answer and the holder an email, so that nobody learns which addresses have an account.
    fn events(
        &self,
        facts: &CreateFacts,
        ctx: &mut DecisionContext,
        administrator: bool,
        trusted: bool,
    ) -> Result<Vec<Event>, Refusal> {
        if facts.username_taken {
            return Err(Refusal::fault(Field::Username, FaultCode::UsernameTaken {}));
        }
        if !trusted {
            facts.emails.check_limit(ctx.now)?;
        }
        let (id, email_id) = (ctx.id::<AccountId>(), ctx.id::<EmailAddressId>());
        let (username, email) = (self.username.clone(), self.email.clone());
        let name = username.as_str().to_owned();
        let created = Event::AccountCreated {
            id,
            username: username.clone(),
            email_id,
            email: email.clone(),
            password_hash: NotDigested(self.password_hash.clone()),
            administrator,
            trusted,
        };
        let then = if facts.address_held {
            Event::AddressClaimed { account: id, username, email_id, email, secret: ctx.secret() }
        } else if trusted {
            Event::EmailVerified { account: id, username: name, email_id, email, primary: true }
        } else {
            Event::VerificationAsked {
                account: id,
                username: name,
                email_id,
                email,
                secret: ctx.secret(),
                lives: limits::VERIFICATION,
            }
        };
        Ok(vec![created, then])
    }

    fn notice(&self) -> Notice {
        Notice::AccountCreated { username: self.username.to_string(), email: self.email.to_string() }
    }
}

impl Command for CreateAccount {
    type Facts = CreateFacts;
    const NAME: &'static str = "accounts/create";

    fn decide(&self, actor: &Actor, facts: &CreateFacts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let operator = *actor == Actor::Operator;
        if operator && facts.address_held {
            return Err(Refusal::fault(Field::Email, FaultCode::EmailTaken {}));
        }
        Ok(Decision::redirect(self.events(facts, ctx, operator, operator)?, self.notice(), Page::Verify))
    }
}

/// Create the first administrator by the set-up link that the server printed.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub secret: Option<Secret>,
    pub account: CreateAccount,
}

/// What must be known to set the site up.
#[derive(Clone, Debug, Default)]
pub struct SetUpFacts {
    /// Whether the secret is that of the set-up link.
    pub secret_matches: bool,
    /// Whether there is an administrator already.
    pub set_up: bool,
    pub account: CreateFacts,
}

/// Checks that the set-up link still works.
///
/// # Errors
/// There is an administrator, or the link is not the newest.
pub const fn may_set_up(facts: &SetUpFacts) -> Result<(), Refusal> {
    if facts.set_up {
        return Err(Refusal::AlreadySetUp {});
    }
    if !facts.secret_matches {
        return Err(Refusal::SetUpLinkInvalid {});
    }
    Ok(())
}

impl Command for SetUp {
    type Facts = SetUpFacts;
    const NAME: &'static str = "accounts/set-up";

    fn decide(&self, _: &Actor, facts: &SetUpFacts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        may_set_up(facts)?;
        let mut events = self.account.events(&facts.account, ctx, true, false)?;
        events.push(Event::SetUpUsed);
        Ok(Decision::redirect(events, self.account.notice(), Page::Emails))
    }
}
