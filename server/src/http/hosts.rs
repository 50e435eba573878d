//! By what host the site is asked for: exactly one, and for pages the site's own.

use super::HttpConfig;
use super::clients::is_trusted;
use super::errors::Elsewhere;
use super::served::Peer;
use crate::config::{PublicUrl, is_internal};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, ORIGIN, REFERER};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Version};
use std::sync::Arc;

/// The host that a request asks for.
#[derive(Clone, Debug)]
struct Asked(Authority);

/// Refuses a request that asks for no host, for two, or for what is none: of two, a proxy may have judged the other.
pub async fn one(mut request: Request, next: Next) -> Response {
    match asked(&request) {
        Some(host) => {
            request.extensions_mut().insert(Asked(host));
            next.run(request).await
        }
        // Monitors speak the older HTTP, in which there need be none.
        None if request.version() < Version::HTTP_11
            && !request.headers().contains_key(HOST)
            && request.uri().path().starts_with("/health/") =>
        {
            next.run(request).await
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn asked(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let host = Authority::try_from(host.as_bytes()).ok()?;
    // The whole address in the first line counts, where there is one.
    let host = request.uri().authority().cloned().unwrap_or(host);
    (!host.as_str().contains('@') && !host.host().is_empty()).then_some(host)
}

/// Shows pages and takes forms where the site is asked for by its own address, and otherwise says what that is. It does
/// not lead there by itself: behind a proxy that does not pass the host on, that would be a circle.
pub async fn at_home(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("//") {
        // As an address within a page it would lead to another site.
        return StatusCode::NOT_FOUND.into_response();
    }
    if is_home(&request, &config) {
        return next.run(request).await;
    }
    let page = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
    let page = page.and_then(|page| app::safe_redirect(page.as_str())).unwrap_or_else(|| "/".to_owned());
    let mut answer = StatusCode::MISDIRECTED_REQUEST.into_response();
    answer.extensions_mut().insert(Elsewhere(config.public_url.join(&page)));
    answer
}

fn is_home(request: &Request, config: &HttpConfig) -> bool {
    let Some(Asked(host)) = request.extensions().get::<Asked>() else { return false };
    let site = &config.public_url;
    if site.is_asked_for_by(host) || header(request.headers(), &ORIGIN) == Some(site.to_string().as_str()) {
        return true;
    }
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return false };
    if !is_trusted(peer.ip(), &config.trusted_proxies) {
        return false;
    }
    // A proxy may put its own name for the site here, and say beside it what the browser asked for.
    match header(request.headers(), "x-forwarded-host").and_then(|hosts| hosts.rsplit(',').next()) {
        Some(asked) => asked.trim().parse().is_ok_and(|asked| site.is_asked_for_by(&asked)),
        None => is_internal(&host.host().to_ascii_lowercase()),
    }
}

/// Whether a form was sent over http to a site that is served over https: whoever signs in there keeps no cookie.
pub fn is_plain(headers: &HeaderMap, site: &PublicUrl) -> bool {
    let from = header(headers, &ORIGIN).or_else(|| header(headers, &REFERER)).unwrap_or_default();
    site.is_secure() && from.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
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
        let pages = pages.layer(from_fn_with_state(Arc::new(config), at_home));
        let whole = Router::new().route("/health/live", get(|| async { "alive" })).fallback_service(pages);
        let request = Request::builder().uri(target).version(version);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        whole.layer(from_fn(one)).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_request_asks_for_exactly_one_host() {
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
    async fn pages_are_shown_at_the_sites_address_and_elsewhere_they_point_to_it() {
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
            // Proxies that put their own name for the site.
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
            let pointed = answer.extensions().get::<Elsewhere>().map(|elsewhere| elsewhere.0.as_str());
            assert_eq!((pointed, answer.status() == 200), (to, to.is_none()), "{target} {headers:?}");
        }
        let twice = ask(site, near, "//evil.example/", &named("guild.example.org"), Version::HTTP_11).await;
        assert_eq!(twice.status(), 404);
    }

    #[test]
    fn a_form_over_http_is_known_by_where_it_says_that_it_comes_from() {
        let (secure, plain) = ("https://guild.example.org", "http://127.0.0.1:3000");
        for (site, name, from, is) in [
            (secure, "origin", "http://guild.example.org", true),
            (secure, "referer", "HTTP://guild.example.org/sign-in", true),
            (secure, "origin", "https://guild.example.org", false),
            (secure, "origin", "null", false),
            (plain, "origin", "http://127.0.0.1:3000", false),
        ] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), from.parse().unwrap())]);
            assert_eq!(is_plain(&headers, &site.parse().unwrap()), is, "{site} {from}");
        }
    }
}
