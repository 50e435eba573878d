//! The server's side of the port: what the screens ask for, answered by the use cases of each area.

use crate::clock::Clock;
use crate::door::{Door, Side};
use crate::secrets::passwords::Hasher;
use crate::throttle::Throttle;
use app::backend::{Backend, Caller, Consent};
use shared::limits;
use shared::moment::Span;
use shared::problem::Problem;
use shared::rules::Secret;
use std::sync::Arc;

/// Makes a `Set-Cookie` value.
pub type CookieOf = dyn Fn(Option<&Secret>) -> String + Send + Sync;

/// Everything that use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub door: Door,
    pub hasher: Hasher,
    pub gates: Gates,
    /// Makes the session cookie of a secret, or the one that ends it; how it is named and guarded is the web's business.
    pub session_cookie: Arc<CookieOf>,
    /// Whether this is a developer's server.
    pub development: bool,
}

/// How often accounts are made and passwords guessed at.
#[derive(Clone)]
pub struct Gates {
    /// New accounts, by the client's address.
    pub accounts: Throttle,
    /// Wrong passwords, by the client's address.
    pub by_client: Throttle,
    /// Wrong passwords, by the name that was typed, whether somebody has it or not.
    pub by_name: Throttle,
    /// Wrong passwords, by both.
    pub by_both: Throttle,
}

impl Gates {
    /// Gates that let so many accounts pass in an hour from one client address.
    pub fn new(clock: &Arc<dyn Clock>, accounts_an_hour: u32) -> Self {
        let gate = |burst, every| Throttle::new(Arc::clone(clock), burst, every);
        let wrong = |burst| gate(burst, limits::WRONG_PASSWORD_EVERY);
        Self {
            accounts: gate(accounts_an_hour, Span(3_600 / i64::from(accounts_an_hour.max(1)))),
            by_client: wrong(limits::WRONG_PASSWORDS_BY_CLIENT),
            by_name: wrong(limits::WRONG_PASSWORDS_BY_NAME),
            by_both: wrong(limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT),
        }
    }
}

impl Services {
    /// The port.
    pub fn backend(self: &Arc<Self>) -> Backend {
        Backend {
            accounts: Arc::<Self>::clone(self),
            requests: Arc::<Self>::clone(self),
            organizations: Arc::<Self>::clone(self),
            people: Arc::<Self>::clone(self),
            administration: Arc::<Self>::clone(self),
        }
    }
}

/// A caller of the web, as the door knows them.
pub fn web(who: &Caller) -> Side {
    Side::Web(who.clone())
}

/// What a form carries, once it has the token that every form of ours has.
///
/// # Errors
/// A form without one is not ours.
pub fn of_form(consent: Consent) -> Result<Consent, Problem> {
    if (16..=128).contains(&consent.once.len()) { Ok(consent) } else { Err(Problem::Malformed {}) }
}
