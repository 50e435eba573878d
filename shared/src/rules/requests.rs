//! Requests for an organization: hand in, withdraw, approve, decline (rules, section 4).

use super::{Actor, Change, Command, Fresh, Party, Person, Unseen};
use crate::addresses::OrganizationUrl;
use crate::ids::{OrganizationId, RequestId};
use crate::moment::{Moment, Span};
use crate::names::OrganizationName;
use crate::problem::{FaultCode, Faults, Field, Refusal};
use crate::roles::{Kind, Role};
use crate::text::{Description, DisplayName, Message, Reason};
use crate::wire::Done;
use crate::wire::requests::{Standing, State};
use crate::words::Notice;

/// Hand in a request.
#[derive(Clone, Debug)]
pub struct FileRequest {
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    pub kind: Kind,
}

impl FileRequest {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field that breaks its rule.
    pub fn parse(name: &str, display_name: &str, url: &str, description: &str, kind: &str) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let name = faults.take(Field::AccountName, OrganizationName::parse(name));
        let display_name = faults.take(Field::DisplayName, DisplayName::parse(display_name));
        let url = faults.take(Field::Url, OrganizationUrl::parse(url));
        let description = faults.take(Field::Description, Description::parse(description));
        let kind = faults.take(Field::Kind, parse_kind(kind));
        let request = name.zip(display_name).zip(url).zip(description).zip(kind).map(
            |((((name, display_name), url), description), kind)| Self { name, display_name, url, description, kind },
        );
        faults.finish(request)
    }
}

/// The kinds that can be asked for. Private organizations need billing details, which are not kept yet.
fn parse_kind(code: &str) -> Result<Kind, FaultCode> {
    match Kind::from_code(code) {
        Some(Kind::Community) => Ok(Kind::Community),
        Some(Kind::Private) => Err(FaultCode::PrivateNotOffered {}),
        None => Err(FaultCode::NotAChoice {}),
    }
}

/// What must be known to hand a request in.
#[derive(Clone, Debug)]
pub struct FileFacts {
    pub standing: Standing,
    /// The applicant has an open request for the same name.
    pub own_request_open: bool,
    /// When the applicant handed in requests within the last day, oldest first.
    pub filed_today: Vec<Moment>,
    /// How many are allowed in a day.
    pub a_day: u32,
}

/// Whether a person may hand in a request now, whatever it asks for.
///
/// # Errors
/// Their address is not verified, or the day's requests are used up.
pub fn may_file(verified: bool, filed_today: &[Moment], a_day: u32, now: Moment) -> Result<(), Refusal> {
    if !verified {
        return Err(Refusal::EmailUnverified {});
    }
    let over = filed_today.len().checked_sub(usize::try_from(a_day).unwrap_or(usize::MAX));
    if let Some(over) = over {
        // A place is free again a day after the request that fills the last one.
        let frees = filed_today.get(over).copied().unwrap_or(now);
        let seconds = frees.plus(Span::days(1)).seconds_to_wait(now);
        return Err(Refusal::TooManyRequests { limit: a_day, seconds });
    }
    Ok(())
}

/// Whether the name can be asked for.
///
/// # Errors
/// It is held, reserved, or asked for by the same person already.
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

    fn decide(&self, actor: &Actor, facts: &FileFacts, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let person = actor.person()?;
        may_file(person.verified, &facts.filed_today, facts.a_day, fresh.now)?;
        may_ask_for(facts.standing, facts.own_request_open).map_err(|code| Refusal::fault(Field::AccountName, code))?;
        Ok(vec![Change::RequestFiled {
            id: fresh.id(),
            applicant: person.into(),
            name: self.name.clone(),
            display_name: self.display_name.clone(),
            url: self.url.clone(),
            description: self.description.clone(),
            kind: self.kind,
        }])
    }

    fn done(&self, _: &[Change]) -> Done {
        Done::then(Notice::RequestFiled { display_name: self.display_name.to_string() }, "/manage/organizations")
    }
}

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    pub id: RequestId,
    pub applicant: Party,
    pub name: OrganizationName,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    pub kind: Kind,
    pub state: State,
    /// Who closed it.
    pub decided_by: Option<String>,
}

impl RequestFacts {
    /// Closed requests take no decision.
    fn open(&self) -> Result<(), Refusal> {
        if self.state.is_open() {
            return Ok(());
        }
        Err(Refusal::RequestClosed { state: self.state, by: self.decided_by.clone() })
    }
}

/// Take one's own request back.
#[derive(Clone, Debug)]
pub struct WithdrawRequest {
    pub id: RequestId,
}

impl Command for WithdrawRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/withdraw";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let person = actor.person()?;
        let request = own(facts.as_ref(), person)?;
        request.open()?;
        Ok(vec![Change::RequestWithdrawn {
            id: request.id,
            applicant: request.applicant.clone(),
            name: request.name.clone(),
        }])
    }

    fn done(&self, changes: &[Change]) -> Done {
        Done::then(Notice::RequestWithdrawn { name: name_of(changes) }, "/manage/organizations")
    }
}

/// The request, for the one who handed it in; to everybody else it does not exist.
fn own<'f>(request: Option<&'f RequestFacts>, person: &Person) -> Result<&'f RequestFacts, Refusal> {
    request.filter(|r| r.applicant.id == person.id).ok_or(Refusal::NotFound {})
}

/// Say yes: the organization comes to be, and the applicant is its Owner.
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
}

/// Whether the request can be approved.
///
/// # Errors
/// It is closed, or its name has gone meanwhile; then it stays open.
pub fn may_approve(facts: &ApproveFacts) -> Result<(), Refusal> {
    facts.request.open()?;
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

    fn decide(&self, actor: &Actor, facts: &Self::Facts, fresh: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        actor.administrator()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        may_approve(facts)?;
        let request = &facts.request;
        let id = fresh.id::<OrganizationId>();
        let (name, display_name) = (request.name.clone(), request.display_name.clone());
        let mut changes = vec![
            Change::OrganizationFounded {
                id,
                name: name.clone(),
                display_name: display_name.clone(),
                url: request.url.clone(),
                description: request.description.clone(),
                kind: request.kind,
            },
            Change::MemberJoined {
                organization: id,
                organization_name: name.clone(),
                account: request.applicant.clone(),
                role: Role::Owner,
            },
            Change::OrganizationActivated { id, name: name.clone(), display_name: display_name.clone() },
            Change::RequestApproved {
                id: request.id,
                applicant: request.applicant.clone(),
                name,
                display_name,
                organization: id,
                message: Unseen(self.message.clone()),
            },
        ];
        changes.extend(facts.rivals.iter().map(|rival| Change::RivalClosed {
            id: rival.id,
            applicant: rival.applicant.clone(),
            name: rival.name.clone(),
            display_name: rival.display_name.clone(),
        }));
        Ok(changes)
    }

    fn done(&self, changes: &[Change]) -> Done {
        Done::then(Notice::RequestApproved { name: name_of(changes) }, "/administration/requests")
    }
}

/// Say no, and why.
#[derive(Clone, Debug)]
pub struct DeclineRequest {
    pub id: RequestId,
    pub reason: Reason,
}

impl Command for DeclineRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/decline";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        actor.administrator()?;
        let request = facts.as_ref().ok_or(Refusal::NotFound {})?;
        request.open()?;
        Ok(vec![Change::RequestDeclined {
            id: request.id,
            applicant: request.applicant.clone(),
            name: request.name.clone(),
            display_name: request.display_name.clone(),
            reason: Unseen(self.reason.clone()),
        }])
    }

    fn done(&self, changes: &[Change]) -> Done {
        Done::then(Notice::RequestDeclined { name: name_of(changes) }, "/administration/requests")
    }
}

/// The name of the request that the changes are about.
fn name_of(changes: &[Change]) -> String {
    let name = changes.iter().find_map(|c| match c {
        Change::RequestApproved { name, .. }
        | Change::RequestDeclined { name, .. }
        | Change::RequestWithdrawn { name, .. } => Some(name.to_string()),
        _ => None,
    });
    name.unwrap_or_default()
}
