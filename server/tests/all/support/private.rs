//! Requests for private organizations, as the pages send them.

use super::{Someone, World};
use app::backend::{Consent, Requests as _};
use shared::billing::BillingForm;
use shared::ids::RequestId;
use shared::problem::Problem;
use shared::rules::requests::billing_version;
use shared::wire::Done;

impl World {
    /// Creates a draft and returns its id.
    pub async fn draft(&self, who: &Someone, name: &str) -> Result<RequestId, Problem> {
        let (url, once) = (format!("https://{name}.example"), self.once());
        self.services.file(&who.caller, name, name, &url, "What we do.", "private", once).await?;
        Ok(self.requests_of(who).await.first().unwrap().facts.id)
    }

    /// Saves billing details, from a page that shows the current ones.
    pub async fn save_billing(&self, who: &Someone, id: RequestId, legal_name: &str) -> Result<Done, Problem> {
        let found = self.read(async |tx| server::store::requests::by_id(tx, id).await).await;
        let shown = billing_version(found.and_then(|request| request.facts.billing).as_ref());
        self.save_billing_from(who, id, legal_name, &shown).await
    }

    /// Saves billing details, from a page that shows what `shown` stands for.
    pub async fn save_billing_from(
        &self,
        who: &Someone,
        id: RequestId,
        legal_name: &str,
        shown: &str,
    ) -> Result<Done, Problem> {
        let form = BillingForm {
            legal_name,
            email: "papers@sundial.example",
            address: "1 Gnomon Street",
            country: "GB",
            payment: "invoice",
            shown,
            ..BillingForm::default()
        };
        self.services.give_billing(&who.caller, id, form, self.once()).await
    }

    pub async fn discard(&self, who: &Someone, id: RequestId) -> Result<Done, Problem> {
        let agreed = self.services.preview_discard(&who.caller, id).await?.digest;
        self.services.discard(&who.caller, id, Consent { preview_digest: agreed, ..self.once() }).await
    }
}
