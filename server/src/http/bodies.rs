//! The body of a form arrives before anything is done for it: whoever sends it slowly takes no place from those who are
//! worked on, and has bounds of their own in number, in time and in rate.

use super::clients::Client;
use super::crowd::Crowd;
use super::forms::is_function;
use super::served::Pattern;
use crate::logs::Seldom;
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

/// Bodies that arrive at once. Most are there with their heads; of the others each keeps no more than a form's bytes.
const ARRIVING: usize = 512;
/// Of these, bodies of one client: many people may come by one address, and hardly two of them slowly at the same moment.
const OF_ONE: usize = 32;
/// Ten seconds for a body that hardly comes, another for each kilobyte of it, which was slow thirty years ago, and a
/// minute at most.
const BOUNDS: Bounds = Bounds { at_first: Duration::from_secs(10), a_second: 1_024, at_most: Duration::from_secs(60) };
/// How much of a form that is too large is read before it is refused: a browser that is cut off while it still sends
/// shows its own error in place of our page.
const HEARD_OUT: usize = 16 * 1024 * 1024;

/// How long a body may take.
#[derive(Clone, Copy)]
struct Bounds {
    at_first: Duration,
    /// Bytes for which there is another second.
    a_second: usize,
    at_most: Duration,
}

static GAVE_WAY: Seldom = Seldom::new();

/// Those whose bodies are arriving, and how long each may take.
#[derive(Clone)]
pub struct Arriving {
    crowd: Arc<Crowd>,
    bounds: Bounds,
}

impl Default for Arriving {
    fn default() -> Self {
        Self { crowd: Arc::new(Crowd::new(ARRIVING, OF_ONE)), bounds: BOUNDS }
    }
}

/// Hands a form on once it is there as a whole.
pub async fn whole(State(arriving): State<Arriving>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_function(request.uri().path()) || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let share = parts.extensions.get::<Client>().copied().unwrap_or_default().share();
    let go = Arc::new(Notify::new());
    let place = arriving.crowd.enter(share, Arc::clone(&go));
    let body = tokio::select! {
        biased;
        body = read_within(arriving.bounds, body) => body,
        () = go.notified() => Err(StatusCode::SERVICE_UNAVAILABLE),
    };
    drop(place);
    match body {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(status) => refused(status),
    }
}

/// An answer before all was heard: the line ends with it.
fn refused(status: StatusCode) -> Response {
    let mut answer = status.into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        if let Some(more) = GAVE_WAY.now() {
            tracing::warn!(more, "a form that arrived slowly gave way to others");
        }
        answer.extensions_mut().insert(Pattern::turned_away());
    }
    if status != StatusCode::PAYLOAD_TOO_LARGE {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// Reads a body, within the bounds of a form.
///
/// # Errors
/// It is larger than any form of ours, cut off, or too slow.
pub async fn read(body: Body) -> Result<Vec<u8>, StatusCode> {
    read_within(BOUNDS, body).await
}

async fn read_within(bounds: Bounds, body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut heard) = (Vec::new(), 0_usize);
    let mut end = pin!(tokio::time::sleep(bounds.at_first));
    let begin = end.deadline() - bounds.at_first;
    loop {
        let chunk = tokio::select! {
            biased;
            chunk = chunks.next() => chunk,
            () = &mut end => return Err(StatusCode::REQUEST_TIMEOUT),
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        heard += chunk.len();
        if heard > HEARD_OUT {
            break;
        }
        if heard <= FORM_BYTES {
            bytes.extend_from_slice(&chunk);
        }
        let more = Duration::from_secs(u64::try_from(heard / bounds.a_second.max(1)).unwrap_or(u64::MAX));
        end.as_mut().reset(begin + bounds.at_first.saturating_add(more).min(bounds.at_most));
    }
    if heard > FORM_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(bytes) }
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

    /// Half a second for what hardly comes, a second for each hundred kilobytes, and a second at most.
    const HURRIED: Bounds =
        Bounds { at_first: Duration::from_millis(500), a_second: 100_000, at_most: Duration::from_secs(1) };

    fn site() -> Router {
        Router::new()
            .route("/do/x", post(|body: String| async { body }))
            .route("/", get(|| async { "page" }))
            .layer(from_fn_with_state(Arriving { bounds: HURRIED, ..Arriving::default() }, whole))
    }

    /// So many pieces of so many bytes, each after a pause.
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
    async fn a_body_has_a_while_and_longer_only_while_it_comes() {
        let site = site();
        for (what, body, status) in [
            ("at once", Body::from("whole"), 200),
            ("in time", slow(5, 10, 10), 200),
            ("hardly", slow(40, 20, 1), 408),
            ("not at all", never(), 408),
            ("too much, and quickly", slow(100, 0, 10_000), 413),
            ("too much, and for too long", slow(200, 10, 70_000), 408),
        ] {
            assert_eq!(send(&site, 1, body).await.unwrap().as_u16(), status, "{what}");
        }
    }

    #[tokio::test]
    async fn whoever_sends_slowly_keeps_nobody_out() {
        let site = site();
        let slow: Vec<_> = (0..200).map(|_| send(&site, 1, never())).collect();
        for client in [1, 2] {
            assert_eq!(send(&site, client, Body::from("whole")).await.unwrap(), StatusCode::OK);
        }
        let page = site.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let mut gave_way = 0;
        for sent in slow {
            let status = sent.await.unwrap();
            assert!([StatusCode::REQUEST_TIMEOUT, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{status}");
            gave_way += usize::from(status == StatusCode::SERVICE_UNAVAILABLE);
        }
        // But for those that still had a place when the quick one was there.
        assert!(gave_way >= 200 - OF_ONE, "{gave_way}");
    }
}
