//! Sign this device out.

use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx};
use shared::rules::accounts::SignOut;

impl Gather for SignOut {
    async fn gather(&self, _: &mut Tx<'_>, _: &Circumstances) -> StoreResult<()> {
        Ok(())
    }
}
