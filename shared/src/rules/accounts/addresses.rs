//! An account's e-mail addresses: verifying, adding, making primary, removing (rules, sections 1, 2 and 9).

use super::passwords::Confirmed;
use crate::addresses::EmailAddress;
use crate::ids::{AccountId, EmailAddressId};
use crate::limits;
use crate::names::Username;
use crate::problem::{FaultCode, Field, Refusal};
use crate::rules::{Actor, Command, DecisionContext, Event, NotDigested, Party, Secret};
use crate::timestamp::{Seconds, Timestamp};
use crate::wire::Done;
use crate::words::Notice;

/// When letters about verifying were sent within the last day, oldest first.
#[derive(Clone, Debug, Default)]
pub struct EmailsToday {
    /// To the address, whoever asked for them.
    pub to_address: Vec<Timestamp>,
    /// Because of the account, to whatever addresses.
    pub by_account: Vec<Timestamp>,
}

impl EmailsToday {
    /// Whether one more may be sent: the address may be a stranger's.
    ///
    /// # Errors
    /// The day's letters are used up ([`limits::VERIFICATION_EMAILS_A_DAY`],
    /// [`limits::VERIFICATION_EMAILS_BY_ACCOUNT`]).
    pub(super) fn one_more(&self, now: Timestamp) -> Result<(), Refusal> {
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
    pub email_id: EmailAddressId,
    pub email: EmailAddress,
    /// It is the account's primary address.
    pub primary: bool,
    pub used: bool,
    pub ends_at: Timestamp,
    /// Another account has verified the same address since.
    pub address_held: bool,
}

/// Whether a verification link still works for the one who has opened it, and what it stands for. Looking changes nothing.
/// It works for the account that asked for it alone: with a mistyped address, a stranger has the letter.
///
/// # Errors
/// It is unknown, used or too old, its address has become another account's, or it is another account's link.
pub fn may_verify<'f>(actor: &Actor, link: Option<&'f LinkFacts>, now: Timestamp) -> Result<&'f LinkFacts, Refusal> {
    let link = link.ok_or(Refusal::LinkUnknown {})?;
    if link.used {
        return Err(Refusal::LinkUsed {});
    }
    if link.ends_at <= now || link.address_held {
        return Err(Refusal::LinkExpired {});
    }
    if actor.person()?.id != link.account {
        return Err(Refusal::LinkOfAnother { username: link.username.clone() });
    }
    Ok(link)
}

impl Command for VerifyEmail {
    type Facts = Option<LinkFacts>;
    const NAME: &'static str = "accounts/verify";

    fn decide(
        &self,
        actor: &Actor,
        facts: &Option<LinkFacts>,
        ctx: &mut DecisionContext,
    ) -> Result<Vec<Event>, Refusal> {
        let link = may_verify(actor, facts.as_ref(), ctx.now)?;
        Ok(vec![Event::EmailVerified {
            account: NotDigested(link.account),
            username: link.username.clone(),
            email_id: NotDigested(link.email_id),
            email: link.email.clone(),
            primary: link.primary,
        }])
    }

    fn done(&self, events: &[Event]) -> Done {
        let verified = events.iter().find_map(|c| match c {
            Event::EmailVerified { email, primary, .. } => Some((email.to_string(), *primary)),
            _ => None,
        });
        let (email, primary) = verified.unwrap_or_default();
        // With the first address one can ask for an organization; a further one was added in the settings.
        Done::then(Notice::EmailVerified { email }, if primary { "/manage/organizations" } else { "/manage/account" })
    }
}

/// Send the verification letter again; the old link dies.
#[derive(Clone, Debug)]
pub struct ResendVerification {
    /// Which address of one's own; the primary one where none is named.
    pub address: Option<EmailAddressId>,
}

/// The address of the one who asks.
#[derive(Clone, Debug)]
pub struct ResendFacts {
    pub email_id: EmailAddressId,
    pub email: EmailAddress,
    pub verified: bool,
    /// Another account has verified the same address.
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
    ) -> Result<Vec<Event>, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::AddressGone {})?;
        if facts.verified {
            return Err(Refusal::AlreadyVerified {});
        }
        facts.emails.one_more(ctx.now)?;
        Ok(vec![email(&person.into(), NotDigested(facts.email_id), &facts.email, facts.address_held, ctx)])
    }

    fn done(&self, events: &[Event]) -> Done {
        let email = events.iter().find_map(|c| match c {
            Event::VerificationAsked { email, .. } | Event::AddressClaimed { email, .. } => Some(email.to_string()),
            _ => None,
        });
        Done::here(Notice::VerificationSent { email: email.unwrap_or_default() })
    }
}

/// The letter about an address that somebody gives to their account: to its holder where it is another's, so that
/// nobody learns which addresses are known.
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

/// Give one's account a further address. It counts for nothing before it is verified.
#[derive(Clone, Debug)]
pub struct AddAddress {
    pub email: EmailAddress,
    pub confirmed: Confirmed,
}

/// What must be known to add an address.
#[derive(Clone, Debug)]
pub struct AddFacts {
    pub password_hash: String,
    /// How many the account has.
    pub addresses: usize,
    /// The account has this one already.
    pub own: bool,
    /// Another account has verified it.
    pub address_held: bool,
    pub emails: EmailsToday,
}

/// Whether an account may have one more address.
///
/// # Errors
/// It has [`limits::ADDRESSES`] already.
pub const fn may_add_address(addresses: usize) -> Result<(), Refusal> {
    if addresses < limits::ADDRESSES { Ok(()) } else { Err(Refusal::TooManyAddresses { limit: limits::ADDRESSES }) }
}

impl Command for AddAddress {
    type Facts = AddFacts;
    const NAME: &'static str = "accounts/add-address";

    fn decide(&self, actor: &Actor, facts: &AddFacts, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let account: Party = actor.person()?.into();
        self.confirmed.is(&facts.password_hash)?;
        may_add_address(facts.addresses)?;
        if facts.own {
            return Err(Refusal::fault(Field::Email, FaultCode::EmailYours {}));
        }
        facts.emails.one_more(ctx.now)?;
        let id = ctx.id();
        let added = Event::AddressAdded { account: account.clone(), email_id: id, email: self.email.clone() };
        Ok(vec![added, email(&account, id, &self.email, facts.address_held, ctx)])
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::AddressAdded { email: self.email.to_string() })
    }
}

/// One address of the account that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFacts {
    pub id: EmailAddressId,
    pub email: EmailAddress,
    pub verified: bool,
    pub primary: bool,
}

/// Have letters sent to another address of one's own from now on.
#[derive(Clone, Debug)]
pub struct MakePrimary {
    pub address: EmailAddressId,
}

/// What must be known to choose the primary address.
#[derive(Clone, Debug)]
pub struct PrimaryFacts {
    /// The one that is to be it, if it is the account's.
    pub address: Option<AddressFacts>,
    /// The one that is it.
    pub now: EmailAddress,
}

impl Command for MakePrimary {
    type Facts = PrimaryFacts;
    const NAME: &'static str = "accounts/make-primary";

    fn decide(&self, actor: &Actor, facts: &PrimaryFacts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let account = actor.person()?.into();
        let address = facts.address.as_ref().ok_or(Refusal::AddressGone {})?;
        if !address.verified {
            return Err(Refusal::EmailUnverified {});
        }
        // The same again is no change: no letter, no line in history.
        Ok(if address.primary {
            Vec::new()
        } else {
            let (email, before) = (address.email.clone(), facts.now.clone());
            vec![Event::PrimaryChanged { account, email_id: address.id, email, before }]
        })
    }

    fn done(&self, events: &[Event]) -> Done {
        let email = events.iter().find_map(|c| match c {
            Event::PrimaryChanged { email, .. } => Some(email.to_string()),
            _ => None,
        });
        Done::here(Notice::PrimaryChanged { email: email.unwrap_or_default() })
    }
}

/// Take an address from one's account; never the primary one.
#[derive(Clone, Debug)]
pub struct RemoveAddress {
    pub address: EmailAddressId,
}

/// What must be known to remove an address.
#[derive(Clone, Debug)]
pub struct RemoveFacts {
    pub address: AddressFacts,
    /// Another address of the account is verified.
    pub another_verified: bool,
}

impl Command for RemoveAddress {
    type Facts = Option<RemoveFacts>;
    const NAME: &'static str = "accounts/remove-address";
    const PREVIEWED: bool = true;

    fn decide(
        &self,
        actor: &Actor,
        facts: &Option<RemoveFacts>,
        _: &mut DecisionContext,
    ) -> Result<Vec<Event>, Refusal> {
        let account = actor.person()?.into();
        let RemoveFacts { address, another_verified } = facts.as_ref().ok_or(Refusal::AddressGone {})?;
        if address.primary {
            return Err(Refusal::PrimaryStays {});
        }
        // By a verified address alone can a forgotten password be replaced.
        if address.verified && !another_verified {
            return Err(Refusal::LastVerifiedStays {});
        }
        let (email_id, email, verified) = (address.id, address.email.clone(), address.verified);
        Ok(vec![Event::AddressRemoved { account, email_id, email, verified }])
    }

    fn done(&self, events: &[Event]) -> Done {
        let email = events.iter().find_map(|c| match c {
            Event::AddressRemoved { email, .. } => Some(email.to_string()),
            _ => None,
        });
        Done::then(Notice::AddressRemoved { email: email.unwrap_or_default() }, "/manage/account")
    }
}
