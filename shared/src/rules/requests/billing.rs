//! The request of a private organization, which is a draft until its billing details are complete (rules, sections 4
//! and 8).

use super::{RequestFacts, RequestPace, may_file, own, version_of};
use crate::billing::{BillingDetails, BillingDraft};
use crate::domain::{RequestState, Standing};
use crate::ids::RequestId;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::roles::Kind;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested};
use crate::timestamp::Timestamp;

/// Give the billing details of a private organization. That submits a draft. They can be changed while the request is
/// open.
#[derive(Clone, Debug)]
pub struct GiveBilling {
    pub id: RequestId,
    pub details: BillingDetails,
    /// The version of the details that the page showed, from [`billing_version`].
    pub shown: String,
}

/// Returns the version of the billing details, which can be missing.
pub fn billing_version(billing: Option<&BillingDetails>) -> String {
    version_of(&billing)
}

/// What must be known to complete a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingFacts {
    pub request: RequestFacts,
    /// Whether the name is still available.
    pub standing: Standing,
    /// When the applicant submitted other requests within the last day, oldest first.
    pub filed_today: Vec<Timestamp>,
    pub pace: RequestPace,
}

impl Command for GiveBilling {
    type Facts = Option<BillingFacts>;
    const NAME: &'static str = "requests/give-billing";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let request = own(Some(&facts.request), person)?;
        if request.kind != Kind::Private {
            return Err(Refusal::NotFound {});
        }
        if request.state != RequestState::Draft {
            request.ensure_open()?;
        }
        let mut events = Vec::new();
        // A repetition changes nothing.
        if request.billing.as_ref() != Some(&self.details) {
            if self.shown != billing_version(request.billing.as_ref()) {
                return Err(Refusal::StaleEdit {});
            }
            events.push(Event::BillingGiven {
                id: request.id,
                applicant: request.applicant.clone(),
                name: request.name.clone(),
                details: self.details.clone(),
                before: request.billing.clone(),
            });
        }
        if request.state != RequestState::Draft {
            return Ok(Decision::redirect(events, Notice::BillingGiven {}, Page::MyRequest(self.id.to_string())));
        }
        may_file(person.verified, &facts.filed_today, facts.pace, ctx.now)?;
        if facts.standing != Standing::Free {
            return Err(Refusal::NameUnavailable { name: request.name.to_string() });
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
        let notice = Notice::RequestFiled { display_name: request.display_name.to_string() };
        Ok(Decision::redirect(events, notice, Page::YourOrganizations))
    }
}

/// Save unfinished billing details with a draft.
#[derive(Clone, Debug)]
pub struct SaveBillingDraft {
    pub id: RequestId,
    pub typed: BillingDraft,
}

/// What must be known to save unfinished billing details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingDraftFacts {
    pub request: RequestFacts,
    /// What was saved before.
    pub saved: Option<BillingDraft>,
}

impl Command for SaveBillingDraft {
    type Facts = Option<BillingDraftFacts>;
    const NAME: &'static str = "requests/save-billing-draft";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let BillingDraftFacts { request, saved } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let request = own(Some(request), person)?;
        if request.kind != Kind::Private {
            return Err(Refusal::NotFound {});
        }
        if request.state != RequestState::Draft {
            request.ensure_open()?;
            return Err(Refusal::AlreadySubmitted {});
        }
        // A repetition changes nothing.
        let events = if saved.as_ref() == Some(&self.typed) {
            Vec::new()
        } else {
            let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
            vec![Event::BillingDraftSaved { id, applicant, name, typed: self.typed.clone() }]
        };
        Ok(Decision::redirect(events, Notice::BillingDraftSaved {}, Page::MyRequest(self.id.to_string())))
    }
}

/// Discard a draft.
#[derive(Clone, Debug)]
pub struct DiscardDraft {
    pub id: RequestId,
}

impl Command for DiscardDraft {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/discard";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let request = own(facts.as_ref(), actor.person()?)?;
        if request.state != RequestState::Draft {
            // A closed request can't be withdrawn either.
            request.ensure_open()?;
            return Err(Refusal::AlreadySubmitted {});
        }
        let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
        let notice = Notice::DraftDiscarded { name: name.to_string() };
        Ok(Decision::redirect(vec![Event::DraftDiscarded { id, applicant, name }], notice, Page::YourOrganizations))
    }
}
