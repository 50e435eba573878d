//! The outermost layer: a number for each request, which all lines of the log have that are written for it, a line of its
//! own, and the figures of it.

use super::served::{Pattern, RequestId};
use crate::logs::Seldom;
use crate::random::Random;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument as _;
use tracing::field::Empty;

/// That requests could not be answered just now.
static UNAVAILABLE: Seldom = Seldom::new();

/// Counts and times a request and logs it: method, route pattern, status, milliseconds; its number, the command that it
/// sent and the account that acts are those of its span. Never the address itself, which may hold a token, nor a cookie
/// or a body.
pub async fn watch(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let number = random.token();
    let method = named(request.method());
    request.extensions_mut().insert(RequestId(number.clone()));
    #[expect(clippy::disallowed_methods, reason = "measures how long the answer takes; nothing is decided by it")]
    let begin = Instant::now();
    let span = tracing::info_span!("request", request = %number, command = Empty, actor = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = begin.elapsed();

    let status = response.status().as_u16();
    let pattern = response.extensions().get::<Pattern>().map_or("(none)", |pattern| pattern.0.as_str());
    let millis = took.as_micros() as f64 / 1_000.0;
    let labels = [("method", method.to_owned()), ("route", pattern.to_owned()), ("status", status.to_string())];
    metrics::counter!("guildhall_requests_total", &labels).increment(1);
    metrics::histogram!("guildhall_request_seconds", "route" => pattern.to_owned()).record(took.as_secs_f64());
    let quiet = pattern == "(file)" || pattern.starts_with("/health");
    span.in_scope(|| {
        // Of those who are turned away the log says how many, now and then.
        if pattern == "(turned away)" || (quiet && status < 500) {
            tracing::debug!(method, pattern, status, millis, "request");
        } else if status == 503 {
            match UNAVAILABLE.now() {
                Some(more) => tracing::error!(method, pattern, status, millis, more, "request"),
                None => tracing::debug!(method, pattern, status, millis, "request"),
            }
        } else if status >= 500 {
            tracing::error!(method, pattern, status, millis, "request");
        } else {
            tracing::info!(method, pattern, status, millis, "request");
        }
    });
    if let Ok(number) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), number);
    }
    response
}

/// The method's name; of those that anybody can invent there is one, so that figures stay few.
fn named(method: &Method) -> &'static str {
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
