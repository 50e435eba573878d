//! What middleware knows of a request and its answer: the peer, the route's pattern, what the client takes.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT, COOKIE};
use http::{HeaderMap, HeaderValue};
use std::net::SocketAddr;

/// Who is at the other end of the line: a browser, or a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The number of a request, in the log and on the page for a failure of ours.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The route that answered, as in `/org/{name}`: logs and metrics never hold a full address, which may hold a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// The pattern of what there was no place for.
    pub fn turned_away() -> Self {
        Self("(turned away)".to_owned())
    }

    /// The pattern of all carried files.
    pub fn file() -> Self {
        Self("(file)".to_owned())
    }
}

/// Notes the pattern of the route on its answer. To be used as a route layer.
pub async fn note_pattern(request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(|path| Pattern(path.as_str().to_owned()));
    let mut response = next.run(request).await;
    if let Some(pattern) = pattern
        && response.extensions().get::<Pattern>().is_none()
    {
        response.extensions_mut().insert(pattern);
    }
    response
}

/// Whether the client shows pages: a browser that navigates or posts a form by itself.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"))
}

/// Whether an Accept-Encoding takes this coding.
pub fn negotiate(accepted: Option<&HeaderValue>, coding: &str) -> bool {
    let list = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    list.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// The value of a cookie. Of two with one name the first counts, as browsers send the closest first.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("xsession=1; session=a=b;theme=dark"));
        headers.append(COOKIE, HeaderValue::from_static("late=2"));
        assert_eq!(cookie(&headers, "session"), Some("a=b"));
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
        assert_eq!(cookie(&headers, "late"), Some("2"));
        assert_eq!(cookie(&headers, "essio"), None);
    }

    #[test]
    fn only_browsers_that_show_pages_accept_html() {
        for (accept, shows) in
            [("text/html,application/xhtml+xml;q=0.9", true), ("application/json", false), ("*/*", false)]
        {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts_html(&headers), shows, "{accept}");
        }
    }
}
