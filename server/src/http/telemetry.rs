//! The outermost layers, most of them tower-http's. They give each request an id, which all log lines of the request have,
//! log the request and count it.

use super::request_info::{Pattern, request_id};
use crate::logs::LogThrottle;
use crate::random::Random;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderValue, Method};
use std::sync::Arc;
use std::time::Duration;
use tower::util::MapRequestLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use tracing::Span;
use tracing::field::Empty;

static UNAVAILABLE: LogThrottle = LogThrottle::new();

/// Adds the layers to the whole site, the innermost first.
pub fn add_layers(site: Router, random: Arc<dyn Random>) -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(make_span)
        .on_request(())
        .on_response(log_and_count)
        .on_body_chunk(())
        .on_eos(())
        // A failure is logged with its response. A second line would have no method and no pattern.
        .on_failure(());
    site.layer(from_fn(keep_method))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(trace)
        .layer(SetRequestIdLayer::x_request_id(RandomIds(random)))
        .layer(MapRequestLayer::new(discard_id))
}

/// Makes the ids of requests.
#[derive(Clone)]
struct RandomIds(Arc<dyn Random>);

impl MakeRequestId for RandomIds {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&self.0.token()).ok().map(RequestId::new)
    }
}

/// Discards an id that the client sent. tower-http would use it, and then a client could give many requests the same id, or
/// put text of its own into the log.
fn discard_id(mut request: Request) -> Request {
    request.headers_mut().remove("x-request-id");
    request
}

/// The span of a request has its id, the command and the account that acts. The log never holds the address itself, which
/// may hold a token, nor a cookie or a body.
fn make_span(request: &Request) -> Span {
    tracing::info_span!("request", request = %request_id(request.extensions()), command = Empty, actor = Empty)
}

/// Keeps the method with the response, because tower-http shows [`log_and_count`] only the response.
async fn keep_method(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let mut response = next.run(request).await;
    response.extensions_mut().insert(method);
    response
}

/// Logs, counts and times a response, within the span of its request: method, route pattern, status, milliseconds.
fn log_and_count(response: &Response, took: Duration, _: &Span) {
    let method = response.extensions().get::<Method>().map_or("OTHER", method_name);
    let status = response.status().as_u16();
    let pattern = response.extensions().get::<Pattern>().map_or("(none)", |pattern| pattern.0.as_str());
    let millis = took.as_micros() as f64 / 1_000.0;
    let labels = [("method", method.to_owned()), ("route", pattern.to_owned()), ("status", status.to_string())];
    metrics::counter!("guildhall_requests_total", &labels).increment(1);
    metrics::histogram!("guildhall_request_seconds", "route" => pattern.to_owned()).record(took.as_secs_f64());
    let quiet = pattern == "(file)" || pattern.starts_with("/health");
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
