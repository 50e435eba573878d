//! Renders a page on one task: all tasks that it spawns run within the task of its request, never two at a time.
//!
//! Leptos spawns a task for everything that a page waits for. On several threads, one could write a signal or compute a
//! memo while another reads it. The read would then fail as if the signal were disposed.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

tokio::task_local! {
    /// The tasks that the current page has spawned.
    static SPAWNED: Spawned;
}

/// Tasks that a page has spawned and that don't run yet.
#[derive(Clone, Default)]
struct Spawned(Arc<Mutex<Vec<PinnedFuture<()>>>>);

impl Spawned {
    fn add(&self, task: PinnedFuture<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self) -> Vec<PinnedFuture<()>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// All tasks of a page.
#[derive(Default)]
struct PageTasks {
    spawned: Spawned,
    running: FuturesUnordered<PinnedFuture<()>>,
}

impl PageTasks {
    /// Polls all tasks, and those that they spawn. Returns whether none is left.
    fn poll(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            self.running.extend(self.spawned.take());
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) => return true,
                // A task that waits again may have spawned others before.
                Poll::Pending if self.spawned.is_empty() => return false,
                Poll::Pending => {}
            }
        }
    }
}

struct PageExecutor;

impl CustomExecutor for PageExecutor {
    fn spawn(&self, task: PinnedFuture<()>) {
        match SPAWNED.try_with(Spawned::clone) {
            Ok(spawned) => spawned.add(task),
            Err(_) => drop(tokio::spawn(task)),
        }
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        drop(tokio::task::spawn_local(task));
    }

    fn poll_local(&self) {}
}

/// Makes Leptos spawn its tasks here. Later calls change nothing.
pub fn init_executor() {
    // An error means that an executor is set already.
    let _ = Executor::init_custom_executor(PageExecutor);
}

/// Renders a page together with the tasks that it spawns. Tasks that are left afterwards continue in the background, still
/// one at a time.
pub async fn render<F: Future>(page: F) -> F::Output {
    let mut tasks = PageTasks::default();
    let spawned = tasks.spawned.clone();
    let mut page = pin!(page);
    let rendering = poll_fn(|context| {
        let output = page.as_mut().poll(context);
        if output.is_pending() {
            tasks.poll(context);
        }
        output
    });
    let output = SPAWNED.scope(spawned.clone(), rendering).await;
    let rest = poll_fn(move |context| if tasks.poll(context) { Poll::Ready(()) } else { Poll::Pending });
    tokio::spawn(SPAWNED.scope(spawned, rest));
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::channel::oneshot;
    use tokio::task::Id;

    /// Spawns a task that spawns another. Returns the ids of the runtime's tasks that they and the caller ran in.
    async fn task_ids() -> Vec<Id> {
        let (outer, received) = oneshot::channel();
        Executor::spawn(async move {
            let (inner, received_inner) = oneshot::channel();
            Executor::spawn(async move {
                tokio::task::yield_now().await;
                let _ = inner.send(tokio::task::id());
            });
            let _ = outer.send([received_inner.await.unwrap(), tokio::task::id()]);
        });
        received.await.unwrap().into_iter().chain([tokio::task::id()]).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spawned_tasks_run_within_the_task_of_the_page() {
        init_executor();
        let ids = tokio::spawn(render(async { (task_ids().await, tokio::task::id()) })).await.unwrap();
        assert!(ids.0.iter().all(|id| *id == ids.1), "{ids:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_left_after_rendering_continue() {
        init_executor();
        let (release, released) = oneshot::channel::<()>();
        let (sender, later) = oneshot::channel();
        render(async {
            Executor::spawn(async move {
                released.await.unwrap();
                let _ = sender.send(task_ids().await);
            });
        })
        .await;
        release.send(()).unwrap();
        let ids = later.await.unwrap();
        assert_eq!(ids.len(), 3);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn task_that_waits_again_does_not_hide_what_it_spawned() {
        init_executor();
        render(async {
            let (done, finished) = oneshot::channel();
            Executor::spawn(async move {
                tokio::task::yield_now().await;
                Executor::spawn(async move { done.send(()).unwrap() });
                std::future::pending::<()>().await;
            });
            finished.await.unwrap();
        })
        .await;
    }
}
