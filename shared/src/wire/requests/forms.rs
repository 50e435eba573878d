//! The forms and queries of requests for organizations (rules, section 4).

use super::{MyRequestView, NameStanding, Queue, RequestView};
use crate::addresses::OrganizationUrl;
use crate::billing::{BillingDetails, BillingDraft, BillingForm};
use crate::names::OrganizationName;
use crate::refusal::{FaultCode, Faults, Field, Refusal};
use crate::roles::Kind;
use crate::rules::requests::{
    AddNote, AnswerQuestion, ApproveRequest, AskApplicant, DeclineRequest, DeferRequest, DiscardDraft, EditRequest,
    FileRequest, GiveBilling, SaveBillingDraft, WithdrawRequest,
};
use crate::text::{Description, DisplayName, Message, Reason};
use crate::wire::{Form, Query, forms_by_id, parse_id};
use serde::{Deserialize, Serialize};

/// Whether an organization name is available, and which names it resembles.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NameQuery {
    pub name: String,
}

impl Query for NameQuery {
    type Output = NameStanding;
}

/// The administrators' queue, or the requests that match a search.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueQuery {
    /// Empty for the queue.
    pub query: String,
}

impl Query for QueueQuery {
    type Output = Queue;
}

/// The caller's own request with its questions and answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MyRequestQuery {
    pub request: String,
}

impl Query for MyRequestQuery {
    type Output = MyRequestView;
}

/// One request, for administrators.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestQuery {
    pub request: String,
}

impl Query for RequestQuery {
    type Output = RequestView;
}

/// Submits a request. The request of a private organization becomes a draft.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRequestForm {
    pub account_name: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    /// The code of a [`Kind`].
    pub kind: String,
}

impl Form for FileRequestForm {
    type Command = FileRequest;
}

impl TryFrom<FileRequestForm> for FileRequest {
    type Error = Refusal;

    fn try_from(form: FileRequestForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let name = faults.take(Field::AccountName, OrganizationName::parse(&form.account_name));
        let display_name = faults.take(Field::DisplayName, DisplayName::parse(&form.display_name));
        let url = faults.take(Field::Url, OrganizationUrl::parse(&form.url));
        let description = faults.take(Field::Description, Description::parse(&form.description));
        let kind = faults.take(Field::Kind, Kind::from_code(&form.kind).ok_or(FaultCode::InvalidOption {}));
        let request = name.zip(display_name).zip(url).zip(description).zip(kind).map(
            |((((name, display_name), url), description), kind)| Self { name, display_name, url, description, kind },
        );
        faults.finish(request)
    }
}

/// Edits the caller's own draft or open request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditRequestForm {
    pub request: String,
    pub display_name: String,
    pub url: String,
    pub description: String,
    /// The version of the fields that the page showed.
    pub shown: String,
}

impl Form for EditRequestForm {
    type Command = EditRequest;
}

impl TryFrom<EditRequestForm> for EditRequest {
    type Error = Refusal;

    fn try_from(form: EditRequestForm) -> Result<Self, Refusal> {
        let (id, shown) = (parse_id(&form.request)?, form.shown);
        let mut faults = Faults::default();
        let display_name = faults.take(Field::DisplayName, DisplayName::parse(&form.display_name));
        let url = faults.take(Field::Url, OrganizationUrl::parse(&form.url));
        let description = faults.take(Field::Description, Description::parse(&form.description));
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

/// Saves complete billing details. A draft is submitted with them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GiveBillingForm {
    pub request: String,
    #[serde(flatten)]
    pub billing: BillingForm,
    /// The version of the details that the page showed.
    pub shown: String,
}

impl Form for GiveBillingForm {
    type Command = GiveBilling;
}

impl TryFrom<GiveBillingForm> for GiveBilling {
    type Error = Refusal;

    fn try_from(form: GiveBillingForm) -> Result<Self, Refusal> {
        Ok(Self { id: parse_id(&form.request)?, details: BillingDetails::parse(&form.billing)?, shown: form.shown })
    }
}

/// Saves incomplete billing details with a draft.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveBillingDraftForm {
    pub request: String,
    #[serde(flatten)]
    pub billing: BillingForm,
}

impl Form for SaveBillingDraftForm {
    type Command = SaveBillingDraft;
}

impl TryFrom<SaveBillingDraftForm> for SaveBillingDraft {
    type Error = Refusal;

    fn try_from(form: SaveBillingDraftForm) -> Result<Self, Refusal> {
        Ok(Self { id: parse_id(&form.request)?, typed: BillingDraft::parse(&form.billing)? })
    }
}

/// Approves a request, which creates the organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApproveRequestForm {
    pub request: String,
    /// Optional words to the applicant.
    pub message: String,
}

impl Form for ApproveRequestForm {
    type Command = ApproveRequest;
}

impl TryFrom<ApproveRequestForm> for ApproveRequest {
    type Error = Refusal;

    fn try_from(form: ApproveRequestForm) -> Result<Self, Refusal> {
        let id = parse_id(&form.request)?;
        let message = Message::parse(&form.message).map_err(|code| Refusal::fault(Field::Message, code))?;
        Ok(Self { id, message })
    }
}

/// Declines a request with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclineRequestForm {
    pub request: String,
    pub reason: String,
}

impl Form for DeclineRequestForm {
    type Command = DeclineRequest;

    fn previewed(self) -> Result<DeclineRequest, Refusal> {
        Ok(DeclineRequest { id: parse_id(&self.request)?, reason: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<DeclineRequestForm> for DeclineRequest {
    type Error = Refusal;

    fn try_from(form: DeclineRequestForm) -> Result<Self, Refusal> {
        let reason = Reason::parse(&form.reason);
        let known = form.previewed()?;
        let reason = reason.map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(Self { reason, ..known })
    }
}

/// Asks the applicant a question. The request waits for the answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskApplicantForm {
    pub request: String,
    pub question: String,
}

impl Form for AskApplicantForm {
    type Command = AskApplicant;

    fn previewed(self) -> Result<AskApplicant, Refusal> {
        Ok(AskApplicant { id: parse_id(&self.request)?, question: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<AskApplicantForm> for AskApplicant {
    type Error = Refusal;

    fn try_from(form: AskApplicantForm) -> Result<Self, Refusal> {
        let question = Reason::parse(&form.question);
        let known = form.previewed()?;
        let question = question.map_err(|code| Refusal::fault(Field::Question, code))?;
        Ok(Self { question, ..known })
    }
}

/// Answers a question about the caller's own request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerQuestionForm {
    pub request: String,
    /// The id of the question.
    pub asked: String,
    pub answer: String,
}

impl Form for AnswerQuestionForm {
    type Command = AnswerQuestion;

    fn previewed(self) -> Result<AnswerQuestion, Refusal> {
        Ok(AnswerQuestion {
            id: parse_id(&self.request)?,
            question: parse_id(&self.asked)?,
            answer: Reason::from_stored(String::new()),
        })
    }
}

impl TryFrom<AnswerQuestionForm> for AnswerQuestion {
    type Error = Refusal;

    fn try_from(form: AnswerQuestionForm) -> Result<Self, Refusal> {
        let answer = Reason::parse(&form.answer);
        let known = form.previewed()?;
        let answer = answer.map_err(|code| Refusal::fault(Field::Answer, code))?;
        Ok(Self { answer, ..known })
    }
}

/// Adds a note that only administrators can see.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddNoteForm {
    pub request: String,
    pub note: String,
}

impl Form for AddNoteForm {
    type Command = AddNote;

    fn previewed(self) -> Result<AddNote, Refusal> {
        Ok(AddNote { id: parse_id(&self.request)?, note: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<AddNoteForm> for AddNote {
    type Error = Refusal;

    fn try_from(form: AddNoteForm) -> Result<Self, Refusal> {
        let note = Reason::parse(&form.note);
        let known = form.previewed()?;
        let note = note.map_err(|code| Refusal::fault(Field::Note, code))?;
        Ok(Self { note, ..known })
    }
}

forms_by_id! {
    /// Discards a draft.
    DiscardDraftForm { request } => DiscardDraft { id };
    /// Withdraws the caller's own request.
    WithdrawRequestForm { request } => WithdrawRequest { id };
    /// Defers a request.
    DeferRequestForm { request } => DeferRequest { id };
}
