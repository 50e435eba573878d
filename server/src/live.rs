//! News of what has been committed, for the pages that are open: who hears of it is decided here, once.

use async_trait::async_trait;
use shared::ids::{AccountId, EventId, OrganizationId};
use shared::problem::Problem;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};

/// What has changed. It says where to look again, and nothing of what is found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Something of this account's own: its requests, its organizations.
    Yours(AccountId),
    /// The administrators' queue of requests.
    Requests,
    /// The people of this organization.
    People(OrganizationId),
    /// Whether this organization can be used: its members see that among their own.
    Standing(OrganizationId),
    /// The outgoing mail.
    Mail,
}

/// A piece of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    pub topic: Topic,
    /// Up to which number of history everything has been told with it, where a piece ends there.
    pub told: Option<i64>,
}

/// What an account may hear of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ears {
    /// Whether it runs the site.
    pub administrator: bool,
    /// The organizations that it belongs to, each with its key in addresses.
    pub organizations: Vec<(OrganizationId, String)>,
}

/// Tells what an account may hear of.
#[async_trait]
pub trait Listeners: Send + Sync {
    /// What this account may hear of now.
    ///
    /// # Errors
    /// The database is away.
    async fn ears(&self, account: AccountId) -> Result<Ears, Problem>;

    /// What history after a number tells of; `None` where that is too much to tell, or not what it was.
    ///
    /// # Errors
    /// The database is away.
    async fn since(&self, number: i64) -> Result<Option<Vec<Topic>>, Problem>;
}

impl Ears {
    /// What a listener is sent for this topic; `None` when it is not theirs to know.
    pub fn hear(&self, account: AccountId, topic: Topic) -> Option<String> {
        match topic {
            Topic::Yours(whose) => (whose == account).then(|| "yours".to_owned()),
            Topic::Standing(organization) => {
                self.organizations.iter().any(|(id, _)| *id == organization).then(|| "yours".to_owned())
            }
            Topic::Requests => self.administrator.then(|| "requests".to_owned()),
            Topic::Mail => self.administrator.then(|| "mail".to_owned()),
            Topic::People(organization) => {
                let (_, key) = self.organizations.iter().find(|(id, _)| *id == organization)?;
                Some(format!("people/{key}"))
            }
        }
    }

    /// Everything that a listener may hear of: sent to one that has missed something.
    pub fn everything(&self) -> Vec<String> {
        let mut all = vec!["yours".to_owned()];
        if self.administrator {
            all.extend(["requests".to_owned(), "mail".to_owned()]);
        }
        all.extend(self.organizations.iter().map(|(_, key)| format!("people/{key}")));
        all
    }
}

/// Where news is told and heard. Cloning it is cheap; all clones are one.
#[derive(Clone, Debug)]
pub struct Live {
    news: broadcast::Sender<News>,
    stopped: watch::Sender<bool>,
    told: Arc<Mutex<Told>>,
}

/// How many topics a slow listener may lag behind before it is told to look at everything again.
const KEPT: usize = 256;

/// How far history has been told. What was told is remembered by whoever listens, so that a line which breaks goes on
/// where it was; so nothing may be counted as told while something before it is not.
#[derive(Debug, Default)]
struct Told {
    last: i64,
    /// The first lines of what is being committed, and will be told; how many commits begin there: one that has failed
    /// leaves its number to the next.
    untold: BTreeMap<i64, u32>,
}

impl Told {
    fn up_to(&self) -> i64 {
        self.untold.first_key_value().map_or(self.last, |(first, _)| self.last.min(first - 1))
    }
}

impl Told {
    fn is_told(&mut self, first: i64) {
        if let Some(commits) = self.untold.get_mut(&first) {
            *commits -= 1;
            if *commits == 0 {
                self.untold.remove(&first);
            }
        }
    }
}

/// Lines that are about to be committed: from their first on nothing counts as told, until they are or this is dropped.
#[derive(Debug)]
pub struct Untold {
    told: Arc<Mutex<Told>>,
    first: Option<i64>,
}

impl Drop for Untold {
    fn drop(&mut self) {
        if let Some(first) = self.first.take() {
            held(&self.told).is_told(first);
        }
    }
}

fn held(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Live {
    fn default() -> Self {
        Self { news: broadcast::Sender::new(KEPT), stopped: watch::Sender::new(false), told: Arc::default() }
    }
}

impl Live {
    /// Tells everybody who listens of something that leaves no line in history.
    pub fn tell(&self, topic: Topic) {
        // Nobody listening is no failure.
        let _ = self.news.send(News { topic, told: None });
    }

    /// Tells everybody who listens of what has been committed; with it history is told up to a number, where that is
    /// known.
    pub fn tell_all(&self, topics: &[Topic], untold: Option<Untold>, up_to: Option<i64>) {
        // Whoever holds this says the numbers in their order.
        let mut told = held(&self.told);
        if let Some(first) = untold.and_then(|mut untold| untold.first.take()) {
            told.is_told(first);
        }
        told.last = told.last.max(up_to.unwrap_or_default());
        for (left, topic) in (0..topics.len()).rev().zip(topics) {
            let _ = self.news.send(News { topic: *topic, told: (left == 0).then(|| told.up_to()) });
        }
    }

    /// Says that lines from this number on are about to be committed: before they are.
    pub fn untold(&self, first: i64) -> Untold {
        *held(&self.told).untold.entry(first).or_default() += 1;
        Untold { told: Arc::clone(&self.told), first: Some(first) }
    }

    /// Up to which number of history everything has been told.
    pub fn told(&self) -> i64 {
        held(&self.told).up_to()
    }

    /// Hears what is told from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Ends all listening, so that the server can stop.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Ready when [`Live::stop`] has been called.
    pub async fn stopped(&self) {
        let mut stopped = self.stopped.subscribe();
        // The sender lives in `self`, so waiting ends only with the stop.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

/// Lines of its own that a server remembers, so that its pages do not hear of them twice.
const OWN: usize = 4_096;

/// The lines of history that this server writes itself: its pages hear of them when they are committed, or when nobody
/// can say whether they were. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Own(Arc<Mutex<VecDeque<EventId>>>);

impl Own {
    /// Remembers lines that are about to be committed.
    pub fn remember(&self, lines: &[EventId]) {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        own.extend(lines);
        let over = own.len().saturating_sub(OWN);
        own.drain(..over);
    }

    /// What becomes of a commit that was not answered is for history to say.
    pub fn forget(&self, lines: &[EventId]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|own| !lines.contains(own));
    }

    /// Whether this server wrote the line. Asked once for each.
    pub fn take(&self, line: EventId) -> bool {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        own.iter().position(|own| *own == line).and_then(|at| own.remove(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn account(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    #[test]
    fn everybody_hears_only_what_is_theirs() {
        let club = OrganizationId(Uuid::from_u128(7));
        let member = Ears { administrator: false, organizations: vec![(club, "sun-dial".to_owned())] };
        let administrator = Ears { administrator: true, organizations: Vec::new() };
        let cases = [
            (Topic::Yours(account(1)), Some("yours"), Some("yours")),
            (Topic::Yours(account(2)), None, None),
            (Topic::Requests, None, Some("requests")),
            (Topic::Mail, None, Some("mail")),
            (Topic::People(club), Some("people/sun-dial"), None),
            (Topic::People(OrganizationId(Uuid::from_u128(8))), None, None),
            (Topic::Standing(club), Some("yours"), None),
            (Topic::Standing(OrganizationId(Uuid::from_u128(8))), None, None),
        ];
        for (topic, to_member, to_administrator) in cases {
            assert_eq!(member.hear(account(1), topic).as_deref(), to_member, "{topic:?}");
            assert_eq!(administrator.hear(account(1), topic).as_deref(), to_administrator, "{topic:?}");
        }
        assert_eq!(member.everything(), ["yours", "people/sun-dial"]);
        assert_eq!(administrator.everything(), ["yours", "requests", "mail"]);
    }

    #[tokio::test]
    async fn what_is_told_is_heard_and_a_stop_is_seen_by_every_clone() {
        let live = Live::default();
        live.tell(Topic::Mail);
        let mut heard = live.listen();
        live.tell(Topic::Requests);
        assert_eq!(heard.recv().await, Ok(News { topic: Topic::Requests, told: None }));
        live.clone().stop();
        live.stopped().await;
    }

    #[tokio::test]
    async fn nothing_counts_as_told_while_something_before_it_is_not() {
        let live = Live::default();
        let mut heard = live.listen();
        let mut next = || heard.try_recv().map(|news| (news.topic, news.told));
        live.tell_all(&[], None, Some(4));
        assert_eq!(live.told(), 4);
        let (five, seven) = (live.untold(5), live.untold(7));
        live.tell_all(&[Topic::Requests, Topic::Mail], Some(seven), Some(8));
        assert_eq!([next(), next()], [Ok((Topic::Requests, None)), Ok((Topic::Mail, Some(4)))]);
        live.tell_all(&[Topic::Mail], Some(five), Some(6));
        assert_eq!(next(), Ok((Topic::Mail, Some(8))));
        // What is rolled back is waited for no more.
        let nine = live.untold(9);
        live.tell_all(&[], Some(live.untold(10)), Some(11));
        assert_eq!(live.told(), 8);
        drop(nine);
        assert_eq!(live.told(), 11);
        // A commit that has failed leaves its number to the next, which is not told before it is.
        let (failed, next) = (live.untold(12), live.untold(12));
        live.tell_all(&[], Some(failed), None);
        live.tell_all(&[], None, Some(12));
        assert_eq!(live.told(), 11);
        live.tell_all(&[], Some(next), Some(12));
        assert_eq!(live.told(), 12);
    }

    fn event(n: u128) -> EventId {
        EventId(Uuid::from_u128(n))
    }

    #[test]
    fn what_one_wrote_oneself_is_known_once() {
        let own = Own::default();
        own.remember(&[event(1), event(2), event(3)]);
        assert!(own.take(event(2)) && !own.take(event(2)));
        own.forget(&[event(1)]);
        assert!(!own.take(event(1)) && own.take(event(3)));
        own.remember(&(1..=OWN as u128 + 1).map(event).collect::<Vec<_>>());
        assert!(!own.take(event(1)) && own.take(event(2)));
    }
}
