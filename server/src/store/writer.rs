//! The one line that writes to the embedded database. Whoever waits for it at the same time shares one durable commit:
//!
//! 1. the first to come begins a transaction; those who come while it is open work in it too, each behind a savepoint
//! 2. once the first has done its work, a commit waits in the same line, behind those who stood there before it
//! 3. nobody who worked in it is answered before that commit, whatever their answer is: they have seen what was not
//!    committed yet
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

/// How often an answer is looked for before a thread goes to sleep over it: some tens of microseconds.
const LOOKS: u32 = 100;
/// Pauses of the processor between two looks.
const PAUSES: u32 = 20;

static SEVERAL_PROCESSORS: LazyLock<bool> =
    LazyLock::new(|| available_parallelism().is_ok_and(|processors| processors.get() > 1));

/// How long somebody waits for their turn.
const TURN_COMES: Duration = Duration::from_secs(8);

/// The line, and whoever stands in it.
#[derive(Clone)]
pub(super) struct Writer(Arc<Mutex<GroupCommit>>);

struct GroupCommit {
    options: SqliteConnectOptions,
    /// There is none after one has broken, until the next is opened.
    line: Option<SqliteConnection>,
    open: Option<Open>,
    /// Whether the site is closed, and nothing is written any more.
    closed: bool,
}

/// A transaction that is open, with a savepoint of whoever came last.
struct Open {
    /// Those who have done their work and wait for the commit.
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
    /// Whether somebody is in the middle of their work.
    at_work: bool,
}

impl Writer {
    /// Opens the line.
    pub async fn open(options: SqliteConnectOptions) -> StoreResult<Self> {
        let line = Some(options.connect().await?);
        Ok(Self(Arc::new(Mutex::new(GroupCommit { options, line, open: None, closed: false }))))
    }

    /// Does some work in a transaction and answers once that is committed; where the work fails, once it is taken back.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        let Ok(desk) = timeout(TURN_COMES, Arc::clone(&self.0).lock_owned()).await else {
            return Err(StoreError::Unavailable("others write for too long".to_owned()).into());
        };
        let turn = Slot { writer: self.clone(), desk };
        // Where it begins and is taken back is done in tasks of their own: cut off, nobody would know how far it had come.
        let (mut turn, first) = tokio::spawn(turn.begun()).await.map_err(|_| gone())??;
        let mut tx = Tx::sqlite(turn.line()?, true);
        let answer = work(&mut tx).await;
        let answer = answer.and_then(|done| tx.whole().map(|()| done).map_err(E::from));
        let waits = match answer.is_ok() {
            true => Some(turn.joins()?),
            false => tokio::spawn(turn.taken_back(first)).await.map_err(|_| gone())??,
        };
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
        desk.closed = true;
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
struct Slot {
    writer: Writer,
    desk: OwnedMutexGuard<GroupCommit>,
}

impl Slot {
    /// The turn once it has begun, and whether it is the first of its transaction.
    async fn begun(mut self) -> StoreResult<(Self, bool)> {
        self.desk.take_back().await;
        let first = self.begin().await?;
        Ok((self, first))
    }

    fn line(&mut self) -> StoreResult<&mut SqliteConnection> {
        self.desk.line.as_mut().ok_or_else(gone)
    }

    /// Begins a transaction, or a part of the one that is open. Answers whether it is the first in it.
    async fn begin(&mut self) -> StoreResult<bool> {
        if let Some(open) = self.desk.open.as_mut() {
            open.at_work = true;
            // Of two that are open a page costs more. There is none any more where the engine has taken everything back.
            if let Err(error) = self.desk.say("release work; savepoint work").await {
                self.desk.broken(&error).await;
                return Err(gone());
            }
            return Ok(false);
        }
        if self.desk.closed {
            return Err(gone());
        }
        if self.desk.line.is_none() {
            self.desk.line = Some(self.desk.options.connect().await?);
        }
        self.desk.open = Some(Open { at_work: true, waiting: Vec::new() });
        let begun = self.desk.say("begin immediate; savepoint work").await;
        match &begun {
            Ok(()) => {}
            // Somebody at the command line writes.
            Err(error) if error.lost_a_race() => self.desk.open = None,
            Err(error) => self.desk.broken(error).await,
        }
        begun.map(|()| true)
    }

    /// Ends work that was done: it waits for the commit.
    fn joins(mut self) -> StoreResult<oneshot::Receiver<StoreResult<()>>> {
        // Where the line has broken everybody has been told, and this one is too.
        let open = self.desk.open.as_mut().ok_or_else(gone)?;
        open.at_work = false;
        let (done, waits) = oneshot::channel();
        open.waiting.push(done);
        if open.waiting.len() == 1 {
            // In a task of its own: it is done whoever goes away.
            tokio::spawn(self.writer.clone().commit());
        }
        Ok(waits)
    }

    /// Ends work that has failed. Whoever was first has seen nothing that was not committed; the others wait.
    async fn taken_back(mut self, first: bool) -> StoreResult<Option<oneshot::Receiver<StoreResult<()>>>> {
        self.desk.take_back().await;
        if first { Ok(None) } else { self.joins().map(Some) }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let cut_off = self.desk.open.as_ref().is_some_and(|open| open.at_work);
        if cut_off && let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.writer.clone().take_back());
        }
    }
}

impl GroupCommit {
    async fn say(&mut self, text: &'static str) -> StoreResult<()> {
        eagerly(self.patiently(text)).await
    }

    async fn patiently(&mut self, text: &'static str) -> StoreResult<()> {
        let line = self.line.as_mut().ok_or_else(gone)?;
        sqlx::raw_sql(text).execute(line).await?;
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
        // It waits for the disk.
        match self.patiently("commit").await {
            Ok(()) => self.answer(|| Ok(())),
            Err(error) => self.broken(&error).await,
        }
    }

    /// Tells everybody who waits what has become of what was open.
    fn answer(&mut self, what: impl Fn() -> StoreResult<()>) {
        for waits in self.open.take().into_iter().flat_map(|open| open.waiting) {
            // Whoever went away is not told.
            let _ = waits.send(what());
        }
    }

    /// Gives the line up, and with it what is open: where a statement fails, as on a full disk, the engine may have taken
    /// everything back by itself.
    async fn broken(&mut self, error: &StoreError) {
        tracing::warn!(%error, "the line that writes to the database is opened anew");
        if let Some(line) = self.line.take() {
            drop(line.close_hard().await);
        }
        self.answer(|| Err(StoreError::Unavailable(error.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn writer() -> Writer {
        let options = SqliteConnectOptions::new().filename(":memory:");
        Writer::open(options).await.unwrap()
    }

    async fn turn(writer: &Writer) -> (Slot, bool) {
        let desk = Arc::clone(&writer.0).lock_owned().await;
        Slot { writer: writer.clone(), desk }.begun().await.unwrap()
    }

    async fn write(writer: &Writer) -> StoreResult<()> {
        writer.write(async |_| Ok(())).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_commit_that_fails_fails_for_all_and_for_nobody_after_them() {
        let writer = writer().await;
        let (mut one, first) = turn(&writer).await;
        let other = tokio::spawn({
            let writer = writer.clone();
            async move { write(&writer).await }
        });
        // As the engine does by itself where the disk is full.
        one.desk.say("rollback").await.unwrap();
        let told = one.joins().unwrap();
        assert!(first);
        assert!(matches!(told.await.unwrap(), Err(StoreError::Unavailable(_))));
        // Whoever came meanwhile shared that commit, or came after it.
        assert!(matches!(other.await.unwrap(), Ok(()) | Err(StoreError::Unavailable(_))));
        assert!(write(&writer).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn those_who_come_while_it_is_open_share_a_commit() {
        let writer = writer().await;
        let (one, first) = turn(&writer).await;
        assert!(first);
        let other = tokio::spawn({
            let writer = writer.clone();
            async move { turn(&writer).await }
        });
        // So that the other stands in the line before the commit does.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let told = one.joins().unwrap();
        let (other, first) = other.await.unwrap();
        assert!(!first);
        let both = (told, other.joins().unwrap());
        assert!(both.0.await.unwrap().is_ok() && both.1.await.unwrap().is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_goes_on_after_a_statement_has_failed_is_taken_back() {
        let writer = writer().await;
        let goes_on = async |tx: &mut Tx<'_>| {
            // There are no tables.
            assert!(crate::store::idempotency::outcome(tx, [0; 32]).await.is_err());
            Ok(())
        };
        assert!(matches!(writer.write(goes_on).await, Err(StoreError::Statement(_))));
        assert!(write(&writer).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_written_once_it_is_closed() {
        let writer = writer().await;
        assert!(write(&writer).await.is_ok());
        writer.close().await;
        assert!(matches!(write(&writer).await, Err(StoreError::Unavailable(_))));
    }
}
