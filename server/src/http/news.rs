//! Live news for open pages, as server-sent events: `data: yours`, `data: requests`, `data: people/<key>`, `data: mail`.
//!
//! Its `id` is the number up to which history has been told: a line that breaks goes on from there, and a page begins with
//! the number that it was drawn at, so that nothing is lost between.

use super::sessions::SessionReader;
use crate::live::{Ears, Listeners, Live, News, Topic};
use crate::random::Random;
use app::backend::Caller;
use axum::extract::{Extension, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream::unfold;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use shared::ids::{AccountId, SessionId};
use shared::problem::Problem;
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

/// A line that breaks is taken up again after this long, and up to as much more, so that not all come at once.
const COMES_BACK: Duration = Duration::from_millis(1_500);
const SPREAD: u64 = 3_000;

/// What the route needs.
#[derive(Clone)]
pub struct Newsroom {
    live: Live,
    sessions: Arc<dyn SessionReader>,
    listeners: Arc<dyn Listeners>,
    random: Arc<dyn Random>,
    seats: Arc<Semaphore>,
}

impl Newsroom {
    pub fn new(
        live: Live,
        sessions: Arc<dyn SessionReader>,
        listeners: Arc<dyn Listeners>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { live, sessions, listeners, random, seats: Arc::new(Semaphore::new(LISTENERS)) }
    }

    /// What somebody has missed after a number of history, and may hear; nothing where no number is given.
    async fn missed(&self, account: AccountId, ears: &Ears, after: Option<i64>) -> Result<Vec<String>, Problem> {
        let Some(after) = after else { return Ok(Vec::new()) };
        let Some(topics) = self.listeners.since(after).await? else { return Ok(ears.everything()) };
        let mut missed: Vec<String> = Vec::new();
        for said in topics.into_iter().filter_map(|topic| ears.hear(account, topic)) {
            if !missed.contains(&said) {
                missed.push(said);
            }
        }
        Ok(missed)
    }

    fn come_back(&self) -> Duration {
        let [first, second, ..] = self.random.seed();
        COMES_BACK + Duration::from_millis(u64::from(u16::from_be_bytes([first, second])) % SPREAD)
    }
}

/// What a page says of itself when it begins to listen; a browser that takes a line up again says so by a header.
#[derive(Deserialize)]
pub struct Begins {
    /// The number of history that it has seen.
    after: Option<i64>,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// News for the one who is signed in, until the session ends or the server stops.
pub async fn hear(
    State(room): State<Newsroom>,
    Extension(caller): Extension<Caller>,
    Query(begins): Query<Begins>,
    headers: HeaderMap,
) -> Response {
    let Some((account, session)) = caller.signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(seat) = Arc::clone(&room.seats).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let heard = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let after = heard.or(begins.after);
    // Listening begins before the looks at what may be heard and what was missed, so that nothing falls between.
    let (told, news) = (room.live.told(), room.live.listen());
    let Ok(ears) = room.listeners.ears(account).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let Ok(missed) = room.missed(account, &ears, after).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut recheck = interval(RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    recheck.reset();
    let mut unsaid = VecDeque::from([Event::default().retry(room.come_back())]);
    let left = (0..missed.len()).rev();
    unsaid.extend(missed.into_iter().zip(left).map(|(said, left)| event(said, (left == 0).then_some(told))));
    let listener = Listener { room, account, session, ears, news, recheck, unsaid, _seat: seat };
    let stream = Sse::new(listener.stream()).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE));
    // The word by which proxies are told to pass each event on at once.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

/// What is said of a topic, and up to which number of history all is said with it.
fn event(said: String, told: Option<i64>) -> Event {
    let event = Event::default().data(said);
    match told {
        Some(told) => event.id(told.to_string()),
        None => event,
    }
}

/// One open page.
struct Listener {
    room: Newsroom,
    account: AccountId,
    session: SessionId,
    ears: Ears,
    news: Receiver<News>,
    recheck: Interval,
    unsaid: VecDeque<Event>,
    _seat: OwnedSemaphorePermit,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut listener| async move {
            let event = listener.next().await?;
            Some((Ok(event), listener))
        })
    }

    /// The next event; `None` when the line ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.unsaid.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.room.live.stopped() => return None,
                _ = self.recheck.tick() => self.look_again().await?,
                heard = self.news.recv() => match heard {
                    Ok(News { topic, told }) => {
                        // What is one's own may have changed what one may hear.
                        if topic == Topic::Yours(self.account) {
                            self.look_again().await?;
                        }
                        self.unsaid.extend(self.ears.hear(self.account, topic).map(|said| event(said, told)));
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.unsaid.extend(self.ears.everything().into_iter().map(|said| event(said, None)));
                    }
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
