//! The server's side of the port: queries are answered, and forms become commands. What takes more than its command is
//! handled in its area.

use crate::command_bus::{CommandBus, Failure, LoadFacts};
use crate::context::{Origin, RequestContext};
use crate::secrets::passwords::Hasher;
use crate::store::Tx;
use crate::throttle::RateLimit;
use app::backend::{Answer, Caller, Execute, Preview};
use async_trait::async_trait;
use shared::problem::Problem;
use shared::rules::Secret;
use shared::wire::{self, Consent, Done, Form, Query};
use std::sync::Arc;

/// Makes the value of a `Set-Cookie` header.
pub type CookieOf = dyn Fn(Option<&Secret>) -> String + Send + Sync;

/// The dependencies of the use cases. Cloning it is cheap.
#[derive(Clone)]
pub struct Services {
    pub bus: CommandBus,
    pub hasher: Hasher,
    /// How many accounts may be created from one client address.
    pub new_accounts: RateLimit,
    /// Makes the cookie of a session, or the one that ends it. The web layer decides its name and attributes.
    pub session_cookie: Arc<CookieOf>,
    /// Whether the site is on the operator's own machine. Only there is the demo's password accepted.
    pub is_local: bool,
    /// Whether this is a development server.
    pub development: bool,
}

/// The origin of a caller from the web.
pub fn web(who: &Caller) -> Origin {
    Origin::Web(who.clone())
}

/// What the server adds to a query: how it is answered.
pub trait AnswerQuery: Query {
    /// Answers on one snapshot of the database.
    fn answer(
        &self,
        services: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
}

#[async_trait]
impl<Q: AnswerQuery> Answer<Q> for Services {
    async fn answer(&self, who: &Caller, query: Q) -> Result<Q::Output, Problem> {
        self.bus.query(who, async |tx, context| AnswerQuery::answer(&query, self, tx, context).await).await
    }
}

#[async_trait]
impl<F: Form> Preview<F> for Services
where
    F::Command: LoadFacts,
{
    async fn preview(&self, who: &Caller, form: F) -> Result<wire::Preview, Problem> {
        self.bus.preview(web(who), form.previewed()?).await
    }
}

#[async_trait]
impl<F: Form> Execute<F> for Services
where
    F::Command: LoadFacts,
{
    async fn execute(&self, who: &Caller, form: F, consent: Consent) -> Result<Done, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<F::Command>(&origin, &form, consent)?;
        Ok(self.bus.execute::<F::Command>(origin, form.try_into()?, submission).await?.done)
    }
}
