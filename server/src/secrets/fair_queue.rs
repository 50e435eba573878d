//! A semaphore that is fair by client: each client has its own queue, and the queues are served round robin. A client with
//! a hundred requests waits for itself, and delays any other by at most one permit. When too many wait in total, the last
//! entry of the longest queue is rejected, so that a flood doesn't block a newcomer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot::{self, Receiver, Sender};

/// The permits and the queues for them. Clones are cheap and share one state.
#[derive(Clone)]
pub struct FairQueue(Arc<Mutex<State>>);

/// A permit. Dropping it passes it to the next in turn.
pub struct Permit(FairQueue);

struct State {
    free: usize,
    /// How many may wait in total.
    max_waiting: usize,
    /// In the order in which they are served. None of them is empty.
    queues: VecDeque<ClientQueue>,
}

struct ClientQueue {
    client: Arc<str>,
    waiting: VecDeque<Sender<Permit>>,
}

impl FairQueue {
    /// A queue for at least one permit, in which up to `max_waiting` may wait.
    pub fn new(permits: usize, max_waiting: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: permits.max(1), max_waiting, queues: VecDeque::new() })))
    }

    /// Waits for a permit. Returns `None` if too many wait, and this client has the longest queue or would have it.
    pub async fn acquire(&self, client: &str) -> Option<Permit> {
        let receiver = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Some(Permit(self.clone()));
            }
            state.enqueue(client)?
        };
        receiver.await.ok()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.state().waiting()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a permit to the next in turn, or keeps it if nobody waits.
    fn release(&self) {
        let next = {
            let mut state = self.state();
            let next = state.pop_next();
            state.free += usize::from(next.is_none());
            next
        };
        if let Some(next) = next {
            // If the receiver is gone, the permit is dropped here, which releases it again.
            drop(next.send(Permit(self.clone())));
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl State {
    /// How many wait, after removing those that have been cancelled.
    fn waiting(&mut self) -> usize {
        self.queues.iter_mut().for_each(|queue| queue.waiting.retain(|waiter| !waiter.is_closed()));
        self.queues.retain(|queue| !queue.waiting.is_empty());
        self.queues.iter().map(|queue| queue.waiting.len()).sum()
    }

    /// The first of the first queue. That queue then goes to the end.
    fn pop_next(&mut self) -> Option<Sender<Permit>> {
        let mut queue = self.queues.pop_front()?;
        let next = queue.waiting.pop_front();
        if !queue.waiting.is_empty() {
            self.queues.push_back(queue);
        }
        next
    }

    /// Adds an entry at the end of a client's queue.
    fn enqueue(&mut self, client: &str) -> Option<Receiver<Permit>> {
        if self.waiting() >= self.max_waiting {
            self.make_room_for(client)?;
        }
        let (waiter, receiver) = oneshot::channel();
        match self.queues.iter_mut().find(|queue| *queue.client == *client) {
            Some(queue) => queue.waiting.push_back(waiter),
            None => self.queues.push_back(ClientQueue { client: client.into(), waiting: VecDeque::from([waiter]) }),
        }
        Some(receiver)
    }

    /// Rejects the last entry of the longest queue, unless this client's own queue would then be as long.
    fn make_room_for(&mut self, client: &str) -> Option<()> {
        let own = self.queues.iter().find(|queue| *queue.client == *client).map_or(0, |queue| queue.waiting.len());
        let longest = self.queues.iter_mut().max_by_key(|queue| queue.waiting.len())?;
        if longest.waiting.len() <= own + 1 {
            return None;
        }
        longest.waiting.pop_back();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::task::{JoinHandle, yield_now};

    const MAX_WAITING: usize = 8;

    /// Acquires a permit and records the client. The task returns whether it got one.
    fn acquire(queue: &FairQueue, client: &'static str, served: &Arc<Mutex<Vec<&'static str>>>) -> JoinHandle<bool> {
        let (queue, served) = (queue.clone(), Arc::clone(served));
        tokio::spawn(async move {
            let Some(permit) = queue.acquire(client).await else { return false };
            served.lock().unwrap().push(client);
            drop(permit);
            true
        })
    }

    #[tokio::test]
    async fn flood_of_one_client_delays_only_itself() {
        let (queue, served) = (FairQueue::new(1, MAX_WAITING), Arc::default());
        let held = queue.acquire("flood").await.unwrap();
        let mut flood = Vec::new();
        for _ in 0..MAX_WAITING + 2 {
            flood.push(acquire(&queue, "flood", &served));
            yield_now().await;
        }
        assert_eq!(queue.waiting(), MAX_WAITING);
        // The queue is full, so the last of the flood makes room.
        let dana = acquire(&queue, "dana", &served);
        yield_now().await;
        assert_eq!(queue.waiting(), MAX_WAITING);
        drop(held);
        assert!(dana.await.unwrap());
        let mut rejected = 0;
        for one in flood {
            rejected += usize::from(!one.await.unwrap());
        }
        assert_eq!(rejected, 3);
        assert_eq!(served.lock().unwrap()[..2], ["flood", "dana"]);
        assert_eq!(queue.waiting(), 0);
    }

    #[tokio::test]
    async fn cancelled_waiter_does_not_hold_the_permit() {
        let (queue, served) = (FairQueue::new(1, MAX_WAITING), Arc::default());
        let held = queue.acquire("dana").await.unwrap();
        let gone = acquire(&queue, "gone", &served);
        yield_now().await;
        let lee = acquire(&queue, "lee", &served);
        yield_now().await;
        gone.abort();
        let _ = gone.await;
        drop(held);
        assert!(tokio::time::timeout(Duration::from_secs(5), lee).await.unwrap().unwrap());
        assert!(queue.acquire("dana").await.is_some(), "the permit is free again");
    }
}
