//! Create the first administrator with the set-up link that the server printed.

use super::create::with_hash;
use super::first_session::FirstSession;
use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services, web};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle;
use app::backend::{Answer as _, Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::problem::Problem;
use shared::rules::Secret;
use shared::rules::accounts::{AccountDetails, SetUp, SetUpFacts, may_set_up};
use shared::rules::administration::OpenSetUp;
use shared::wire::Consent;
use shared::wire::accounts::{CreateAccountForm, SetUpForm, SetUpQuery};

impl LoadFacts for SetUp {
    const CLAIMED_BY_ACTOR: bool = false;

    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        contacts: &mut Contacts,
    ) -> StoreResult<SetUpFacts> {
        accounts::lock_set_up(tx).await?;
        let facts = facts(tx, self.secret.as_ref()).await?;
        Ok(SetUpFacts { account: self.account.load_facts(tx, context, contacts).await?, ..facts })
    }
}

impl LoadFacts for OpenSetUp {
    async fn load_facts(&self, tx: &mut Tx<'_>, _: &RequestContext, _: &mut Contacts) -> StoreResult<bool> {
        accounts::lock_set_up(tx).await?;
        accounts::is_set_up(tx).await
    }
}

async fn facts(tx: &mut Tx<'_>, secret: Option<&Secret>) -> StoreResult<SetUpFacts> {
    let secret_matches = match secret {
        Some(secret) => accounts::set_up_matches(tx, secret.hash()).await?,
        None => false,
    };
    Ok(SetUpFacts { secret_matches, set_up: accounts::is_set_up(tx).await?, ..SetUpFacts::default() })
}

/// Whether the set-up link is valid.
impl AnswerQuery for SetUpQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, _: &RequestContext) -> Result<(), Failure> {
        let facts = facts(tx, Secret::parse(&self.token).as_ref()).await?;
        Ok(may_set_up(&facts)?)
    }
}

#[async_trait]
impl Handle<SetUpForm> for Services {
    /// Nothing is hashed without a valid set-up link.
    async fn handle(&self, who: &Caller, form: SetUpForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let submission = self.bus.submission::<SetUp>(&web(who), &form, consent)?;
        let SetUpForm { token, account: CreateAccountForm { username, email, password } } = form;
        let account = AccountDetails::parse(&username, &email, &password)?;
        let session = FirstSession { username: &username, password: &password };
        if let Some(opened) = session.previous_result(self, who, &submission).await? {
            return Ok(opened);
        }
        let secret = Secret::parse(&token);
        self.answer(who, SetUpQuery { token }).await?;
        let account = with_hash(self, &throttle::client(&who.address), account).await?;
        let hash = account.password_hash.clone();
        session.begin(self, who, self.bus.execute(web(who), SetUp { secret, account }, submission).await?, hash).await
    }
}
