//! The worker: leases letters that are due, hands them to the mail server, and notes what came of it.
//! Several workers, on several servers, may run at once. A letter goes out at least once: a worker that
//! dies after the mail server took a letter, and before that is noted, leaves it to be sent again.

use super::FORGOTTEN;
use super::pace::Pace;
use super::transport::{Answer, Line, Transport};
use crate::broadcast::Topic;
use crate::command_bus::{CommandBus, Origin};
use crate::store::outbox::{self, OutboxEmail};
use crate::store::{StoreError, StoreResult, Tx, addresses};
use app::backend::Consent;
use shared::addresses::EmailAddress;
use shared::problem::Problem;
use shared::rules::accounts::NoteDelivery;
use shared::timestamp::Timestamp;
use std::time::Duration;
use tokio::sync::watch;
use tracing::Instrument as _;
use uuid::Uuid;

/// How many letters are taken at a time.
const AT_ONCE: i64 = 8;
/// After so many tries a letter is given up; the waits between them add up to about four days.
pub(super) const TRIES: u32 = 12;
/// How long the worker waits after another transaction came first, or the database was away for a moment.
const SOON: Duration = Duration::from_millis(200);

/// Sends letters until it is told to stop; a letter that is on its way is finished first.
pub async fn run(bus: CommandBus, transport: Transport, mut stop: watch::Receiver<bool>) {
    let worker = Uuid::from_bytes(bus.random.seed().first_chunk().copied().unwrap_or_default());
    if bus.store.is_embedded() {
        // This folder is nobody else's: what is leased was leased by one that has died.
        let taken: StoreResult<u64> = bus.store.write(async |tx: &mut Tx<'_>| outbox::end_all_leases(tx).await).await;
        if let Err(error) = taken {
            tracing::warn!(%error, "the leases of the last run stay until they run out");
        }
    }
    while !*stop.borrow() {
        let (sent, nap) = match round(&bus, &transport, worker, &stop).await {
            Ok(sent) => (sent, transport.pace.nap()),
            Err(error) if error.is_race() => (0, SOON),
            Err(error) => {
                tracing::warn!(%error, "the mail worker could not reach the database");
                (0, transport.pace.nap())
            }
        };
        // A full round may have left more behind: go on at once.
        if sent < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            tokio::select! {
                () = bus.emails_written.notified() => {}
                () = tokio::time::sleep(nap) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Takes the letters that are due and tries to send each; answers how many there were. When it is told to
/// stop, or the lease does not last for another letter, the rest is given back.
///
/// # Errors
/// The database's own trouble. Letters that were leased come back when the lease has run out.
pub async fn round(
    bus: &CommandBus,
    transport: &Transport,
    worker: Uuid,
    stop: &watch::Receiver<bool>,
) -> StoreResult<usize> {
    let (now, pace) = (bus.clock.now(), transport.pace);
    let until = now.plus(pace.lease());
    let due: Vec<OutboxEmail> =
        bus.store.write(async |tx: &mut Tx<'_>| outbox::lease(tx, worker, now, until, AT_ONCE).await).await?;
    let mut line = transport.line();
    for email in &due {
        if *stop.borrow() || bus.clock.now().plus(pace.email_takes()) > until {
            bus.store.write(async |tx: &mut Tx<'_>| outbox::release(tx, worker).await).await?;
            break;
        }
        let span = tracing::info_span!("letter", email = %email.id, tries = email.tries);
        deliver(bus, &mut line, email, Lease { worker, until, pace }, stop).instrument(span).await?;
        bus.broadcast.publish(Topic::Emails);
    }
    line.close().await;
    Ok(due.len())
}

/// For how long, and in whose name, letters are leased.
#[derive(Clone, Copy)]
struct Lease {
    worker: Uuid,
    until: Timestamp,
    pace: Pace,
}

/// Tries to send one letter, and notes what came of it.
///
/// # Errors
/// That can't be noted; the letter comes back when the lease has run out.
async fn deliver(
    bus: &CommandBus,
    line: &mut Line<'_>,
    email: &OutboxEmail,
    lease: Lease,
    stop: &watch::Receiver<bool>,
) -> StoreResult<()> {
    let answer = try_one(bus, line, email).await;
    let mut said = false;
    while let Err(error) = note(bus, lease.pace, lease.worker, email, &answer).await {
        // The database may be back in a moment: what is known of this letter, and whose turn it is to try the others, is
        // worth waiting for as long as the lease lasts.
        if *stop.borrow() || bus.clock.now() >= lease.until || !error.is_transient() {
            return Err(error);
        }
        if !said {
            tracing::warn!(%error, "what came of a letter waits for the database");
            said = true;
        }
        tokio::time::sleep(SOON).await;
    }
    Ok(())
}

async fn try_one(bus: &CommandBus, line: &mut Line<'_>, email: &OutboxEmail) -> Answer {
    let with_link = |text: &str| bus.mailer.with_link(email.id, email.sealed.as_ref(), text);
    match with_link(&email.text).zip(with_link(&email.html)) {
        Some((text, html)) => line.send(email, text, html).await,
        None => {
            // It waits for the server that has the key: without its link it is worth nothing.
            tracing::error!("the key does not open a letter's secret link: is it another server's key file?");
            Answer::Later("its secret link was sealed with another key than this server's".to_owned())
        }
    }
}

async fn note(bus: &CommandBus, pace: Pace, worker: Uuid, email: &OutboxEmail, answer: &Answer) -> StoreResult<()> {
    let now = bus.clock.now();
    let to = EmailAddress::from_stored(email.to.clone());
    if let Answer::Unknown(why) = answer {
        // The mark comes first: if the database goes in between, the letter is noted later and the mark again, which
        // changes nothing. The other way round, it would be lost.
        mark(bus, &to, Some(why)).await?;
    }
    let reached: StoreResult<bool> = bus
        .store
        .write(async |tx: &mut Tx<'_>| match answer {
            Answer::Taken => {
                outbox::mark_sent(tx, email.id, worker, FORGOTTEN, now).await?;
                addresses::bounces(tx, &to).await
            }
            Answer::Later(why) => {
                let again = (email.tries < TRIES).then(|| now.plus(pace.pause(email.tries)));
                outbox::mark_failed(tx, email.id, worker, why, again).await?;
                Ok(false)
            }
            Answer::Never(why) | Answer::Unknown(why) => {
                outbox::mark_failed(tx, email.id, worker, why, None).await?;
                Ok(false)
            }
        })
        .await;
    let reached = reached?;
    match answer {
        Answer::Taken => tracing::info!("letter.sent"),
        Answer::Later(why) | Answer::Never(why) | Answer::Unknown(why) => {
            tracing::warn!(why, "letter.not_sent");
        }
    }
    // The letter is noted, and must not be sent again for a mark: the next letter to the address takes it away.
    if reached && let Err(error) = mark(bus, &to, None).await {
        tracing::warn!(%error, "an address stays marked, though a letter reached it");
    }
    Ok(())
}

/// Marks an address as one that refuses letters, or takes the mark away.
///
/// # Errors
/// The database is away. What it can't do at all is logged: it must not keep the letter from being noted.
async fn mark(bus: &CommandBus, email: &EmailAddress, refusal: Option<&str>) -> StoreResult<()> {
    let command = NoteDelivery { email: email.clone(), refusal: refusal.map(str::to_owned) };
    match bus.execute(Origin::Job("mail"), command, Consent::default()).await {
        Err(Problem::Unavailable {}) => Err(StoreError::Unavailable("an address could not be marked".to_owned())),
        Err(problem) => {
            tracing::error!(?problem, "what the mail server said of an address could not be noted");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}
