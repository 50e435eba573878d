//! News of what has been committed, for the pages that are open: who hears of it is decided here, once.

use async_trait::async_trait;
use shared::ids::{AccountId, OrganizationId};
use shared::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{broadcast, watch};

/// What has changed. It says where to look again, and nothing of what is found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// What was committed together, or soon after one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub topics: Arc<[Topic]>,
    /// Up to which number of history everything has been told with it; `None` for what leaves no line there.
    pub told: Option<i64>,
}

/// What an account may hear of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    /// Whether it runs the site.
    pub administrator: bool,
    /// The organizations that it belongs to, each with its key in addresses.
    pub organizations: Vec<(OrganizationId, String)>,
}

/// Tells what an account may hear of.
#[async_trait]
pub trait Listeners: Send + Sync {
    /// What this account may hear of now.
    async fn subscriptions(&self, account: AccountId) -> Result<Subscriptions, Problem>;

    /// What history after a number tells of; `None` where that is too much to tell, or not what it was.
    async fn since(&self, number: i64) -> Result<Option<Vec<Topic>>, Problem>;
}

impl Subscriptions {
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

    /// Whether what one may hear may be something else after this.
    pub fn may_change_with(&self, account: AccountId, topic: Topic) -> bool {
        match topic {
            Topic::Yours(whose) => whose == account,
            Topic::Standing(organization) => self.organizations.iter().any(|(id, _)| *id == organization),
            Topic::Requests | Topic::People(_) | Topic::Mail => false,
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
pub struct Broadcast {
    news: broadcast::Sender<News>,
    stopped: watch::Sender<bool>,
    told: Arc<AtomicI64>,
}

/// How many pieces of news a slow listener may lag behind before it is told to look at everything again.
const KEPT: usize = 256;

impl Default for Broadcast {
    fn default() -> Self {
        Self { news: broadcast::Sender::new(KEPT), stopped: watch::Sender::new(false), told: Arc::default() }
    }
}

impl Broadcast {
    /// Tells everybody who listens of something that leaves no line in history.
    pub fn tell(&self, topic: Topic) {
        self.send(Arc::new([topic]), None);
    }

    /// Tells everybody who listens what history has up to a number.
    pub fn tell_all(&self, topics: &[Topic], up_to: i64) {
        self.told.store(up_to, Ordering::SeqCst);
        if !topics.is_empty() {
            self.send(topics.into(), Some(up_to));
        }
    }

    fn send(&self, topics: Arc<[Topic]>, told: Option<i64>) {
        // Nobody listening is no failure.
        let _ = self.news.send(News { topics, told });
    }

    /// Up to which number of history everything has been told.
    pub fn told(&self) -> i64 {
        self.told.load(Ordering::SeqCst)
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
        let member = Subscriptions { administrator: false, organizations: vec![(club, "sun-dial".to_owned())] };
        let administrator = Subscriptions { administrator: true, organizations: Vec::new() };
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

    #[test]
    fn what_is_ones_own_or_ones_organizations_may_change_what_one_hears() {
        let (club, other) = (OrganizationId(Uuid::from_u128(7)), OrganizationId(Uuid::from_u128(8)));
        let member = Subscriptions { administrator: false, organizations: vec![(club, "sun-dial".to_owned())] };
        let may = |topic| member.may_change_with(account(1), topic);
        assert!(may(Topic::Yours(account(1))) && may(Topic::Standing(club)));
        assert!(!may(Topic::Yours(account(2))) && !may(Topic::Standing(other)) && !may(Topic::People(club)));
    }

    #[tokio::test]
    async fn what_is_told_is_heard_and_a_stop_is_seen_by_every_clone() {
        let live = Broadcast::default();
        live.tell(Topic::Mail);
        let mut heard = live.listen();
        live.tell(Topic::Requests);
        assert_eq!(heard.recv().await, Ok(News { topics: Arc::new([Topic::Requests]), told: None }));
        live.clone().stop();
        live.stopped().await;
    }

    #[test]
    fn what_history_has_is_told_together_and_remembered() {
        let live = Broadcast::default();
        let mut heard = live.listen();
        live.tell_all(&[], 4);
        assert_eq!(live.told(), 4);
        live.tell_all(&[Topic::Requests, Topic::Mail], 6);
        assert_eq!(heard.try_recv(), Ok(News { topics: Arc::new([Topic::Requests, Topic::Mail]), told: Some(6) }));
        assert_eq!((live.told(), heard.try_recv().is_err()), (6, true));
    }
}
