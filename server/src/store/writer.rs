//! The one connection that writes to the embedded database. Writers that wait at the same time share one durable
//! commit:
//!
//! 1. the first writer begins a transaction; those who come while it is open work in it too, each behind a savepoint
//! 2. once the first writer is done, a commit is queued behind the writers that were waiting already
//! 3. nobody who worked in the transaction gets a result before that commit, because they have read uncommitted rows
//!
//! Work that fails rolls back its own part only. A commit that fails, fails for all of them. The part of a writer that
//! was cancelled is rolled back before the next one starts.

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

/// How often a result is polled before the thread sleeps, which is some tens of microseconds.
const POLLS: u32 = 100;
/// Spin-loop hints between two polls.
const SPINS_PER_POLL: u32 = 20;

static IS_MULTI_CORE: LazyLock<bool> =
    LazyLock::new(|| available_parallelism().is_ok_and(|processors| processors.get() > 1));

/// How long a writer waits for its slot.
const SLOT_TIMEOUT: Duration = Duration::from_secs(8);

/// The writing connection and its queue.
#[derive(Clone)]
pub(super) struct Writer(Arc<Mutex<GroupCommit>>);

struct GroupCommit {
    options: SqliteConnectOptions,
    /// `None` after the connection broke, until the next writer opens it again.
    connection: Option<SqliteConnection>,
    open: Option<OpenTransaction>,
    /// Whether the store is closed, so that nothing is written any more.
    closed: bool,
}

/// An open transaction, with a savepoint of the latest writer.
struct OpenTransaction {
    /// Writers that are done and wait for the commit.
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
    /// Whether a writer is at work.
    in_progress: bool,
}

impl Writer {
    /// Opens the connection.
    pub async fn open(options: SqliteConnectOptions) -> StoreResult<Self> {
        let connection = Some(options.connect().await?);
        Ok(Self(Arc::new(Mutex::new(GroupCommit { options, connection, open: None, closed: false }))))
    }

    /// Runs work in a transaction. Returns once that is committed or, if the work fails, rolled back.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        let Ok(group) = timeout(SLOT_TIMEOUT, Arc::clone(&self.0).lock_owned()).await else {
            return Err(StoreError::Unavailable("timed out waiting for other writers".to_owned()).into());
        };
        let slot = Slot { writer: self.clone(), group };
        // Begin and rollback run in tasks of their own, because cancelling them would leave it unknown what was
        // executed.
        let (mut slot, first) = tokio::spawn(slot.begin_slot()).await.map_err(|_| commit_interrupted())??;
        let mut tx = Tx::sqlite(slot.connection()?, true);
        let result = work(&mut tx).await;
        let result = result.and_then(|value| tx.ensure_no_failure().map(|()| value).map_err(E::from));
        let commit = match result.is_ok() {
            true => Some(slot.join_commit()?),
            false => tokio::spawn(slot.roll_back_slot(first)).await.map_err(|_| commit_interrupted())??,
        };
        if let Some(commit) = commit {
            commit.await.unwrap_or_else(|_| Err(commit_interrupted()))?;
        }
        result
    }

    async fn commit(self) {
        let mut group = self.0.lock().await;
        group.roll_back().await;
        group.commit().await;
    }

    /// Rolls back the part of a writer that was cancelled.
    async fn roll_back(self) {
        self.0.lock().await.roll_back().await;
    }

    /// Closes the connection, so that the file is left in order.
    pub async fn close(&self) {
        let mut group = self.0.lock().await;
        group.closed = true;
        group.roll_back().await;
        group.commit().await;
        if let Some(connection) = group.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "the connection to the database was not closed in order");
        }
    }
}

/// Polls a statement for a moment before the thread sleeps. Most statements finish sooner than a thread sleeps and
/// wakes, which would otherwise be most of a command's cost. One caller at a time spins, because there is one
/// connection. With a single processor nobody spins, because it would delay the result.
pub(super) async fn spin_then_wait<F: Future>(statement: F) -> F::Output {
    let polls = if *IS_MULTI_CORE { POLLS } else { 0 };
    let mut statement = pin!(statement);
    poll_fn(|context| {
        for _ in 0..polls {
            if let Poll::Ready(answer) = statement.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            (0..SPINS_PER_POLL).for_each(|_| spin_loop());
        }
        statement.as_mut().poll(context)
    })
    .await
}

fn commit_interrupted() -> StoreError {
    StoreError::Unavailable("the commit was interrupted".to_owned())
}

/// A writer's exclusive use of the connection. Dropping it before its end rolls back its work.
struct Slot {
    writer: Writer,
    group: OwnedMutexGuard<GroupCommit>,
}

impl Slot {
    /// Begins the slot. Returns it, and whether it is the first of its transaction.
    async fn begin_slot(mut self) -> StoreResult<(Self, bool)> {
        self.group.roll_back().await;
        let first = self.begin().await?;
        Ok((self, first))
    }

    fn connection(&mut self) -> StoreResult<&mut SqliteConnection> {
        self.group.connection.as_mut().ok_or_else(commit_interrupted)
    }

    /// Begins a transaction, or a savepoint in the one that is open. Returns whether it is the first writer of the
    /// transaction.
    async fn begin(&mut self) -> StoreResult<bool> {
        if let Some(open) = self.group.open.as_mut() {
            open.in_progress = true;
            // Two open savepoints cost an extra page. There is no savepoint left if the engine rolled back everything.
            if let Err(error) = self.group.execute("release work; savepoint work").await {
                self.group.reconnect(&error).await;
                return Err(commit_interrupted());
            }
            return Ok(false);
        }
        if self.group.closed {
            return Err(commit_interrupted());
        }
        if self.group.connection.is_none() {
            self.group.connection = Some(self.group.options.connect().await?);
        }
        self.group.open = Some(OpenTransaction { in_progress: true, waiting: Vec::new() });
        let begun = self.group.execute("begin immediate; savepoint work").await;
        match &begun {
            Ok(()) => {}
            // A command in another process is writing.
            Err(error) if error.is_race() => self.group.open = None,
            Err(error) => self.group.reconnect(error).await,
        }
        begun.map(|()| true)
    }

    /// Ends work that succeeded. The receiver gets the result of the commit.
    fn join_commit(mut self) -> StoreResult<oneshot::Receiver<StoreResult<()>>> {
        // If the connection broke, all waiting writers got the error, and this one gets it too.
        let open = self.group.open.as_mut().ok_or_else(commit_interrupted)?;
        open.in_progress = false;
        let (done, waits) = oneshot::channel();
        open.waiting.push(done);
        if open.waiting.len() == 1 {
            // In a task of its own, so that no caller can cancel it.
            tokio::spawn(self.writer.clone().commit());
        }
        Ok(waits)
    }

    /// Ends work that failed. The first writer has read nothing uncommitted and need not wait. The others wait for the
    /// commit.
    async fn roll_back_slot(mut self, first: bool) -> StoreResult<Option<oneshot::Receiver<StoreResult<()>>>> {
        self.group.roll_back().await;
        if first { Ok(None) } else { self.join_commit().map(Some) }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let cut_off = self.group.open.as_ref().is_some_and(|open| open.in_progress);
        if cut_off && let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.writer.clone().roll_back());
        }
    }
}

impl GroupCommit {
    async fn execute(&mut self, text: &'static str) -> StoreResult<()> {
        spin_then_wait(self.execute_on_disk(text)).await
    }

    async fn execute_on_disk(&mut self, text: &'static str) -> StoreResult<()> {
        let connection = self.connection.as_mut().ok_or_else(commit_interrupted)?;
        sqlx::raw_sql(text).execute(connection).await?;
        Ok(())
    }

    /// Rolls back the part of the writer at work, and keeps the parts of the others.
    async fn roll_back(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| open.in_progress) else { return };
        let alone = open.waiting.is_empty();
        match self.execute(if alone { "rollback" } else { "rollback to work" }).await {
            Ok(()) if alone => self.open = None,
            Ok(()) => self.open.iter_mut().for_each(|open| open.in_progress = false),
            Err(error) => self.reconnect(&error).await,
        }
    }

    /// Commits the open transaction and notifies everybody who waits for it.
    async fn commit(&mut self) {
        if self.open.is_none() {
            return;
        }
        // No spinning: a commit waits for the disk.
        match self.execute_on_disk("commit").await {
            Ok(()) => self.notify_waiters(|| Ok(())),
            Err(error) => self.reconnect(&error).await,
        }
    }

    /// Sends the result of the transaction to everybody who waits for it.
    fn notify_waiters(&mut self, what: impl Fn() -> StoreResult<()>) {
        for waits in self.open.take().into_iter().flat_map(|open| open.waiting) {
            // A receiver that was dropped is ignored.
            let _ = waits.send(what());
        }
    }

    /// Closes the connection, and with it the open transaction. After a failed statement, as on a full disk, the engine
    /// may have rolled back everything.
    async fn reconnect(&mut self, error: &StoreError) {
        tracing::warn!(%error, "the connection that writes to the database is opened again");
        if let Some(connection) = self.connection.take() {
            drop(connection.close_hard().await);
        }
        self.notify_waiters(|| Err(StoreError::Unavailable(error.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn writer() -> Writer {
        let options = SqliteConnectOptions::new().filename(":memory:");
        Writer::open(options).await.unwrap()
    }

    async fn slot(writer: &Writer) -> (Slot, bool) {
        let group = Arc::clone(&writer.0).lock_owned().await;
        Slot { writer: writer.clone(), group }.begin_slot().await.unwrap()
    }

    async fn write(writer: &Writer) -> StoreResult<()> {
        writer.write(async |_| Ok(())).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn failed_commit_fails_for_all_who_share_it_and_nobody_later() {
        let writer = writer().await;
        let (mut one, first) = slot(&writer).await;
        let other = tokio::spawn({
            let writer = writer.clone();
            async move { write(&writer).await }
        });
        // As the engine does by itself on a full disk.
        one.group.execute("rollback").await.unwrap();
        let committed = one.join_commit().unwrap();
        assert!(first);
        assert!(matches!(committed.await.unwrap(), Err(StoreError::Unavailable(_))));
        // The other writer shared that commit, or came after it.
        assert!(matches!(other.await.unwrap(), Ok(()) | Err(StoreError::Unavailable(_))));
        assert!(write(&writer).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn writers_during_an_open_transaction_share_its_commit() {
        let writer = writer().await;
        let (one, first) = slot(&writer).await;
        assert!(first);
        let other = tokio::spawn({
            let writer = writer.clone();
            async move { slot(&writer).await }
        });
        // So that the other writer is queued before the commit.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let committed = one.join_commit().unwrap();
        let (other, first) = other.await.unwrap();
        assert!(!first);
        let both = (committed, other.join_commit().unwrap());
        assert!(both.0.await.unwrap().is_ok() && both.1.await.unwrap().is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_continues_after_a_failed_statement_is_rolled_back() {
        let writer = writer().await;
        let continues = async |tx: &mut Tx<'_>| {
            // There are no tables.
            assert!(crate::store::idempotency::outcome(tx, [0; 32]).await.is_err());
            Ok(())
        };
        assert!(matches!(writer.write(continues).await, Err(StoreError::Statement(_))));
        assert!(write(&writer).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn write_after_close_is_refused() {
        let writer = writer().await;
        assert!(write(&writer).await.is_ok());
        writer.close().await;
        assert!(matches!(write(&writer).await, Err(StoreError::Unavailable(_))));
    }
}
