//! What layers know about a request and its response: the peer, its id, the route's pattern, and what the client accepts.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use cookie::Cookie;
use http::header::{ACCEPT, COOKIE};
use http::{Extensions, HeaderMap, HeaderValue};
use std::net::SocketAddr;
use tower_http::request_id::RequestId;

/// The address at the other end of the connection, which is a browser's or a proxy's.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The id of a request, which the log and error pages show. It is empty outside of [`super::telemetry`].
pub fn request_id(extensions: &Extensions) -> &str {
    extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default()
}

/// The pattern of the route that answered, such as `/org/{name}`. Logs and metrics hold it in place of the full address,
/// which may hold a token. It is an extension of the response, because the outer layers run before the route is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// The pattern of a request that was rejected because of load.
    pub fn rejected() -> Self {
        Self("(turned away)".to_owned())
    }

    /// The pattern of all static files.
    pub fn file() -> Self {
        Self("(file)".to_owned())
    }
}

/// Records the pattern of the route on its response. This is a route layer.
pub async fn record_pattern(request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(|path| Pattern(path.as_str().to_owned()));
    let mut response = next.run(request).await;
    if let Some(pattern) = pattern
        && response.extensions().get::<Pattern>().is_none()
    {
        response.extensions_mut().insert(pattern);
    }
    response
}

/// Whether the client accepts HTML. A browser does when it navigates or posts a form without JavaScript.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"))
}

/// Whether an `Accept-Encoding` header accepts this coding.
pub fn accepts_encoding(accepted: Option<&HeaderValue>, coding: &str) -> bool {
    let list = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    list.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// The value of a cookie. Of two with the same name the first counts, because browsers send the most specific first.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("xsession=1; session=a=b;theme=dark"));
        headers.append(COOKIE, HeaderValue::from_static("late=2; session=c; bare; =d"));
        assert_eq!(cookie(&headers, "session"), Some("a=b"));
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
        assert_eq!(cookie(&headers, "late"), Some("2"));
        assert_eq!(cookie(&headers, "essio"), None);
        assert_eq!(cookie(&headers, "bare"), None);
        assert_eq!(cookie(&headers, ""), None);
    }

    #[test]
    fn accept_header_with_text_html_accepts_html() {
        for (accept, accepts) in
            [("text/html,application/xhtml+xml;q=0.9", true), ("application/json", false), ("*/*", false)]
        {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts_html(&headers), accepts, "{accept}");
        }
    }
}
