//! The outermost layer: a number for each request, a line in the log, and the figures of it.

use super::served::{Pattern, RequestId};
use crate::random::Random;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use std::sync::Arc;
use std::time::Instant;

/// Counts and times a request and logs it: method, route pattern, status, milliseconds, number. Never the address
/// itself, which may hold a token, nor a cookie or a body.
pub async fn watch(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let number = random.token();
    let method = named(request.method());
    request.extensions_mut().insert(RequestId(number.clone()));
    #[expect(clippy::disallowed_methods, reason = "measures how long the answer takes; nothing is decided by it")]
    let begin = Instant::now();
    let mut response = next.run(request).await;
    let took = begin.elapsed();

    let status = response.status().as_u16();
    let pattern = response.extensions().get::<Pattern>().map_or("(none)", |pattern| pattern.0.as_str());
    let millis = took.as_micros() as f64 / 1_000.0;
    let labels = [("method", method.to_owned()), ("route", pattern.to_owned()), ("status", status.to_string())];
    metrics::counter!("guildhall_requests_total", &labels).increment(1);
    metrics::histogram!("guildhall_request_seconds", "route" => pattern.to_owned()).record(took.as_secs_f64());
    let quiet = pattern == "(file)" || pattern.starts_with("/health");
    // Of those who are turned away the log says how many, now and then.
    if pattern == "(turned away)" || (quiet && status < 500) {
        tracing::debug!(method, pattern, status, millis, request = %number, "request");
    } else if status >= 500 {
        tracing::error!(method, pattern, status, millis, request = %number, "request");
    } else {
        tracing::info!(method, pattern, status, millis, request = %number, "request");
    }
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
