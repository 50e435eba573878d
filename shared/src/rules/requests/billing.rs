//! The request of a private organization: a draft until it is known whom its papers go to (rules, sections 4 and 8).

use super::{RequestFacts, RequestPace, may_file, name_of, own, page_of, stand_in};
use crate::billing::{BillingDetails, BillingDraft, BillingForm};
use crate::ids::RequestId;
use crate::problem::Refusal;
use crate::roles::Kind;
use crate::rules::{Actor, Command, DecisionContext, Event, NotDigested};
use crate::timestamp::Timestamp;
use crate::wire::Done;
use crate::wire::requests::{Standing, State};
use crate::words::Notice;

/// Say whom the papers of a private organization go to. A draft is handed in with it; while the request is open, they
/// can be changed.
#[derive(Clone, Debug)]
pub struct GiveBilling {
    pub id: RequestId,
    pub details: BillingDetails,
    /// What stood on the page before, as [`billing_words`] has it.
    pub shown: String,
}

impl GiveBilling {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field that breaks its rule.
    pub fn parse(id: RequestId, form: BillingForm<'_>) -> Result<Self, Refusal> {
        Ok(Self { id, details: BillingDetails::parse(form)?, shown: form.shown.to_owned() })
    }
}

/// Stands for whom the papers go to, or for nobody yet: 16 bytes in hexadecimal.
pub fn billing_words(billing: Option<&BillingDetails>) -> String {
    stand_in(&billing)
}

/// What must be known to complete a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingFacts {
    pub request: RequestFacts,
    /// Whether the name can still be had.
    pub standing: Standing,
    /// When the applicant handed in their other requests within the last day, oldest first.
    pub filed_today: Vec<Timestamp>,
    pub pace: RequestPace,
}

impl Command for GiveBilling {
    type Facts = Option<BillingFacts>;
    const NAME: &'static str = "requests/give-billing";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let request = own(Some(&facts.request), person)?;
        if request.kind != Kind::Private {
            return Err(Refusal::NotFound {});
        }
        if request.state != State::Draft {
            request.open()?;
        }
        let mut events = Vec::new();
        // The same again is no change.
        if request.billing.as_ref() != Some(&self.details) {
            if self.shown != billing_words(request.billing.as_ref()) {
                return Err(Refusal::EditedMeanwhile {});
            }
            events.push(Event::BillingGiven {
                id: request.id,
                applicant: request.applicant.clone(),
                name: request.name.clone(),
                details: self.details.clone(),
                before: request.billing.clone(),
            });
        }
        if request.state != State::Draft {
            return Ok(events);
        }
        may_file(person.verified, &facts.filed_today, facts.pace, ctx.now)?;
        if facts.standing != Standing::Free {
            return Err(Refusal::NameGone { name: request.name.to_string() });
        }
        events.push(Event::RequestFiled {
            id: NotDigested(request.id),
            applicant: request.applicant.clone(),
            name: request.name.clone(),
            display_name: request.display_name.clone(),
            url: request.url.clone(),
            description: request.description.clone(),
            kind: request.kind,
            from_draft: true,
        });
        Ok(events)
    }

    fn done(&self, events: &[Event]) -> Done {
        let filed = events.iter().find_map(|event| match event {
            Event::RequestFiled { display_name, .. } => Some(display_name.to_string()),
            _ => None,
        });
        match filed {
            Some(display_name) => Done::then(Notice::RequestFiled { display_name }, "/manage/organizations"),
            None => Done::then(Notice::BillingGiven {}, page_of(self.id)),
        }
    }
}

/// Put what was typed into the billing page of a draft aside: the rest comes later.
#[derive(Clone, Debug)]
pub struct SaveBillingDraft {
    pub id: RequestId,
    pub typed: BillingDraft,
}

impl SaveBillingDraft {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field that is too long, or no text.
    pub fn parse(id: RequestId, form: BillingForm<'_>) -> Result<Self, Refusal> {
        Ok(Self { id, typed: BillingDraft::parse(form)? })
    }
}

/// What must be known to put billing details aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingDraftFacts {
    pub request: RequestFacts,
    /// What was put aside before.
    pub saved: Option<BillingDraft>,
}

impl Command for SaveBillingDraft {
    type Facts = Option<BillingDraftFacts>;
    const NAME: &'static str = "requests/save-billing-draft";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let person = actor.person()?;
        let BillingDraftFacts { request, saved } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let request = own(Some(request), person)?;
        if request.kind != Kind::Private {
            return Err(Refusal::NotFound {});
        }
        if request.state != State::Draft {
            request.open()?;
            return Err(Refusal::HandedIn {});
        }
        // The same again is no change.
        if saved.as_ref() == Some(&self.typed) {
            return Ok(Vec::new());
        }
        let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
        Ok(vec![Event::BillingDraftSaved { id, applicant, name, typed: self.typed.clone() }])
    }

    fn done(&self, _: &[Event]) -> Done {
        Done::then(Notice::BillingDraftSaved {}, page_of(self.id))
    }
}

/// Throw a draft away.
#[derive(Clone, Debug)]
pub struct DiscardDraft {
    pub id: RequestId,
}

impl Command for DiscardDraft {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/discard";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Vec<Event>, Refusal> {
        let request = own(facts.as_ref(), actor.person()?)?;
        if request.state != State::Draft {
            // What is closed can't be withdrawn either.
            request.open()?;
            return Err(Refusal::HandedIn {});
        }
        let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
        Ok(vec![Event::DraftDiscarded { id, applicant, name }])
    }

    fn done(&self, events: &[Event]) -> Done {
        Done::then(Notice::DraftDiscarded { name: name_of(events) }, "/manage/organizations")
    }
}
