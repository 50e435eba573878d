//! How much the server takes on at once.

use super::served::Pattern;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests that are worked on at once: twice what may wait for a password's hash, so that pages go on beside a flood of
/// sign-ins, and few enough that under overload whoever is taken on is answered in a tenth of a second.
pub const AT_ONCE: usize = 128;

/// How long an answer may take. Longer than the longest wait for the database, shorter than a proxy's patience.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How often the log says that requests are turned away: a line for each would cost more than the answer.
const SAID_EVERY: Duration = Duration::from_secs(1);

/// The places of those who are worked on, and how many found none.
pub struct Places {
    free: Semaphore,
    turned_away: AtomicU64,
}

impl Places {
    pub fn new(number: usize) -> Self {
        Self { free: Semaphore::new(number), turned_away: AtomicU64::new(0) }
    }

    /// Counts one that found no place. The first of them sees to it that the log says how many there were.
    fn turn_away(self: &Arc<Self>) {
        if self.turned_away.fetch_add(1, Ordering::Relaxed) == 0 {
            let places = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(SAID_EVERY).await;
                let requests = places.turned_away.swap(0, Ordering::Relaxed);
                tracing::warn!(requests, "too many at once: told to come again");
            });
        }
    }
}

/// Takes the request on, or says at once that there is too much.
pub async fn shed(State(places): State<Arc<Places>>, request: Request, next: Next) -> Response {
    match places.free.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => {
            places.turn_away();
            let mut answer = StatusCode::SERVICE_UNAVAILABLE.into_response();
            answer.extensions_mut().insert(Pattern::turned_away());
            answer
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
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_at_once_and_a_place_that_is_left_is_free_again() {
        let gate = Arc::new(Semaphore::new(0));
        let held = Arc::clone(&gate);
        let works = get(async move || held.acquire().await.map_or("shut", |_| "done"));
        let site = Router::new().route("/", works).layer(from_fn_with_state(Arc::new(Places::new(1)), shed));
        let ask = || site.clone().oneshot(Request::new(Body::empty()));
        let first = tokio::spawn(ask());
        tokio::task::yield_now().await;
        let second = ask().await.unwrap();
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(second.extensions().get::<Pattern>(), Some(&Pattern::turned_away()));
        gate.add_permits(1);
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    }
}
