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
mod side;

pub use failure::{Failure, store_problem};
pub use side::{Circumstances, Side};

use crate::clock::Clock;
use crate::history;
use crate::live::Live;
use crate::mail::{self, Post, Written};
use crate::random::Random;
use crate::store::outbox::Draft;
use crate::store::{self, Store, StoreError, StoreResult, Tx};
use any::AnyCommand;
use app::backend::{Caller, Consent};
use shared::billing::Price;
use shared::moment::{Moment, Span};
use shared::problem::Problem;
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Change, Command, Fresh, digest, hex};
use shared::wire::{Done, Preview};
use shared::words;
use side::{claim_of, person};
use std::fmt;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tracing::Instrument as _;

/// How long somebody is thought to look at a preview before they agree: what happened meanwhile is told where it was
/// another by then.
const LOOKED_AT: Span = Span(10 * 60);
/// How often a command is begun anew when another transaction came first.
const TRIES: u32 = 6;

/// The door, and what it needs of the world. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub live: Live,
    pub post: Post,
    pub policy: Policy,
    /// Wakes the mail worker.
    pub letters_written: Arc<Notify>,
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
    pub invitation: Span,
    /// Letters that one account may cause to another within a day.
    pub emails_to_one_a_day: u32,
}

/// What a command adds on the server: how its facts are read.
pub trait Gather: Command + Clone + fmt::Debug + 'static {
    /// Whether a form belongs to the one who sent it first. Not where it changes who acts: sent again, it comes from
    /// another.
    const CLAIMED_BY_ACTOR: bool = true;

    /// What was sent, so that a form which went back to and is sent with other words is another one. A hash with a new
    /// salt is left out: the same password gives another each time. Secrets are covered by the token
    /// ([`Door::bind_secrets`]).
    fn content(&self) -> String {
        format!("{self:?}")
    }

    /// Reads what must be known, after locking what the decision hangs on.
    fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> impl Future<Output = StoreResult<Self::Facts>> + Send;
}

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The answer.
    pub done: Done,
    /// What happened; empty when the form had been sent before.
    pub changes: Vec<Change>,
    letters: Vec<Draft>,
}

/// Whether those whom changes concern are written to.
#[derive(Clone, Copy)]
enum Letters {
    Written,
    LeftOut,
}

impl Door {
    /// Carries a command out, or says why not. It runs in a task of its own, so that a reader who goes
    /// away cannot cut it in half.
    ///
    /// # Errors
    /// The rule's refusal, a preview that has moved, or the database's trouble; then nothing has happened.
    pub async fn carry_out<C: Gather>(&self, side: Side, command: C, consent: Consent) -> Result<Outcome, Problem> {
        self.carry_out_any(side, Box::new(command), consent).await
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
        let once = hex(self.post.key.hash(&typed).iter());
        Consent { once, ..consent }
    }

    /// What was answered to this form when it was sent before, if it was: nothing that costs much need be done for it
    /// then.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn previous_answer<C: Gather>(
        &self,
        side: &Side,
        command: &C,
        consent: &Consent,
    ) -> Result<Option<Done>, Problem> {
        let Some(claim) = claim_of(side, command, consent) else { return Ok(None) };
        let kept: StoreResult<Option<String>> =
            self.store.look(async |tx: &mut Tx<'_>| store::once::outcome(tx, claim).await).await;
        let Some(kept) = kept.map_err(|error| store_problem(&error))? else { return Ok(None) };
        Ok(Some(first_answer(&kept)?.done))
    }

    async fn carry_out_any(
        &self,
        side: Side,
        command: Box<dyn AnyCommand>,
        consent: Consent,
    ) -> Result<Outcome, Problem> {
        let (door, name) = (self.clone(), command.name());
        // The line about the request names it as well.
        tracing::Span::current().record("command", name);
        let span = side.span(name);
        let work = async move { door.decide_and_store(side, &*command, consent).await };
        async move {
            match tokio::spawn(work.in_current_span()).await {
                Ok(outcome) => outcome.map_err(Problem::from),
                Err(died) => {
                    // Not the error itself: it repeats the message of a panic, which may hold what a person typed.
                    tracing::error!(panicked = died.is_panic(), task = %died.id(), "a command did not come to its end");
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
        side: Side,
        command: &dyn AnyCommand,
        consent: Consent,
    ) -> Result<Outcome, Failure> {
        let mut tries = 0;
        let outcome = loop {
            tries += 1;
            let seed = self.random.seed();
            let attempt: Result<Outcome, Failure> =
                self.store.write(async |tx: &mut Tx<'_>| self.attempt(tx, &side, command, &consent, seed).await).await;
            match attempt {
                Err(Failure::Store(error)) if error.lost_a_race() && tries < TRIES => {
                    tracing::debug!(%error, "begun anew");
                }
                Err(Failure::Store(error @ StoreError::Unavailable(_))) => {
                    // It may have been committed all the same, now or in a moment: then history has it.
                    self.wake();
                    return Err(error.into());
                }
                outcome => break outcome?,
            }
        };
        for letter in &outcome.letters {
            // By its number the letter is found again, when a worker has it.
            tracing::info!(letter = %letter.id, "letter.written");
            self.post.log(letter);
        }
        self.wake();
        Ok(outcome)
    }

    /// Wakes those who wait for a commit.
    fn wake(&self) {
        self.letters_written.notify_one();
        self.committed.send_replace(());
    }

    async fn attempt(
        &self,
        tx: &mut Tx<'_>,
        side: &Side,
        command: &dyn AnyCommand,
        consent: &Consent,
        seed: [u8; 32],
    ) -> Result<Outcome, Failure> {
        let now = self.clock.now();
        let mut fresh = Fresh::new(seed, now);
        let claim = claim_of(side, command, consent);
        let (about, kept) = self.arrives(tx, side, now, claim).await?;
        if let Some(kept) = kept {
            return first_answer(&kept);
        }
        let changes = match self.agreed(tx, side, &about, command, consent, &mut fresh).await {
            Err(refused @ (Failure::Refused(_) | Failure::Moved(_))) => {
                // Where others write beside this, it may be the same form that has come to its end since.
                return match claim.filter(|_| tx.locks()) {
                    Some(claim) => {
                        store::once::outcome(tx, claim).await?.map_or(Err(refused), |kept| first_answer(&kept))
                    }
                    None => Err(refused),
                };
            }
            changes => changes?,
        };
        let done = command.done(&changes);
        let letters = self.stored(tx, side, &about, &changes, Letters::Written, &mut fresh).await?;
        if let Some(claim) = claim {
            let outcome = serde_json::to_string(&done).map_err(|e| StoreError::Statement(e.to_string()))?;
            store::once::keep(tx, claim, &outcome, now).await?;
        }
        Ok(Outcome { done, changes, letters })
    }

    /// Who acts, and what was answered to the same form before.
    async fn arrives(
        &self,
        tx: &mut Tx<'_>,
        side: &Side,
        now: Moment,
        claim: Option<[u8; 32]>,
    ) -> StoreResult<(Circumstances, Option<String>)> {
        let Some(claim) = claim else { return Ok((self.circumstances(tx, side, now).await?, None)) };
        if let Side::Web(Caller { signed_in: Some((_, session)), .. }) = side {
            let (kept, account) = store::once::outcome_and_account(tx, claim, *session, now).await?;
            return Ok((self.acting(person(account, *session), now), kept));
        }
        let kept = store::once::outcome(tx, claim).await?;
        Ok((self.circumstances(tx, side, now).await?, kept))
    }

    /// What the rule makes of the command, where whoever sent it has agreed to just that.
    async fn agreed(
        &self,
        tx: &mut Tx<'_>,
        side: &Side,
        about: &Circumstances,
        command: &dyn AnyCommand,
        consent: &Consent,
        fresh: &mut Fresh,
    ) -> Result<Vec<Change>, Failure> {
        let (changes, passed_over) = command.decided(tx, about, fresh).await?;
        // At the command line there is nobody to show it to.
        if command.is_previewed() && matches!(side, Side::Web(_)) && digest(&changes) != consent.agreed {
            let mut preview = words::preview(&changes, &passed_over, about.username());
            if let Some(me) = about.account() {
                preview.lately = history::moved(tx, &changes, &passed_over, me, about.now.minus(LOOKED_AT)).await?;
            }
            return Err(Failure::Moved(Box::new(preview)));
        }
        Ok(changes)
    }

    /// Stores what was decided, with its lines of history and its letters, which are answered.
    async fn stored(
        &self,
        tx: &mut Tx<'_>,
        side: &Side,
        about: &Circumstances,
        changes: &[Change],
        letters: Letters,
        fresh: &mut Fresh,
    ) -> StoreResult<Vec<Draft>> {
        let by = store::apply::By { account: about.account(), address: side.address() };
        let mut lines = history::lines(changes, about, &by.address, fresh);
        let Written { letters, held_back } = match letters {
            Letters::Written => mail::drafts(tx, &self.post, changes, about, fresh).await?,
            Letters::LeftOut => Written::default(),
        };
        lines.extend(held_back.iter().map(|one| history::held_back(&one.to, &one.subject, about, &by.address, fresh)));
        let waits = self.post.new_letters();
        store::apply::all(tx, &by, about.now, changes, &lines, &letters, waits).await?;
        Ok(letters)
    }

    /// What would follow from a command, and nothing else.
    ///
    /// # Errors
    /// The rule's refusal, or the database's trouble.
    pub async fn preview<C: Gather>(&self, side: Side, command: C) -> Result<Preview, Problem> {
        self.preview_any(side, &command).await
    }

    async fn preview_any(&self, side: Side, command: &dyn AnyCommand) -> Result<Preview, Problem> {
        let (seed, span) = (self.random.seed(), side.span(command.name()));
        async move {
            let preview: Result<Preview, Failure> = self
                .store
                .read(async |tx: &mut Tx<'_>| {
                    let mut fresh = Fresh::new(seed, self.clock.now());
                    let about = self.circumstances(tx, &side, fresh.now).await?;
                    let (changes, passed_over) = command.decided(tx, &about, &mut fresh).await?;
                    Ok(words::preview(&changes, &passed_over, about.username()))
                })
                .await;
            Ok(preview?)
        }
        .instrument(span)
        .await
    }

    /// Shows something: reads it as it stood at one moment, knowing who asks.
    ///
    /// # Errors
    /// What the work answers, or the database's trouble.
    pub async fn see<T, F>(&self, who: &Caller, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&mut Tx<'_>, &Circumstances) -> Result<T, Failure>,
    {
        let side = Side::Web(who.clone());
        let span = side.span("see");
        async move {
            let seen: Result<T, Failure> = self
                .store
                .read(async |tx: &mut Tx<'_>| {
                    let about = self.circumstances(tx, &side, self.clock.now()).await?;
                    work(tx, &about).await
                })
                .await;
            Ok(seen?)
        }
        .instrument(span)
        .await
    }

    /// Who acts, as it stands in the database now.
    ///
    /// # Errors
    /// The database's own trouble.
    pub async fn circumstances(&self, tx: &mut Tx<'_>, side: &Side, now: Moment) -> StoreResult<Circumstances> {
        Ok(self.acting(
            match side {
                Side::Operator => Actor::Operator,
                Side::Job(name) => Actor::Job(name),
                Side::Web(Caller { signed_in: Some((_, session)), .. }) => {
                    person(store::accounts::of_session(tx, *session, now).await?, *session)
                }
                Side::Web(_) => Actor::Visitor,
            },
            now,
        ))
    }

    const fn acting(&self, actor: Actor, now: Moment) -> Circumstances {
        Circumstances { actor, now, policy: self.policy }
    }
}

fn first_answer(kept: &str) -> Result<Outcome, Failure> {
    let done: Done = serde_json::from_str(kept).map_err(|e| StoreError::Statement(format!("a kept outcome: {e}")))?;
    Ok(Outcome { done, changes: Vec::new(), letters: Vec::new() })
}
