//! The one door through which everything changes, for all commands and from all sides:
//!
//! 1. who acts is read anew, and whether the form was sent before: then it gets its first answer again
//! 2. the command's facts are read, all in one transaction
//! 3. the rule decides ([`Command::decide`]); a refusal changes nothing
//! 4. where a preview was shown, the list must be the one that the person agreed to
//! 5. the changes are stored, with their lines of history and their letters, and the answer is kept for the form; of the
//!    same form twice at once one finds the other's answer there
//! 6. once that is committed, the mail worker wakes, and whoever tells open pages of it
//!
//! A preview is the same up to the third step, on a transaction that only reads. [`bulk`] does the same for many commands
//! in one transaction, without letters.

mod any;
pub mod bulk;
mod failure;
mod origin;

pub use failure::{Failure, store_problem};
pub use origin::{Origin, RequestContext};

use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::history;
use crate::mail::{self, Mailer, Written};
use crate::random::Random;
use crate::store::outbox::NewEmail;
use crate::store::{self, Store, StoreError, StoreResult, Tx};
use any::AnyCommand;
use app::backend::{Caller, Consent};
use origin::{claim_of, person};
use shared::billing::Price;
use shared::problem::Problem;
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Command, DecisionContext, Event, digest, hex};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::{Done, Preview};
use shared::words;
use std::fmt;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tracing::Instrument as _;

/// How long somebody is thought to look at a preview before they agree: what happened meanwhile is told where it was
/// another by then.
const PREVIEW_READING_TIME: Seconds = Seconds(10 * 60);
/// How often a command is begun anew when another transaction came first.
const MAX_ATTEMPTS: u32 = 6;

/// The door, and what it needs of the world. Cheap to clone.
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
    /// Says that something was committed, to whoever tells it to open pages and to other servers.
    pub committed: watch::Sender<()>,
}

/// The numbers that an operator sets and rules use.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How many requests an account may submit.
    pub requests: RequestPace,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    /// What a private organization costs.
    pub price: Price,
    /// How long an invitation lives.
    pub invitation: Seconds,
    /// Letters that one account may cause to another within a day.
    pub emails_to_one_a_day: u32,
}

/// What a command adds on the server: how its facts are read.
pub trait LoadFacts: Command + Clone + fmt::Debug + 'static {
    /// Whether a form belongs to the one who sent it first. Not where it changes who acts: sent again, it comes from
    /// another.
    const CLAIMED_BY_ACTOR: bool = true;

    /// What was sent, so that a form which went back to and is sent with other words is another one. A hash with a new
    /// salt is left out: the same password gives another each time. Secrets are covered by the token
    /// ([`CommandBus::bind_secrets`]).
    fn content(&self) -> String {
        format!("{self:?}")
    }

    /// Reads what must be known, after locking what the decision hangs on.
    fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> impl Future<Output = StoreResult<Self::Facts>> + Send;
}

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The answer.
    pub done: Done,
    /// What happened; empty when the form had been sent before.
    pub events: Vec<Event>,
    emails: Vec<NewEmail>,
}

/// Whether those whom changes concern are written to.
#[derive(Clone, Copy)]
enum Emails {
    Write,
    Skip,
}

impl CommandBus {
    /// Carries a command out, or says why not. It runs in a task of its own, so that a reader who goes
    /// away cannot cut it in half.
    ///
    /// # Errors
    /// The rule refuses, or the preview is stale. Then nothing is changed.
    pub async fn execute<C: LoadFacts>(
        &self,
        origin: Origin,
        command: C,
        consent: Consent,
    ) -> Result<Outcome, Problem> {
        self.execute_any(origin, Box::new(command), consent).await
    }

    /// The same consent for a form into which secrets were typed: its token stands for them as well, by a keyed hash, so
    /// that the same form with another password is another form. What a command carries of a password is a hash that is
    /// another each time, and of a link what no log may show; neither tells forms apart.
    #[must_use]
    pub fn bind_secrets(&self, consent: Consent, secrets: &[&str]) -> Consent {
        if consent.once.is_empty() {
            return consent;
        }
        let mut typed = vec![consent.once.as_str()];
        typed.extend(secrets);
        let once = hex(self.mailer.key.hash(&typed).iter());
        Consent { once, ..consent }
    }

    /// What was answered to this form when it was sent before, if it was: nothing that costs much need be done for it
    /// then.
    pub async fn previous_answer<C: LoadFacts>(
        &self,
        origin: &Origin,
        command: &C,
        consent: &Consent,
    ) -> Result<Option<Done>, Problem> {
        let Some(claim) = claim_of(origin, command, consent) else { return Ok(None) };
        let stored: StoreResult<Option<String>> =
            self.store.read_single(async |tx: &mut Tx<'_>| store::idempotency::outcome(tx, claim).await).await;
        let Some(stored) = stored.map_err(|error| store_problem(&error))? else { return Ok(None) };
        Ok(Some(stored_outcome(&stored)?.done))
    }

    async fn execute_any(
        &self,
        origin: Origin,
        command: Box<dyn AnyCommand>,
        consent: Consent,
    ) -> Result<Outcome, Problem> {
        let (bus, name) = (self.clone(), command.name());
        // The line about the request names it as well.
        tracing::Span::current().record("command", name);
        let span = origin.span(name);
        let work = async move { bus.decide_and_store(origin, &*command, consent).await };
        async move {
            match tokio::spawn(work.in_current_span()).await {
                Ok(outcome) => outcome.map_err(Problem::from),
                Err(error) => {
                    // Not the error itself: it repeats the message of a panic, which may hold what a person typed.
                    tracing::error!(panicked = error.is_panic(), task = %error.id(), "a command was interrupted");
                    Err(Problem::Broken {})
                }
            }
        }
        .instrument(span)
        .await
    }

    /// One command, from its arrival to its commit; begun anew when another transaction came first.
    async fn decide_and_store(
        &self,
        origin: Origin,
        command: &dyn AnyCommand,
        consent: Consent,
    ) -> Result<Outcome, Failure> {
        let mut attempts = 0;
        let outcome = loop {
            attempts += 1;
            let seed = self.random.seed();
            let attempt: Result<Outcome, Failure> = self
                .store
                .write(async |tx: &mut Tx<'_>| self.attempt(tx, &origin, command, &consent, seed).await)
                .await;
            match attempt {
                Err(Failure::Store(error)) if error.is_race() && attempts < MAX_ATTEMPTS => {
                    tracing::debug!(%error, "the command starts again");
                }
                Err(Failure::Store(error @ StoreError::Unavailable(_))) => {
                    // It may have been committed all the same, now or in a moment: then history has it.
                    self.wake();
                    return Err(error.into());
                }
                outcome => break outcome?,
            }
        };
        for email in &outcome.emails {
            // By its number the letter is found again, when a worker has it.
            tracing::info!(email = %email.id, "letter.written");
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
        consent: &Consent,
        seed: [u8; 32],
    ) -> Result<Outcome, Failure> {
        let now = self.clock.now();
        let mut ctx = DecisionContext::new(seed, now);
        let claim = claim_of(origin, command, consent);
        let (context, stored) = self.identify(tx, origin, now, claim).await?;
        if let Some(stored) = stored {
            return stored_outcome(&stored);
        }
        let events = match self.decide_with_consent(tx, origin, &context, command, consent, &mut ctx).await {
            Err(refused @ (Failure::Refused(_) | Failure::PreviewStale(_))) => {
                // Where others write beside this, it may be the same form that has come to its end since.
                return match claim.filter(|_| tx.locks()) {
                    Some(claim) => store::idempotency::outcome(tx, claim)
                        .await?
                        .map_or(Err(refused), |stored| stored_outcome(&stored)),
                    None => Err(refused),
                };
            }
            events => events?,
        };
        let done = command.done(&events);
        let emails = self.persist(tx, origin, &context, &events, Emails::Write, &mut ctx).await?;
        if let Some(claim) = claim {
            let outcome = serde_json::to_string(&done).map_err(|e| StoreError::Statement(e.to_string()))?;
            store::idempotency::store_outcome(tx, claim, &outcome, now).await?;
        }
        Ok(Outcome { done, events, emails })
    }

    /// Who acts, and what was answered to the same form before.
    async fn identify(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        now: Timestamp,
        claim: Option<[u8; 32]>,
    ) -> StoreResult<(RequestContext, Option<String>)> {
        let Some(claim) = claim else { return Ok((self.request_context(tx, origin, now).await?, None)) };
        if let Origin::Web(Caller { signed_in: Some((_, session)), .. }) = origin {
            let (stored, account) = store::idempotency::outcome_and_account(tx, claim, *session, now).await?;
            return Ok((self.context_of(person(account, *session), now), stored));
        }
        let stored = store::idempotency::outcome(tx, claim).await?;
        Ok((self.request_context(tx, origin, now).await?, stored))
    }

    /// What the rule makes of the command, where whoever sent it has agreed to just that.
    async fn decide_with_consent(
        &self,
        tx: &mut Tx<'_>,
        origin: &Origin,
        context: &RequestContext,
        command: &dyn AnyCommand,
        consent: &Consent,
        ctx: &mut DecisionContext,
    ) -> Result<Vec<Event>, Failure> {
        let (events, skipped) = command.load_and_decide(tx, context, ctx).await?;
        // At the command line there is nobody to show it to.
        if command.is_previewed() && matches!(origin, Origin::Web(_)) && digest(&events) != consent.agreed {
            let mut preview = words::preview(&events, &skipped, context.username());
            if let Some(me) = context.account() {
                preview.lately =
                    history::recent_causes(tx, &events, &skipped, me, context.now.minus(PREVIEW_READING_TIME)).await?;
            }
            return Err(Failure::PreviewStale(Box::new(preview)));
        }
        Ok(events)
    }

    /// Stores what was decided, with its lines of history and its letters, which are answered.
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
        let Written { emails, held_back } = match emails {
            Emails::Write => mail::drafts(tx, &self.mailer, events, context, ctx).await?,
            Emails::Skip => Written::default(),
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

    /// What would follow from a command, and nothing else.
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
                    let (events, skipped) = command.load_and_decide(tx, &context, &mut ctx).await?;
                    Ok(words::preview(&events, &skipped, context.username()))
                })
                .await;
            Ok(preview?)
        }
        .instrument(span)
        .await
    }

    /// Shows something: reads it as it stood at one moment, knowing who asks.
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

    /// Who acts, as it stands in the database now.
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
