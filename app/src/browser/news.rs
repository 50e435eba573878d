//! The line on which news comes to an open page.
//!
//! A browser that speaks HTTP/1.1 has six lines for all tabs of a site. So all who hear within a page share one, and only
//! tabs that are looked at hold one: however many are open, pages still come.
//!
//! What the server says is in `server/src/http/news.rs`.

use super::real::is_broken;
use js_sys::Date;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Says when news comes that concern the page, as long as the page is there. It comes back by itself when it breaks;
/// where it is refused, or breaks again, that may be news too: the session may have ended, or the server be away.
pub fn on_news(topics: Signal<Vec<String>>, hear: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let hear = hear.clone();
        let hearer = Rc::new(move |topic: Option<&str>| {
            let concerns = |topics: &Vec<String>| topic.is_none_or(|topic| topics.iter().any(|one| one == topic));
            if topics.try_with_untracked(concerns) == Some(true) {
                hear();
            }
        });
        let name = NEWS.with_borrow_mut(|news| news.join(hearer));
        on_cleanup(move || NEWS.with_borrow_mut(|news| news.hearers.retain(|(other, _)| *other != name)));
    });
}

type Hearer = Rc<dyn Fn(Option<&str>)>;

thread_local! {
    static NEWS: RefCell<News> = RefCell::default();
}

/// The connection on which news comes, and who hears.
#[derive(Default)]
struct News {
    line: Option<Line>,
    hearers: Vec<(u32, Hearer)>,
    joined: u32,
    /// The number of history up to which news was heard; a line begins there.
    told: String,
    /// When something was heard last, or a line was opened.
    heard: f64,
    /// How often in a row a line broke or was refused.
    failed: u32,
    /// Whether it is known that the last one was refused.
    refused: bool,
    /// Whether it is known when the tab goes out of sight, and when the line is silent.
    watched: bool,
}

/// News is heard from this number of history on: the one at which the page was drawn.
pub fn news_from(told: Option<i64>) {
    NEWS.with_borrow_mut(|news| news.told = told.map(|told| told.to_string()).unwrap_or_default());
}

/// How long a tab may be out of sight before it gives its line up: shorter looks at another tab cost nothing.
const OUT_OF_SIGHT: Duration = Duration::from_secs(5);

/// A line on which nothing was heard for so long is dead, whatever the browser believes: the server says something more
/// than twice in this time.
const SILENT: f64 = 60_000.0;
const LOOKS_AFTER_IT: Duration = Duration::from_secs(15);

/// The browser calls these as long as the line is there.
struct Line {
    source: web_sys::EventSource,
    _told: Closure<dyn Fn(web_sys::MessageEvent)>,
    _broken: Closure<dyn Fn(web_sys::Event)>,
}

impl News {
    fn join(&mut self, hearer: Hearer) -> u32 {
        self.joined += 1;
        self.hearers.push((self.joined, hearer));
        self.listen();
        if !std::mem::replace(&mut self.watched, true) {
            watch();
        }
        self.joined
    }

    /// Opens a line where somebody hears, the tab is looked at, and there is none.
    fn listen(&mut self) {
        if self.line.is_none() && !self.hearers.is_empty() && !document().hidden() && !is_broken() {
            self.heard = Date::now();
            self.line = open_line(&self.told);
        }
    }
}

/// Gives the line up when the tab has been out of sight for a while, and opens another, which begins where the first one
/// ended, when it is looked at again, when the network is back, and when nothing was heard for too long.
fn watch() {
    let turned = Closure::<dyn Fn()>::new(|| {
        if document().hidden() {
            let later = || {
                if document().hidden() {
                    NEWS.with_borrow_mut(|news| news.line = None);
                }
            };
            set_timeout(later, OUT_OF_SIGHT);
        } else {
            listen();
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", turned.as_ref().unchecked_ref());
    let online = Closure::<dyn Fn()>::new(|| {
        // One from before cannot be alive.
        NEWS.with_borrow_mut(|news| news.line = None);
        listen();
    });
    let _ = window().add_event_listener_with_callback("online", online.as_ref().unchecked_ref());
    // As long as the page.
    turned.forget();
    online.forget();
    set_interval(
        || {
            if NEWS.with_borrow(|news| news.line.is_some() && Date::now() - news.heard > SILENT) {
                NEWS.with_borrow_mut(|news| news.line = None);
                listen();
            }
        },
        LOOKS_AFTER_IT,
    );
}

fn listen() {
    NEWS.with_borrow_mut(News::listen);
}

/// Tells everybody who hears; one of them may leave, or another come, while they are told.
fn tell(topic: Option<&str>) {
    if is_broken() {
        return;
    }
    let hearers: Vec<Hearer> = NEWS.with_borrow(|news| news.hearers.iter().map(|(_, hear)| Rc::clone(hear)).collect());
    hearers.iter().for_each(|hear| hear(topic));
}

fn open_line(told: &str) -> Option<Line> {
    let address = if told.is_empty() { "/live".to_owned() } else { ["/live?after=", told].concat() };
    let source = web_sys::EventSource::new(&address).ok()?;
    let told = Closure::<dyn Fn(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        NEWS.with_borrow_mut(|news| {
            (news.heard, news.failed, news.refused) = (Date::now(), 0, false);
            let id = event.last_event_id();
            if !id.is_empty() {
                news.told = id;
            }
        });
        tell(Some(&event.data().as_string().unwrap_or_default()));
    });
    source.set_onmessage(Some(told.as_ref().unchecked_ref()));
    // The browser would take a broken line up again, and all pages of a site at once.
    let broken = Closure::<dyn Fn(web_sys::Event)>::new(|_| {
        let Some(line) = NEWS.with_borrow_mut(|news| news.line.take()) else { return };
        let closed = line.source.ready_state() == web_sys::EventSource::CLOSED;
        line.source.close();
        // Not dropped here: it is what is being called.
        leptos::task::spawn_local(async move { drop(line) });
        let (failed, refused) = NEWS.with_borrow_mut(|news| {
            news.failed = news.failed.saturating_add(1);
            (news.failed - 1, closed && !std::mem::replace(&mut news.refused, closed))
        });
        // Broken again before anything was heard: those who hear ask, and where nobody answers, the page says so.
        if refused || failed == 1 {
            tell(None);
        }
        super::try_again(failed, listen);
    });
    source.set_onerror(Some(broken.as_ref().unchecked_ref()));
    Some(Line { source, _told: told, _broken: broken })
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}
