//! Turns: a few permits, and whoever waits for one, in a line of their own for each client. The lines are served one
//! after the other, so that a client who asks a hundred times waits for themselves and for nobody else; and where too many
//! wait altogether, the longest line is turned away from, and not whoever comes next.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot::{self, Receiver, Sender};

/// The permits and the lines. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Turns(Arc<Mutex<Lines>>);

/// A permit, which goes to the next one by itself when it is dropped.
pub struct Permit(Turns);

struct Lines {
    free: usize,
    /// How many may wait altogether.
    most: usize,
    /// The next one to be served first; none of them is empty.
    lines: VecDeque<Line>,
}

struct Line {
    client: Arc<str>,
    waiting: VecDeque<Sender<Permit>>,
}

impl Turns {
    /// So many permits, at least one, for which up to `most` may wait.
    pub fn new(permits: usize, most: usize) -> Self {
        Self(Arc::new(Mutex::new(Lines { free: permits.max(1), most, lines: VecDeque::new() })))
    }

    /// A permit, as soon as it is this client's turn; `None` where too many wait, most of them this client's.
    pub async fn take(&self, client: &str) -> Option<Permit> {
        let turn = {
            let mut lines = self.lines();
            if lines.free > 0 {
                lines.free -= 1;
                return Some(Permit(self.clone()));
            }
            lines.wait(client)?
        };
        turn.await.ok()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.lines().waiting()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a permit to the next one, or keeps it where nobody waits.
    fn pass_on(&self) {
        let next = {
            let mut lines = self.lines();
            let next = lines.next();
            lines.free += usize::from(next.is_none());
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

impl Lines {
    /// How many wait, now that those are forgotten who have gone.
    fn waiting(&mut self) -> usize {
        self.lines.iter_mut().for_each(|line| line.waiting.retain(|turn| !turn.is_closed()));
        self.lines.retain(|line| !line.waiting.is_empty());
        self.lines.iter().map(|line| line.waiting.len()).sum()
    }

    /// The first of the first line, which then stands behind all others.
    fn next(&mut self) -> Option<Sender<Permit>> {
        let mut line = self.lines.pop_front()?;
        let next = line.waiting.pop_front();
        if !line.waiting.is_empty() {
            self.lines.push_back(line);
        }
        next
    }

    /// A place at the end of a client's line.
    fn wait(&mut self, client: &str) -> Option<Receiver<Permit>> {
        if self.waiting() >= self.most {
            self.make_room_for(client)?;
        }
        let (turn, receiver) = oneshot::channel();
        match self.lines.iter_mut().find(|line| *line.client == *client) {
            Some(line) => line.waiting.push_back(turn),
            None => self.lines.push_back(Line { client: client.into(), waiting: VecDeque::from([turn]) }),
        }
        Some(receiver)
    }

    /// Turns away the last of the longest line, unless this client's own would be as long then.
    fn make_room_for(&mut self, client: &str) -> Option<()> {
        let own = self.lines.iter().find(|line| *line.client == *client).map_or(0, |line| line.waiting.len());
        let longest = self.lines.iter_mut().max_by_key(|line| line.waiting.len())?;
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
    fn comes(turns: &Turns, client: &'static str, served: &Arc<Mutex<Vec<&'static str>>>) -> JoinHandle<bool> {
        let (turns, served) = (turns.clone(), Arc::clone(served));
        tokio::spawn(async move {
            let Some(permit) = turns.take(client).await else { return false };
            served.lock().unwrap().push(client);
            drop(permit);
            true
        })
    }

    #[tokio::test]
    async fn a_flood_of_one_client_waits_for_itself_and_for_nobody_else() {
        let (turns, served) = (Turns::new(1, MOST), Arc::default());
        let held = turns.take("flood").await.unwrap();
        let mut flood = Vec::new();
        for _ in 0..MOST + 2 {
            flood.push(comes(&turns, "flood", &served));
            yield_now().await;
        }
        assert_eq!(turns.waiting(), MOST);
        // The line is full, and she comes in all the same: the last of the flood makes room.
        let dana = comes(&turns, "dana", &served);
        yield_now().await;
        assert_eq!(turns.waiting(), MOST);
        drop(held);
        assert!(dana.await.unwrap());
        let mut turned_away = 0;
        for one in flood {
            turned_away += usize::from(!one.await.unwrap());
        }
        assert_eq!(turned_away, 3);
        assert_eq!(served.lock().unwrap()[..2], ["flood", "dana"]);
        assert_eq!(turns.waiting(), 0);
    }

    #[tokio::test]
    async fn whoever_goes_away_keeps_nobody_waiting() {
        let (turns, served) = (Turns::new(1, MOST), Arc::default());
        let held = turns.take("dana").await.unwrap();
        let gone = comes(&turns, "gone", &served);
        yield_now().await;
        let lee = comes(&turns, "lee", &served);
        yield_now().await;
        gone.abort();
        let _ = gone.await;
        drop(held);
        assert!(tokio::time::timeout(Duration::from_secs(5), lee).await.unwrap().unwrap());
        assert!(turns.take("dana").await.is_some(), "the permit is free again");
    }
}
