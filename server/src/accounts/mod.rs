//! Accounts: the use cases, one file for each, and the queries of pages.

pub mod addresses;
mod attempts;
pub mod create;
pub mod delivery;
pub mod devices;
mod first_session;
pub mod hashing;
mod open_session;
pub mod password;
pub mod reset;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod unused;
pub mod verify;

use crate::command_bus::{Failure, Submission};
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services, web};
use crate::store::{self, StoreResult, Tx};
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::ids::{AccountId, SessionId};
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::reserved;
use shared::rules::accounts::{SignOut, may_verify};
use shared::rules::{Person, Secret};
use shared::timestamp::Timestamp;
use shared::wire::Consent;
use shared::wire::accounts::{
    SignOutForm, SignedIn, UsernameQuery, UsernameStanding, Verification, VerificationQuery, Viewer, ViewerQuery,
};

impl AnswerQuery for ViewerQuery {
    async fn answer(&self, services: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Viewer, Failure> {
        let mail_goes_out = services.bus.mailer.has_mail_server;
        let account = match context.actor.person() {
            Err(_) => None,
            Ok(person) => Some(signed_in(tx, person, context.now).await?),
        };
        let awaits_set_up = account.is_none() && !store::accounts::is_set_up(tx).await?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Viewer { account, version, development: services.development, mail_goes_out, awaits_set_up })
    }
}

impl AnswerQuery for UsernameQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, _: &RequestContext) -> Result<UsernameStanding, Failure> {
        let username =
            reserved::parse_new_username(&self.username).map_err(|code| Refusal::fault(Field::Username, code))?;

        let taken = store::accounts::username_taken(tx, &username.key()).await?;
        Ok(UsernameStanding { free: !taken })
    }
}

impl AnswerQuery for VerificationQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Verification, Failure> {
        let secret = Secret::parse(&self.token);
        let facts = verify::link(tx, secret.as_ref()).await?;
        let link = may_verify(&context.actor, facts.as_ref(), context.now)?;
        Ok(Verification {
            username: link.username.clone(),
            email: link.email.to_string(),
            ends_at: link.ends_at,
            now: context.now,
        })
    }
}

#[async_trait]
impl Handle<SignOutForm> for Services {
    async fn handle(&self, who: &Caller, _: SignOutForm, _: Consent) -> Result<DoneWithCookie, Problem> {
        let done = self.bus.execute(web(who), SignOut, Submission::default()).await?.done;
        Ok(DoneWithCookie { done, cookie: Some((self.session_cookie)(None)) })
    }
}

/// What the frame of every page shows of an account.
async fn signed_in(tx: &mut Tx<'_>, person: &Person, now: Timestamp) -> StoreResult<SignedIn> {
    let requests_waiting = if person.administrator { store::requests::count_submitted(tx).await? } else { 0 };
    let received = store::invitations::of_account(tx, person.id, now).await?;
    Ok(SignedIn {
        invitations: u32::try_from(received.len()).unwrap_or(u32::MAX),
        invitation: received.into_iter().next(),
        questioned: store::requests::questioned(tx, person.id).await?,
        username: person.username.clone(),
        email: person.email.clone(),
        verified: person.verified,
        bounces: store::addresses::primary_bounces(tx, person.id).await?,
        administrator: person.administrator,
        requests_waiting,
    })
}

impl Services {
    /// The account and session of a session cookie's hash. It also records that the session was used.
    pub async fn session(&self, hash: [u8; 32]) -> Result<Option<(AccountId, SessionId)>, Problem> {
        let now = self.bus.clock.now();
        let found: StoreResult<_> =
            self.bus.store.read_single(async |tx: &mut Tx<'_>| store::sessions::live(tx, hash, now).await).await;
        let Some(session) = found.map_err(|e| crate::command_bus::store_problem(&e))? else { return Ok(None) };
        if session.seen_at < now.minus(store::sessions::SEEN_EVERY) {
            self.note_use(session.id);
        }
        Ok(Some((session.account, session.id)))
    }

    /// Records that a session was used, in the background.
    fn note_use(&self, id: SessionId) {
        let (store, now) = (self.bus.store.clone(), self.bus.clock.now());
        tokio::spawn(async move {
            let recorded: StoreResult<()> =
                store.write(async |tx: &mut Tx<'_>| store::sessions::mark_seen(tx, id, now).await).await;
            if let Err(error) = recorded {
                tracing::warn!(%error, "the use of a session was not recorded");
            }
        });
    }
}
