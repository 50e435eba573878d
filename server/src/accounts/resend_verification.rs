//! Send the verification letter again.

use crate::door::{Circumstances, Gather};
use crate::store::{StoreResult, Tx, accounts};
use shared::moment::Span;
use shared::rules::accounts::{ResendFacts, ResendVerification};

impl Gather for ResendVerification {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<ResendFacts>> {
        let Some(id) = about.account() else { return Ok(None) };
        accounts::lock(tx, id).await?;
        accounts::resend_facts(tx, id, about.now.minus(Span::days(1))).await
    }
}
