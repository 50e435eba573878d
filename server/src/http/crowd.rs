//! Those who keep the server waiting: there is room for so many of them, and for so many of one client. Whoever comes when
//! there is none still finds a place, and whoever has waited longest gives theirs up: so somebody who is quick gets through
//! beside any number who are slow.

use super::clients::Share;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// All who wait.
pub struct Crowd {
    all: usize,
    of_one: usize,
    here: Mutex<Here>,
}

#[derive(Default)]
struct Here {
    /// The number of whoever comes next.
    next: u64,
    number: usize,
    /// By client, and in the order in which they came: how each is told to go.
    clients: HashMap<Share, BTreeMap<u64, Arc<Notify>>>,
}

/// A place among them, until it is dropped.
pub struct Place {
    crowd: Arc<Crowd>,
    share: Share,
    number: u64,
}

impl Crowd {
    /// Room for so many, and of these for so many of one client.
    pub fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, here: Mutex::default() }
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody in, who is told by `go` when they have to go.
    pub fn enter(self: &Arc<Self>, share: Share, go: Arc<Notify>) -> Place {
        let mut here = self.here();
        if here.clients.get(&share).is_some_and(|own| own.len() >= self.of_one) {
            here.send_away(share);
        } else if here.number >= self.all {
            here.send_one_away();
        }
        let number = here.next;
        here.next += 1;
        here.number += 1;
        here.clients.entry(share).or_default().insert(number, go);
        Place { crowd: Arc::clone(self), share, number }
    }

    /// Tells one of those of whom most are here to go; answers whether there was anybody.
    pub fn make_room(&self) -> bool {
        self.here().send_one_away()
    }
}

impl Here {
    fn send_one_away(&mut self) -> bool {
        let most = self.clients.iter().max_by_key(|(_, own)| own.len()).map(|(share, _)| *share);
        most.is_some_and(|share| self.send_away(share))
    }

    fn send_away(&mut self, share: Share) -> bool {
        let longest = self.clients.get(&share).and_then(|own| own.keys().next().copied());
        let gone = longest.and_then(|number| self.leaves(share, number));
        if let Some(go) = &gone {
            go.notify_one();
        }
        gone.is_some()
    }

    fn leaves(&mut self, share: Share, number: u64) -> Option<Arc<Notify>> {
        let own = self.clients.get_mut(&share)?;
        let gone = own.remove(&number)?;
        if own.is_empty() {
            self.clients.remove(&share);
        }
        self.number -= 1;
        Some(gone)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Whoever was told to go has left already.
        let _ = self.crowd.here().leaves(self.share, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::clients::Client;
    use futures::FutureExt as _;
    use std::net::SocketAddr;

    fn client(number: u8) -> Share {
        Client::from(SocketAddr::from(([192, 0, 2, number], 1))).share()
    }

    #[test]
    fn whoever_has_waited_longest_makes_room() {
        let crowd = Arc::new(Crowd::new(4, 2));
        let come = |who: u8| {
            let go = Arc::new(Notify::new());
            (crowd.enter(client(who), Arc::clone(&go)), go)
        };
        let told = |(_, go): &(Place, Arc<Notify>)| go.notified().now_or_never().is_some();
        let (first, second) = (come(1), come(1));
        // A client has its share, and loses its own.
        let third = come(1);
        assert!(told(&first) && !told(&second) && !told(&third));
        // All have theirs, and whoever has most loses one.
        let others = [come(2), come(3)];
        let last = come(4);
        assert!(told(&second) && !others.iter().any(told) && !told(&third) && !told(&last));
        drop((first, second, third, last, others));
        let here = crowd.here();
        assert!(here.number == 0 && here.clients.is_empty());
        drop(here);
        assert!(!crowd.make_room());
    }
}
