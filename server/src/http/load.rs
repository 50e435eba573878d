//! How much the server takes on at once.

use super::clients::{Client, Share};
use super::served::Pattern;
use crate::logs::Seldom;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Requests that are worked on at once: twice what may wait for a password's hash, so that pages go on beside a flood of
/// sign-ins, and few enough that under overload whoever is taken on is answered in a tenth of a second.
pub const AT_ONCE: usize = 128;

/// Of these, requests of one client address: many people may come by one, and the others find a place beside them.
pub const OF_ONE: usize = 48;

/// How long an answer may take, once the request is there. Longer than the longest wait for the database, shorter than a
/// proxy's patience.
pub const PATIENCE: Duration = Duration::from_secs(15);

static TURNED_AWAY: Seldom = Seldom::new();

/// The places of those who are worked on.
pub struct Places {
    all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_client: HashMap<Share, usize>,
}

/// One of them, until it is dropped.
struct Place {
    places: Arc<Places>,
    share: Share,
}

impl Places {
    pub fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, taken: Mutex::default() }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a client; `None` where all are taken, or all that it may have.
    fn take(self: &Arc<Self>, share: Share) -> Option<Place> {
        let mut taken = self.taken();
        if taken.all >= self.all || taken.by_client.get(&share).is_some_and(|own| *own >= self.of_one) {
            return None;
        }
        taken.all += 1;
        *taken.by_client.entry(share).or_default() += 1;
        Some(Place { places: Arc::clone(self), share })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        if let Some(own) = taken.by_client.get_mut(&self.share) {
            *own -= 1;
            if *own == 0 {
                taken.by_client.remove(&self.share);
            }
        }
    }
}

/// Takes the request on, or says at once that there is too much.
pub async fn shed(State(places): State<Arc<Places>>, request: Request, next: Next) -> Response {
    let share = request.extensions().get::<Client>().copied().unwrap_or_default().share();
    match places.take(share) {
        Some(_place) => next.run(request).await,
        None => {
            if let Some(more) = TURNED_AWAY.now() {
                tracing::warn!(more, "too many at once: told to come again");
            }
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
    use std::net::SocketAddr;
    use tokio::sync::Semaphore;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_at_once_and_a_place_that_is_left_is_free_again() {
        let gate = Arc::new(Semaphore::new(0));
        let held = Arc::clone(&gate);
        let works = get(async move || held.acquire().await.map_or("shut", |_| "done"));
        let site = Router::new().route("/", works).layer(from_fn_with_state(Arc::new(Places::new(2, 1)), shed));
        let ask = |client: u8| {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(Client::from(SocketAddr::from(([192, 0, 2, client], 1))));
            site.clone().oneshot(request)
        };
        let first = tokio::spawn(ask(1));
        tokio::task::yield_now().await;
        let own = ask(1).await.unwrap();
        assert_eq!(own.status(), StatusCode::SERVICE_UNAVAILABLE, "all that one client may have");
        assert_eq!(own.extensions().get::<Pattern>(), Some(&Pattern::turned_away()));
        let second = tokio::spawn(ask(2));
        tokio::task::yield_now().await;
        assert_eq!(ask(3).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE, "all that there are");
        gate.add_permits(1);
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(second.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(ask(1).await.unwrap().status(), StatusCode::OK);
    }
}
