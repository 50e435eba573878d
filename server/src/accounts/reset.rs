//! Reset a forgotten password.

use super::hashing::new_hash;
use super::sign_in::{normalized, username_or_address};
use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services, web};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts, addresses, resets};
use crate::throttle::{self, RESETS_BY_CLIENT, WRONG_BY_ACCOUNT, WRONG_BY_NAME};
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::Secret;
use shared::rules::accounts::{AskForReset, ResetFacts, ResetLink, ResetPassword, may_reset};
use shared::timestamp::Seconds;
use shared::wire::Consent;
use shared::wire::accounts::{AskForResetForm, Reset, ResetPasswordForm, ResetQuery};
use std::time::Duration;

/// Every answer takes at least this long. An existing account needs more writes, and response times must not reveal
/// that.
const MINIMUM_TIME: Duration = Duration::from_millis(200);

impl LoadFacts for AskForReset {
    const CLAIMED_BY_ACTOR: bool = false;

    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<ResetFacts>> {
        let since = context.now.minus(Seconds::days(1));
        let (username, address) = username_or_address(&self.who);
        let found = resets::facts(tx, username.clone(), address.clone(), since).await?;
        let Some(found) = found else { return Ok(None) };
        // Two forms at once must not both see the day's last email.
        accounts::lock(tx, found.account.id).await?;
        resets::facts(tx, username, address, since).await
    }
}

impl LoadFacts for ResetPassword {
    const CLAIMED_BY_ACTOR: bool = false;

    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<ResetLink>> {
        let Some(found) = link(tx, self.secret.as_ref(), context).await? else { return Ok(None) };
        accounts::lock(tx, found.account.id).await?;
        link(tx, self.secret.as_ref(), context).await
    }
}

async fn link(tx: &mut Tx<'_>, secret: Option<&Secret>, context: &RequestContext) -> StoreResult<Option<ResetLink>> {
    match secret {
        Some(secret) => resets::link(tx, secret.hash(), context.now).await,
        None => Ok(None),
    }
}

#[async_trait]
impl Handle<AskForResetForm> for Services {
    /// Neither the answer nor its time reveals whether there is such an account.
    async fn handle(&self, who: &Caller, form: AskForResetForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<AskForReset>(&origin, &form, consent)?;
        if form.who.trim().is_empty() {
            return Err(Refusal::fault(Field::Who, FaultCode::Empty {}).into());
        }
        let not_before = tokio::time::sleep(MINIMUM_TIME);
        let against = RESETS_BY_CLIENT.of(&throttle::client(&who.address));
        throttle::take(&self.bus, against).await?;
        let command = AskForReset { who: form.who, kept: !self.bus.policy.mail_goes_out };
        let answer = self.bus.execute(origin, command, submission).await;
        not_before.await;
        Ok(answer?.done.into())
    }
}

impl AnswerQuery for ResetQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Reset, Failure> {
        let found = link(tx, Secret::parse(&self.token).as_ref(), context).await?;
        let link = may_reset(found.as_ref(), context.now)?;
        let (username, email) = (link.account.username.clone(), link.email.to_string());
        Ok(Reset { username, email, ends_at: link.ends_at, now: context.now })
    }
}

#[async_trait]
impl Handle<ResetPasswordForm> for Services {
    /// Failed attempts of others are forgotten, because the holder has proven who they are. Nothing is hashed for an
    /// invalid link.
    async fn handle(&self, who: &Caller, form: ResetPasswordForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<ResetPassword>(&origin, &form, consent)?;
        let secret = Secret::parse(&form.token);
        let read = async |tx: &mut Tx<'_>, context: &RequestContext| {
            // A used link still names its account, because the form may have been sent before.
            let link = link(tx, secret.as_ref(), context).await?.ok_or(Refusal::ResetLinkInvalid {})?;
            let addresses = addresses::of_account(tx, link.account.id).await?;
            Ok((link, addresses, context.now))
        };
        let (link, addresses, now) = self.bus.query(who, read).await?;
        let username = &link.account.username;
        let chosen = Password::new(&form.password, username, link.email.as_str())
            .map_err(|code| Refusal::fault(Field::Password, code))?;
        if let Some(done) = self.bus.previous_answer(&submission).await? {
            return Ok(done.into());
        }
        may_reset(Some(&link), now)?;
        let password_hash = new_hash(self, &throttle::client(&who.address), chosen).await?;
        let outcome = self.bus.execute(origin, ResetPassword { secret, password_hash }, submission).await?;
        if !outcome.events.is_empty() {
            let names = addresses.into_iter().map(|address| address.facts.email.key()).chain([username.clone()]);
            let allowances = names.map(|name| WRONG_BY_NAME.of(&normalized(&name)));
            let allowances: Vec<_> = allowances.chain([WRONG_BY_ACCOUNT.of(&link.account.id.to_string())]).collect();
            throttle::forget(&self.bus, &allowances).await.map_err(Failure::from)?;
        }
        Ok(outcome.done.into())
    }
}
