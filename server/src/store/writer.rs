//! The one line that writes to the embedded database. Whoever waits for it at the same time shares one durable commit:
//!
//! 1. the first to come begins a transaction; those who come while it is open each work behind a savepoint in it
//! 2. once the first has done its work, a commit waits in the same line, behind those who stood there before it
//! 3. nobody is answered before that commit, whatever they were answered: they have seen what was not committed yet
//!
//! Work that fails takes back its own part alone. A commit that fails fails for all of them, and whoever is cut off in
//! the middle of their work is taken back by the next to come.

use super::{StoreError, StoreResult, Tx};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::future::poll_fn;
use std::hint::spin_loop;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::time::timeout;

/// How often an answer is looked for before a thread goes to sleep over it: some ten microseconds.
const LOOKS: u32 = 100;
/// Pauses of the processor between two looks.
const PAUSES: u32 = 20;

static SEVERAL_PROCESSORS: LazyLock<bool> =
    LazyLock::new(|| available_parallelism().is_ok_and(|processors| processors.get() > 1));

/// How long somebody waits for their turn.
const TURN_COMES: Duration = Duration::from_secs(8);

/// The line, and whoever stands in it.
#[derive(Clone)]
pub(super) struct Writer(Arc<Mutex<Desk>>);

struct Desk {
    options: SqliteConnectOptions,
    /// There is none after one has broken, until the next is opened.
    line: Option<SqliteConnection>,
    open: Option<Open>,
}

/// A transaction that is open.
#[derive(Default)]
struct Open {
    /// Those who have done their work and wait for the commit.
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
    /// Whether somebody is in the middle of their work.
    at_work: bool,
    /// Whether there is a savepoint, of whoever came last: with each that is open a page costs more.
    has_savepoint: bool,
}

impl Writer {
    /// Opens the line.
    ///
    /// # Errors
    /// The file can't be opened.
    pub async fn open(options: SqliteConnectOptions) -> StoreResult<Self> {
        let line = Some(options.connect().await?);
        Ok(Self(Arc::new(Mutex::new(Desk { options, line, open: None }))))
    }

    /// Does some work in a transaction and answers once that is committed; where the work fails, once it is taken back.
    ///
    /// # Errors
    /// What the work answers, or the database's own trouble.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        // Its beginning is done in a task of its own: were it cut off, nobody would know how far it had come.
        let (mut turn, first) = tokio::spawn(Turn::begun(self.clone())).await.map_err(|_| gone())??;
        let answer = work(&mut Tx::sqlite(turn.line()?, true)).await;
        let waits = turn.end(first, answer.is_ok()).await?;
        if first && waits.is_some() {
            // In a task of its own: it is done whoever goes away.
            tokio::spawn(self.clone().commit());
        }
        drop(turn);
        if let Some(waits) = waits {
            waits.await.unwrap_or_else(|_| Err(gone()))?;
        }
        answer
    }

    async fn commit(self) {
        let mut desk = self.0.lock().await;
        desk.take_back().await;
        desk.commit().await;
    }

    /// Takes back what somebody left behind who was cut off in the middle of their work.
    async fn take_back(self) {
        self.0.lock().await.take_back().await;
    }

    /// Ends the line, so that the file is closed in order.
    pub async fn close(&self) {
        let mut desk = self.0.lock().await;
        desk.take_back().await;
        desk.commit().await;
        if let Some(line) = desk.line.take()
            && let Err(error) = line.close().await
        {
            tracing::debug!(%error, "the line to the database was not closed in order");
        }
    }
}

/// Waits for a statement without going to sleep over it at once. Most are answered sooner than a thread falls asleep and is
/// woken again, which is most of what a command would cost otherwise. One at a time does this: there is one line. On a
/// machine with one processor whoever looks keeps the answer from coming.
pub(super) async fn eagerly<F: Future>(statement: F) -> F::Output {
    let looks = if *SEVERAL_PROCESSORS { LOOKS } else { 0 };
    let mut statement = pin!(statement);
    poll_fn(|context| {
        for _ in 0..looks {
            if let Poll::Ready(answer) = statement.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            (0..PAUSES).for_each(|_| spin_loop());
        }
        statement.as_mut().poll(context)
    })
    .await
}

fn gone() -> StoreError {
    StoreError::Unavailable("the commit did not come to its end".to_owned())
}

/// Somebody's turn at the desk. Whoever is cut off before its end leaves word.
struct Turn {
    writer: Writer,
    desk: OwnedMutexGuard<Desk>,
}

impl Turn {
    /// A turn that has begun, and whether it is the first of its transaction.
    async fn begun(writer: Writer) -> StoreResult<(Self, bool)> {
        let Ok(mut desk) = timeout(TURN_COMES, Arc::clone(&writer.0).lock_owned()).await else {
            return Err(StoreError::Unavailable("others write for too long".to_owned()));
        };
        desk.take_back().await;
        let mut turn = Self { writer, desk };
        let first = turn.begin().await?;
        Ok((turn, first))
    }

    fn line(&mut self) -> StoreResult<&mut SqliteConnection> {
        self.desk.line.as_mut().ok_or_else(gone)
    }

    /// Begins a transaction, or a part of the one that is open. Answers whether it is the first in it.
    async fn begin(&mut self) -> StoreResult<bool> {
        if let Some(open) = self.desk.open.as_mut() {
            open.at_work = true;
            let before = std::mem::replace(&mut open.has_savepoint, true);
            let begun = self.desk.say(if before { "release work; savepoint work" } else { "savepoint work" }).await;
            if let Err(error) = &begun {
                self.desk.broken(error).await;
            }
            return begun.map(|()| false);
        }
        if self.desk.line.is_none() {
            self.desk.line = Some(self.desk.options.connect().await?);
        }
        self.desk.open = Some(Open { at_work: true, ..Open::default() });
        let begun = self.desk.say("begin immediate").await;
        if begun.is_err() {
            self.desk.open = None;
        }
        begun.map(|()| true)
    }

    /// Ends the work. Whoever has to wait for a commit gets to know of it here.
    async fn end(&mut self, first: bool, is_ok: bool) -> StoreResult<Option<oneshot::Receiver<StoreResult<()>>>> {
        if !is_ok {
            self.desk.take_back().await;
        }
        if first && !is_ok {
            return Ok(None);
        }
        // Where that has broken the line, everybody has been told, and this one is too.
        let open = self.desk.open.as_mut().ok_or_else(gone)?;
        open.at_work = false;
        let (done, waits) = oneshot::channel();
        open.waiting.push(done);
        Ok(Some(waits))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let cut_off = self.desk.open.as_ref().is_some_and(|open| open.at_work);
        if cut_off && let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.writer.clone().take_back());
        }
    }
}

impl Desk {
    async fn say(&mut self, text: &'static str) -> StoreResult<()> {
        let line = self.line.as_mut().ok_or_else(gone)?;
        eagerly(sqlx::raw_sql(text).execute(line)).await?;
        Ok(())
    }

    /// Takes back the part of whoever is in the middle of their work, and leaves the others'.
    async fn take_back(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| open.at_work) else { return };
        let alone = open.waiting.is_empty();
        match self.say(if alone { "rollback" } else { "rollback to work" }).await {
            Ok(()) if alone => self.open = None,
            Ok(()) => self.open.iter_mut().for_each(|open| open.at_work = false),
            Err(error) => self.broken(&error).await,
        }
    }

    /// Commits what is open and answers everybody who waits for it.
    async fn commit(&mut self) {
        if self.open.is_none() {
            return;
        }
        match self.say("commit").await {
            Ok(()) => {
                for waits in self.open.take().into_iter().flat_map(|open| open.waiting) {
                    // Whoever went away is not told.
                    let _ = waits.send(Ok(()));
                }
            }
            Err(error) => self.broken(&error).await,
        }
    }

    /// Gives the line up, and with it what is open: where a statement fails, as on a full disk, the engine may have taken
    /// everything back by itself.
    async fn broken(&mut self, error: &StoreError) {
        tracing::warn!(%error, "a transaction could not be ended");
        if let Some(line) = self.line.take() {
            drop(line.close_hard().await);
        }
        for waits in self.open.take().into_iter().flat_map(|open| open.waiting) {
            let _ = waits.send(Err(StoreError::Unavailable(error.to_string())));
        }
    }
}
