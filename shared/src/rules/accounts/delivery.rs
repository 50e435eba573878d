//! Deliverability: email to an address bounces, or is accepted again (rules, section 9).

use super::super::{Actor, Command, Decision, DecisionContext, Event, Party};
use crate::addresses::EmailAddress;
use crate::ids::EmailAddressId;
use crate::notice::Notice;
use crate::refusal::Refusal;

/// Record whether a mail server accepted an email to an address. Only the mail worker does this.
#[derive(Clone, Debug)]
pub struct NoteDelivery {
    pub email: EmailAddress,
    /// The reply of the server if it refused the address for good. It is `None` if it accepted the email.
    pub refusal: Option<String>,
}

/// An address of an account, and whether emails to it bounced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFacts {
    pub account: Party,
    pub id: EmailAddressId,
    pub bounces: bool,
}

impl Command for NoteDelivery {
    /// The address in all accounts that have it, verified or not.
    type Facts = Vec<DeliveryFacts>;
    const NAME: &'static str = "accounts/note-delivery";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let Actor::Job(_) = actor else { return Err(Refusal::NotFound {}) };
        // A repetition changes nothing.
        let changed = facts.iter().filter(|address| address.bounces != self.refusal.is_some());
        let noted = changed.map(|DeliveryFacts { account, id, .. }| match &self.refusal {
            Some(why) => Event::AddressBounced {
                account: account.clone(),
                email_id: *id,
                email: self.email.clone(),
                why: why.clone(),
            },
            None => Event::AddressReached { account: account.clone(), email_id: *id, email: self.email.clone() },
        });
        Ok(Decision::stay(noted.collect(), Notice::DeliveryNoted {}))
    }
}
