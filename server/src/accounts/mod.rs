//! Accounts: the use cases, one file for each, and the queries of pages.

pub mod addresses;
pub mod create;
pub mod delivery;
pub mod devices;
pub mod password;
pub mod reset;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod unused;
pub mod verify;

use crate::services::{Services, require_token, web};
use crate::store::{self, StoreResult, Tx};
use app::backend::{Accounts, Caller, Consent, DoneWithCookie};
use async_trait::async_trait;
use shared::ids::{AccountId, SessionId};
use shared::problem::{Field, Problem, Refusal};
use shared::reserved;
use shared::rules::accounts::{ResendVerification, VerifyEmail, may_verify};
use shared::rules::{Person, Secret};
use shared::timestamp::Timestamp;
use shared::wire::Done;
use shared::wire::accounts::{Reset, SignedIn, UsernameStanding, Verification, Viewer};

#[async_trait]
impl Accounts for Services {
    async fn viewer(&self, who: &Caller) -> Result<Viewer, Problem> {
        let mail_goes_out = self.bus.mailer.has_mail_server;
        self.bus
            .query(who, async |tx, context| {
                let account = match context.actor.person() {
                    Err(_) => None,
                    Ok(person) => Some(signed_in(tx, person, context.now).await?),
                };
                let awaits_set_up = account.is_none() && !store::accounts::is_set_up(tx).await?;
                let version = env!("CARGO_PKG_VERSION").to_owned();
                Ok(Viewer { account, version, development: self.development, mail_goes_out, awaits_set_up })
            })
            .await
    }

    async fn username_standing(&self, who: &Caller, username: &str) -> Result<UsernameStanding, Problem> {
        let username = reserved::parse_new_username(username).map_err(|code| Refusal::fault(Field::Username, code))?;
        self.bus
            .query(who, async |tx, _| {
                let taken = store::accounts::username_taken(tx, &username.key()).await?;
                Ok(UsernameStanding { free: !taken })
            })
            .await
    }

    async fn create(
        &self,
        who: &Caller,
        username: &str,
        email: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie, Problem> {
        create::create(self, who, username, email, password, require_token(consent)?).await
    }

    async fn set_up_standing(&self, who: &Caller, token: &str) -> Result<(), Problem> {
        set_up::standing(self, who, token).await
    }

    async fn set_up(
        &self,
        who: &Caller,
        token: &str,
        username: &str,
        email: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie, Problem> {
        set_up::set_up(self, who, token, username, email, password, require_token(consent)?).await
    }

    async fn verification(&self, who: &Caller, token: &str) -> Result<Verification, Problem> {
        let secret = Secret::parse(token);
        self.bus
            .query(who, async |tx, context| {
                let facts = verify::link(tx, secret.as_ref()).await?;
                let link = may_verify(&context.actor, facts.as_ref(), context.now)?;
                Ok(Verification {
                    username: link.username.clone(),
                    email: link.email.to_string(),
                    ends_at: link.ends_at,
                    now: context.now,
                })
            })
            .await
    }

    async fn verify(&self, who: &Caller, token: &str, consent: Consent) -> Result<Done, Problem> {
        let command = VerifyEmail { secret: Secret::parse(token) };
        let consent = self.bus.bind_secrets(require_token(consent)?, &[token]);
        Ok(self.bus.execute(web(who), command, consent).await?.done)
    }

    async fn resend_verification(&self, who: &Caller, consent: Consent) -> Result<Done, Problem> {
        let command = ResendVerification { address: None };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn ask_for_reset(&self, who: &Caller, name: &str, consent: Consent) -> Result<Done, Problem> {
        reset::ask(self, who, name, require_token(consent)?).await
    }

    async fn reset_standing(&self, who: &Caller, token: &str) -> Result<Reset, Problem> {
        reset::standing(self, who, token).await
    }

    async fn reset(&self, who: &Caller, token: &str, password: &str, consent: Consent) -> Result<Done, Problem> {
        reset::reset(self, who, token, password, require_token(consent)?).await
    }

    async fn sign_in(&self, who: &Caller, name: &str, password: &str) -> Result<DoneWithCookie, Problem> {
        sign_in::sign_in(self, who, name, password).await
    }

    async fn sign_out(&self, who: &Caller) -> Result<DoneWithCookie, Problem> {
        let done = self.bus.execute(web(who), shared::rules::accounts::SignOut, Consent::default()).await?.done;
        Ok(DoneWithCookie { done, cookie: (self.session_cookie)(None) })
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
