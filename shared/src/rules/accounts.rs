//! Accounts: creating, verifying, signing in and out (rules, sections 1, 2 and 9).

use super::{Actor, Change, Command, Fresh, Party, Secret, Unseen};
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, EmailId};
use crate::limits;
use crate::moment::{Moment, Span};
use crate::names::Username;
use crate::passwords::Password;
use crate::problem::{FaultCode, Faults, Field, Refusal};
use crate::wire::Done;
use crate::words::Notice;

/// What a person types to get an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub username: Username,
    pub email: EmailAddress,
    pub password: Password,
}

impl NewAccount {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field that breaks its rule.
    pub fn parse(username: &str, email: &str, password: &str) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let parsed = (
            faults.take(Field::Username, Username::parse(username)),
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

/// Create an account; by the operator, one that is trusted and an administrator.
#[derive(Clone, Debug)]
pub struct CreateAccount {
    pub username: Username,
    pub email: EmailAddress,
    pub password_hash: String,
}

/// What must be known to create an account.
#[derive(Clone, Debug, Default)]
pub struct CreateFacts {
    /// An account has this username, or one that only differs in case and separators.
    pub username_taken: bool,
    /// An account has verified this address.
    pub address_held: bool,
    /// When letters about verifying it were sent to this address within the last day, oldest first.
    pub letters: Vec<Moment>,
}

/// Whether one more letter about verifying an address may be sent to it, whoever asks: it may be a stranger's.
///
/// # Errors
/// The day's letters are used up ([`limits::VERIFICATION_LETTERS_A_DAY`]).
fn may_write_to(letters: &[Moment], now: Moment) -> Result<(), Refusal> {
    match letters.first().filter(|_| letters.len() >= limits::VERIFICATION_LETTERS_A_DAY) {
        Some(oldest) => Err(Refusal::TooManyLetters { seconds: oldest.plus(Span::days(1)).seconds_to_wait(now) }),
        None => Ok(()),
    }
}

impl CreateAccount {
    /// The changes that make the account. A visitor whose address is another's gets the same answer
    /// as everybody, and the holder a letter, so that nobody learns which addresses are known.
    fn changes(
        &self,
        facts: &CreateFacts,
        fresh: &mut Fresh,
        administrator: bool,
        trusted: bool,
    ) -> Result<Vec<Change>, Refusal> {
        if facts.username_taken {
            return Err(Refusal::fault(Field::Username, FaultCode::UsernameTaken {}));
        }
        if !trusted {
            may_write_to(&facts.letters, fresh.now)?;
        }
        let (id, email_id) = (fresh.id::<AccountId>(), fresh.id::<EmailId>());
        let (username, email) = (self.username.clone(), self.email.clone());
        let name = username.as_str().to_owned();
        let created = Change::AccountCreated {
            id,
            username: username.clone(),
            email_id,
            email: email.clone(),
            password_hash: Unseen(self.password_hash.clone()),
            administrator,
            trusted,
        };
        let then = if facts.address_held {
            Change::AddressClaimed { account: id, username, email_id, email, secret: fresh.secret() }
        } else if trusted {
            Change::EmailVerified { account: id, username: name, email_id, email }
        } else {
            Change::VerificationAsked {
                account: id,
                username: name,
                email_id,
                email,
                secret: fresh.secret(),
                lives: limits::VERIFICATION,
            }
        };
        Ok(vec![created, then])
    }
}

impl Command for CreateAccount {
    type Facts = CreateFacts;
    const NAME: &'static str = "accounts/create";

    fn decide(&self, actor: &Actor, facts: &CreateFacts, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let operator = *actor == Actor::Operator;
        if operator && facts.address_held {
            return Err(Refusal::fault(Field::Email, FaultCode::EmailHeld {}));
        }
        self.changes(facts, fresh, operator, operator)
    }

    fn done(&self, _: &[Change]) -> Done {
        Done::then(
            Notice::AccountCreated { username: self.username.to_string(), email: self.email.to_string() },
            "/verify",
        )
    }
}

/// Create the first administrator with the set-up address that the server printed.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub secret: Option<Secret>,
    pub account: CreateAccount,
}

/// What must be known to set the site up.
#[derive(Clone, Debug, Default)]
pub struct SetUpFacts {
    /// The secret is that of the set-up address.
    pub secret_matches: bool,
    /// There is an administrator already.
    pub set_up: bool,
    pub account: CreateFacts,
}

/// Whether the set-up address still works.
///
/// # Errors
/// It has done its work, or it was never given out.
pub const fn may_set_up(facts: &SetUpFacts) -> Result<(), Refusal> {
    if facts.set_up {
        return Err(Refusal::AlreadySetUp {});
    }
    if !facts.secret_matches {
        return Err(Refusal::SetUpUnknown {});
    }
    Ok(())
}

impl Command for SetUp {
    type Facts = SetUpFacts;
    const NAME: &'static str = "accounts/set-up";

    fn decide(&self, _: &Actor, facts: &SetUpFacts, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        may_set_up(facts)?;
        let mut changes = self.account.changes(&facts.account, fresh, true, false)?;
        changes.push(Change::SetUpUsed);
        Ok(changes)
    }

    fn done(&self, changes: &[Change]) -> Done {
        Done { notice: self.account.done(changes).notice, next: Some("/administration/mail".to_owned()) }
    }
}

/// Show that an e-mail address is one's own, by the secret that was sent to it.
#[derive(Clone, Debug)]
pub struct VerifyEmail {
    pub secret: Option<Secret>,
}

/// The link that a secret belongs to.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    pub account: AccountId,
    pub username: String,
    pub email_id: EmailId,
    pub email: EmailAddress,
    pub used: bool,
    pub ends_at: Moment,
    /// Another account has verified the same address since.
    pub address_held: bool,
}

/// Whether a verification link still works, and what it stands for. Looking changes nothing.
///
/// # Errors
/// It is unknown, used or too old, or its address has become another account's.
pub fn may_verify(link: Option<&LinkFacts>, now: Moment) -> Result<&LinkFacts, Refusal> {
    let link = link.ok_or(Refusal::LinkUnknown {})?;
    if link.used {
        return Err(Refusal::LinkUsed {});
    }
    if link.ends_at <= now || link.address_held {
        return Err(Refusal::LinkExpired {});
    }
    Ok(link)
}

impl Command for VerifyEmail {
    type Facts = Option<LinkFacts>;
    const NAME: &'static str = "accounts/verify";

    fn decide(&self, _: &Actor, facts: &Option<LinkFacts>, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let link = may_verify(facts.as_ref(), fresh.now)?;
        Ok(vec![Change::EmailVerified {
            account: Unseen(link.account),
            username: link.username.clone(),
            email_id: Unseen(link.email_id),
            email: link.email.clone(),
        }])
    }

    fn done(&self, changes: &[Change]) -> Done {
        let email = changes.iter().find_map(|c| match c {
            Change::EmailVerified { email, .. } => Some(email.to_string()),
            _ => None,
        });
        Done::then(Notice::EmailVerified { email: email.unwrap_or_default() }, "/manage/organizations")
    }
}

/// Send the verification letter again; the old link dies.
#[derive(Clone, Debug)]
pub struct ResendVerification;

/// The address of the one who asks.
#[derive(Clone, Debug)]
pub struct ResendFacts {
    pub email_id: EmailId,
    pub email: EmailAddress,
    pub verified: bool,
    /// Another account has verified the same address.
    pub address_held: bool,
    /// When letters about verifying it were sent to this address within the last day, oldest first.
    pub letters: Vec<Moment>,
}

impl Command for ResendVerification {
    type Facts = Option<ResendFacts>;
    const NAME: &'static str = "accounts/resend-verification";

    fn decide(&self, actor: &Actor, facts: &Option<ResendFacts>, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::NotSignedIn {})?;
        if facts.verified {
            return Err(Refusal::AlreadyVerified {});
        }
        may_write_to(&facts.letters, fresh.now)?;
        if facts.address_held {
            return Ok(vec![Change::AddressClaimed {
                account: Unseen(person.id),
                username: Username::kept(person.username.clone()),
                email_id: Unseen(facts.email_id),
                email: facts.email.clone(),
                secret: fresh.secret(),
            }]);
        }
        Ok(vec![Change::VerificationAsked {
            account: Unseen(person.id),
            username: person.username.clone(),
            email_id: Unseen(facts.email_id),
            email: facts.email.clone(),
            secret: fresh.secret(),
            lives: limits::VERIFICATION,
        }])
    }

    fn done(&self, changes: &[Change]) -> Done {
        let email = changes.iter().find_map(|c| match c {
            Change::VerificationAsked { email, .. } | Change::AddressClaimed { email, .. } => Some(email.to_string()),
            _ => None,
        });
        Done::here(Notice::VerificationSent { email: email.unwrap_or_default() })
    }
}

/// Sign a device in; if it was signed in before, as whomever, that ends: its cookie is another from now on.
/// The password was judged before, against the hash that is named here: hashing takes too long for a transaction.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The username or verified address that was typed.
    pub who: String,
    /// The hash that the password matched; `None` when it matched none.
    pub matched: Option<String>,
    /// What the browser says it is.
    pub agent: String,
}

/// The account that signs in.
#[derive(Clone, Debug)]
pub struct SignInFacts {
    pub account: Party,
    pub password_hash: String,
    pub disabled: bool,
}

impl Command for SignIn {
    type Facts = Option<SignInFacts>;
    const NAME: &'static str = "accounts/sign-in";

    fn decide(&self, actor: &Actor, facts: &Option<SignInFacts>, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let facts = facts.as_ref().ok_or(Refusal::SignIn {})?;
        let still = self.matched.as_ref() == Some(&facts.password_hash);
        if !still || facts.disabled {
            return Err(Refusal::SignIn {});
        }
        let earlier = actor.person().ok().map(|p| Change::SessionEnded { id: p.session, account: p.into() });
        let opened = Change::SessionOpened {
            id: fresh.id(),
            account: facts.account.clone(),
            secret: fresh.secret(),
            agent: self.agent.chars().filter(|c| !c.is_control()).take(limits::AGENT).collect(),
        };
        Ok(earlier.into_iter().chain([opened]).collect())
    }

    fn done(&self, changes: &[Change]) -> Done {
        let username = changes.iter().find_map(|c| match c {
            Change::SessionOpened { account, .. } => Some(account.username.clone()),
            _ => None,
        });
        Done::then(Notice::SignedIn { username: username.unwrap_or_default() }, "/manage/organizations")
    }
}

/// Sign this device out. Where nobody is signed in, that is done already.
#[derive(Clone, Debug)]
pub struct SignOut;

impl Command for SignOut {
    type Facts = ();
    const NAME: &'static str = "accounts/sign-out";

    fn decide(&self, actor: &Actor, (): &(), _: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        Ok(actor.person().map(|p| Change::SessionEnded { id: p.session, account: p.into() }).into_iter().collect())
    }

    fn done(&self, _: &[Change]) -> Done {
        Done::then(Notice::SignedOut {}, "/")
    }
}
