//! The command bus, through which every change goes, whatever its origin:
//!
//! 1. the actor is read from the database, and a form that was sent before gets its first outcome again
//! 2. the facts of the command are read in the same transaction
//! 3. the rule decides ([`Command::decide`]); a refusal changes nothing
//! 4. after a preview, the digest of the events must be the one that the person agreed to
//! 5. the events are stored with their audit events and emails, and the outcome is stored for the form; if the same
//!    form is sent twice at once, the second one gets the outcome of the first
//! 6. after the commit, the mail worker and the change feed wake
//!
//! A preview runs the first three steps in a transaction that only reads. [`bulk`] runs many commands in one
//! transaction, without emails.

mod any;
pub mod bulk;
mod failure;
mod origin;
mod submission;

pub use failure::{Failure, store_problem};
pub use origin::{Origin, RequestContext};
pub use submission::{Claim, Submission};

use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::history;
use crate::mail::{self, EmailBatch, Mailer};
use crate::random::Random;
use crate::store::outbox::NewEmail;
use crate::store::{self, Store, StoreError, StoreResult, Tx};
use any::AnyCommand;
use app::backend::Caller;
use origin::person;
use shared::billing::Price;
use shared::problem::Problem;
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Command, Decision, DecisionContext, Event, digest};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::{Done, Preview};
use shared::words;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tracing::Instrument as _;

/// How long a person is assumed to read a preview. A stale preview explains changes within this time.
const PREVIEW_READING_TIME: Seconds = Seconds(10 * 60);
/// How often a command is tried when other transactions come first.
const MAX_ATTEMPTS: u32 = 6;

/// The command bus and its dependencies. Cloning it is cheap.
#[derive(Clone)]
pub struct CommandBus {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub broadcast: Broadcast,
    pub mailer: Mailer,
    pub policy: Policy,
    /// Wakes the mail worker.
    pub emails_written: Arc<Notify>,
    /// Signals each commit to the change feed.
    pub committed: watch::Sender<()>,
}

/// The limits and prices that an operator configures and rules use.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How many requests an account may submit.
    pub requests: RequestPace,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    /// What a private organization costs.
    pub price: Price,
    /// How long an invitation is valid.
    pub invitation: Seconds,
    /// How many emails one account may cause to another within a day.
    pub emails_to_one_a_day: u32,
}

/// What the server adds to a command: how its facts are read.
pub trait LoadFacts: Command + 'static {
    /// Whether a form is bound to the actor who sent it first. It is not where the command changes who acts, because
    /// the form sent again comes from another actor.
    const CLAIMED_BY_ACTOR: bool = true;

    /// Locks what the decision depends on, and then reads the facts.
    fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> impl Future<Output = StoreResult<Self::Facts>> + Send;
}

/// The outcome of a command.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The answer.
    pub done: Done,
    /// What happened. Empty if the form was sent before.
    pub events: Vec<Event>,
    emails: Vec<NewEmail>,
}

/// Whether emails are written.
#[derive(Clone, Copy)]
enum Emails {
    Write,
    Skip,
}

impl CommandBus {
    /// Executes a command in a task of its own, so that a client that disconnects can't cancel it halfway.
    ///
    /// # Errors
    /// The rule refuses, or the preview is stale. Then nothing is changed.
    pub async fn execute<C: LoadFacts>(
        &self,
        origin: Origin,
        command: C,
        submission: Submission,
    ) -> Result<Outcome, Problem> {
        self.execute_any(origin, Box::new(command), submission).await
    }

    /// The first answer to this form, if it was sent before. Then expensive work, such as hashing, can be skipped.
    pub async fn previous_answer(&self, submission: &Submission) -> Result<Option<Done>, Problem> {
        let Some(claim) = submission.claim else { return Ok(None) };
        let stored: StoreResult<Option<String>> =
            self.store.read_single(async |tx: &mut Tx<'_>| store::idempotency::outcome(tx, claim.0).await).await;
        let Some(stored) = stored.map_err(|error| store_problem(&error))? else { return Ok(None) };
        Ok(Some(stored_outcome(&stored)?.done))
    }

    async fn execute_any(
        &self,
        origin: Origin,
        command: Box<dyn AnyCommand>,
        submission: Submission,
    ) -> Result<Outcome, Problem> {
        let (bus, name) = (self.clone(), command.name());
        // The log line of the request names the command as well.
        tracing::Span::current().record("command", name);
        let span = origin.span(name);
        let work = async move { bus.decide_and_store(origin, &*command, submission).await };
        async move {
            match tokio::spawn(work.in_current_span()).await {
                Ok(outcome) => outcome.map_err(Problem::from),
                Err(error) => {
                    // The error itself is not logged, because it repeats the panic message, which may contain what a
                    // person typed.
                    tracing::error!(panicked = error.is_panic(), task = %error.id(), "a command was interrupted");
                    Err(Problem::Broken {})
                }
            }
        }
        .instrument(span)
        .await
    }

    /// Runs one command from its arrival to its commit. It starts again when another transaction came first.
    async fn decide_and_store(
        &self,
        origin: Origin,
        command: &dyn AnyCommand,
        submission: Submission,
    ) -> Result<Outcome, Failure> {
        let mut attempts = 0;
        let outcome = loop {
            attempts += 1;
            let seed = self.random.seed();
            let attempt: Result<Outcome, Failure> = self
                .store
                .write(async |tx: &mut Tx<'_>| self.attempt(tx, &origin, command, &submission, seed).await)
                .await;
            match attempt {
                Err(Failure::Store(error)) if error.is_race() && attempts < MAX_ATTEMPTS => {
                    tracing::debug!(%error, "the command starts again");
                }
                Err(Failure::Store(error @ StoreError::Unavailable(_))) => {
                    // It may have been committed nevertheless. Then the history has it.
                    self.wake();
                    return Err(error.into());
                }
                outcome => break outcome?,
            }
        };
        for email in &outcome.emails {
            // The log of the worker has the same id.
            tracing::info!(letter = %email.id, "letter.written");
            self.mailer.log(email);
        }
        self.wake();
        Ok(outcome)
    }

    /// Wakes those who wait for a commit.
    fn wake(&self) {
        self.emails_written.notify_one();
        self.committed.send_replace(());
    }

    async fn attempt(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        command: &dyn AnyCommand,
        submission: &Submission,
        seed: [u8; 32],
    ) -> Result<Outcome, Failure> {
        let now = self.clock.now();
        let mut ctx = DecisionContext::new(seed, now);
        let claim = submission.claim;
        let (context, stored) = self.identify(tx, origin, now, claim).await?;
        if let Some(stored) = stored {
            return stored_outcome(&stored);
        }
        let decision = match self.decide_with_consent(tx, origin, &context, command, submission, &mut ctx).await {
            Err(refused @ (Failure::Refused(_) | Failure::PreviewStale(_))) => {
                // Where others write at the same time, the same form may have been executed meanwhile.
                return match claim.filter(|_| tx.locks()) {
                    Some(claim) => store::idempotency::outcome(tx, claim.0)
                        .await?
                        .map_or(Err(refused), |stored| stored_outcome(&stored)),
                    None => Err(refused),
                };
            }
            decision => decision?,
        };
        let (done, events) = (Done::from(&decision), decision.events);
        let emails = self.persist(tx, origin, &context, &events, Emails::Write, &mut ctx).await?;
        if let Some(claim) = claim {
            let outcome = serde_json::to_string(&done).map_err(|e| StoreError::Statement(e.to_string()))?;
            store::idempotency::store_outcome(tx, claim.0, &outcome, now).await?;
        }
        Ok(Outcome { done, events, emails })
    }

    /// Who acts, and the stored outcome of the same form.
    async fn identify(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        now: Timestamp,
        claim: Option<Claim>,
    ) -> StoreResult<(RequestContext, Option<String>)> {
        let Some(claim) = claim else { return Ok((self.request_context(tx, origin, now).await?, None)) };
        if let Origin::Web(Caller { signed_in: Some((_, session)), .. }) = origin {
            let (stored, account) = store::idempotency::outcome_and_account(tx, claim.0, *session, now).await?;
            return Ok((self.context_of(person(account, *session), now), stored));
        }
        let stored = store::idempotency::outcome(tx, claim.0).await?;
        Ok((self.request_context(tx, origin, now).await?, stored))
    }

    /// Decides a command, and checks that its sender agreed to the resulting events.
    async fn decide_with_consent(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        context: &RequestContext,
        command: &dyn AnyCommand,
        submission: &Submission,
        ctx: &mut DecisionContext,
    ) -> Result<Decision, Failure> {
        let decision = command.load_and_decide(tx, context, ctx).await?;
        let Decision { events, skipped, .. } = &decision;
        // The operator at the command line gets no preview.
        if command.is_previewed() && matches!(origin, Origin::Web(_)) && digest(events) != submission.preview_digest {
            let mut preview = words::preview(events, skipped, context.username());
            if let Some(me) = context.account() {
                preview.recent =
                    history::recent_causes(tx, events, skipped, me, context.now.minus(PREVIEW_READING_TIME)).await?;
            }
            return Err(Failure::PreviewStale(Box::new(preview)));
        }
        Ok(decision)
    }

    /// Stores the events with their audit events and emails, and returns the emails.
    async fn persist(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        context: &RequestContext,
        events: &[Event],
        emails: Emails,
        ctx: &mut DecisionContext,
    ) -> StoreResult<Vec<NewEmail>> {
        let by = store::apply::Author { account: context.account(), address: origin.address() };
        let mut audit_events = history::audit_events(events, context, &by.address, ctx);
        let EmailBatch { emails, held_back } = match emails {
            Emails::Write => mail::compose(tx, &self.mailer, events, context, ctx).await?,
            Emails::Skip => EmailBatch::default(),
        };
        audit_events.extend(
            held_back
                .iter()
                .map(|email| history::email_held_back(&email.to, &email.subject, context, &by.address, ctx)),
        );
        let state = self.mailer.new_emails();
        store::apply::all(tx, &by, context.now, events, &audit_events, &emails, state).await?;
        Ok(emails)
    }

    /// What would follow from a command. It changes nothing.
    pub async fn preview<C: LoadFacts>(&self, origin: Origin, command: C) -> Result<Preview, Problem> {
        self.preview_any(origin, &command).await
    }

    async fn preview_any(&self, origin: Origin, command: &dyn AnyCommand) -> Result<Preview, Problem> {
        let (seed, span) = (self.random.seed(), origin.span(command.name()));
        async move {
            let preview: Result<Preview, Failure> = self
                .store
                .read(async |tx: &mut Tx<'_>| {
                    let mut ctx = DecisionContext::new(seed, self.clock.now());
                    let context = self.request_context(tx, &origin, ctx.now).await?;
                    let decision = command.load_and_decide(tx, &context, &mut ctx).await?;
                    Ok(words::preview(&decision.events, &decision.skipped, context.username()))
                })
                .await;
            Ok(preview?)
        }
        .instrument(span)
        .await
    }

    /// Runs reads on one snapshot of the database, with the context of the caller.
    pub async fn query<T, F>(&self, who: &Caller, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&mut Tx<'_>, &RequestContext) -> Result<T, Failure>,
    {
        let origin = Origin::Web(who.clone());
        let span = origin.span("see");
        async move {
            let result: Result<T, Failure> = self
                .store
                .read(async |tx: &mut Tx<'_>| {
                    let context = self.request_context(tx, &origin, self.clock.now()).await?;
                    work(tx, &context).await
                })
                .await;
            Ok(result?)
        }
        .instrument(span)
        .await
    }

    /// The context of a request, with the actor as stored in the database now.
    pub async fn request_context(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<RequestContext> {
        Ok(self.context_of(
            match origin {
                Origin::Operator => Actor::Operator,
                Origin::Job(name) => Actor::Job(name),
                Origin::Web(Caller { signed_in: Some((_, session)), .. }) => {
                    person(store::accounts::of_session(tx, *session, now).await?, *session)
                }
                Origin::Web(_) => Actor::Visitor,
            },
            now,
        ))
    }

    const fn context_of(&self, actor: Actor, now: Timestamp) -> RequestContext {
        RequestContext { actor, now, policy: self.policy }
    }
}

fn stored_outcome(stored: &str) -> Result<Outcome, Failure> {
    let done: Done =
        serde_json::from_str(stored).map_err(|e| StoreError::Statement(format!("a stored outcome: {e}")))?;
    Ok(Outcome { done, events: Vec::new(), emails: Vec::new() })
}
