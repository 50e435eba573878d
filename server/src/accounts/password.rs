//! Change a password, and confirm a change by the current password.

use super::attempts::confirm;
use super::devices::of_actor;
use super::hashing::new_hash;
use super::open_session;
use crate::command_bus::LoadFacts;
use crate::context::RequestContext;
use crate::services::{Services, web};
use crate::store::accounts::Contacts;
use crate::store::{StoreResult, Tx, accounts};
use crate::throttle;
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Faults, Field, Refusal};
use shared::rules::accounts::{ChangePassword, PasswordFacts};
use shared::wire::Consent;
use shared::wire::accounts::ChangePasswordForm;

impl LoadFacts for ChangePassword {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<PasswordFacts>> {
        let Some(account) = context.account() else { return Ok(None) };
        accounts::lock(tx, account).await?;
        let devices = of_actor(tx, context).await?;
        Ok(Some(PasswordFacts { password_hash: accounts::password_hash(tx, account).await?, devices }))
    }
}

#[async_trait]
impl Handle<ChangePasswordForm> for Services {
    /// This device gets a new session.
    async fn handle(
        &self,
        who: &Caller,
        form: ChangePasswordForm,
        consent: Consent,
    ) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<ChangePassword>(&origin, &form, consent)?;
        let person = self.bus.query(who, async |_, context| Ok(context.actor.person()?.clone())).await?;
        let mut faults = Faults::default();
        let offered = faults.take(Field::CurrentPassword, Password::for_verification(&form.current_password));
        let chosen = faults.take(Field::Password, Password::new(&form.password, &person.username, &person.email));
        let (offered, chosen) = faults.finish(offered.zip(chosen))?;
        let same = offered == chosen;
        let confirmed = confirm(self, who, offered).await?;
        if same {
            return Err(Refusal::fault(Field::Password, FaultCode::PasswordUnchanged {}).into());
        }
        let password_hash = new_hash(self, &throttle::client(&who.address), chosen).await?;
        let command = ChangePassword { confirmed, password_hash, agent: who.agent.clone() };
        let outcome = self.bus.execute(origin, command, submission).await?;
        let cookie = open_session::cookie(self, &outcome).ok_or(Refusal::NotSignedIn {})?;
        Ok(DoneWithCookie { cookie: Some(cookie), done: outcome.done })
    }
}
