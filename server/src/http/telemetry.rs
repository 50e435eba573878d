//! The outermost layer. It gives each request an id, which all log lines of the request have, logs the request and counts
//! it.

use super::request_info::{Pattern, RequestId};
use crate::logs::LogThrottle;
use crate::random::Random;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument as _;
use tracing::field::Empty;

static UNAVAILABLE: LogThrottle = LogThrottle::new();

/// Counts, times and logs a request: method, route pattern, status, milliseconds. The span has the request's id, the
/// command and the account that acts. The log never holds the address itself, which may hold a token, nor a cookie or a
/// body.
pub async fn record(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let id = random.token();
    let method = method_name(request.method());
    request.extensions_mut().insert(RequestId(id.clone()));
    #[expect(clippy::disallowed_methods, reason = "only measures how long the response takes")]
    let start = Instant::now();
    let span = tracing::info_span!("request", request = %id, command = Empty, actor = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = start.elapsed();

    let status = response.status().as_u16();
    let pattern = response.extensions().get::<Pattern>().map_or("(none)", |pattern| pattern.0.as_str());
    let millis = took.as_micros() as f64 / 1_000.0;
    let labels = [("method", method.to_owned()), ("route", pattern.to_owned()), ("status", status.to_string())];
    metrics::counter!("guildhall_requests_total", &labels).increment(1);
    metrics::histogram!("guildhall_request_seconds", "route" => pattern.to_owned()).record(took.as_secs_f64());
    let quiet = pattern == "(file)" || pattern.starts_with("/health");
    span.in_scope(|| {
        // Rejected requests are logged by the layer that rejects them, once a second.
        if pattern == "(turned away)" || (quiet && status < 500) {
            tracing::debug!(method, pattern, status, millis, "request");
        } else if status == 503 {
            match UNAVAILABLE.allow() {
                Some(more) => tracing::error!(method, pattern, status, millis, more, "request"),
                None => tracing::debug!(method, pattern, status, millis, "request"),
            }
        } else if status >= 500 {
            tracing::error!(method, pattern, status, millis, "request");
        } else {
            tracing::info!(method, pattern, status, millis, "request");
        }
    });
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// The method's name. All invented methods have the same one, so that the number of metrics is bounded.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
