//! Sign devices out: this one, another, or all others.

use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, sessions};
use shared::ids::SessionId;
use shared::rules::accounts::{EndDevice, EndOtherDevices, SignOut};

impl Gather for SignOut {
    async fn gather(&self, _: &mut Tx<'_>, _: &Circumstances) -> StoreResult<()> {
        Ok(())
    }
}

impl Gather for EndDevice {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<bool> {
        Ok(of_actor(tx, about).await?.contains(&self.device))
    }
}

impl Gather for EndOtherDevices {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Vec<SessionId>> {
        of_actor(tx, about).await
    }
}

/// The devices that are signed in to the account that acts.
///
/// # Errors
/// The database's own trouble.
pub async fn of_actor(tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Vec<SessionId>> {
    let Some(account) = about.account() else { return Ok(Vec::new()) };
    Ok(sessions::of_account(tx, account, about.now).await?.into_iter().map(|device| device.id).collect())
}
