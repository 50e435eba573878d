//! The server's side of the port: what the screens ask for, answered by the use cases of each area.

use crate::command_bus::{CommandBus, Origin};
use crate::secrets::passwords::Hasher;
use crate::throttle::Measure;
use app::backend::{Backend, Caller, Consent};
use shared::problem::Problem;
use shared::rules::Secret;
use shared::unicode::without_breaks;
use std::sync::Arc;

/// Makes a `Set-Cookie` value.
pub type CookieOf = dyn Fn(Option<&Secret>) -> String + Send + Sync;

/// Everything that use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub bus: CommandBus,
    pub hasher: Hasher,
    /// How many accounts may be made from one client address.
    pub new_accounts: Measure,
    /// Makes the session cookie of a secret, or the one that ends it; how it is named and guarded is the web's business.
    pub session_cookie: Arc<CookieOf>,
    /// Whether the site's address is this machine's own: only there is the demo's password taken.
    pub is_local: bool,
    /// Whether this is a developer's server.
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

/// A caller of the web, as the door knows them.
pub fn web(who: &Caller) -> Origin {
    Origin::Web(who.clone())
}

/// What a form carries, once it has the token that every form of ours has.
pub fn require_token(consent: Consent) -> Result<Consent, Problem> {
    if (16..=128).contains(&consent.once.len()) { Ok(consent) } else { Err(Problem::Malformed {}) }
}

/// What is search_text for, as it was typed: without what nobody types, and its first 100 characters.
pub fn search_text(query: &str) -> String {
    without_breaks(query).trim().chars().filter(|c| !c.is_control()).take(100).collect()
}
