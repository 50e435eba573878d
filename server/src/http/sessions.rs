//! Looks up the session of a request's cookie, once for each request.

use super::HttpConfig;
use super::clients::Client;
use super::request_info::{cookie, request_id};
use crate::config::PublicUrl;
use app::backend::Caller;
use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::USER_AGENT;
use shared::ids::{AccountId, SessionId};
use shared::limits::SESSION_ABSOLUTE;
use shared::problem::Problem;
use shared::rules::Secret;
use std::sync::Arc;

/// Looks up sessions.
#[async_trait]
pub trait SessionReader: Send + Sync {
    /// The account and session for the hash of a secret, or `None` if there is none or it has ended. This counts as a use
    /// of the session.
    async fn caller(&self, token_hash: [u8; 32]) -> Result<Option<(AccountId, SessionId)>, Problem>;

    /// Whether the session is still active. This doesn't count as a use of it.
    async fn is_active(&self, session: SessionId) -> Result<bool, Problem>;
}

/// Marks a request whose session could not be looked up. Such a caller is unknown, and not the same as one who isn't
/// signed in.
#[derive(Clone, Copy, Debug)]
pub struct UnknownCaller;

/// How many characters of the `User-Agent` header are kept.
const AGENT_CHARS: usize = 300;

/// The state of the layer.
#[derive(Clone)]
pub struct SessionState {
    pub sessions: Arc<dyn SessionReader>,
    pub config: Arc<HttpConfig>,
}

/// Adds the [`Caller`] to the request's extensions, and [`UnknownCaller`] if the database is unavailable.
pub async fn identify(State(state): State<SessionState>, mut request: Request, next: Next) -> Response {
    let secret = cookie(request.headers(), &state.config.public_url.cookie_name(NAME)).and_then(Secret::parse);
    let found = match secret {
        Some(secret) => state.sessions.caller(secret.hash()).await,
        None => Ok(None),
    };
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed_in = found.as_ref().ok().copied().flatten();
    if let Some((account, _)) = signed_in {
        // Every log line of the request has the account.
        tracing::Span::current().record("actor", tracing::field::display(account));
    }
    let caller = Caller {
        signed_in,
        address: request.extensions().get::<Client>().map(Client::text).unwrap_or_default(),
        agent: agent.chars().take(AGENT_CHARS).collect(),
        request: request_id(request.extensions()).to_owned(),
    };
    if found.is_err() {
        request.extensions_mut().insert(UnknownCaller);
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// The session cookie, before [`PublicUrl::cookie_name`].
const NAME: &str = "session";
/// The cookie of the chosen theme, before [`PublicUrl::script_cookie_name`].
pub(super) const THEME: &str = "theme";

/// The `Set-Cookie` value that begins a session.
pub fn session_cookie(secret: &str, site: &PublicUrl) -> String {
    set_cookie(NAME, secret, SESSION_ABSOLUTE.0, site)
}

/// The `Set-Cookie` value that ends it. With it the browser clears its cached pages ([`super::headers`]), but not the other
/// cookies, because one of them is the chosen theme.
pub fn ended_cookie(site: &PublicUrl) -> String {
    set_cookie(NAME, "", 0, site)
}

/// A cookie that scripts can't read and forms of other sites don't send.
pub(super) fn set_cookie(name: &str, value: &str, seconds: i64, site: &PublicUrl) -> String {
    Cookie::build((site.cookie_name(name), value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.is_secure())
        .path("/")
        .max_age(Duration::seconds(seconds))
        .build()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_over_https_is_bound_to_the_host() {
        let site = |url: &str| url.parse::<PublicUrl>().unwrap();
        assert_eq!(
            session_cookie("ab", &site("https://guild.example.org")),
            "__Host-session=ab; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"
        );
        let plain = site("http://127.0.0.1:3000");
        assert_eq!(session_cookie("ab", &plain), "session-3000=ab; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
        assert_eq!(ended_cookie(&plain), "session-3000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }
}
