//! What the mail server says of an address: letters to it come back, or arrive again (rules, section 9).

use super::super::{Actor, Command, DecisionContext, Event, Party};
use crate::addresses::EmailAddress;
use crate::ids::EmailAddressId;
use crate::problem::Refusal;
use crate::wire::Done;
use crate::words::Notice;

/// Note whether a mail server took a letter to an address of an account. Only the mail worker does.
#[derive(Clone, Debug)]
pub struct NoteDelivery {
    pub email: EmailAddress,
    /// What the server said when it refused the address for good; nothing when it took the letter.
    pub refusal: Option<String>,
}

/// An address as an account has it, and whether letters to it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFacts {
    pub account: Party,
    pub id: EmailAddressId,
    pub bounces: bool,
}

impl Command for NoteDelivery {
    /// All accounts that have the address, verified or not.
    type Facts = Vec<DeliveryFacts>;
    const NAME: &'static str = "accounts/note-delivery";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let Actor::Job(_) = actor else { return Err(Refusal::NotFound {}) };
        // The same again is no change.
        let news = facts.iter().filter(|address| address.bounces != self.refusal.is_some());
        Ok(news
            .map(|DeliveryFacts { account, id, .. }| match &self.refusal {
                Some(why) => Event::AddressBounced {
                    account: account.clone(),
                    email_id: *id,
                    email: self.email.clone(),
                    why: why.clone(),
                },
                None => Event::AddressReached { account: account.clone(), email_id: *id, email: self.email.clone() },
            })
            .collect())
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::here(Notice::DeliveryNoted {})
    }
}
