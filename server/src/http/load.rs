//! Load shedding: how many requests are handled at once.

use super::clients::{Client, ClientKey};
use super::request_info::Pattern;
use crate::logs::LogThrottle;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Requests that are handled at once. It is twice what may wait for a password's hash, so that pages are served during a
/// flood of sign-ins. It is small enough that an accepted request is answered within a tenth of a second under overload.
pub const MAX_IN_FLIGHT: usize = 128;

/// Requests of one client address that are handled at once. Many people may share an address, and others need room too.
pub const MAX_PER_CLIENT: usize = 48;

/// How long a response may take once the request has arrived. It is longer than the longest wait for the database and
/// shorter than the timeout of a proxy.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

static REJECTED: LogThrottle = LogThrottle::new();

/// Limits the requests that are handled at once, in total and for each client.
pub struct ConcurrencyLimit {
    total: usize,
    per_client: usize,
    in_flight: Mutex<InFlight>,
}

#[derive(Default)]
struct InFlight {
    total: usize,
    by_client: HashMap<ClientKey, usize>,
}

/// A permit to handle one request. Dropping it gives it back.
struct Permit {
    limit: Arc<ConcurrencyLimit>,
    client: ClientKey,
}

impl ConcurrencyLimit {
    pub fn new(total: usize, per_client: usize) -> Self {
        Self { total, per_client, in_flight: Mutex::default() }
    }

    fn in_flight(&self) -> MutexGuard<'_, InFlight> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A permit for a client, or `None` at either limit.
    fn try_acquire(self: &Arc<Self>, client: ClientKey) -> Option<Permit> {
        let mut in_flight = self.in_flight();
        if in_flight.total >= self.total || in_flight.by_client.get(&client).is_some_and(|own| *own >= self.per_client)
        {
            return None;
        }
        in_flight.total += 1;
        *in_flight.by_client.entry(client).or_default() += 1;
        Some(Permit { limit: Arc::clone(self), client })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut in_flight = self.limit.in_flight();
        in_flight.total -= 1;
        if let Some(own) = in_flight.by_client.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                in_flight.by_client.remove(&self.client);
            }
        }
    }
}

/// Handles the request, or answers 503 at once when there are too many.
pub async fn shed(State(limit): State<Arc<ConcurrencyLimit>>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<Client>().copied().unwrap_or_default().key();
    match limit.try_acquire(client) {
        Some(_permit) => next.run(request).await,
        None => {
            if let Some(more) = REJECTED.allow() {
                tracing::warn!(more, "request rejected: too many in flight");
            }
            let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
            response.extensions_mut().insert(Pattern::rejected());
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use std::net::SocketAddr;
    use tokio::sync::Semaphore;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn request_above_a_limit_gets_503_until_a_permit_is_free() {
        let gate = Arc::new(Semaphore::new(0));
        let handler_gate = Arc::clone(&gate);
        let handler = get(async move || handler_gate.acquire().await.map_or("shut", |_| "done"));
        let site =
            Router::new().route("/", handler).layer(from_fn_with_state(Arc::new(ConcurrencyLimit::new(2, 1)), shed));
        let ask = |client: u8| {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(Client::from(SocketAddr::from(([192, 0, 2, client], 1))));
            site.clone().oneshot(request)
        };
        let first = tokio::spawn(ask(1));
        tokio::task::yield_now().await;
        let own = ask(1).await.unwrap();
        assert_eq!(own.status(), StatusCode::SERVICE_UNAVAILABLE, "the client's limit");
        assert_eq!(own.extensions().get::<Pattern>(), Some(&Pattern::rejected()));
        let second = tokio::spawn(ask(2));
        tokio::task::yield_now().await;
        assert_eq!(ask(3).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE, "the total limit");
        gate.add_permits(1);
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(second.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(ask(1).await.unwrap().status(), StatusCode::OK);
    }
}
