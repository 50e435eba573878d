//! The mail worker leases emails that are due, sends them, and records the results. Several workers on several servers may
//! run at once. An email is sent at least once: if a worker dies between the mail server's acceptance and the record of it,
//! that email is sent again.

use crate::broadcast::ChangedData;
use crate::command_bus::{CommandBus, Submission};
use crate::context::Origin;
use crate::mail::FORGOTTEN;
use crate::mail::timing::{MAX_TRIES, MailTiming};
use crate::mail::transport::{SendResult, SmtpConnection, Transport};
use crate::store::outbox::{self, OutboxEmail};
use crate::store::{StoreError, StoreResult, Tx, addresses};
use shared::addresses::EmailAddress;
use shared::problem::Problem;
use shared::rules::accounts::NoteDelivery;
use shared::timestamp::Timestamp;
use std::time::Duration;
use tokio::sync::watch;
use tracing::Instrument as _;
use uuid::Uuid;

/// How many emails are leased at a time.
const BATCH: i64 = 8;
/// How long the worker waits after a conflict with another transaction or while the database is unavailable.
const SOON: Duration = Duration::from_millis(200);

/// Sends emails until it is told to stop. An email that is being sent is finished first.
pub async fn run(bus: CommandBus, transport: Transport, mut stop: watch::Receiver<bool>) {
    let worker = Uuid::from_bytes(bus.random.seed().first_chunk().copied().unwrap_or_default());
    if bus.store.is_embedded() {
        // Nobody else uses this folder, so the remaining leases belong to a worker that has died.
        let released: StoreResult<u64> =
            bus.store.write(async |tx: &mut Tx<'_>| outbox::end_all_leases(tx).await).await;
        if let Err(error) = released {
            tracing::warn!(%error, "could not release the leases of the last run");
        }
    }
    while !*stop.borrow() {
        let (sent, pause) = match run_once(&bus, &transport, worker, &stop).await {
            Ok(sent) => (sent, transport.timing.poll_interval()),
            Err(error) if error.is_race() => (0, SOON),
            Err(error) => {
                tracing::warn!(%error, "the mail worker can't reach the database");
                (0, transport.timing.poll_interval())
            }
        };
        // After a full batch there may be more, so the next run starts at once.
        if sent < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            tokio::select! {
                () = bus.emails_written.notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Leases a batch of emails that are due and tries to send each. Returns how many there were. When it is told to stop, or
/// the lease is too short for another email, it releases the rest.
///
/// # Errors
/// The database failed. Emails that are still leased become due when the lease expires.
pub async fn run_once(
    bus: &CommandBus,
    transport: &Transport,
    worker: Uuid,
    stop: &watch::Receiver<bool>,
) -> StoreResult<usize> {
    let (now, timing) = (bus.clock.now(), transport.timing);
    let until = now.plus(timing.lease());
    let due: Vec<OutboxEmail> =
        bus.store.write(async |tx: &mut Tx<'_>| outbox::lease(tx, worker, now, until, BATCH).await).await?;
    let mut connection = transport.connection();
    for email in &due {
        if *stop.borrow() || bus.clock.now().plus(timing.send_timeout()) > until {
            bus.store.write(async |tx: &mut Tx<'_>| outbox::release(tx, worker).await).await?;
            break;
        }
        let span = tracing::info_span!("email", email = %email.id, tries = email.tries);
        deliver(bus, &mut connection, email, Lease { worker, until, timing }, stop).instrument(span).await?;
        bus.broadcast.publish(ChangedData::Emails);
    }
    connection.close().await;
    Ok(due.len())
}

/// The lease of a batch.
#[derive(Clone, Copy)]
struct Lease {
    worker: Uuid,
    until: Timestamp,
    timing: MailTiming,
}

/// Tries to send one email, and records the result.
///
/// # Errors
/// The result could not be recorded. The email becomes due when the lease expires.
async fn deliver(
    bus: &CommandBus,
    connection: &mut SmtpConnection<'_>,
    email: &OutboxEmail,
    lease: Lease,
    stop: &watch::Receiver<bool>,
) -> StoreResult<()> {
    let result = send(bus, connection, email).await;
    let mut warned = false;
    while let Err(error) = record(bus, lease.timing, lease.worker, email, &result).await {
        // The database may be back in a moment. Without the record, the email would be sent twice, so this waits for as
        // long as the lease lasts.
        if *stop.borrow() || bus.clock.now() >= lease.until || !error.is_transient() {
            return Err(error);
        }
        if !warned {
            tracing::warn!(%error, "waiting for the database to record the result of an email");
            warned = true;
        }
        tokio::time::sleep(SOON).await;
    }
    Ok(())
}

async fn send(bus: &CommandBus, connection: &mut SmtpConnection<'_>, email: &OutboxEmail) -> SendResult {
    let with_link = |text: &str| bus.mailer.with_link(email.id, email.sealed.as_ref(), text);
    match with_link(&email.text).zip(with_link(&email.html)) {
        Some((text, html)) => connection.send(email, text, html).await,
        None => {
            // It waits for a server that has the key, because the email is useless without its link.
            tracing::error!(
                "the secret link of an email was sealed with another key: does this server have the right key file?"
            );
            SendResult::TemporaryFailure("its secret link was sealed with another server's key".to_owned())
        }
    }
}

async fn record(
    bus: &CommandBus,
    timing: MailTiming,
    worker: Uuid,
    email: &OutboxEmail,
    result: &SendResult,
) -> StoreResult<()> {
    let now = bus.clock.now();
    let to = EmailAddress::from_stored(email.to.clone());
    if let SendResult::UnknownMailbox(why) = result {
        // The address is marked first. If the database fails in between, both are recorded again, and a second mark changes
        // nothing. In the other order, the mark would be lost.
        note_delivery(bus, &to, Some(why)).await?;
    }
    let reached: StoreResult<bool> = bus
        .store
        .write(async |tx: &mut Tx<'_>| match result {
            SendResult::Accepted => {
                outbox::mark_sent(tx, email.id, worker, FORGOTTEN, now).await?;
                addresses::bounces(tx, &to).await
            }
            SendResult::TemporaryFailure(why) => {
                let again = (email.tries < MAX_TRIES).then(|| now.plus(timing.backoff(email.tries)));
                outbox::mark_failed(tx, email.id, worker, why, again).await?;
                Ok(false)
            }
            SendResult::PermanentFailure(why) | SendResult::UnknownMailbox(why) => {
                outbox::mark_failed(tx, email.id, worker, why, None).await?;
                Ok(false)
            }
        })
        .await;
    let reached = reached?;
    match result {
        SendResult::Accepted => tracing::info!("email.sent"),
        SendResult::TemporaryFailure(why) | SendResult::PermanentFailure(why) | SendResult::UnknownMailbox(why) => {
            tracing::warn!(why, "email.not_sent");
        }
    }
    // The email is recorded and must not be sent again because of this. The next email to the address removes the mark.
    if reached && let Err(error) = note_delivery(bus, &to, None).await {
        tracing::warn!(%error, "could not unmark an address that an email has reached");
    }
    Ok(())
}

/// Marks an address whose mailbox is refused, or removes the mark.
///
/// # Errors
/// The database is unavailable. Other problems are only logged, because they must not keep the result from being recorded.
async fn note_delivery(bus: &CommandBus, email: &EmailAddress, refusal: Option<&str>) -> StoreResult<()> {
    let command = NoteDelivery { email: email.clone(), refusal: refusal.map(str::to_owned) };
    match bus.execute(Origin::Job("mail"), command, Submission::default()).await {
        Err(Problem::Unavailable {}) => Err(StoreError::Unavailable("could not mark an address".to_owned())),
        Err(problem) => {
            tracing::error!(?problem, "could not record a refused or reached address");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}
