//! Submit a request.

use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, requests};
use shared::rules::requests::{FileFacts, FileRequest};

impl LoadFacts for FileRequest {
    async fn load_facts(&self, tx: &mut Tx<'_>, context: &RequestContext, _: &mut Contacts) -> StoreResult<FileFacts> {
        let key = self.name.key();
        // An approval of another request for the name must close this one, or be visible to it.
        requests::lock_name(tx, &key).await?;
        let (mut own_request_open, mut filed_today) = (false, Vec::new());
        if let Some(account) = context.account() {
            // Two forms at once must not both take the day's last request.
            accounts::lock(tx, account).await?;
            own_request_open = requests::has_open(tx, account, &key).await?;
            filed_today = requests::filed_today(tx, account, None, context.now).await?;
        }
        Ok(FileFacts {
            standing: requests::standing(tx, &key).await?,
            own_request_open,
            filed_today,
            pace: context.policy.requests,
        })
    }
}
