//! Buffers the body of a form before the form is handled. A client that sends slowly therefore holds no permit
//! ([`super::load`]), and has limits of its own in number, time and rate.

use super::clients::Client;
use super::forms::is_function;
use super::request_info::Pattern;
use super::waiters::Waiters;
use crate::logs::LogThrottle;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::header::CONNECTION;
use http::{HeaderValue, Method, StatusCode};
use shared::limits::FORM_BYTES;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Bodies that are read at once. Most arrive together with their heads, and none takes more memory than a form's limit.
const MAX_PENDING: usize = 512;
/// Bodies of one client that are read at once. Many people may share an address, but few of them send slowly at the same
/// moment.
const MAX_PER_CLIENT: usize = 32;
/// Ten seconds, another for each kilobyte that has arrived, and at most a minute.
const LIMITS: TimeLimits =
    TimeLimits { base: Duration::from_secs(10), bytes_per_second: 1_024, max: Duration::from_secs(60) };
/// How much of a form that is too large is read before it is refused. A browser that is cut off while it sends shows its
/// own error in place of our page.
const DRAIN_BYTES: usize = 16 * 1024 * 1024;

/// How long a body may take.
#[derive(Clone, Copy)]
struct TimeLimits {
    base: Duration,
    /// The body gets another second for each time that so many bytes have arrived.
    bytes_per_second: usize,
    max: Duration,
}

static EVICTED: LogThrottle = LogThrottle::new();

/// The bodies that are being read, and how long each may take.
#[derive(Clone)]
pub struct PendingBodies {
    waiters: Arc<Waiters>,
    limits: TimeLimits,
}

impl Default for PendingBodies {
    fn default() -> Self {
        Self { waiters: Arc::new(Waiters::new(MAX_PENDING, MAX_PER_CLIENT)), limits: LIMITS }
    }
}

/// Passes a form on once its body is complete.
pub async fn buffer(State(pending): State<PendingBodies>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_function(request.uri().path()) || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let client = parts.extensions.get::<Client>().copied().unwrap_or_default().key();
    let evicted = Arc::new(Notify::new());
    let guard = pending.waiters.add(client, Arc::clone(&evicted));
    let body = tokio::select! {
        biased;
        body = read_within(pending.limits, body) => body,
        () = evicted.notified() => Err(StatusCode::SERVICE_UNAVAILABLE),
    };
    drop(guard);
    match body {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(status) => refused(status),
    }
}

/// The response to an incomplete body. It closes the connection, unless the body has been read to its end.
fn refused(status: StatusCode) -> Response {
    let mut response = status.into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        if let Some(more) = EVICTED.allow() {
            tracing::warn!(more, "slow form evicted: too many are arriving");
        }
        response.extensions_mut().insert(Pattern::rejected());
    }
    if status != StatusCode::PAYLOAD_TOO_LARGE {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads a body within the limits of a form.
///
/// # Errors
/// 413 if it is larger than any form of ours, 400 if it is cut off, 408 if it is too slow.
pub async fn read(body: Body) -> Result<Vec<u8>, StatusCode> {
    read_within(LIMITS, body).await
}

async fn read_within(limits: TimeLimits, body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut received) = (Vec::new(), 0_usize);
    let mut timeout = pin!(tokio::time::sleep(limits.base));
    let start = timeout.deadline() - limits.base;
    loop {
        let chunk = tokio::select! {
            biased;
            chunk = chunks.next() => chunk,
            () = &mut timeout => return Err(StatusCode::REQUEST_TIMEOUT),
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        received += chunk.len();
        if received > DRAIN_BYTES {
            break;
        }
        if received <= FORM_BYTES {
            bytes.extend_from_slice(&chunk);
        }
        let more = Duration::from_secs(u64::try_from(received / limits.bytes_per_second.max(1)).unwrap_or(u64::MAX));
        timeout.as_mut().reset(start + limits.base.saturating_add(more).min(limits.max));
    }
    if received > FORM_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::{get, post};
    use futures::stream;
    use std::convert::Infallible;
    use std::net::SocketAddr;
    use tokio::task::JoinHandle;
    use tower::ServiceExt as _;

    /// Half a second, another second for each hundred kilobytes, and at most a second.
    const SHORT: TimeLimits =
        TimeLimits { base: Duration::from_millis(500), bytes_per_second: 100_000, max: Duration::from_secs(1) };

    fn site() -> Router {
        Router::new()
            .route("/do/x", post(|body: String| async { body }))
            .route("/", get(|| async { "page" }))
            .layer(from_fn_with_state(PendingBodies { limits: SHORT, ..PendingBodies::default() }, buffer))
    }

    /// A body in pieces, with a pause in milliseconds before each.
    fn slow(pieces: usize, pause: u64, bytes: usize) -> Body {
        Body::from_stream(stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            Ok::<_, Infallible>("a".repeat(bytes))
        }))
    }

    fn never() -> Body {
        Body::from_stream(stream::pending::<Result<&'static str, Infallible>>())
    }

    fn send(site: &Router, client: u8, body: Body) -> JoinHandle<StatusCode> {
        let mut request = Request::post("/do/x").body(body).unwrap();
        request.extensions_mut().insert(Client::from(SocketAddr::from(([192, 0, 2, client], 1))));
        let site = site.clone();
        tokio::spawn(async move { site.oneshot(request).await.unwrap().status() })
    }

    #[tokio::test]
    async fn body_that_stalls_or_is_too_large_is_refused() {
        let site = site();
        for (what, body, status) in [
            ("at once", Body::from("whole"), 200),
            ("in time", slow(5, 10, 10), 200),
            ("too slowly", slow(40, 20, 1), 408),
            ("not at all", never(), 408),
            ("too much, and quickly", slow(100, 0, 10_000), 413),
            ("too much, and for too long", slow(200, 10, 70_000), 408),
        ] {
            assert_eq!(send(&site, 1, body).await.unwrap().as_u16(), status, "{what}");
        }
    }

    #[tokio::test]
    async fn slow_bodies_do_not_block_others() {
        let site = site();
        let slow: Vec<_> = (0..200).map(|_| send(&site, 1, never())).collect();
        for client in [1, 2] {
            assert_eq!(send(&site, client, Body::from("whole")).await.unwrap(), StatusCode::OK);
        }
        let page = site.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let mut evicted = 0;
        for sent in slow {
            let status = sent.await.unwrap();
            assert!([StatusCode::REQUEST_TIMEOUT, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{status}");
            evicted += usize::from(status == StatusCode::SERVICE_UNAVAILABLE);
        }
        // Except for those that were still pending at the end.
        assert!(evicted >= 200 - MAX_PER_CLIENT, "{evicted}");
    }
}
