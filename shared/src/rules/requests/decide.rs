//! Decisions on a request: approve, decline, defer (rules, section 4).

use super::RequestFacts;
use crate::billing::Price;
use crate::domain::{RequestState, Similar, Standing};
use crate::ids::{OrganizationId, RequestId};
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::roles::{Kind, Role};
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested};
use crate::text::{Message, Reason};

/// Approve a request. The organization is created, and the applicant becomes its Owner.
#[derive(Clone, Debug)]
pub struct ApproveRequest {
    pub id: RequestId,
    pub message: Message,
}

/// What must be known to decide on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveFacts {
    pub request: RequestFacts,
    pub standing: Standing,
    /// Open requests of others for the same name, oldest first.
    pub rivals: Vec<RequestFacts>,
    /// Whether the applicant's account is disabled, so that nobody could manage the organization.
    pub applicant_disabled: bool,
    /// Similar organizations: by name, most similar first, then by display name, then by URL.
    pub similar: Vec<Similar>,
    /// The price of a private organization.
    pub price: Price,
}

impl ApproveFacts {
    /// Returns the price per member, if the organization is private.
    pub fn price(&self) -> Option<Price> {
        (self.request.kind == Kind::Private).then_some(self.price)
    }
}

/// Checks that the request can be approved.
///
/// # Errors
/// It is closed, the account of its applicant is disabled, or its name is taken or reserved.
pub fn may_approve(facts: &ApproveFacts) -> Result<(), Refusal> {
    facts.request.ensure_open()?;
    if facts.applicant_disabled {
        return Err(Refusal::ApplicantDisabled { username: facts.request.applicant.username.clone() });
    }
    match facts.standing {
        Standing::Free => Ok(()),
        Standing::Taken | Standing::Reserved => {
            Err(Refusal::NameTakenMeanwhile { name: facts.request.name.to_string() })
        }
    }
}

impl Command for ApproveRequest {
    type Facts = Option<ApproveFacts>;
    const NAME: &'static str = "requests/approve";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_approve(facts)?;
        let request = &facts.request;
        let id = ctx.id::<OrganizationId>();
        let (name, display_name) = (request.name.clone(), request.display_name.clone());
        let mut events = vec![
            Event::OrganizationFounded {
                id,
                name: name.clone(),
                display_name: display_name.clone(),
                url: request.url.clone(),
                description: request.description.clone(),
                kind: request.kind,
            },
            Event::MemberJoined {
                organization: id,
                organization_name: name.clone(),
                account: request.applicant.clone(),
                role: Role::Owner,
            },
            Event::OrganizationActivated { id, name: name.clone(), display_name: display_name.clone() },
            Event::RequestApproved {
                id: request.id,
                applicant: request.applicant.clone(),
                name,
                display_name,
                organization: id,
                read: request.snapshot(),
                similar: facts.similar.clone(),
                price: facts.price(),
                message: NotDigested(self.message.clone()),
            },
        ];
        events.extend(facts.rivals.iter().map(|rival| Event::RivalClosed {
            id: rival.id,
            applicant: rival.applicant.clone(),
            name: rival.name.clone(),
            display_name: rival.display_name.clone(),
        }));
        let notice = Notice::RequestApproved { name: request.name.to_string() };
        Ok(Decision::redirect(events, notice, Page::Requests))
    }
}

/// Decline a request, with a reason.
#[derive(Clone, Debug)]
pub struct DeclineRequest {
    pub id: RequestId,
    pub reason: Reason,
}

impl Command for DeclineRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/decline";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let request = facts.as_ref().ok_or(Refusal::NotFound {})?;
        request.ensure_open()?;
        let declined = Event::RequestDeclined {
            id: request.id,
            applicant: request.applicant.clone(),
            name: request.name.clone(),
            display_name: request.display_name.clone(),
            read: request.snapshot(),
            reason: NotDigested(self.reason.clone()),
        };
        let notice = Notice::RequestDeclined { name: request.name.to_string() };
        Ok(Decision::redirect(vec![declined], notice, Page::Requests))
    }
}

/// Defer a request. It stays open, and nobody is emailed.
#[derive(Clone, Debug)]
pub struct DeferRequest {
    pub id: RequestId,
}

impl Command for DeferRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/defer";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let request = facts.as_ref().ok_or(Refusal::NotFound {})?;
        request.ensure_open()?;
        // A repetition changes nothing.
        let (events, name) = if request.state == RequestState::Deferred {
            (Vec::new(), None)
        } else {
            let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
            (vec![Event::RequestDeferred { id, applicant, name }], Some(request.name.to_string()))
        };
        Ok(Decision::redirect(events, Notice::RequestDeferred { name }, Page::Requests))
    }
}
