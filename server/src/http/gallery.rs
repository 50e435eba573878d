//! The page of sample emails in a developer's style guide. It has no scripts, and shows each email in a frame with its own
//! styles.

use axum::Router;
use axum::response::{Html, IntoResponse as _};
use axum::routing::get;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The route of the gallery. `page` is `None` except on a developer's server.
pub fn router(page: Option<String>) -> Router {
    let Some(page) = page else { return Router::new() };
    let page = axum::body::Bytes::from(page);
    Router::new().route(
        "/style/emails",
        get(async move || ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page.clone())).into_response()),
    )
}
