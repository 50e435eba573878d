//! Requests for organizations and decisions on them, as the pages send them.

use super::{Someone, World};
use crate::support::form;
use app::backend::Handle as _;
use shared::ids::RequestId;
use shared::problem::Problem;
use shared::wire::Done;
use shared::wire::requests::{ApproveRequestForm, DeclineRequestForm, WithdrawRequestForm};

impl World {
    /// Submits a request and returns its id.
    pub async fn file(&self, who: &Someone, name: &str) -> Result<RequestId, Problem> {
        let (display, url) = (format!("The {name} project"), format!("https://{name}.example"));
        self.services
            .handle(&who.caller, form::request_form(name, &display, &url, "What we do.", "community"), self.once())
            .await?;
        Ok(self.requests_of(who).await.first().unwrap().facts.id)
    }

    pub async fn requests_of(&self, who: &Someone) -> Vec<server::store::requests::Request> {
        self.read(async |tx| server::store::requests::of_applicant(tx, who.id).await).await
    }

    pub async fn approve(&self, who: &Someone, id: RequestId) -> Result<Done, Problem> {
        let (request, message) = (id.to_string(), "Welcome.".to_owned());
        self.agree(who, ApproveRequestForm { request, message }).await
    }

    pub async fn decline(&self, who: &Someone, id: RequestId) -> Result<Done, Problem> {
        let (request, reason) = (id.to_string(), "Not now.".to_owned());
        self.agree(who, DeclineRequestForm { request, reason }).await
    }

    pub async fn withdraw(&self, who: &Someone, id: RequestId) -> Result<Done, Problem> {
        self.agree(who, WithdrawRequestForm { request: id.to_string() }).await
    }
}
