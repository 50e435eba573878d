//! Compresses pages and data, but only for requests from this site or from the browser itself.
//!
//! A page holds secrets beside text from its address, such as a search. Another site could have a browser fetch it with
//! texts of its own, measure the compressed length, and learn the secrets letter by letter (the BREACH attack). The
//! browser says which site a request comes from (`Sec-Fetch-Site`), and no page can forge that. Responses to other sites
//! and to unknown clients therefore stay uncompressed. Static files are compressed at build time, and event streams aren't
//! compressed.

use axum::body::HttpBody;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Responses shorter than this, in bytes, fit into one packet anyway.
const MIN_BYTES: u64 = 1_000;

/// Matches HTML, JSON and CSV above [`MIN_BYTES`].
#[derive(Clone, Copy)]
pub struct IsText;

impl Predicate for IsText {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let kind = response.headers().get(CONTENT_TYPE).map_or(&[][..], |kind| kind.as_bytes());
        let text = [&b"text/html"[..], b"application/json", b"text/csv"].iter().any(|text| kind.starts_with(text));
        text && SizeAbove::new(MIN_BYTES).should_compress(response)
    }
}

/// Compresses text at the fastest level, because it is done for each response.
pub fn layer() -> CompressionLayer<IsText> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(IsText)
}

/// Turns compression off for requests that may come from another site.
pub async fn same_site_only(mut request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").map(|site| site.as_bytes());
    if !matches!(site, Some(b"same-origin" | b"none")) {
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
        let routes = Router::new()
            .route("/page", get(move || async move { text("text/html; charset=utf-8") }))
            .route("/events", get(move || async move { text("text/event-stream") }))
            .route("/short", get(|| async { ([(CONTENT_TYPE, "text/html")], "kim") }))
            .layer(layer())
            .layer(from_fn(same_site_only));
        let mut request = Request::get(path).header(ACCEPT_ENCODING, "gzip, br");
        if let Some(from) = from {
            request = request.header("sec-fetch-site", from);
        }
        let response = routes.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        response.headers().get(CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn pages_are_compressed_only_for_this_site() {
        for from in ["same-origin", "none"] {
            assert_eq!(encoding("/page", Some(from)).await.as_deref(), Some("gzip"), "{from}");
        }
        for from in [Some("cross-site"), Some("same-site"), Some("unheard-of"), None] {
            assert_eq!(encoding("/page", from).await, None, "{from:?}");
        }
        assert_eq!(encoding("/events", Some("same-origin")).await, None, "an event stream");
        assert_eq!(encoding("/short", Some("same-origin")).await, None);
    }
}
