//! Publishes updates of what was committed to open pages. Who may receive which topic is decided here.

use async_trait::async_trait;
use shared::ids::{AccountId, OrganizationId};
use shared::problem::Problem;
use shared::routes;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{broadcast, watch};

/// Data that has changed. A page is told so by a topic, and loads the data again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangedData {
    /// This account's own data: its requests and its organizations.
    Account(AccountId),
    /// The administrators' queue of requests.
    Requests,
    /// The people of this organization.
    People(OrganizationId),
    /// Whether this organization is disabled, which its members see in their lists.
    OrganizationState(OrganizationId),
    /// The outgoing email.
    Emails,
}

/// What was committed within a short time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub changed: Arc<[ChangedData]>,
    /// All audit events up to this number have been published. `None` for a change without an audit event.
    pub cursor: Option<i64>,
}

/// What an account may receive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    /// Whether it is an administrator.
    pub administrator: bool,
    /// The organizations it belongs to, each with the key of its name.
    pub organizations: Vec<(OrganizationId, String)>,
}

/// Reads what an account may receive.
#[async_trait]
pub trait SubscriptionReader: Send + Sync {
    /// What this account may receive now.
    async fn subscriptions(&self, account: AccountId) -> Result<Subscriptions, Problem>;

    /// What the audit events after a number changed. `None` if there are too many events, or the number is not from
    /// this history.
    async fn changed_since(&self, number: i64) -> Result<Option<Vec<ChangedData>>, Problem>;
}

impl Subscriptions {
    /// The topic that tells this account of a change. `None` if the account may not know of it.
    pub fn topic_name(&self, account: AccountId, changed: ChangedData) -> Option<String> {
        match changed {
            ChangedData::Account(whose) => (whose == account).then(|| routes::Topic::Yours.name()),
            ChangedData::OrganizationState(organization) => {
                self.organizations.iter().any(|(id, _)| *id == organization).then(|| routes::Topic::Yours.name())
            }
            ChangedData::Requests => self.administrator.then(|| routes::Topic::Requests.name()),
            ChangedData::Emails => self.administrator.then(|| routes::Topic::Emails.name()),
            ChangedData::People(organization) => {
                let (_, key) = self.organizations.iter().find(|(id, _)| *id == organization)?;
                Some(routes::Topic::People(key.clone()).name())
            }
        }
    }

    /// Whether the subscriptions may change after this change.
    pub fn may_change_after(&self, account: AccountId, changed: ChangedData) -> bool {
        match changed {
            ChangedData::Account(whose) => whose == account,
            ChangedData::OrganizationState(organization) => {
                self.organizations.iter().any(|(id, _)| *id == organization)
            }
            ChangedData::Requests | ChangedData::People(_) | ChangedData::Emails => false,
        }
    }

    /// The names of all topics. A subscriber that has missed something gets them all.
    pub fn all_topic_names(&self) -> Vec<String> {
        let mut all = vec![routes::Topic::Yours.name()];
        if self.administrator {
            all.extend([routes::Topic::Requests.name(), routes::Topic::Emails.name()]);
        }
        all.extend(self.organizations.iter().map(|(_, key)| routes::Topic::People(key.clone()).name()));
        all
    }
}

/// The publisher of updates. Clones are cheap and share their subscribers.
#[derive(Clone, Debug)]
pub struct Broadcast {
    updates: broadcast::Sender<Update>,
    stopped: watch::Sender<bool>,
    cursor: Arc<AtomicI64>,
}

/// How many updates a slow subscriber may lag behind before it is told to reload everything.
const CAPACITY: usize = 256;

impl Default for Broadcast {
    fn default() -> Self {
        Self { updates: broadcast::Sender::new(CAPACITY), stopped: watch::Sender::new(false), cursor: Arc::default() }
    }
}

impl Broadcast {
    /// Publishes a change that leaves no audit event.
    pub fn publish(&self, changed: ChangedData) {
        self.send(Arc::new([changed]), None);
    }

    /// Publishes what all audit events up to a number changed.
    pub fn publish_up_to(&self, changed: &[ChangedData], cursor: i64) {
        self.cursor.store(cursor, Ordering::SeqCst);
        if !changed.is_empty() {
            self.send(changed.into(), Some(cursor));
        }
    }

    fn send(&self, changed: Arc<[ChangedData]>, cursor: Option<i64>) {
        // It is no error if there are no subscribers.
        let _ = self.updates.send(Update { changed, cursor });
    }

    /// The number up to which all audit events have been published.
    pub fn cursor(&self) -> i64 {
        self.cursor.load(Ordering::SeqCst)
    }

    /// Subscribes to later updates.
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        self.updates.subscribe()
    }

    /// Ends all subscriptions, so that the server can stop.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Completes after [`Broadcast::stop`].
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
    fn subscriber_gets_only_permitted_topics() {
        let club = OrganizationId(Uuid::from_u128(7));
        let member = Subscriptions { administrator: false, organizations: vec![(club, "sun-dial".to_owned())] };
        let administrator = Subscriptions { administrator: true, organizations: Vec::new() };
        let cases = [
            (ChangedData::Account(account(1)), Some("yours"), Some("yours")),
            (ChangedData::Account(account(2)), None, None),
            (ChangedData::Requests, None, Some("requests")),
            (ChangedData::Emails, None, Some("mail")),
            (ChangedData::People(club), Some("people/sun-dial"), None),
            (ChangedData::People(OrganizationId(Uuid::from_u128(8))), None, None),
            (ChangedData::OrganizationState(club), Some("yours"), None),
            (ChangedData::OrganizationState(OrganizationId(Uuid::from_u128(8))), None, None),
        ];
        for (changed, to_member, to_administrator) in cases {
            assert_eq!(member.topic_name(account(1), changed).as_deref(), to_member, "{changed:?}");
            assert_eq!(administrator.topic_name(account(1), changed).as_deref(), to_administrator, "{changed:?}");
        }
        assert_eq!(member.all_topic_names(), ["yours", "people/sun-dial"]);
        assert_eq!(administrator.all_topic_names(), ["yours", "requests", "mail"]);
    }

    #[test]
    fn own_account_or_organization_state_may_change_subscriptions() {
        let (club, other) = (OrganizationId(Uuid::from_u128(7)), OrganizationId(Uuid::from_u128(8)));
        let member = Subscriptions { administrator: false, organizations: vec![(club, "sun-dial".to_owned())] };
        let may = |changed| member.may_change_after(account(1), changed);
        assert!(may(ChangedData::Account(account(1))) && may(ChangedData::OrganizationState(club)));
        assert!(!may(ChangedData::Account(account(2))) && !may(ChangedData::OrganizationState(other)));
        assert!(!may(ChangedData::People(club)));
    }

    #[tokio::test]
    async fn published_change_is_received_and_stop_reaches_every_clone() {
        let broadcast = Broadcast::default();
        broadcast.publish(ChangedData::Emails);
        let mut receiver = broadcast.subscribe();
        broadcast.publish(ChangedData::Requests);
        assert_eq!(receiver.recv().await, Ok(Update { changed: Arc::new([ChangedData::Requests]), cursor: None }));
        broadcast.clone().stop();
        broadcast.stopped().await;
    }

    #[test]
    fn changes_up_to_a_cursor_are_published_together() {
        let broadcast = Broadcast::default();
        let mut receiver = broadcast.subscribe();
        broadcast.publish_up_to(&[], 4);
        assert_eq!(broadcast.cursor(), 4);
        broadcast.publish_up_to(&[ChangedData::Requests, ChangedData::Emails], 6);
        assert_eq!(
            receiver.try_recv(),
            Ok(Update { changed: Arc::new([ChangedData::Requests, ChangedData::Emails]), cursor: Some(6) })
        );
        assert_eq!((broadcast.cursor(), receiver.try_recv().is_err()), (6, true));
    }
}
