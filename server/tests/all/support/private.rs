//! Requests for private organizations, as the pages send them.

use super::{Someone, World};
use crate::support::form;
use app::backend::Handle as _;
use shared::billing::BillingForm;
use shared::ids::RequestId;
use shared::problem::Problem;
use shared::rules::requests::billing_version;
use shared::wire::Done;
use shared::wire::requests::{DiscardDraftForm, GiveBillingForm};

impl World {
    /// Creates a draft and returns its id.
    pub async fn draft(&self, who: &Someone, name: &str) -> Result<RequestId, Problem> {
        let (url, once) = (format!("https://{name}.example"), self.once());
        self.services.handle(&who.caller, form::request_form(name, name, &url, "What we do.", "private"), once).await?;
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
        let billing = BillingForm {
            legal_name: legal_name.to_owned(),
            billing_email: "papers@sundial.example".to_owned(),
            postal_address: "1 Gnomon Street".to_owned(),
            country: "GB".to_owned(),
            payment: "invoice".to_owned(),
            ..BillingForm::default()
        };
        let form = GiveBillingForm { request: id.to_string(), billing, shown: shown.to_owned() };
        self.submit(who, form).await
    }

    pub async fn discard(&self, who: &Someone, id: RequestId) -> Result<Done, Problem> {
        self.agree(who, DiscardDraftForm { request: id.to_string() }).await
    }
}
