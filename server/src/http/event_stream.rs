//! Live news for open pages, as server-sent events: `data: yours`, `data: requests`, `data: people/<key>`, `data: mail`,
//! and `data: alive` where there was nothing to say for a while.
//!
//! Its `id` is the number up to which history has been told: a line that breaks goes on from there, and a page begins with
//! the number that it was drawn at, so that nothing is lost between.

use super::sessions::SessionReader;
use crate::broadcast::{Broadcast, SubscriptionReader, Subscriptions, Topic, Update};
use app::backend::Caller;
use axum::extract::{Extension, Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream::unfold;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use shared::ids::{AccountId, SessionId};
use shared::problem::Problem;
use shared::wire::ALIVE;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::{Instrument as _, Span};

/// How often a listener's session and memberships are looked at anew.
const RECHECK: Duration = Duration::from_secs(60);
/// How often a line says that it is alive, and up to where history has been told on it. Proxies commonly cut lines that
/// are silent for a minute, and a page that has heard nothing for so long opens another.
const SIGN_OF_LIFE: Duration = Duration::from_secs(25);
/// Pages that listen at once; more are told to come back, and lose nothing but liveliness.
const LISTENERS: usize = 2_000;
/// Of these, pages of one account. Only tabs that are looked at listen.
const OF_ONE: usize = 32;

/// What the route needs.
#[derive(Clone)]
pub struct EventStreams {
    broadcast: Broadcast,
    sessions: Arc<dyn SessionReader>,
    subscription_reader: Arc<dyn SubscriptionReader>,
    seats: Seats,
}

impl EventStreams {
    pub fn new(
        broadcast: Broadcast,
        sessions: Arc<dyn SessionReader>,
        subscription_reader: Arc<dyn SubscriptionReader>,
    ) -> Self {
        Self { broadcast, sessions, subscription_reader, seats: Seats::default() }
    }

    /// What happened after a number of history: nothing where none is given, and `None` where it is too much to tell. What
    /// became of letters is not among it, so that may have changed.
    async fn missed(&self, after: Option<i64>) -> Result<Option<Vec<Topic>>, Problem> {
        let Some(after) = after else { return Ok(Some(Vec::new())) };
        let topics = self.subscription_reader.topics_since(after).await?;
        Ok(topics.map(|topics| topics.into_iter().chain([Topic::Emails]).collect()))
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
    State(room): State<EventStreams>,
    Extension(caller): Extension<Caller>,
    Query(begins): Query<Begins>,
    headers: HeaderMap,
) -> Response {
    let Some((account, session)) = caller.signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Some(seat) = room.seats.take(account) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let heard = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let after = heard.or(begins.after);
    // Listening begins before the look at what was missed, so that nothing falls between; what may be heard is looked at
    // after it, so that nothing is told by a right that ended in it.
    let (told, news) = (room.broadcast.cursor(), room.broadcast.subscribe());
    let (mut recheck, mut alive) = (interval(RECHECK), interval(SIGN_OF_LIFE));
    for ticks in [&mut recheck, &mut alive] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
    }
    let Ok(missed) = room.missed(after).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let (subscriptions, unsaid) = (Subscriptions::default(), VecDeque::new());
    let mut listener =
        Listener { room, account, session, subscriptions, news, told, recheck, alive, unsaid, _seat: seat };
    match listener.look_again().await {
        Ok(()) => {}
        Err(Gone::Session) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(Gone::Database) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
    let subscriptions = &listener.subscriptions;
    let missed = missed.map_or_else(|| subscriptions.all_topic_names(), |topics| said(subscriptions, account, &topics));
    listener.say(missed.into_iter().chain([ALIVE.to_owned()]));
    let stream = Sse::new(listener.stream());
    // The word by which proxies are told to pass each event on at once.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

/// Who sits where news is told. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
struct Seats(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A place there, until it is dropped.
struct Seat {
    seats: Seats,
    account: AccountId,
}

impl Seats {
    fn taken(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a page of this account; `None` where all are taken, or all that one account may have.
    fn take(&self, account: AccountId) -> Option<Seat> {
        let mut taken = self.taken();
        if taken.values().sum::<usize>() >= LISTENERS || taken.get(&account).is_some_and(|own| *own >= OF_ONE) {
            return None;
        }
        *taken.entry(account).or_default() += 1;
        Some(Seat { seats: self.clone(), account })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(own) = taken.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

/// Why a listener may hear nothing.
enum Gone {
    /// Its session has ended.
    Session,
    /// What it may hear can't be known.
    Database,
}

/// One open page.
struct Listener {
    room: EventStreams,
    account: AccountId,
    session: SessionId,
    subscriptions: Subscriptions,
    news: Receiver<Update>,
    /// Up to which number of history everything has been told to it.
    told: i64,
    recheck: Interval,
    alive: Interval,
    unsaid: VecDeque<Event>,
    _seat: Seat,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        // What goes wrong later is still this request's.
        let span = Span::current();
        unfold(self, move |mut listener| {
            let span = span.clone();
            async move {
                let event = listener.next().instrument(span).await?;
                Some((Ok(event), listener))
            }
        })
    }

    /// The next event; `None` when the line ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.unsaid.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.room.broadcast.stopped() => return None,
                _ = self.recheck.tick() => {
                    // While the database is away there is nothing to hear either.
                    if let Err(Gone::Session) = self.look_again().await {
                        return None;
                    }
                }
                _ = self.alive.tick() => self.say([ALIVE.to_owned()]),
                heard = self.news.recv() => match heard {
                    Ok(news) => {
                        // Before anything of it is heard: it may tell of a right that has ended.
                        if news.topics.iter().any(|topic| self.subscriptions.may_change_after(self.account, *topic)) {
                            self.look_again().await.ok()?;
                        }
                        self.told = news.cursor.unwrap_or(self.told);
                        let said = said(&self.subscriptions, self.account, &news.topics);
                        self.say(said);
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.look_again().await.ok()?;
                        let all = self.subscriptions.all_topic_names();
                        self.say(all);
                    }
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Says something; with the last of it everything is said up to the number that was told.
    fn say(&mut self, said: impl IntoIterator<Item = String>) {
        let mut said = said.into_iter().map(|said| Event::default().data(said)).peekable();
        while let Some(event) = said.next() {
            let last = said.peek().is_none();
            self.unsaid.push_back(if last { event.id(self.told.to_string()) } else { event });
        }
    }

    /// Looks at the session and at what it may hear.
    async fn look_again(&mut self) -> Result<(), Gone> {
        match self.room.sessions.stands(self.session).await {
            Ok(true) => {}
            Ok(false) => return Err(Gone::Session),
            Err(_) => return Err(Gone::Database),
        }
        self.subscriptions =
            self.room.subscription_reader.subscriptions(self.account).await.map_err(|_| Gone::Database)?;
        Ok(())
    }
}

/// What a listener hears of these, each once.
fn said(subscriptions: &Subscriptions, account: AccountId, topics: &[Topic]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for said in topics.iter().filter_map(|topic| subscriptions.topic_name(account, *topic)) {
        if !all.contains(&said) {
            all.push(said);
        }
    }
    all
}
