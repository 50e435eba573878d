//! Who asks: the session of the cookie, looked up once for each request, and the address that it comes from.

use super::HttpConfig;
use super::served::{Peer, cookie};
use app::backend::Caller;
use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::USER_AGENT;
use shared::ids::{AccountId, SessionId};
use shared::limits::SESSION_ABSOLUTE;
use shared::problem::Problem;
use shared::rules::Secret;
use std::net::IpAddr;
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
pub struct Door {
    pub sessions: Arc<dyn SessionReader>,
    pub config: Arc<HttpConfig>,
}

/// Puts the [`Caller`] into the request, and [`Unknown`] beside it where the database is away.
pub async fn recognise(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let secure = door.config.public_url.is_secure();
    let secret = cookie(request.headers(), cookie_name(secure)).and_then(Secret::parse);
    let found = match secret {
        Some(secret) => door.sessions.caller(secret.hash()).await,
        None => Ok(None),
    };
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let caller = Caller {
        signed_in: found.as_ref().ok().copied().flatten(),
        address: client_address(request.extensions().get::<Peer>(), request.headers(), &door.config.trusted_proxies),
        agent: agent.chars().take(AGENT).collect(),
    };
    if found.is_err() {
        request.extensions_mut().insert(Unknown);
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// The address of the client: the peer's, or what a trusted proxy says of it. Of a chain of proxies the last one that
/// is not trusted counts: what stands before it could be anybody's invention.
fn client_address(peer: Option<&Peer>, headers: &HeaderMap, trusted: &[IpAddr]) -> String {
    let Some(peer) = peer.map(|peer| peer.0.ip().to_canonical()) else {
        return String::new();
    };
    if !trusted.contains(&peer) {
        return peer.to_string();
    }
    let named: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = peer;
    for name in named.into_iter().rev() {
        match name.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(ip) => client = ip,
            Err(_) => break,
        }
        if !trusted.contains(&client) {
            break;
        }
    }
    client.to_string()
}

/// The name of the session cookie. Over https the prefix binds it to this very host.
pub const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The whole `Set-Cookie` value that begins a session in a browser.
pub fn session_cookie(secret: &str, secure: bool) -> String {
    set_cookie(cookie_name(secure), secret, SESSION_ABSOLUTE.0, secure)
}

/// The whole `Set-Cookie` value that ends it. What the browser has kept of pages goes with it (`headers`); not the other
/// cookies, for one of them is the chosen theme.
pub fn ended_cookie(secure: bool) -> String {
    set_cookie(cookie_name(secure), "", 0, secure)
}

/// A cookie that scripts cannot read and other sites' forms do not send.
pub(super) fn set_cookie(name: &str, value: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        assert_eq!(
            session_cookie("ab", true),
            "__Host-session=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure"
        );
        assert_eq!(session_cookie("ab", false), "session=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
        assert_eq!(ended_cookie(false), "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let inner: IpAddr = "10.0.0.2".parse().unwrap();
        for (peer, forwarded, trusted, client) in [
            ("192.0.2.9:1", "203.0.113.5", vec![proxy], "192.0.2.9"),
            ("10.0.0.1:1", "203.0.113.5", vec![proxy], "203.0.113.5"),
            ("10.0.0.1:1", "1.1.1.1, 203.0.113.5", vec![proxy], "203.0.113.5"),
            ("10.0.0.1:1", "1.1.1.1, 203.0.113.5, 10.0.0.2", vec![proxy, inner], "203.0.113.5"),
            ("10.0.0.1:1", "nonsense", vec![proxy], "10.0.0.1"),
            ("10.0.0.1:1", "203.0.113.5", vec![], "10.0.0.1"),
            ("[::ffff:10.0.0.1]:1", "203.0.113.5", vec![proxy], "203.0.113.5"),
        ] {
            let headers =
                HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(forwarded))]);
            assert_eq!(
                client_address(Some(&Peer(peer.parse().unwrap())), &headers, &trusted),
                client,
                "{peer} {forwarded}"
            );
        }
        assert_eq!(client_address(None, &HeaderMap::new(), &[]), "");
    }
}
