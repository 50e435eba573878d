//! The conversation about a request: questions of administrators, answers of the applicant, and notes for
//! administrators (rules, section 4).

use super::{RequestFacts, own};
use crate::domain::RequestState;
use crate::ids::{MessageId, RequestId};
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, NotDigested, Party};
use crate::text::Reason;

/// Ask the applicant a question. The request waits until they answer.
#[derive(Clone, Debug)]
pub struct AskApplicant {
    pub id: RequestId,
    pub question: Reason,
}

impl Command for AskApplicant {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/ask";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let request = facts.as_ref().ok_or(Refusal::NotFound {})?;
        request.ensure_open()?;
        let asked = Event::QuestionAsked {
            id: request.id,
            applicant: request.applicant.clone(),
            name: request.name.clone(),
            display_name: request.display_name.clone(),
            message: ctx.id(),
            question: NotDigested(self.question.clone()),
        };
        let notice = Notice::QuestionAsked { name: request.name.to_string() };
        Ok(Decision::redirect(vec![asked], notice, Page::Request(self.id.to_string())))
    }
}

/// A question that an administrator asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub id: MessageId,
    pub asked_by: Party,
    /// Whether the asker is still an administrator and not disabled.
    pub asker_administers: bool,
    pub words: Reason,
    pub answered: bool,
}

/// A request with its questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFacts {
    pub request: RequestFacts,
    pub questions: Vec<Question>,
}

/// Answer a question about the own request. With the last answer the review resumes.
#[derive(Clone, Debug)]
pub struct AnswerQuestion {
    pub id: RequestId,
    pub question: MessageId,
    pub answer: Reason,
}

impl Command for AnswerQuestion {
    type Facts = Option<AnswerFacts>;
    const NAME: &'static str = "requests/answer";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        let person = actor.person()?;
        let facts = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let request = own(Some(&facts.request), person)?;
        request.ensure_open()?;
        let asked = |question: &&Question| question.id == self.question;
        let question = facts.questions.iter().find(asked).ok_or(Refusal::NotFound {})?;
        if question.answered {
            return Err(Refusal::AlreadyAnswered {});
        }
        let last = facts.questions.iter().all(|question| question.answered || asked(&question));
        let answered = Event::QuestionAnswered {
            id: request.id,
            applicant: request.applicant.clone(),
            name: request.name.clone(),
            display_name: request.display_name.clone(),
            question: question.id,
            asked_by: question.asked_by.clone(),
            asker_administers: question.asker_administers,
            asked: question.words.clone(),
            message: ctx.id(),
            answer: NotDigested(self.answer.clone()),
            last,
        };
        Ok(Decision::redirect(vec![answered], Notice::QuestionAnswered { last }, Page::MyRequest(self.id.to_string())))
    }
}

/// Add a note to a request, which only administrators can read.
#[derive(Clone, Debug)]
pub struct AddNote {
    pub id: RequestId,
    pub note: Reason,
}

impl Command for AddNote {
    type Facts = Option<RequestFacts>;
    const NAME: &'static str = "requests/note";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, ctx: &mut DecisionContext) -> Result<Decision, Refusal> {
        actor.administrator()?;
        let request = facts.as_ref().filter(|r| r.state != RequestState::Draft).ok_or(Refusal::NotFound {})?;
        let added = Event::NoteAdded {
            id: request.id,
            name: request.name.clone(),
            message: ctx.id(),
            note: NotDigested(self.note.clone()),
        };
        Ok(Decision::redirect(vec![added], Notice::NoteAdded {}, Page::Request(self.id.to_string())))
    }
}
