//! Pages and answers travel compressed, but only to whoever comes from this site or from nowhere.
//!
//! A page holds what others may not read beside what an address has put into it (a searched text): whoever could have it
//! fetched again and again with texts of their own, and measure how far it shrinks, would learn the rest letter by letter
//! (the attack called BREACH). A browser says where a request comes from, and no page can make it lie
//! (`Sec-Fetch-Site`): what another site asks for, or nobody knows who, is left as long as it is. Files of the site are
//! compressed when it is built, and news is sent line by line; neither is touched here.

use axum::body::HttpBody;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Answers shorter than this, in bytes, fit into one packet anyhow.
const WORTH_IT: u64 = 1_000;

/// Text that was made for this request.
#[derive(Clone, Copy)]
pub struct OurText;

impl Predicate for OurText {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let kind = response.headers().get(CONTENT_TYPE).map_or(&[][..], |kind| kind.as_bytes());
        let text = [&b"text/html"[..], b"application/json", b"text/csv"].iter().any(|text| kind.starts_with(text));
        text && SizeAbove::new(WORTH_IT).should_compress(response)
    }
}

/// Compresses what is text, in the little time that a page takes.
pub fn layer() -> CompressionLayer<OurText> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(OurText)
}

/// Keeps answers long for whoever may be another site.
pub async fn for_us_alone(mut request: Request, next: Next) -> Response {
    let from = request.headers().get("sec-fetch-site").map(|site| site.as_bytes());
    if !matches!(from, Some(b"same-origin" | b"none")) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use http::header::CONTENT_ENCODING;
    use tower::ServiceExt as _;

    async fn encoding(path: &str, from: Option<&str>) -> Option<String> {
        let text = |kind: &'static str| ([(CONTENT_TYPE, kind)], "kim, lee and mira. ".repeat(200)).into_response();
        let answers = Router::new()
            .route("/page", get(move || async move { text("text/html; charset=utf-8") }))
            .route("/news", get(move || async move { text("text/event-stream") }))
            .route("/short", get(|| async { ([(CONTENT_TYPE, "text/html")], "kim") }))
            .layer(layer())
            .layer(from_fn(for_us_alone));
        let mut request = Request::get(path).header(ACCEPT_ENCODING, "gzip, br");
        if let Some(from) = from {
            request = request.header("sec-fetch-site", from);
        }
        let answer = answers.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        answer.headers().get(CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn pages_are_compressed_for_this_site_alone() {
        for from in ["same-origin", "none"] {
            assert_eq!(encoding("/page", Some(from)).await.as_deref(), Some("gzip"), "{from}");
        }
        for from in [Some("cross-site"), Some("same-site"), Some("unheard-of"), None] {
            assert_eq!(encoding("/page", from).await, None, "{from:?}");
        }
        assert_eq!(encoding("/news", Some("same-origin")).await, None, "line by line");
        assert_eq!(encoding("/short", Some("same-origin")).await, None);
    }
}
