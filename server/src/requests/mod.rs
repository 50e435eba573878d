//! Requests: the use cases, one file for each, and the queries of applicants and administrators.

pub mod approve;
pub mod billing;
pub mod conversation;
pub mod decline;
mod facts;
pub mod file;
mod queue;
pub mod withdraw;

use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services, web};
use crate::store::{self, Tx, messages, requests, resemblance};
use app::backend::{Answer as _, Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::domain::RequestState;
use shared::ids::RequestId;
use shared::names::OrganizationName;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::rules::requests::{FileRequest, billing_version, estimate, may_approve, may_ask_for};
use shared::wire::requests::{
    Applicant, FileRequestForm, MyRequestQuery, MyRequestView, NameQuery, NameStanding, RequestQuery, RequestView,
};
use shared::wire::{Consent, parse_id};

#[async_trait]
impl Handle<FileRequestForm> for Services {
    /// Adds to a refused form that its name is taken, so that a person learns both at once.
    async fn handle(&self, who: &Caller, form: FileRequestForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<FileRequest>(&origin, &form, consent)?;
        let name = form.account_name.clone();
        let refusal = match FileRequest::try_from(form) {
            Ok(command) => return Ok(self.bus.execute(origin, command, submission).await?.done.into()),
            Err(refusal) => refusal,
        };
        let known = self.answer(who, NameQuery { name }).await;
        Err(match known.map(|known| may_ask_for(known.standing, known.own_request_open)) {
            Ok(Err(code)) => refusal.and(Field::AccountName, code),
            _ => refusal,
        }
        .into())
    }
}

impl AnswerQuery for NameQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<NameStanding, Failure> {
        let name = OrganizationName::parse(&self.name).map_err(|code| Refusal::fault(Field::AccountName, code))?;
        let key = name.key();
        let person = context.actor.person()?;
        Ok(NameStanding {
            standing: requests::standing(tx, &key).await?,
            own_request_open: requests::has_open(tx, person.id, &key).await?,
            similar: resemblance::names(tx).await?.like(&key).into_iter().map(|similar| similar.name).collect(),
            key: key.to_string(),
        })
    }
}

impl AnswerQuery for MyRequestQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<MyRequestView, Failure> {
        let person = context.actor.person()?;
        let id = parse_id(&self.request)?;
        let found = requests::by_id(tx, id).await?;
        let request = found.filter(|r| r.facts.applicant.id == person.id).ok_or(Refusal::NotFound {})?;
        let names = match request.facts.state.is_open() {
            true => resemblance::names(tx).await?,
            false => resemblance::Names::default(),
        };
        Ok(MyRequestView {
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
    }
}

impl AnswerQuery for RequestQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<RequestView, Failure> {
        context.actor.administrator()?;
        page(tx, context, parse_id(&self.request)?).await
    }
}

/// Everything that a reviewer needs, on one page.
async fn page(tx: &mut Tx<'_>, context: &RequestContext, id: RequestId) -> Result<RequestView, Failure> {
    let request =
        requests::by_id(tx, id).await?.filter(|r| r.facts.state != RequestState::Draft).ok_or(Refusal::NotFound {})?;
    let facts = approve::facts(tx, context, request.facts.clone()).await?;
    let key = request.facts.name.key();
    let applicant = store::accounts::by_id(tx, request.facts.applicant.id).await?.ok_or(Refusal::NotFound {})?;
    let domain = shared::addresses::EmailAddress::from_stored(applicant.email.clone()).domain();
    let rivals = requests::rivals(tx, &key, id).await?.into_iter().map(requests::Request::row).collect();
    let mut alike = Vec::new();
    if request.facts.state.is_open() {
        for similar in resemblance::requested_names(tx).await?.like(&key) {
            alike.extend(requests::rivals(tx, &similar, id).await?.into_iter().map(requests::Request::row));
        }
    }
    let conversation = messages::of_request(tx, id).await?;
    Ok(RequestView {
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
