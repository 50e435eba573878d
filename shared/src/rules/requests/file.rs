//! Submitting, editing and withdrawing a request (rules, section 4).

use super::{RequestFacts, own};
use crate::addresses::OrganizationUrl;
use crate::domain::{RequestState, Standing};
use crate::ids::RequestId;
use crate::limits;
use crate::names::OrganizationName;
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::roles::Kind;
use crate::routes::Page;
use crate::rules::event::RequestWords;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event};
use crate::text::{Description, DisplayName};
use crate::timestamp::{Seconds, Timestamp};

/// Submit a request. The request of a private organization starts as a draft (rules, section 8).
#[derive(Clone, Debug)]
pub struct FileRequest {
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    pub kind: Kind,
}

/// The limits on how many requests one account may submit, drafts included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestPace {
    /// The number in a row. Then one more is allowed every [`limits::REQUEST_EVERY`].
    pub at_once: u32,
    /// The number within a day, if there is a limit.
    pub a_day: Option<u32>,
}

impl Default for RequestPace {
    /// The default limits.
    fn default() -> Self {
        Self { at_once: limits::REQUESTS_AT_ONCE, a_day: None }
    }
}

impl RequestPace {
    /// Checks that one more may be submitted after those of the last day, oldest first.
    ///
    /// # Errors
    /// A limit is reached. The refusal has the time until the next one is allowed.
    fn check_limit(self, filed_today: &[Timestamp], now: Timestamp) -> Result<(), Refusal> {
        if let Some(limit) = self.a_day
            && let Some(over) = filed_today.len().checked_sub(usize::try_from(limit).unwrap_or(usize::MAX))
        {
            // A place becomes free a day after the request that fills the last one.
            let frees = filed_today.get(over).copied().unwrap_or(now);
            let seconds = frees.plus(Seconds::days(1)).seconds_to_wait(now);
            return Err(Refusal::TooManyRequests { limit, seconds });
        }
        // Each request uses a part of the allowance, which refills with time.
        let every = limits::REQUEST_EVERY;
        let whole = filed_today
            .iter()
            .fold(None, |whole: Option<Timestamp>, at| Some(whole.map_or(*at, |whole| whole.max(*at)).plus(every)));
        let lead = Seconds(every.0.saturating_mul(i64::from(self.at_once) - 1));
        match whole.map(|whole| whole.minus(lead)) {
            Some(free_at) if free_at > now => Err(Refusal::RequestsTooFast { seconds: free_at.seconds_to_wait(now) }),
            _ => Ok(()),
        }
    }
}

/// What must be known to submit a request.
#[derive(Clone, Debug)]
pub struct FileFacts {
    pub standing: Standing,
    /// Whether the applicant has an open request for the same name.
    pub own_request_open: bool,
    /// When the applicant submitted requests within the last day, oldest first.
    pub filed_today: Vec<Timestamp>,
    pub pace: RequestPace,
}

/// Checks that a person may submit a request now.
///
/// # Errors
/// Their address is not verified, or they have submitted too many.
pub fn may_file(verified: bool, filed_today: &[Timestamp], pace: RequestPace, now: Timestamp) -> Result<(), Refusal> {
    if !verified {
        return Err(Refusal::EmailUnverified {});
    }
    pace.check_limit(filed_today, now)
}

/// Checks that a name can be requested.
///
/// # Errors
/// It is taken, reserved, or already requested by the same person.
pub fn may_ask_for(standing: Standing, own_request_open: bool) -> Result<(), FaultCode> {
    match standing {
        Standing::Taken => Err(FaultCode::NameTaken {}),
        Standing::Reserved => Err(FaultCode::NameReserved {}),
        Standing::Free if own_request_open => Err(FaultCode::OwnRequestOpen {}),
        Standing::Free => Ok(()),
    }
}

impl Command for FileRequest {
    type Facts = FileFacts;
    const NAME: &'static str = "requests/file";

    fn decide(&self, actor: &Actor, facts: &FileFacts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        may_file(person.verified, &facts.filed_today, facts.pace, ctx.now)?;
        may_ask_for(facts.standing, facts.own_request_open).map_err(|code| Refusal::fault(Field::AccountName, code))?;
        let (id, applicant, name) = (ctx.id(), person.into(), self.name.clone());
        let (display_name, url, description) = (self.display_name.clone(), self.url.clone(), self.description.clone());
        let shown = display_name.to_string();
        Ok(match self.kind {
            kind @ Kind::Community => {
                let from_draft = false;
                let filed =
                    Event::RequestFiled { id, applicant, name, display_name, url, description, kind, from_draft };
                let notice = Notice::RequestFiled { display_name: shown };
                Decision::redirect(vec![filed], notice, Page::YourOrganizations)
            }
            kind @ Kind::Private => {
                let page = Page::Billing(id.0.to_string());
                let drafted = Event::RequestDrafted { id, applicant, name, display_name, url, description, kind };
                Decision::redirect(vec![drafted], Notice::RequestDrafted { display_name: shown }, page)
            }
        })
    }
}

/// Withdraw the own request.
#[derive(Clone, Debug)]
pub struct WithdrawRequest {
    pub id: RequestId,
}

impl Command for WithdrawRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/withdraw";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let request = own(facts.as_ref(), person)?;
        request.ensure_open()?;
        let (id, applicant, name) = (request.id, request.applicant.clone(), request.name.clone());
        let notice = Notice::RequestWithdrawn { name: name.to_string() };
        Ok(Decision::redirect(vec![Event::RequestWithdrawn { id, applicant, name }], notice, Page::YourOrganizations))
    }
}

/// Edit a draft or an open request. The name and the kind can't be changed.
#[derive(Clone, Debug)]
pub struct EditRequest {
    pub id: RequestId,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    /// The version of the fields that the page showed, from [`RequestFacts::version`].
    pub shown: String,
}

impl Command for EditRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/edit";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let request = own(facts.as_ref(), actor.person()?)?;
        if request.state != RequestState::Draft {
            request.ensure_open()?;
        }
        // A repetition changes nothing.
        let same = self.display_name == request.display_name
            && self.url == request.url
            && self.description == request.description;
        if !same && self.shown != request.version() {
            return Err(Refusal::StaleEdit {});
        }
        let events = if same {
            Vec::new()
        } else {
            vec![Event::RequestEdited {
                id: request.id,
                applicant: request.applicant.clone(),
                name: request.name.clone(),
                display_name: self.display_name.clone(),
                url: self.url.clone(),
                description: self.description.clone(),
                before: RequestWords {
                    display_name: request.display_name.clone(),
                    url: request.url.clone(),
                    description: request.description.clone(),
                },
            }]
        };
        let notice = Notice::RequestEdited { display_name: self.display_name.to_string() };
        Ok(Decision::redirect(events, notice, Page::MyRequest(self.id.to_string())))
    }
}
