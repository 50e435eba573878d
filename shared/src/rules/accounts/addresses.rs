//! Email addresses of an account: verify, add, make primary, remove (rules, sections 1, 2 and 9).

use super::passwords::ConfirmedPassword;
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, EmailAddressId};
use crate::limits;
use crate::names::Username;
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party, Secret};
use crate::timestamp::{Seconds, Timestamp};

/// When verification emails were sent within the last day, oldest first.
#[derive(Clone, Debug, Default)]
pub struct EmailsToday {
    /// The emails to the address, whichever account caused them.
    pub to_address: Vec<Timestamp>,
    /// The emails that the account caused, to all addresses.
    pub by_account: Vec<Timestamp>,
}

impl EmailsToday {
    /// Checks that one more email may be sent. The address can be a stranger's.
    ///
    /// # Errors
    /// A daily limit is reached ([`limits::VERIFICATION_EMAILS_A_DAY`],
    /// [`limits::VERIFICATION_EMAILS_BY_ACCOUNT`]).
    pub(super) fn check_limit(&self, now: Timestamp) -> Result<(), Refusal> {
        let used_up = [
            (&self.to_address, limits::VERIFICATION_EMAILS_A_DAY),
            (&self.by_account, limits::VERIFICATION_EMAILS_BY_ACCOUNT),
        ];
        for (emails, most) in used_up {
            if let Some(oldest) = emails.first().filter(|_| emails.len() >= most) {
                return Err(Refusal::TooManyEmails { seconds: oldest.plus(Seconds::days(1)).seconds_to_wait(now) });
            }
        }
        Ok(())
    }
}

/// Verify an email address, by the secret that was sent to it.
#[derive(Clone, Debug)]
pub struct VerifyEmail {
    pub secret: Option<Secret>,
}

/// The link that a secret belongs to.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    pub account: AccountId,
    pub username: String,
    pub email_id: EmailAddressId,
    pub email: EmailAddress,
    /// Whether it is the primary address of the account.
    pub primary: bool,
    pub used: bool,
    pub ends_at: Timestamp,
    /// Whether another account has verified the same address since.
    pub address_held: bool,
}

/// Checks that a verification link works for the actor, and returns it. Checking changes nothing.
///
/// A link works only for the account that requested it, because an email to a mistyped address reaches a stranger.
///
/// # Errors
/// It is unknown, used or expired, another account has verified the address, or it is another account's link.
pub fn may_verify<'f>(actor: &Actor, link: Option<&'f LinkFacts>, now: Timestamp) -> Result<&'f LinkFacts, Refusal> {
    let link = link.ok_or(Refusal::LinkInvalid {})?;
    if link.used {
        return Err(Refusal::LinkUsed {});
    }
    if link.ends_at <= now || link.address_held {
        return Err(Refusal::LinkExpired {});
    }
    if actor.person()?.id != link.account {
        return Err(Refusal::LinkOfOtherAccount { username: link.username.clone() });
    }
    Ok(link)
}

impl Command for VerifyEmail {
    type Facts = Option<LinkFacts>;
    const NAME: &'static str = "accounts/verify";

    fn decide(&self, actor: &Actor, facts: &Option<LinkFacts>, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let link = may_verify(actor, facts.as_ref(), ctx.now)?;
        let verified = Event::EmailVerified {
            account: NotDigested(link.account),
            username: link.username.clone(),
            email_id: NotDigested(link.email_id),
            email: link.email.clone(),
            primary: link.primary,
        };
        let notice = Notice::EmailVerified { email: link.email.to_string() };
        // A person with a verified primary address can request an organization. Other addresses belong to the settings.
        let next = if link.primary { Page::YourOrganizations } else { Page::AccountSettings };
        Ok(Decision::redirect(vec![verified], notice, next))
    }
}

/// Send the verification email again. The earlier link stops working.
#[derive(Clone, Debug)]
pub struct ResendVerification {
    /// The address of the actor. It is the primary address where none is named.
    pub address: Option<EmailAddressId>,
}

/// The address that is to be verified.
#[derive(Clone, Debug)]
pub struct ResendFacts {
    pub email_id: EmailAddressId,
    pub email: EmailAddress,
    pub verified: bool,
    /// Whether another account has verified the same address.
    pub address_held: bool,
    pub emails: EmailsToday,
}

impl Command for ResendVerification {
    type Facts = Option<ResendFacts>;
    const NAME: &'static str = "accounts/resend-verification";

    fn decide(
        &self,
        actor: &Actor,
        facts: &Option<ResendFacts>,
        ctx: &mut DecisionContext,
    ) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::AddressNotFound {})?;
        if facts.verified {
            return Err(Refusal::AlreadyVerified {});
        }
        facts.emails.check_limit(ctx.now)?;
        let sent = email(&person.into(), NotDigested(facts.email_id), &facts.email, facts.address_held, ctx);
        Ok(Decision::stay(vec![sent], Notice::VerificationSent { email: facts.email.to_string() }))
    }
}

/// Returns the event that emails a new address. If another account has verified the address, its holder is emailed, so
/// that nobody learns which addresses have an account.
fn email(
    account: &Party,
    email_id: NotDigested<EmailAddressId>,
    email: &EmailAddress,
    held: bool,
    ctx: &mut DecisionContext,
) -> Event {
    let (id, email, secret) = (NotDigested(account.id), email.clone(), ctx.secret());
    if held {
        let username = Username::from_stored(account.username.clone());
        return Event::AddressClaimed { account: id, username, email_id, email, secret };
    }
    let (username, lives) = (account.username.clone(), limits::VERIFICATION);
    Event::VerificationAsked { account: id, username, email_id, email, secret, lives }
}

/// Add an address to the account. It can't be used until it is verified.
#[derive(Clone, Debug)]
pub struct AddAddress {
    pub email: EmailAddress,
    pub confirmed: ConfirmedPassword,
}

/// What must be known to add an address.
#[derive(Clone, Debug)]
pub struct AddFacts {
    pub password_hash: String,
    /// The number of addresses of the account.
    pub addresses: usize,
    /// Whether the account already has this one.
    pub own: bool,
    /// Whether another account has verified it.
    pub address_held: bool,
    pub emails: EmailsToday,
}

/// Checks that an account may have one more address.
///
/// # Errors
/// It already has [`limits::ADDRESSES`].
pub const fn may_add_address(addresses: usize) -> Result<(), Refusal> {
    if addresses < limits::ADDRESSES { Ok(()) } else { Err(Refusal::TooManyAddresses { limit: limits::ADDRESSES }) }
}

impl Command for AddAddress {
    /// It is `None` if nobody is signed in.
    type Facts = Option<AddFacts>;
    const NAME: &'static str = "accounts/add-address";

    fn decide(&self, actor: &Actor, facts: &Option<AddFacts>, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let account: Party = actor.person()?.into();
        let facts = facts.as_ref().ok_or(Refusal::NotSignedIn {})?;
        self.confirmed.verify(&facts.password_hash)?;
        may_add_address(facts.addresses)?;
        if facts.own {
            return Err(Refusal::fault(Field::Email, FaultCode::EmailAlreadyAdded {}));
        }
        facts.emails.check_limit(ctx.now)?;
        let id = ctx.id();
        let added = Event::AddressAdded { account: account.clone(), email_id: id, email: self.email.clone() };
        let sent = email(&account, id, &self.email, facts.address_held, ctx);
        Ok(Decision::stay(vec![added, sent], Notice::AddressAdded { email: self.email.to_string() }))
    }
}

/// An address of the actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFacts {
    pub id: EmailAddressId,
    pub email: EmailAddress,
    pub verified: bool,
    pub primary: bool,
}

/// Make another address of the account primary.
#[derive(Clone, Debug)]
pub struct MakePrimary {
    pub address: EmailAddressId,
}

/// What must be known to choose the primary address.
#[derive(Clone, Debug)]
pub struct PrimaryFacts {
    /// The new primary address.
    pub address: AddressFacts,
    /// The current primary address.
    pub now: EmailAddress,
}

impl Command for MakePrimary {
    /// It is `None` if the address does not belong to the account.
    type Facts = Option<PrimaryFacts>;
    const NAME: &'static str = "accounts/make-primary";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let account = actor.person()?.into();
        let PrimaryFacts { address, now } = facts.as_ref().ok_or(Refusal::AddressNotFound {})?;
        if !address.verified {
            return Err(Refusal::EmailUnverified {});
        }
        // A repetition changes nothing: no email, no event.
        if address.primary {
            return Ok(Decision::stay(Vec::new(), Notice::PrimaryChanged { email: None }));
        }
        let (email, before) = (address.email.clone(), now.clone());
        let notice = Notice::PrimaryChanged { email: Some(email.to_string()) };
        Ok(Decision::stay(vec![Event::PrimaryChanged { account, email_id: address.id, email, before }], notice))
    }
}

/// Remove an address from the account. The primary one can't be removed.
#[derive(Clone, Debug)]
pub struct RemoveAddress {
    pub address: EmailAddressId,
}

/// What must be known to remove an address.
#[derive(Clone, Debug)]
pub struct RemoveFacts {
    pub address: AddressFacts,
    /// Whether another address of the account is verified.
    pub another_verified: bool,
}

impl Command for RemoveAddress {
    type Facts = Option<RemoveFacts>;
    const NAME: &'static str = "accounts/remove-address";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Option<RemoveFacts>, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let account = actor.person()?.into();
        let RemoveFacts { address, another_verified } = facts.as_ref().ok_or(Refusal::AddressNotFound {})?;
        if address.primary {
            return Err(Refusal::PrimaryAddressRequired {});
        }
        // A password reset needs a verified address.
        if address.verified && !another_verified {
            return Err(Refusal::LastVerifiedAddress {});
        }
        let (email_id, email, verified) = (address.id, address.email.clone(), address.verified);
        let notice = Notice::AddressRemoved { email: email.to_string() };
        let removed = Event::AddressRemoved { account, email_id, email, verified };
        Ok(Decision::redirect(vec![removed], notice, Page::AccountSettings))
    }
}
