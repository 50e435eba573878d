//! Who asks: the session of the cookie, looked up once for each request, and the address that it comes from.

use super::HttpConfig;
use super::clients::Client;
use super::served::{RequestId, cookie};
use crate::config::PublicUrl;
use app::backend::Caller;
use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::USER_AGENT;
use shared::ids::{AccountId, SessionId};
use shared::limits::SESSION_ABSOLUTE;
use shared::problem::Problem;
use shared::rules::Secret;
use std::sync::Arc;

/// Finds sessions.
#[async_trait]
pub trait SessionReader: Send + Sync {
    /// Whose session this is, by the hash of its secret; `None` when there is none, or it has ended. Counts as use of it.
    ///
    /// # Errors
    /// The database is away.
    async fn caller(&self, token_hash: [u8; 32]) -> Result<Option<(AccountId, SessionId)>, Problem>;

    /// Whether the session still stands. Does not count as use of it.
    ///
    /// # Errors
    /// The database is away.
    async fn stands(&self, session: SessionId) -> Result<bool, Problem>;
}

/// Marks a request whose session could not be looked up: who asks is not known, which is not the same as nobody.
#[derive(Clone, Copy, Debug)]
pub struct Unknown;

/// The longest part of a browser's name for itself that is kept.
const AGENT: usize = 300;

/// What the layer needs.
#[derive(Clone)]
pub struct CommandBus {
    pub sessions: Arc<dyn SessionReader>,
    pub config: Arc<HttpConfig>,
}

/// Puts the [`Caller`] into the request, and [`Unknown`] beside it where the database is away.
pub async fn recognise(State(bus): State<CommandBus>, mut request: Request, next: Next) -> Response {
    let secret = cookie(request.headers(), &bus.config.public_url.cookie(NAME)).and_then(Secret::parse);
    let found = match secret {
        Some(secret) => bus.sessions.caller(secret.hash()).await,
        None => Ok(None),
    };
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed_in = found.as_ref().ok().copied().flatten();
    if let Some((account, _)) = signed_in {
        // Who acts stands in every line of the log that is written for the request.
        tracing::Span::current().record("actor", tracing::field::display(account));
    }
    let caller = Caller {
        signed_in,
        address: request.extensions().get::<Client>().map(Client::text).unwrap_or_default(),
        agent: agent.chars().take(AGENT).collect(),
        request: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
    };
    if found.is_err() {
        request.extensions_mut().insert(Unknown);
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// What the session cookie is called, before the site makes its own name of it.
const NAME: &str = "session";
/// What the cookie of the chosen theme is called, before that.
pub(super) const THEME: &str = "theme";

/// The whole `Set-Cookie` value that begins a session in a browser.
pub fn session_cookie(secret: &str, site: &PublicUrl) -> String {
    set_cookie(NAME, secret, SESSION_ABSOLUTE.0, site)
}

/// The whole `Set-Cookie` value that ends it. What the browser has kept of pages goes with it (`headers`); not the other
/// cookies, for one of them is the chosen theme.
pub fn ended_cookie(site: &PublicUrl) -> String {
    set_cookie(NAME, "", 0, site)
}

/// A cookie of a site that scripts cannot read and other sites' forms do not send.
pub(super) fn set_cookie(name: &str, value: &str, seconds: i64, site: &PublicUrl) -> String {
    let (name, secure) = (site.cookie(name), if site.is_secure() { "; Secure" } else { "" });
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let site = |url: &str| url.parse::<PublicUrl>().unwrap();
        assert_eq!(
            session_cookie("ab", &site("https://guild.example.org")),
            "__Host-session=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure"
        );
        let plain = site("http://127.0.0.1:3000");
        assert_eq!(session_cookie("ab", &plain), "session-3000=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
        assert_eq!(ended_cookie(&plain), "session-3000=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
