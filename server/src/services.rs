//! The server's side of the port: the use cases of each area implement what the screens call.

use crate::command_bus::{CommandBus, Origin};
use crate::secrets::passwords::Hasher;
use crate::throttle::RateLimit;
use app::backend::{Backend, Caller, Consent};
use shared::problem::Problem;
use shared::rules::Secret;
use shared::unicode::strip_link_breaks;
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

impl Services {
    /// The port.
    pub fn backend(self: &Arc<Self>) -> Backend {
        Backend {
            accounts: Arc::<Self>::clone(self),
            settings: Arc::<Self>::clone(self),
            requests: Arc::<Self>::clone(self),
            organizations: Arc::<Self>::clone(self),
            people: Arc::<Self>::clone(self),
            invitations: Arc::<Self>::clone(self),
            administration: Arc::<Self>::clone(self),
        }
    }
}

/// The origin of a caller from the web.
pub fn web(who: &Caller) -> Origin {
    Origin::Web(who.clone())
}

/// Requires the token that each of our forms has.
pub fn require_token(consent: Consent) -> Result<Consent, Problem> {
    if (16..=128).contains(&consent.idempotency_key.len()) { Ok(consent) } else { Err(Problem::Malformed {}) }
}

/// A search text without control characters, cut to its first 100 characters.
pub fn search_text(query: &str) -> String {
    strip_link_breaks(query).trim().chars().filter(|c| !c.is_control()).take(100).collect()
}
