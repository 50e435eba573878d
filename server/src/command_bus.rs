//! The command bus, through which every change goes, whatever its origin:
//!
//! 1. the actor is read from the database, and a form that was sent before gets its first outcome again
//! 2. the facts of the command are read in the same transaction
//! 3. the rule decides ([`Command::decide`]); a refusal changes nothing
//! 4. after a preview, the digest of the events must be the one that the person agreed to
//! 5. audit events and emails are prepared from the rows as they were
//! 6. everything is stored together, with the outcome for the form; if the same form is sent twice at once, the second
//!    one gets the outcome of the first
//! 7. after the commit, the mail worker and the change feed wake
//!
//! A preview runs the first three steps in a transaction that only reads. [`bulk`] runs many commands in one
//! transaction, without emails.

mod any;
pub mod bulk;
mod failure;
mod submission;

pub use failure::{Failure, store_problem};
pub use submission::{Claim, Submission};

use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::context::{Origin, Policy, RequestContext, person};
use crate::history;
use crate::mail::{EmailBatch, EmailComposer, Mailer};
use crate::random::Random;
use crate::store::accounts::Contacts;
use crate::store::apply::{Author, Prepared};
use crate::store::outbox::NewEmail;
use crate::store::{self, Store, StoreError, StoreResult, Tx};
use any::{AnyCommand, Decided};
use app::backend::Caller;
use shared::problem::Problem;
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

/// What the server adds to a command: how its facts are read.
pub trait LoadFacts: Command + 'static {
    /// Whether a form is bound to the actor who sent it first. It is not where the command changes who acts, because
    /// the form sent again comes from another actor.
    const CLAIMED_BY_ACTOR: bool = true;

    /// Locks what the decision depends on, and then reads the facts. The accounts that it reads are added to the
    /// contacts, so that emails to them need not read them again.
    fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
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

/// A command with its origin and its submission.
struct Execution {
    origin: Origin,
    command: Box<dyn AnyCommand>,
    submission: Submission,
}

impl Execution {
    /// Checks that the sender agreed to the events.
    async fn check_consent(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        decided: Decided,
    ) -> Result<Decided, Failure> {
        let Decision { events, skipped, .. } = &decided.decision;
        // The operator at the command line gets no preview.
        let asks = self.command.is_previewed() && matches!(self.origin, Origin::Web(_));
        if !asks || digest(events) == self.submission.preview_digest {
            return Ok(decided);
        }
        let mut preview = words::preview(events, skipped, context.username());
        if let Some(me) = context.account() {
            let since = context.now.minus(PREVIEW_READING_TIME);
            preview.recent = history::recent_causes(tx, &decided.decision, me, since).await?;
        }
        Err(Failure::PreviewStale(Box::new(preview)))
    }
}

/// Who acts, and the outcome that the same form had before.
struct Identified {
    context: RequestContext,
    contacts: Contacts,
    stored: Option<String>,
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
        self.execute_any(Execution { origin, command: Box::new(command), submission }).await
    }

    /// The first answer to this form, if it was sent before. Then expensive work, such as hashing, can be skipped.
    pub async fn previous_answer(&self, submission: &Submission) -> Result<Option<Done>, Problem> {
        let Some(claim) = submission.claim else { return Ok(None) };
        let stored: StoreResult<Option<String>> =
            self.store.read_single(async |tx: &mut Tx<'_>| store::idempotency::outcome(tx, claim.0).await).await;
        let Some(stored) = stored.map_err(|error| store_problem(&error))? else { return Ok(None) };
        Ok(Some(stored_outcome(&stored)?.done))
    }

    async fn execute_any(&self, execution: Execution) -> Result<Outcome, Problem> {
        let (bus, name) = (self.clone(), execution.command.name());
        // The log line of the request names the command as well.
        tracing::Span::current().record("command", name);
        let span = execution.origin.span(name);
        let work = async move { bus.decide_and_store(&execution).await };
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
    async fn decide_and_store(&self, execution: &Execution) -> Result<Outcome, Failure> {
        let mut attempts = 0;
        let outcome = loop {
            attempts += 1;
            let seed = self.random.seed();
            let attempt: Result<Outcome, Failure> =
                self.store.write(async |tx: &mut Tx<'_>| self.attempt(tx, execution, seed).await).await;
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
            tracing::info!(email = %email.id, "email.written");
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

    async fn attempt(&self, tx: &mut Tx<'_>, execution: &Execution, seed: [u8; 32]) -> Result<Outcome, Failure> {
        let claim = execution.submission.claim;
        let mut ctx = DecisionContext::new(seed, self.clock.now());
        let Identified { context, contacts, stored } = self.identify(tx, &execution.origin, ctx.now, claim).await?;
        if let Some(stored) = stored {
            return stored_outcome(&stored);
        }
        let decided = match execution.command.load_and_decide(tx, &context, contacts, &mut ctx).await {
            Ok(decided) => execution.check_consent(tx, &context, decided).await,
            Err(refused) => Err(refused),
        };
        let decided = match decided {
            Err(refused @ (Failure::Refused(_) | Failure::PreviewStale(_))) => {
                // Where others write at the same time, the same form may have been executed meanwhile.
                return match claim.filter(|_| tx.locks()) {
                    Some(claim) => store::idempotency::outcome(tx, claim.0)
                        .await?
                        .map_or(Err(refused), |stored| stored_outcome(&stored)),
                    None => Err(refused),
                };
            }
            decided => decided?,
        };
        let done = Done::from(&decided.decision);
        let prepared = self.prepare(tx, &context, decided, &mut ctx).await?;
        store::apply::commit(tx, &prepared).await?;
        if let Some(claim) = claim {
            let outcome = serde_json::to_string(&done).map_err(|e| StoreError::Statement(e.to_string()))?;
            store::idempotency::store_outcome(tx, claim.0, &outcome, ctx.now).await?;
        }
        Ok(Outcome { done, events: prepared.events, emails: prepared.emails })
    }

    /// Who acts, and the stored outcome of the same form.
    async fn identify(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        now: Timestamp,
        claim: Option<Claim>,
    ) -> StoreResult<Identified> {
        let mut contacts = Contacts::default();
        let (context, stored) = match (claim, origin) {
            (Some(claim), Origin::Web(Caller { signed_in: Some((_, session)), .. })) => {
                let (stored, account) = store::idempotency::outcome_and_account(tx, claim.0, *session, now).await?;
                // Where other transactions write at the same time, the account may change before the organization is
                // locked.
                account.iter().filter(|_| !tx.locks()).for_each(|account| contacts.add(account));
                (self.context_of(origin, person(account, *session), now), stored)
            }
            (Some(claim), _) => {
                let stored = store::idempotency::outcome(tx, claim.0).await?;
                (self.request_context(tx, origin, now).await?, stored)
            }
            (None, _) => (self.request_context(tx, origin, now).await?, None),
        };
        Ok(Identified { context, contacts, stored })
    }

    /// Everything that follows from a decision. Its emails are written from the rows as they are before it: they go to
    /// those who were Owners.
    async fn prepare(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        decided: Decided,
        ctx: &mut DecisionContext,
    ) -> StoreResult<Prepared> {
        let Decided { decision, mut contacts } = decided;
        let mut prepared = self.prepare_without_emails(context, decision.events, ctx);
        let batch = EmailComposer { mailer: &self.mailer, context, events: &prepared.events };
        let EmailBatch { emails, held_back } = batch.compose(tx, &mut contacts, ctx).await?;
        let held_back = held_back.iter().map(|email| history::email_held_back(&email.to, &email.subject, context, ctx));
        prepared.audit_events.extend(held_back);
        prepared.emails = emails;
        Ok(prepared)
    }

    fn prepare_without_emails(
        &self,
        context: &RequestContext,
        events: Vec<Event>,
        ctx: &mut DecisionContext,
    ) -> Prepared {
        Prepared {
            by: Author { account: context.account(), address: context.address.clone() },
            at: context.now,
            audit_events: history::audit_events(&events, context, ctx),
            emails: Vec::new(),
            email_state: self.mailer.new_emails(),
            events,
        }
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
                    let decision = command.load_and_decide(tx, &context, Contacts::default(), &mut ctx).await?.decision;
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
        let actor = match origin {
            Origin::Operator => Actor::Operator,
            Origin::Job(name) => Actor::Job(name),
            Origin::Web(Caller { signed_in: Some((_, session)), .. }) => {
                person(store::accounts::of_session(tx, *session, now).await?, *session)
            }
            Origin::Web(_) => Actor::Visitor,
        };
        Ok(self.context_of(origin, actor, now))
    }

    fn context_of(&self, origin: &Origin, actor: Actor, now: Timestamp) -> RequestContext {
        RequestContext { actor, address: origin.address(), now, policy: self.policy }
    }
}

fn stored_outcome(stored: &str) -> Result<Outcome, Failure> {
    let done: Done =
        serde_json::from_str(stored).map_err(|e| StoreError::Statement(format!("a stored outcome: {e}")))?;
    Ok(Outcome { done, events: Vec::new(), emails: Vec::new() })
}
