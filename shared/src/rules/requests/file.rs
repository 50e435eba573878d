//! Handing a request in, mending it, and taking it back (rules, section 4).

use super::{RequestFacts, billing_page_of, name_of, own, page_of};
use crate::addresses::OrganizationUrl;
use crate::ids::RequestId;
use crate::moment::{Moment, Span};
use crate::names::OrganizationName;
use crate::problem::{FaultCode, Faults, Field, Refusal};
use crate::roles::Kind;
use crate::rules::change::RequestWords;
use crate::rules::{Actor, Change, Command, Fresh};
use crate::text::{Description, DisplayName};
use crate::wire::Done;
use crate::wire::requests::{Standing, State};
use crate::words::Notice;

/// Hand in a request. That of a private organization is a draft at first (rules, section 8).
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
        let kind = faults.take(Field::Kind, Kind::from_code(kind).ok_or(FaultCode::NotAChoice {}));
        let request = name.zip(display_name).zip(url).zip(description).zip(kind).map(
            |((((name, display_name), url), description), kind)| Self { name, display_name, url, description, kind },
        );
        faults.finish(request)
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
        let (id, applicant, name) = (fresh.id(), person.into(), self.name.clone());
        let (display_name, url, description) = (self.display_name.clone(), self.url.clone(), self.description.clone());
        Ok(vec![match self.kind {
            kind @ Kind::Community => {
                Change::RequestFiled { id, applicant, name, display_name, url, description, kind, from_draft: false }
            }
            kind @ Kind::Private => {
                Change::RequestDrafted { id, applicant, name, display_name, url, description, kind }
            }
        }])
    }

    fn done(&self, changes: &[Change]) -> Done {
        let display_name = self.display_name.to_string();
        let drafted = changes.iter().find_map(|change| match change {
            Change::RequestDrafted { id, .. } => Some(id.0),
            _ => None,
        });
        match drafted {
            Some(id) => Done::then(Notice::RequestDrafted { display_name }, billing_page_of(id)),
            None => Done::then(Notice::RequestFiled { display_name }, "/manage/organizations"),
        }
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

/// Mend a draft or an open request: all but its name and kind, by which it is compared with others.
#[derive(Clone, Debug)]
pub struct EditRequest {
    pub id: RequestId,
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
    /// The words that stood on the page, as [`RequestFacts::words`] has them.
    pub shown: String,
}

impl EditRequest {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field that breaks its rule.
    pub fn parse(
        id: RequestId,
        display_name: &str,
        url: &str,
        description: &str,
        shown: &str,
    ) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let shown = shown.to_owned();
        let display_name = faults.take(Field::DisplayName, DisplayName::parse(display_name));
        let url = faults.take(Field::Url, OrganizationUrl::parse(url));
        let description = faults.take(Field::Description, Description::parse(description));
        let edited = display_name.zip(url).zip(description);
        faults.finish(edited.map(|((display_name, url), description)| Self {
            id,
            display_name,
            url,
            description,
            shown,
        }))
    }
}

impl Command for EditRequest {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/edit";

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        let request = own(facts.as_ref(), actor.person()?)?;
        if request.state != State::Draft {
            request.open()?;
        }
        // The same again is no change.
        let same = self.display_name == request.display_name
            && self.url == request.url
            && self.description == request.description;
        if !same && self.shown != request.words() {
            return Err(Refusal::EditedMeanwhile {});
        }
        Ok(if same {
            Vec::new()
        } else {
            vec![Change::RequestEdited {
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
        })
    }

    fn done(&self, _: &[Change]) -> Done {
        Done::then(Notice::RequestEdited { display_name: self.display_name.to_string() }, page_of(self.id))
    }
}
