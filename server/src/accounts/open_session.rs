//! Open a session, and make its cookie.

use crate::command_bus::{Outcome, Submission};
use crate::services::{Services, web};
use app::backend::{Caller, DoneWithCookie};
use shared::problem::Problem;
use shared::rules::Event;
use shared::rules::accounts::SignIn;

/// Opens a session for an account whose password matched this hash.
pub async fn open(
    services: &Services,
    who: &Caller,
    name: &str,
    hash: Option<String>,
) -> Result<DoneWithCookie, Problem> {
    let command = SignIn { who: name.to_owned(), matched: hash, agent: who.agent.clone() };
    // Without an idempotency key, because the answer contains a secret that is stored nowhere. Sending it twice opens
    // two sessions, which is harmless.
    let outcome = services.bus.execute(web(who), command, Submission::default()).await?;
    let cookie = cookie(services, &outcome).ok_or(Problem::Broken {})?;
    Ok(DoneWithCookie { cookie: Some(cookie), done: outcome.done })
}

/// The cookie of the session that was opened, if any.
pub fn cookie(services: &Services, outcome: &Outcome) -> Option<String> {
    outcome.events.iter().find_map(|event| match event {
        Event::SessionOpened { secret, .. } => Some((services.session_cookie)(Some(&secret.0))),
        _ => None,
    })
}
