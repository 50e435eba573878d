//! What the web layer asks of the rest of the program besides the port: sessions, subscriptions and health.

use crate::broadcast::{ChangedData, SubscriptionReader, Subscriptions};
use crate::change_feed;
use crate::command_bus::store_problem;
use crate::http::{Gauges, Health, SessionReader};
use crate::services::Services;
use crate::store::{StoreResult, Tx, accounts, history, organizations, outbox};
use async_trait::async_trait;
use shared::ids::{AccountId, SessionId};
use shared::problem::Problem;

#[async_trait]
impl SessionReader for Services {
    async fn caller(&self, token_hash: [u8; 32]) -> Result<Option<(AccountId, SessionId)>, Problem> {
        self.session(token_hash).await
    }

    async fn is_active(&self, session: SessionId) -> Result<bool, Problem> {
        let now = self.bus.clock.now();
        let stands: StoreResult<bool> = self
            .bus
            .store
            .read_single(async |tx: &mut Tx<'_>| accounts::of_session(tx, session, now).await.map(|a| a.is_some()))
            .await;
        stands.map_err(|error| store_problem(&error))
    }
}

#[async_trait]
impl SubscriptionReader for Services {
    async fn subscriptions(&self, account: AccountId) -> Result<Subscriptions, Problem> {
        let subscriptions: StoreResult<Subscriptions> = self
            .bus
            .store
            .read(async |tx: &mut Tx<'_>| {
                let found = accounts::by_id(tx, account).await?;
                let organizations = organizations::keys_of_account(tx, account).await?;
                Ok(Subscriptions {
                    administrator: found.is_some_and(|a| a.administrator),
                    organizations: organizations.into_iter().map(|(id, key)| (id, key.to_string())).collect(),
                })
            })
            .await;
        subscriptions.map_err(|error| store_problem(&error))
    }

    async fn changed_since(&self, number: i64) -> Result<Option<Vec<ChangedData>>, Problem> {
        let changed: StoreResult<Option<Vec<ChangedData>>> = self
            .bus
            .store
            .read(async |tx: &mut Tx<'_>| {
                // A number from before the site was restored to an older state is meaningless.
                if history::newest(tx).await? < number {
                    return Ok(None);
                }
                let (events, complete) = history::after(tx, number).await?;
                Ok(complete.then(|| events.iter().flat_map(change_feed::changed_data).collect()))
            })
            .await;
        changed.map_err(|error| store_problem(&error))
    }
}

#[async_trait]
impl Health for Services {
    async fn ready(&self) -> Result<(), Problem> {
        let result: StoreResult<bool> =
            self.bus.store.read_single(async |tx: &mut Tx<'_>| accounts::is_set_up(tx).await).await;
        result.map(|_| ()).map_err(|error| store_problem(&error))
    }

    async fn gauges(&self) -> Gauges {
        let waiting: StoreResult<u32> =
            self.bus.store.read_single(async |tx: &mut Tx<'_>| outbox::count_waiting(tx).await).await;
        Gauges {
            emails_waiting: u64::from(waiting.unwrap_or_default()),
            hashes_waiting: u64::try_from(self.hasher.waiting()).unwrap_or_default(),
        }
    }
}
