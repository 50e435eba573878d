//! Requests: the use cases, one file for each, and the queries of applicants and administrators.

pub mod approve;
pub mod billing;
pub mod conversation;
pub mod decline;
pub mod file;
pub mod withdraw;

use crate::command_bus::{Failure, RequestContext};
use crate::services::{Services, require_token, search_text, web};
use crate::store::{self, Tx, messages, requests, resemblance};
use app::backend::{Caller, Consent, Requests};
use async_trait::async_trait;
use shared::billing::BillingForm;
use shared::ids::{MessageId, RequestId};
use shared::limits::{QUEUED, QUEUED_PER_APPLICANT};
use shared::names::{OrganizationName, likeness};
use shared::problem::{Field, Problem, Refusal};
use shared::rules::requests::{
    AddNote, AnswerQuestion, ApproveRequest, AskApplicant, DeclineRequest, DeferRequest, DiscardDraft, EditRequest,
    FileRequest, GiveBilling, SaveBillingDraft, WithdrawRequest, billing_version, estimate, may_approve, may_ask_for,
};
use shared::text::{Message, Reason};
use shared::wire::requests::{Applicant, Counted, MyRequestPage, NameStanding, Queue, RequestPage, State};
use shared::wire::{Done, Preview};

impl Services {
    /// Adds to a refused form that its name is taken, so that a person learns both at once.
    async fn with_name_fault(&self, who: &Caller, name: &str, refusal: Refusal) -> Refusal {
        match self.name_standing(who, name).await.map(|known| may_ask_for(known.standing, known.own_request_open)) {
            Ok(Err(code)) => refusal.and(Field::AccountName, code),
            _ => refusal,
        }
    }
}

#[async_trait]
impl Requests for Services {
    async fn name_standing(&self, who: &Caller, name: &str) -> Result<NameStanding, Problem> {
        let name = OrganizationName::parse(name).map_err(|code| Refusal::fault(Field::AccountName, code))?;
        let key = name.key();
        self.bus
            .query(who, async |tx, context| {
                let person = context.actor.person()?;
                Ok(NameStanding {
                    standing: requests::standing(tx, &key).await?,
                    own_request_open: requests::has_open(tx, person.id, &key).await?,
                    similar: resemblance::names(tx).await?.like(&key).into_iter().map(|similar| similar.name).collect(),
                    key: key.to_string(),
                })
            })
            .await
    }

    async fn file(
        &self,
        who: &Caller,
        account_name: &str,
        display_name: &str,
        url: &str,
        description: &str,
        kind: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let command = match FileRequest::parse(account_name, display_name, url, description, kind) {
            Ok(command) => command,
            Err(refusal) => return Err(self.with_name_fault(who, account_name, refusal).await.into()),
        };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn preview_withdraw(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), WithdrawRequest { id }).await
    }

    async fn withdraw(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), WithdrawRequest { id }, require_token(consent)?).await?.done)
    }

    async fn mine(&self, who: &Caller, id: RequestId) -> Result<MyRequestPage, Problem> {
        self.bus
            .query(who, async |tx, context| {
                let person = context.actor.person()?;
                let found = requests::by_id(tx, id).await?;
                let request = found.filter(|r| r.facts.applicant.id == person.id).ok_or(Refusal::NotFound {})?;
                let names = match request.facts.state.is_open() {
                    true => resemblance::names(tx).await?,
                    false => resemblance::Names::default(),
                };
                Ok(MyRequestPage {
                    url: request.facts.url.to_string(),
                    description: request.facts.description.to_string(),
                    decision: request.decision(),
                    exchanges: messages::of_request(tx, id).await?.exchanges(),
                    billing: request.facts.billing.as_ref().map(Into::into),
                    billing_draft: store::billing::draft(tx, id).await?,
                    price: context.policy.price,
                    words: request.facts.version(),
                    billing_words: billing_version(request.facts.billing.as_ref()),
                    estimate: estimate(&requests::decisions(tx).await?),
                    request: request.mine(&names),
                    now: context.now,
                })
            })
            .await
    }

    async fn edit(
        &self,
        who: &Caller,
        id: RequestId,
        display_name: &str,
        url: &str,
        description: &str,
        shown: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let command = EditRequest::parse(id, display_name, url, description, shown)?;
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn give_billing(
        &self,
        who: &Caller,
        id: RequestId,
        form: BillingForm<'_>,
        consent: Consent,
    ) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), GiveBilling::parse(id, form)?, require_token(consent)?).await?.done)
    }

    async fn save_billing_draft(
        &self,
        who: &Caller,
        id: RequestId,
        form: BillingForm<'_>,
        consent: Consent,
    ) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), SaveBillingDraft::parse(id, form)?, require_token(consent)?).await?.done)
    }

    async fn preview_discard(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), DiscardDraft { id }).await
    }

    async fn discard(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), DiscardDraft { id }, require_token(consent)?).await?.done)
    }

    async fn preview_answer(&self, who: &Caller, id: RequestId, question: MessageId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), AnswerQuestion { id, question, answer: Reason::from_stored(String::new()) }).await
    }

    async fn answer(
        &self,
        who: &Caller,
        id: RequestId,
        question: MessageId,
        answer: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let answer = Reason::parse(answer).map_err(|code| Refusal::fault(Field::Answer, code))?;
        Ok(self.bus.execute(web(who), AnswerQuestion { id, question, answer }, require_token(consent)?).await?.done)
    }

    async fn queue(&self, who: &Caller, query: &str) -> Result<Queue, Problem> {
        let query = search_text(query);
        self.bus
            .query(who, async |tx, context| {
                context.actor.administrator()?;
                let rows = |all: Vec<requests::Request>| all.into_iter().map(requests::Request::row).collect();
                if !query.is_empty() {
                    let open = rows(requests::search_open(tx, &query).await?);
                    let (counted, closed) = (Vec::new(), rows(requests::search_closed(tx, &query).await?));
                    return Ok(Queue { query: query.clone(), open, counted, more: false, closed, now: context.now });
                }
                let mut waiting = requests::queue(tx, QUEUED + 1).await?;
                let shown = usize::try_from(QUEUED).unwrap_or(usize::MAX);
                let more = waiting.len() > shown;
                waiting.truncate(shown);
                let counted = omitted_by_applicant(&waiting);
                let open = rows(waiting.into_iter().map(|queued| queued.request).collect());
                let closed = rows(requests::closed(tx).await?);
                Ok(Queue { query: String::new(), open, counted, more, closed, now: context.now })
            })
            .await
    }

    async fn preview_ask(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), AskApplicant { id, question: Reason::from_stored(String::new()) }).await
    }

    async fn ask(&self, who: &Caller, id: RequestId, question: &str, consent: Consent) -> Result<Done, Problem> {
        let question = Reason::parse(question).map_err(|code| Refusal::fault(Field::Question, code))?;
        Ok(self.bus.execute(web(who), AskApplicant { id, question }, require_token(consent)?).await?.done)
    }

    async fn preview_defer(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), DeferRequest { id }).await
    }

    async fn defer(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), DeferRequest { id }, require_token(consent)?).await?.done)
    }

    async fn preview_note(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), AddNote { id, note: Reason::from_stored(String::new()) }).await
    }

    async fn note(&self, who: &Caller, id: RequestId, note: &str, consent: Consent) -> Result<Done, Problem> {
        let note = Reason::parse(note).map_err(|code| Refusal::fault(Field::Note, code))?;
        Ok(self.bus.execute(web(who), AddNote { id, note }, require_token(consent)?).await?.done)
    }

    async fn page(&self, who: &Caller, id: RequestId) -> Result<RequestPage, Problem> {
        self.bus
            .query(who, async |tx, context| {
                context.actor.administrator()?;
                page(tx, context, id).await
            })
            .await
    }

    async fn preview_approve(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), ApproveRequest { id, message: Message::from_stored(String::new()) }).await
    }

    async fn approve(&self, who: &Caller, id: RequestId, message: &str, consent: Consent) -> Result<Done, Problem> {
        let message = Message::parse(message).map_err(|code| Refusal::fault(Field::Message, code))?;
        Ok(self.bus.execute(web(who), ApproveRequest { id, message }, require_token(consent)?).await?.done)
    }

    async fn preview_decline(&self, who: &Caller, id: RequestId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), DeclineRequest { id, reason: Reason::from_stored(String::new()) }).await
    }

    async fn decline(&self, who: &Caller, id: RequestId, reason: &str, consent: Consent) -> Result<Done, Problem> {
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(self.bus.execute(web(who), DeclineRequest { id, reason }, require_token(consent)?).await?.done)
    }
}

/// How many open requests of each applicant the queue leaves out.
fn omitted_by_applicant(queue: &[requests::QueuedRequest]) -> Vec<Counted> {
    let mut counted: Vec<Counted> = Vec::new();
    for queued in queue {
        let (applicant, more) =
            (&queued.request.facts.applicant.username, queued.of_applicant.saturating_sub(QUEUED_PER_APPLICANT));
        if more > 0 && !counted.iter().any(|one| one.applicant == *applicant) {
            counted.push(Counted { applicant: applicant.clone(), more });
        }
    }
    counted
}

/// Everything that a reviewer needs, on one page.
async fn page(tx: &mut Tx<'_>, context: &RequestContext, id: RequestId) -> Result<RequestPage, Failure> {
    let request =
        requests::by_id(tx, id).await?.filter(|r| r.facts.state != State::Draft).ok_or(Refusal::NotFound {})?;
    let facts = approve::facts(tx, context, request.facts.clone()).await?;
    let key = request.facts.name.key();
    let applicant = store::accounts::by_id(tx, request.facts.applicant.id).await?.ok_or(Refusal::NotFound {})?;
    let domain = shared::addresses::EmailAddress::from_stored(applicant.email.clone()).domain();
    let rivals = requests::rivals(tx, &key, id).await?.into_iter().map(requests::Request::row).collect();
    let looks_alike = |other: &requests::Request| {
        let theirs = other.facts.name.key();
        theirs != key && likeness(key.as_str(), theirs.as_str()).is_some()
    };
    let alike = match request.facts.state.is_open() {
        true => requests::open(tx).await?.into_iter().filter(looks_alike).map(requests::Request::row).collect(),
        false => Vec::new(),
    };
    let conversation = messages::of_request(tx, id).await?;
    Ok(RequestPage {
        id,
        name: request.facts.name.to_string(),
        key: key.to_string(),
        display_name: request.facts.display_name.as_str().to_owned(),
        url: request.facts.url.to_string(),
        description: request.facts.description.to_string(),
        kind: request.facts.kind,
        state: request.facts.state,
        filed_at: request.filed_at,
        applicant: Applicant {
            username: applicant.username,
            email: applicant.email,
            verified: applicant.verified,
            disabled: applicant.disabled,
            since: applicant.created_at,
            domain: request.facts.url.domain_match(&domain),
        },
        standing: facts.standing,
        similar: facts.similar.clone(),
        rivals,
        alike,
        decision: request.decision(),
        exchanges: conversation.exchanges(),
        notes: conversation.notes(),
        billing: request.facts.billing.as_ref().map(Into::into),
        price: facts.price(),
        approval: may_approve(&facts).err(),
        now: context.now,
    })
}
