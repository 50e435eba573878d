//! A semaphore that is fair by client: each client has a queue of its own, and the queues are served in turn (round robin).
//! A client that asks a hundred times waits for itself, and delays anybody else by one permit at most. When too many wait
//! in all, the longest queue loses its last entry, so that a flood does not keep a newcomer out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot::{self, Receiver, Sender};

/// The permits and who waits for them. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct FairQueue(Arc<Mutex<State>>);

/// A permit, which goes to the next one by itself when it is dropped.
pub struct Permit(FairQueue);

struct State {
    free: usize,
    /// How many may wait altogether.
    most: usize,
    /// In the order in which they are served; none of them is empty.
    queues: VecDeque<ClientQueue>,
}

struct ClientQueue {
    client: Arc<str>,
    waiting: VecDeque<Sender<Permit>>,
}

impl FairQueue {
    /// So many permits, at least one, for which up to `most` may wait.
    pub fn new(permits: usize, most: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: permits.max(1), most, queues: VecDeque::new() })))
    }

    /// A permit, as soon as it is this client's turn; `None` where too many wait, most of them this client's.
    pub async fn acquire(&self, client: &str) -> Option<Permit> {
        let waits = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Some(Permit(self.clone()));
            }
            state.wait(client)?
        };
        waits.await.ok()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.state().waiting()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a permit to the next one, or keeps it where nobody waits.
    fn pass_on(&self) {
        let next = {
            let mut state = self.state();
            let next = state.pop_next();
            state.free += usize::from(next.is_none());
            next
        };
        if let Some(next) = next {
            // Whoever has gone meanwhile does not take it: then it is dropped here, and passed on by that.
            drop(next.send(Permit(self.clone())));
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.pass_on();
    }
}

impl State {
    /// How many wait, now that those are forgotten who have gone.
    fn waiting(&mut self) -> usize {
        self.queues.iter_mut().for_each(|queue| queue.waiting.retain(|waiter| !waiter.is_closed()));
        self.queues.retain(|queue| !queue.waiting.is_empty());
        self.queues.iter().map(|queue| queue.waiting.len()).sum()
    }

    /// The first of the first queue, which then stands behind all others.
    fn pop_next(&mut self) -> Option<Sender<Permit>> {
        let mut queue = self.queues.pop_front()?;
        let next = queue.waiting.pop_front();
        if !queue.waiting.is_empty() {
            self.queues.push_back(queue);
        }
        next
    }

    /// A place at the end of a client's queue.
    fn wait(&mut self, client: &str) -> Option<Receiver<Permit>> {
        if self.waiting() >= self.most {
            self.make_room_for(client)?;
        }
        let (waiter, receiver) = oneshot::channel();
        match self.queues.iter_mut().find(|queue| *queue.client == *client) {
            Some(queue) => queue.waiting.push_back(waiter),
            None => self.queues.push_back(ClientQueue { client: client.into(), waiting: VecDeque::from([waiter]) }),
        }
        Some(receiver)
    }

    /// Turns the last of the longest queue away, unless this client's own would be as long then.
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

    const MOST: usize = 8;

    /// Somebody who takes a turn and says who they are, or that they were turned away.
    fn comes(queue: &FairQueue, client: &'static str, served: &Arc<Mutex<Vec<&'static str>>>) -> JoinHandle<bool> {
        let (queue, served) = (queue.clone(), Arc::clone(served));
        tokio::spawn(async move {
            let Some(permit) = queue.acquire(client).await else { return false };
            served.lock().unwrap().push(client);
            drop(permit);
            true
        })
    }

    #[tokio::test]
    async fn a_flood_of_one_client_waits_for_itself_and_for_nobody_else() {
        let (queue, served) = (FairQueue::new(1, MOST), Arc::default());
        let held = queue.acquire("flood").await.unwrap();
        let mut flood = Vec::new();
        for _ in 0..MOST + 2 {
            flood.push(comes(&queue, "flood", &served));
            yield_now().await;
        }
        assert_eq!(queue.waiting(), MOST);
        // The queue is full, and she comes in all the same: the last of the flood makes room.
        let dana = comes(&queue, "dana", &served);
        yield_now().await;
        assert_eq!(queue.waiting(), MOST);
        drop(held);
        assert!(dana.await.unwrap());
        let mut turned_away = 0;
        for one in flood {
            turned_away += usize::from(!one.await.unwrap());
        }
        assert_eq!(turned_away, 3);
        assert_eq!(served.lock().unwrap()[..2], ["flood", "dana"]);
        assert_eq!(queue.waiting(), 0);
    }

    #[tokio::test]
    async fn whoever_goes_away_keeps_nobody_waiting() {
        let (queue, served) = (FairQueue::new(1, MOST), Arc::default());
        let held = queue.acquire("dana").await.unwrap();
        let gone = comes(&queue, "gone", &served);
        yield_now().await;
        let lee = comes(&queue, "lee", &served);
        yield_now().await;
        gone.abort();
        let _ = gone.await;
        drop(held);
        assert!(tokio::time::timeout(Duration::from_secs(5), lee).await.unwrap().unwrap());
        assert!(queue.acquire("dana").await.is_some(), "the permit is free again");
    }
}
