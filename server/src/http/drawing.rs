//! How a page is drawn: all tasks that it starts run within the one that answers its request, never two at a time.
//!
//! Leptos starts a task for everything that a page waits for. On several threads one of them would write a signal, or work
//! out a memo, while another reads it; and whoever reads meanwhile fails, as if it were disposed.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

tokio::task_local! {
    /// The page that is being drawn.
    static PAGE: Started;
}

/// Tasks that a page has started and nobody runs yet.
#[derive(Clone, Default)]
struct Started(Arc<Mutex<Vec<PinnedFuture<()>>>>);

impl Started {
    fn add(&self, task: PinnedFuture<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    fn take(&self) -> Vec<PinnedFuture<()>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The tasks of a page, as many as there are.
#[derive(Default)]
struct Tasks {
    started: Started,
    running: FuturesUnordered<PinnedFuture<()>>,
}

impl Tasks {
    /// Goes on with all that can go on, and with what that starts. Whether none is left.
    fn run(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let new = self.started.take();
            let nothing_new = new.is_empty();
            self.running.extend(new);
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) => return true,
                Poll::Pending if nothing_new => return false,
                Poll::Pending => {}
            }
        }
    }
}

struct PageExecutor;

impl CustomExecutor for PageExecutor {
    fn spawn(&self, task: PinnedFuture<()>) {
        match PAGE.try_with(Started::clone) {
            Ok(page) => page.add(task),
            Err(_) => drop(tokio::spawn(task)),
        }
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        drop(tokio::task::spawn_local(task));
    }

    fn poll_local(&self) {}
}

/// Has Leptos start its tasks here.
pub fn start() {
    // An error says that this has been done already.
    let _ = Executor::init_custom_executor(PageExecutor);
}

/// Draws a page together with the tasks that it starts. Those that are left when it is drawn go on by themselves, still
/// one at a time.
pub async fn drawn<F: Future>(page: F) -> F::Output {
    let mut tasks = Tasks::default();
    let started = tasks.started.clone();
    let mut page = pin!(page);
    let drawing = poll_fn(|context| {
        let answer = page.as_mut().poll(context);
        if answer.is_pending() {
            tasks.run(context);
        }
        answer
    });
    let answer = PAGE.scope(started.clone(), drawing).await;
    let rest = poll_fn(move |context| if tasks.run(context) { Poll::Ready(()) } else { Poll::Pending });
    tokio::spawn(PAGE.scope(started, rest));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::channel::oneshot;
    use tokio::task::Id;

    /// Starts a task that starts another, and says in which tasks of the runtime they and what follows them ran.
    async fn parts() -> Vec<Id> {
        let (says, heard) = oneshot::channel();
        Executor::spawn(async move {
            let (says_inner, heard_inner) = oneshot::channel();
            Executor::spawn(async move {
                tokio::task::yield_now().await;
                let _ = says_inner.send(tokio::task::id());
            });
            let _ = says.send([heard_inner.await.unwrap(), tokio::task::id()]);
        });
        heard.await.unwrap().into_iter().chain([tokio::task::id()]).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_of_a_page_run_within_its_own() {
        start();
        let ids = tokio::spawn(drawn(async { (parts().await, tokio::task::id()) })).await.unwrap();
        assert!(ids.0.iter().all(|id| *id == ids.1), "{ids:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_that_are_left_when_a_page_is_drawn_go_on() {
        start();
        let (lets_go, waits) = oneshot::channel::<()>();
        let (says, later) = oneshot::channel();
        drawn(async {
            Executor::spawn(async move {
                waits.await.unwrap();
                let _ = says.send(parts().await);
            });
        })
        .await;
        lets_go.send(()).unwrap();
        let ids = later.await.unwrap();
        assert_eq!(ids.len(), 3);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
}
