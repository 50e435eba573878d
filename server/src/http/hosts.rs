//! The host of a request: exactly one, and for pages the site's own.

use super::HttpConfig;
use super::clients::is_trusted;
use super::errors::Misdirected;
use super::request_info::Peer;
use crate::config::{PublicUrl, is_internal};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, ORIGIN, REFERER};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Version};
use std::sync::Arc;

/// The host that a request names.
#[derive(Clone, Debug)]
struct RequestHost(Authority);

/// Refuses a request that names no host, several, or an invalid one. With several, a proxy may have checked another one.
pub async fn require_one(mut request: Request, next: Next) -> Response {
    match request_host(&request) {
        Some(host) => {
            request.extensions_mut().insert(RequestHost(host));
            next.run(request).await
        }
        // Monitors may use HTTP/1.0, which needs no host.
        None if request.version() < Version::HTTP_11
            && !request.headers().contains_key(HOST)
            && request.uri().path().starts_with("/health/") =>
        {
            next.run(request).await
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn request_host(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let host = Authority::try_from(host.as_bytes()).ok()?;
    // An absolute address in the request line takes precedence.
    let host = request.uri().authority().cloned().unwrap_or(host);
    (!host.as_str().contains('@') && !host.host().is_empty()).then_some(host)
}

/// Serves pages and forms only at the site's own address. At any other it answers 421 with a link to it. It doesn't
/// redirect, because behind a proxy that doesn't pass the host on, that would loop.
pub async fn require_own(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("//") {
        // As a link within a page it would lead to another site.
        return StatusCode::NOT_FOUND.into_response();
    }
    if is_own_host(&request, &config) {
        return next.run(request).await;
    }
    let page = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
    let page = page.and_then(|page| app::safe_redirect(page.as_str())).unwrap_or_else(|| "/".to_owned());
    let mut response = StatusCode::MISDIRECTED_REQUEST.into_response();
    response.extensions_mut().insert(Misdirected { own_url: config.public_url.join(&page) });
    response
}

fn is_own_host(request: &Request, config: &HttpConfig) -> bool {
    let Some(RequestHost(host)) = request.extensions().get::<RequestHost>() else { return false };
    let site = &config.public_url;
    if site.matches_host(host) || header(request.headers(), &ORIGIN) == Some(site.to_string().as_str()) {
        return true;
    }
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return false };
    if !is_trusted(peer.ip(), &config.trusted_proxies) {
        return false;
    }
    // A proxy may put its own name for the site here, and the browser's in another header.
    match header(request.headers(), "x-forwarded-host").and_then(|hosts| hosts.rsplit(',').next()) {
        Some(original) => original.trim().parse().is_ok_and(|original| site.matches_host(&original)),
        None => is_internal(&host.host().to_ascii_lowercase()),
    }
}

/// Whether a form was sent over http to a site that is served over https. A browser would drop the session cookie.
pub fn is_over_http(headers: &HeaderMap, site: &PublicUrl) -> bool {
    let origin = header(headers, &ORIGIN).or_else(|| header(headers, &REFERER)).unwrap_or_default();
    site.is_secure() && origin.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

fn header(headers: &HeaderMap, name: impl http::header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::{from_fn, from_fn_with_state};
    use axum::routing::get;
    use tower::ServiceExt as _;

    async fn ask(site: &str, peer: &str, target: &str, headers: &[(&str, &str)], version: Version) -> Response {
        let config = HttpConfig {
            public_url: site.parse().unwrap(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            metrics: None,
        };
        let pages = Router::new().fallback(|| async { "page" });
        let pages = pages.layer(from_fn_with_state(Arc::new(config), require_own));
        let whole = Router::new().route("/health/live", get(|| async { "alive" })).fallback_service(pages);
        let request = Request::builder().uri(target).version(version);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        whole.layer(from_fn(require_one)).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn request_without_exactly_one_host_gets_400() {
        let own = ("host", "guild.example.org");
        for (target, headers, version, status) in [
            ("/", vec![own], Version::HTTP_11, 200),
            ("/", vec![own, own], Version::HTTP_11, 400),
            ("/health/live", vec![own, ("host", "evil.example")], Version::HTTP_11, 400),
            ("/", vec![], Version::HTTP_11, 400),
            ("/", vec![], Version::HTTP_10, 400),
            ("/health/live", vec![], Version::HTTP_11, 400),
            ("/health/live", vec![], Version::HTTP_10, 200),
            ("/", vec![("host", "")], Version::HTTP_11, 400),
            ("/", vec![("host", "me@guild.example.org")], Version::HTTP_11, 400),
            ("/", vec![("host", "guild example")], Version::HTTP_11, 400),
            ("http://evil.example/", vec![own], Version::HTTP_11, 421),
        ] {
            let answer = ask("https://guild.example.org", "192.0.2.1:9", target, &headers, version).await;
            assert_eq!(answer.status().as_u16(), status, "{target} {headers:?}");
        }
    }

    #[tokio::test]
    async fn page_at_another_host_gets_421_with_the_own_address() {
        let (site, local) = ("https://guild.example.org", "http://127.0.0.1:3000");
        let (near, proxy) = ("192.0.2.1:9", "10.0.0.1:9");
        let named = |host: &'static str| vec![("host", host)];
        for (site, peer, target, headers, to) in [
            (site, near, "/x", named("guild.example.org:3000"), None),
            (site, near, "/x?q=1", named("evil.example"), Some("https://guild.example.org/x?q=1")),
            (site, near, "/x", named("127.0.0.1:3000"), Some("https://guild.example.org/x")),
            (site, near, "/do/x", named("evil.example"), Some("https://guild.example.org/")),
            (site, near, "/health/live", named("evil.example"), None),
            (local, near, "/x", named("localhost:3000"), None),
            (local, near, "/x", named("evil.example"), Some("http://127.0.0.1:3000/x")),
            // Proxies that put their own name for the site in the Host header.
            (site, proxy, "/x", named("127.0.0.1:3000"), None),
            (site, proxy, "/x", named("guildhall:3000"), None),
            (site, proxy, "/x", named("evil.example"), Some("https://guild.example.org/x")),
            (site, proxy, "/x", vec![("host", "guildhall"), ("x-forwarded-host", "guild.example.org")], None),
            (
                site,
                proxy,
                "/x",
                vec![("host", "guildhall"), ("x-forwarded-host", "guild.example.org, evil.example")],
                Some("https://guild.example.org/x"),
            ),
            (
                site,
                near,
                "/x",
                vec![("host", "guildhall"), ("x-forwarded-host", "guild.example.org")],
                Some("https://guild.example.org/x"),
            ),
            (site, near, "/x", vec![("host", "127.0.0.1:3000"), ("origin", "https://guild.example.org")], None),
        ] {
            let answer = ask(site, peer, target, &headers, Version::HTTP_11).await;
            let pointed = answer.extensions().get::<Misdirected>().map(|misdirected| misdirected.own_url.as_str());
            assert_eq!((pointed, answer.status() == 200), (to, to.is_none()), "{target} {headers:?}");
        }
        let twice = ask(site, near, "//evil.example/", &named("guild.example.org"), Version::HTTP_11).await;
        assert_eq!(twice.status(), 404);
    }

    #[test]
    fn form_over_http_is_recognized_by_origin_or_referer() {
        let (secure, plain) = ("https://guild.example.org", "http://127.0.0.1:3000");
        for (site, name, origin, expected) in [
            (secure, "origin", "http://guild.example.org", true),
            (secure, "referer", "HTTP://guild.example.org/sign-in", true),
            (secure, "origin", "https://guild.example.org", false),
            (secure, "origin", "null", false),
            (plain, "origin", "http://127.0.0.1:3000", false),
        ] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), origin.parse().unwrap())]);
            assert_eq!(is_over_http(&headers, &site.parse().unwrap()), expected, "{site} {origin}");
        }
    }
}
