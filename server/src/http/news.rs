//! Live news for open pages, as server-sent events: `data: yours`, `data: requests`, `data: people/<key>`, `data: mail`.

use super::sessions::SessionReader;
use crate::live::{Ears, Listeners, Live, Topic};
use app::backend::Caller;
use axum::extract::{Extension, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream::unfold;
use http::{HeaderName, StatusCode};
use shared::ids::{AccountId, SessionId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often a listener's session and memberships are looked at anew.
const RECHECK: Duration = Duration::from_secs(60);
/// How often a silent line says that it is alive: proxies commonly cut lines that are silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(25);
/// Pages that listen at once; more are told to come back, and lose nothing but liveliness.
const LISTENERS: usize = 2_000;

/// What the route needs.
#[derive(Clone)]
pub struct Newsroom {
    live: Live,
    sessions: Arc<dyn SessionReader>,
    listeners: Arc<dyn Listeners>,
    seats: Arc<Semaphore>,
}

impl Newsroom {
    pub fn new(live: Live, sessions: Arc<dyn SessionReader>, listeners: Arc<dyn Listeners>) -> Self {
        Self { live, sessions, listeners, seats: Arc::new(Semaphore::new(LISTENERS)) }
    }
}

/// News for the one who is signed in, until the session ends or the server stops.
pub async fn hear(State(room): State<Newsroom>, Extension(caller): Extension<Caller>) -> Response {
    let Some((account, session)) = caller.signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(seat) = Arc::clone(&room.seats).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    // Listening begins before the look at what may be heard, so that nothing falls between the two.
    let news = room.live.listen();
    let Ok(ears) = room.listeners.ears(account).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut recheck = interval(RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    recheck.reset();
    let listener = Listener { room, account, session, ears, news, recheck, unsaid: VecDeque::new(), _seat: seat };
    let stream = Sse::new(listener.stream()).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE));
    // The word by which proxies are told to pass each event on at once.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

/// One open page.
struct Listener {
    room: Newsroom,
    account: AccountId,
    session: SessionId,
    ears: Ears,
    news: Receiver<Topic>,
    recheck: Interval,
    unsaid: VecDeque<String>,
    _seat: OwnedSemaphorePermit,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut listener| async move {
            let topic = listener.next().await?;
            Some((Ok(Event::default().data(topic)), listener))
        })
    }

    /// The next topic; `None` when the line ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(topic) = self.unsaid.pop_front() {
                return Some(topic);
            }
            tokio::select! {
                () = self.room.live.stopped() => return None,
                _ = self.recheck.tick() => self.look_again().await?,
                heard = self.news.recv() => match heard {
                    Ok(topic) => {
                        // What is one's own may have changed what one may hear.
                        if topic == Topic::Yours(self.account) {
                            self.look_again().await?;
                        }
                        self.unsaid.extend(self.ears.hear(self.account, topic));
                    }
                    Err(RecvError::Lagged(_)) => self.unsaid.extend(self.ears.everything()),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Looks at the session and at what it may hear; `None` when it has ended. While the database is away it hears what
    /// it could: topics say where to look, and the looking is judged anew.
    async fn look_again(&mut self) -> Option<()> {
        if let Ok(false) = self.room.sessions.stands(self.session).await {
            return None;
        }
        if let Ok(ears) = self.room.listeners.ears(self.account).await {
            self.ears = ears;
        }
        Some(())
    }
}
