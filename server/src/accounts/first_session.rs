//! The first session of a new account.

use super::{open_session, sign_in};
use crate::command_bus::{Outcome, Submission};
use crate::services::Services;
use app::backend::{Caller, DoneWithCookie};
use shared::problem::Problem;
use shared::wire::accounts::SignInForm;

/// The first session of an account that a form creates, with what was typed.
pub struct FirstSession<'a> {
    pub username: &'a str,
    pub password: &'a str,
}

impl FirstSession<'_> {
    /// The first answer to a form that created an account before, with the device signed in by the password as usual.
    pub async fn previous_result(
        &self,
        services: &Services,
        who: &Caller,
        submission: &Submission,
    ) -> Result<Option<DoneWithCookie>, Problem> {
        let Some(done) = services.bus.previous_answer(submission).await? else { return Ok(None) };
        Ok(Some(DoneWithCookie { done, ..self.sign_in(services, who).await? }))
    }

    /// Signs the device in to an account that was created with this password hash. A form that was sent before signs in
    /// by its password.
    pub async fn begin(
        &self,
        services: &Services,
        who: &Caller,
        outcome: Outcome,
        hash: String,
    ) -> Result<DoneWithCookie, Problem> {
        let opened = if outcome.events.is_empty() {
            self.sign_in(services, who).await?
        } else {
            open_session::open(services, who, self.username, Some(hash)).await?
        };
        Ok(DoneWithCookie { done: outcome.done, ..opened })
    }

    async fn sign_in(&self, services: &Services, who: &Caller) -> Result<DoneWithCookie, Problem> {
        let (name, password) = (self.username.to_owned(), self.password.into());
        sign_in::sign_in(services, who, &SignInForm { who: name, password, next: String::new() }).await
    }
}
