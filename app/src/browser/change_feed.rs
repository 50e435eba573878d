//! The connection on which an open page receives the change feed.
//!
//! A browser that speaks HTTP/1.1 opens at most six connections for all tabs of a site. So all listeners of a page
//! share one connection, and only visible tabs hold one: however many tabs are open, pages still load.
//!
//! `server/src/http/event_stream.rs` has the server's side.

use super::web::has_panicked;
use js_sys::Date;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Calls `notify` when one of the topics changes, until the owner is cleaned up.
///
/// The connection reopens by itself when it breaks. `notify` is also called when the connection is refused or breaks
/// twice in a row, because the session may have ended or the server may be down.
pub fn on_change(topics: Signal<Vec<String>>, notify: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let notify = notify.clone();
        let listener = Rc::new(move |topic: Option<&str>| {
            let matches = |topics: &Vec<String>| topic.is_none_or(|topic| topics.iter().any(|one| one == topic));
            if topics.try_with_untracked(matches) == Some(true) {
                notify();
            }
        });
        let id = EVENT_STREAM.with_borrow_mut(|stream| stream.subscribe(listener));
        on_cleanup(move || EVENT_STREAM.with_borrow_mut(|stream| stream.listeners.retain(|(other, _)| *other != id)));
    });
}

/// Called with the topic that changed, or with `None` when anything may have changed.
type Listener = Rc<dyn Fn(Option<&str>)>;

thread_local! {
    static EVENT_STREAM: RefCell<EventStream> = RefCell::default();
}

/// The page's one connection to the change feed, and its listeners.
#[derive(Default)]
struct EventStream {
    connection: Option<Connection>,
    listeners: Vec<(u32, Listener)>,
    /// The id of the latest listener.
    last_id: u32,
    /// The number of the last event that was received; a new connection continues after it.
    cursor: String,
    /// When the last message arrived or the connection was opened, in milliseconds since 1970.
    last_message_at: f64,
    /// How many connections in a row broke or were refused.
    failures: u32,
    /// Whether the listeners know that the last connection was refused.
    refused: bool,
    /// Whether the event listeners and the timer of [`watch`] are installed.
    watched: bool,
}

/// Sets the event number after which the feed begins: the one at which the page was rendered.
pub fn set_feed_cursor(cursor: Option<i64>) {
    EVENT_STREAM.with_borrow_mut(|stream| {
        stream.cursor = cursor.map(|cursor| cursor.to_string()).unwrap_or_default();
    });
}

/// How long a tab is hidden before it closes its connection, so that a short look at another tab costs nothing.
const HIDDEN_TIMEOUT: Duration = Duration::from_secs(5);

/// After this many milliseconds without a message a connection counts as dead, whatever the browser reports. The server
/// sends something more than twice in this time.
const SILENCE_TIMEOUT: f64 = 60_000.0;
const SILENCE_CHECK: Duration = Duration::from_secs(15);

/// An open `EventSource`, with the closures that it calls.
struct Connection {
    source: web_sys::EventSource,
    _on_message: Closure<dyn Fn(web_sys::MessageEvent)>,
    _on_error: Closure<dyn Fn(web_sys::Event)>,
}

impl EventStream {
    fn subscribe(&mut self, listener: Listener) -> u32 {
        self.last_id += 1;
        self.listeners.push((self.last_id, listener));
        self.connect();
        if !std::mem::replace(&mut self.watched, true) {
            watch();
        }
        self.last_id
    }

    /// Opens a connection if there is none, somebody listens, and the tab is visible.
    fn connect(&mut self) {
        if self.connection.is_none() && !self.listeners.is_empty() && !document().hidden() && !has_panicked() {
            self.last_message_at = Date::now();
            self.connection = open_connection(&self.cursor);
        }
    }
}

/// Closes the connection when the tab has been hidden for a while. Opens another one, which continues where the first
/// ended, when the tab is visible again, when the network is back, and when nothing arrived for too long.
fn watch() {
    let on_visibility_change = Closure::<dyn Fn()>::new(|| {
        if document().hidden() {
            let close = || {
                if document().hidden() {
                    EVENT_STREAM.with_borrow_mut(|stream| stream.connection = None);
                }
            };
            set_timeout(close, HIDDEN_TIMEOUT);
        } else {
            connect();
        }
    });
    let _ =
        document().add_event_listener_with_callback("visibilitychange", on_visibility_change.as_ref().unchecked_ref());
    let on_online = Closure::<dyn Fn()>::new(|| {
        // A connection from before the network was lost cannot be alive.
        EVENT_STREAM.with_borrow_mut(|stream| stream.connection = None);
        connect();
    });
    let _ = window().add_event_listener_with_callback("online", on_online.as_ref().unchecked_ref());
    // Both live as long as the page.
    on_visibility_change.forget();
    on_online.forget();
    set_interval(
        || {
            let silent = |stream: &EventStream| {
                stream.connection.is_some() && Date::now() - stream.last_message_at > SILENCE_TIMEOUT
            };
            if EVENT_STREAM.with_borrow(silent) {
                EVENT_STREAM.with_borrow_mut(|stream| stream.connection = None);
                connect();
            }
        },
        SILENCE_CHECK,
    );
}

fn connect() {
    EVENT_STREAM.with_borrow_mut(EventStream::connect);
}

/// Calls all listeners. The list is copied first, because a listener may add or remove others.
fn notify_all(topic: Option<&str>) {
    if has_panicked() {
        return;
    }
    let listeners: Vec<Listener> =
        EVENT_STREAM.with_borrow(|stream| stream.listeners.iter().map(|(_, listener)| Rc::clone(listener)).collect());
    listeners.iter().for_each(|listener| listener(topic));
}

fn open_connection(cursor: &str) -> Option<Connection> {
    let address = if cursor.is_empty() { "/live".to_owned() } else { ["/live?after=", cursor].concat() };
    let source = web_sys::EventSource::new(&address).ok()?;
    let on_message = Closure::<dyn Fn(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        EVENT_STREAM.with_borrow_mut(|stream| {
            (stream.last_message_at, stream.failures, stream.refused) = (Date::now(), 0, false);
            let id = event.last_event_id();
            if !id.is_empty() {
                stream.cursor = id;
            }
        });
        notify_all(Some(&event.data().as_string().unwrap_or_default()));
    });
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The browser itself would reconnect too, and with all pages of the site at the same moment.
    let on_error = Closure::<dyn Fn(web_sys::Event)>::new(|_| {
        let Some(connection) = EVENT_STREAM.with_borrow_mut(|stream| stream.connection.take()) else { return };
        let closed = connection.source.ready_state() == web_sys::EventSource::CLOSED;
        connection.source.close();
        // Dropped later, because it owns the closure that is running.
        leptos::task::spawn_local(async move { drop(connection) });
        let (failures, refused) = EVENT_STREAM.with_borrow_mut(|stream| {
            stream.failures = stream.failures.saturating_add(1);
            (stream.failures - 1, closed && !std::mem::replace(&mut stream.refused, closed))
        });
        // After a second failure without a message the listeners ask the server. If it doesn't respond, the page says
        // so.
        if refused || failures == 1 {
            notify_all(None);
        }
        super::retry_later(failures, connect);
    });
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Some(Connection { source, _on_message: on_message, _on_error: on_error })
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.close();
    }
}
