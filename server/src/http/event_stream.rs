//! The stream of changes for open pages, as server-sent events: `data: yours`, `data: requests`, `data: people/<key>`,
//! `data: mail`, and `data: alive` after a while without any.
//!
//! The `id` of an event is the number up to which history has been sent. A connection that breaks resumes from there, and a
//! page starts from the number at which it was rendered, so that nothing is lost in between.

use super::sessions::SessionReader;
use crate::broadcast::{Broadcast, ChangedData, SubscriptionReader, Subscriptions, Update};
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
use shared::routes;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often the session and the subscriptions of a stream are read again.
const REFRESH_INTERVAL: Duration = Duration::from_secs(60);
/// How often a stream sends that it is alive, with the number up to which history has been sent. Proxies commonly close
/// connections that are silent for a minute, and a page that has received nothing for so long opens another.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(25);
/// Streams that are open at once. Further pages are told to try again, and only lose live updates.
const MAX_STREAMS: usize = 2_000;
/// Streams of one account that are open at once. Only visible tabs open one.
const MAX_PER_ACCOUNT: usize = 32;

/// The state of the route.
#[derive(Clone)]
pub struct EventStreams {
    broadcast: Broadcast,
    sessions: Arc<dyn SessionReader>,
    subscription_reader: Arc<dyn SubscriptionReader>,
    limit: StreamLimit,
}

impl EventStreams {
    pub fn new(
        broadcast: Broadcast,
        sessions: Arc<dyn SessionReader>,
        subscription_reader: Arc<dyn SubscriptionReader>,
    ) -> Self {
        Self { broadcast, sessions, subscription_reader, limit: StreamLimit::default() }
    }

    /// What changed after a number of history, or nothing without a number. Returns `None` if that is too much to list.
    /// The outgoing email is always part of it, because history doesn't record what became of an email.
    async fn missed(&self, after: Option<i64>) -> Result<Option<Vec<ChangedData>>, Problem> {
        let Some(after) = after else { return Ok(Some(Vec::new())) };
        let changed = self.subscription_reader.changed_since(after).await?;
        Ok(changed.map(|changed| changed.into_iter().chain([ChangedData::Emails]).collect()))
    }
}

/// Where a page's stream starts. A browser that reconnects sends the number in a header instead.
#[derive(Deserialize)]
pub struct StartQuery {
    /// The number of history that the page has seen.
    after: Option<i64>,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Streams changes to a signed-in account until the session ends or the server stops.
pub async fn subscribe(
    State(streams): State<EventStreams>,
    Extension(caller): Extension<Caller>,
    Query(start): Query<StartQuery>,
    headers: HeaderMap,
) -> Response {
    let Some((account, session)) = caller.signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Some(permit) = streams.limit.try_acquire(account) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let last_event = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let after = last_event.or(start.after);
    // The receiver starts before the missed changes are read, so that nothing is lost in between. The subscriptions are
    // read after them, so that nothing is sent by a permission that has just ended.
    let (cursor, receiver) = (streams.broadcast.cursor(), streams.broadcast.subscribe());
    let (mut refresh, mut keep_alive) = (interval(REFRESH_INTERVAL), interval(KEEP_ALIVE_INTERVAL));
    for ticks in [&mut refresh, &mut keep_alive] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
    }
    let Ok(missed) = streams.missed(after).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut stream = EventStream {
        streams,
        account,
        session,
        subscriptions: Subscriptions::default(),
        receiver,
        cursor,
        refresh,
        keep_alive,
        pending: VecDeque::new(),
        _permit: permit,
    };
    match stream.refresh().await {
        Ok(()) => {}
        Err(RefreshError::SessionEnded) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(RefreshError::Unavailable) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
    let missed = match missed {
        Some(changed) => topic_names(&stream.subscriptions, account, &changed),
        None => stream.subscriptions.all_topic_names(),
    };
    stream.enqueue(missed.into_iter().chain([routes::Topic::Alive.name()]));
    let events = Sse::new(stream.into_events());
    // Tells proxies not to buffer the response.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], events).into_response()
}

/// Limits the streams that are open at once. Clones are cheap and share one state.
#[derive(Clone, Default)]
struct StreamLimit(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A permit for one stream. Dropping it gives it back.
struct StreamPermit {
    limit: StreamLimit,
    account: AccountId,
}

impl StreamLimit {
    fn open(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A permit for a stream of this account, or `None` at either limit.
    fn try_acquire(&self, account: AccountId) -> Option<StreamPermit> {
        let mut open = self.open();
        if open.values().sum::<usize>() >= MAX_STREAMS || open.get(&account).is_some_and(|own| *own >= MAX_PER_ACCOUNT)
        {
            return None;
        }
        *open.entry(account).or_default() += 1;
        Some(StreamPermit { limit: self.clone(), account })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut open = self.limit.open();
        if let Some(own) = open.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.account);
            }
        }
    }
}

/// Why the subscriptions of a stream could not be read again.
enum RefreshError {
    SessionEnded,
    /// The database is unavailable.
    Unavailable,
}

/// The stream of one open page.
struct EventStream {
    streams: EventStreams,
    account: AccountId,
    session: SessionId,
    subscriptions: Subscriptions,
    receiver: Receiver<Update>,
    /// The number of history up to which everything has been sent.
    cursor: i64,
    refresh: Interval,
    keep_alive: Interval,
    pending: VecDeque<Event>,
    _permit: StreamPermit,
}

impl EventStream {
    fn into_events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut stream| async move {
            let event = stream.next().await?;
            Some((Ok(event), stream))
        })
    }

    /// The next event, or `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.streams.broadcast.stopped() => return None,
                _ = self.refresh.tick() => {
                    // While the database is unavailable, nothing changes either.
                    if let Err(RefreshError::SessionEnded) = self.refresh().await {
                        return None;
                    }
                }
                _ = self.keep_alive.tick() => self.enqueue([routes::Topic::Alive.name()]),
                received = self.receiver.recv() => match received {
                    Ok(update) => {
                        // This comes first, because the change may be that a permission has ended.
                        if update.changed.iter().any(|one| self.subscriptions.may_change_after(self.account, *one)) {
                            self.refresh().await.ok()?;
                        }
                        self.cursor = update.cursor.unwrap_or(self.cursor);
                        let names = topic_names(&self.subscriptions, self.account, &update.changed);
                        self.enqueue(names);
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.refresh().await.ok()?;
                        let all = self.subscriptions.all_topic_names();
                        self.enqueue(all);
                    }
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Queues events. The last of them has the cursor as its id, because everything up to it is sent then.
    fn enqueue(&mut self, names: impl IntoIterator<Item = String>) {
        let mut events = names.into_iter().map(|name| Event::default().data(name)).peekable();
        while let Some(event) = events.next() {
            let is_last = events.peek().is_none();
            self.pending.push_back(if is_last { event.id(self.cursor.to_string()) } else { event });
        }
    }

    /// Reads the session and the subscriptions again.
    async fn refresh(&mut self) -> Result<(), RefreshError> {
        match self.streams.sessions.is_active(self.session).await {
            Ok(true) => {}
            Ok(false) => return Err(RefreshError::SessionEnded),
            Err(_) => return Err(RefreshError::Unavailable),
        }
        let subscriptions = self.streams.subscription_reader.subscriptions(self.account).await;
        self.subscriptions = subscriptions.map_err(|_| RefreshError::Unavailable)?;
        Ok(())
    }
}

/// The topics that tell an account of changes that it may know of, each once.
fn topic_names(subscriptions: &Subscriptions, account: AccountId, changed: &[ChangedData]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in changed.iter().filter_map(|changed| subscriptions.topic_name(account, *changed)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
