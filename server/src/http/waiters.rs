//! A bounded set of clients that keep the server waiting, in total and for each client. A newcomer is always admitted.
//! Where there is no room, the longest waiting entry is evicted, so that a quick client gets through beside any number of
//! slow ones.

use super::clients::ClientKey;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The set of waiting entries.
pub struct Waiters {
    capacity: usize,
    per_client: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    len: usize,
    /// By client and in order of arrival, each with what tells it that it is evicted.
    clients: HashMap<ClientKey, BTreeMap<u64, Arc<Notify>>>,
}

/// An entry of the set. Dropping it removes the entry.
pub struct WaitGuard {
    waiters: Arc<Waiters>,
    client: ClientKey,
    id: u64,
}

impl Waiters {
    /// An empty set of at most `capacity` entries, of which at most `per_client` belong to one client.
    pub fn new(capacity: usize, per_client: usize) -> Self {
        Self { capacity, per_client, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an entry for a client. `evicted` is notified when the entry has to go.
    pub fn add(self: &Arc<Self>, client: ClientKey, evicted: Arc<Notify>) -> WaitGuard {
        let mut state = self.state();
        if state.clients.get(&client).is_some_and(|own| own.len() >= self.per_client) {
            state.evict_oldest_of(client);
        } else if state.len >= self.capacity {
            state.evict_one();
        }
        let id = state.next_id;
        state.next_id += 1;
        state.len += 1;
        state.clients.entry(client).or_default().insert(id, evicted);
        WaitGuard { waiters: Arc::clone(self), client, id }
    }

    /// Evicts the oldest entry of the client that has most. Returns whether there was one.
    pub fn evict_one(&self) -> bool {
        self.state().evict_one()
    }
}

impl State {
    fn evict_one(&mut self) -> bool {
        let most = self.clients.iter().max_by_key(|(_, own)| own.len()).map(|(client, _)| *client);
        most.is_some_and(|client| self.evict_oldest_of(client))
    }

    fn evict_oldest_of(&mut self, client: ClientKey) -> bool {
        let oldest = self.clients.get(&client).and_then(|own| own.keys().next().copied());
        let removed = oldest.and_then(|id| self.remove(client, id));
        if let Some(evicted) = &removed {
            evicted.notify_one();
        }
        removed.is_some()
    }

    fn remove(&mut self, client: ClientKey, id: u64) -> Option<Arc<Notify>> {
        let own = self.clients.get_mut(&client)?;
        let removed = own.remove(&id)?;
        if own.is_empty() {
            self.clients.remove(&client);
        }
        self.len -= 1;
        Some(removed)
    }
}

impl Drop for WaitGuard {
    fn drop(&mut self) {
        // An evicted entry has been removed already.
        let _ = self.waiters.state().remove(self.client, self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::clients::Client;
    use futures::FutureExt as _;
    use std::net::SocketAddr;

    fn client(number: u8) -> ClientKey {
        Client::from(SocketAddr::from(([192, 0, 2, number], 1))).key()
    }

    #[test]
    fn full_set_evicts_the_oldest_entry() {
        let waiters = Arc::new(Waiters::new(4, 2));
        let add = |who: u8| {
            let evicted = Arc::new(Notify::new());
            (waiters.add(client(who), Arc::clone(&evicted)), evicted)
        };
        let is_evicted = |(_, evicted): &(WaitGuard, Arc<Notify>)| evicted.notified().now_or_never().is_some();
        let (first, second) = (add(1), add(1));
        // A client at its own limit loses its own oldest entry.
        let third = add(1);
        assert!(is_evicted(&first) && !is_evicted(&second) && !is_evicted(&third));
        // At the total limit, the client with most entries loses one.
        let others = [add(2), add(3)];
        let last = add(4);
        assert!(is_evicted(&second) && !others.iter().any(is_evicted) && !is_evicted(&third) && !is_evicted(&last));
        drop((first, second, third, last, others));
        let state = waiters.state();
        assert!(state.len == 0 && state.clients.is_empty());
        drop(state);
        assert!(!waiters.evict_one());
    }
}
