//! How much the server takes on at once.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests that are worked on at once: twice what may wait for a password's hash, so that pages go on beside a flood of
/// sign-ins, and few enough that under overload whoever is taken on is answered in a tenth of a second.
pub const AT_ONCE: usize = 128;

/// How long an answer may take. Longer than the longest wait for the database, shorter than a proxy's patience.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Takes the request on, or says at once that there is too much.
pub async fn shed(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
