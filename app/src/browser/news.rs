//! The line on which news comes to an open page.
//!
//! A browser that speaks HTTP/1.1 has six lines for all tabs of a site. So all who hear within a page share one, and only
//! tabs that are looked at hold one: however many are open, pages still come.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Says when news comes that concern the page, as long as the page is there. It comes back by itself when it breaks;
/// where it is refused, that is news too: the session has ended.
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
    /// How often in a row a line was refused.
    refused: u32,
    /// Whether it is known when the tab goes out of sight, and comes back.
    watched: bool,
}

/// News is heard from this number of history on: the one at which the page was drawn.
pub fn news_from(told: Option<i64>) {
    NEWS.with_borrow_mut(|news| news.told = told.map(|told| told.to_string()).unwrap_or_default());
}

/// How long a tab may be out of sight before it gives its line up: shorter looks at another tab cost nothing.
const OUT_OF_SIGHT: Duration = Duration::from_secs(5);

/// A line that was refused is asked for again after this long, and each time twice as long, up to the most; up to half as
/// long is added, so that not all pages come at once.
const ASKS_AGAIN: f64 = 5_000.0;
const ASKS_AT_MOST: f64 = 300_000.0;

/// The browser calls these as long as the line is there.
struct Line {
    source: web_sys::EventSource,
    _told: Closure<dyn Fn(web_sys::MessageEvent)>,
    _refused: Closure<dyn Fn(web_sys::Event)>,
    _opened: Closure<dyn Fn(web_sys::Event)>,
}

impl News {
    fn join(&mut self, hearer: Hearer) -> u32 {
        self.joined += 1;
        self.hearers.push((self.joined, hearer));
        if self.line.is_none() && !document().hidden() {
            self.line = open_line(&self.told);
        }
        if !std::mem::replace(&mut self.watched, true) {
            watch_sight();
        }
        self.joined
    }

    fn asks_again_after(&mut self) -> Duration {
        let wait = (ASKS_AGAIN * 2_f64.powi(i32::try_from(self.refused).unwrap_or(i32::MAX))).min(ASKS_AT_MOST);
        self.refused += 1;
        Duration::from_millis((wait * (1.0 + web_sys::js_sys::Math::random() / 2.0)) as u64)
    }
}

/// Gives the line up when the tab has been out of sight for a while, and opens another when it is looked at again, which
/// begins where the first one ended.
fn watch_sight() {
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
    // As long as the page.
    turned.forget();
}

/// Opens a line where somebody hears, the tab is looked at, and there is none.
fn listen() {
    if NEWS.with_borrow(|news| news.line.is_none() && !news.hearers.is_empty()) && !document().hidden() {
        let told = NEWS.with_borrow(|news| news.told.clone());
        NEWS.with_borrow_mut(|news| news.line = open_line(&told));
    }
}

/// Tells everybody who hears; one of them may leave, or another come, while they are told.
fn tell(topic: Option<&str>) {
    let hearers: Vec<Hearer> = NEWS.with_borrow(|news| news.hearers.iter().map(|(_, hear)| Rc::clone(hear)).collect());
    hearers.iter().for_each(|hear| hear(topic));
}

fn open_line(told: &str) -> Option<Line> {
    let address = if told.is_empty() { "/live".to_owned() } else { ["/live?after=", told].concat() };
    let source = web_sys::EventSource::new(&address).ok()?;
    let told = Closure::<dyn Fn(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        let id = event.last_event_id();
        if !id.is_empty() {
            NEWS.with_borrow_mut(|news| news.told = id);
        }
        tell(Some(&event.data().as_string().unwrap_or_default()));
    });
    source.set_onmessage(Some(told.as_ref().unchecked_ref()));
    // A line that breaks is taken up again by the browser, where it was; this is about one that is refused.
    let refused = Closure::<dyn Fn(web_sys::Event)>::new(|_| {
        let closed = |news: &News| {
            news.line.as_ref().is_some_and(|line| line.source.ready_state() == web_sys::EventSource::CLOSED)
        };
        if NEWS.with_borrow(closed) {
            // Not dropped here: it is what is being called.
            let ended = NEWS.with_borrow_mut(|news| news.line.take());
            leptos::task::spawn_local(async move { drop(ended) });
            if NEWS.with_borrow(|news| news.refused == 0) {
                tell(None);
            }
            set_timeout(listen, NEWS.with_borrow_mut(News::asks_again_after));
        }
    });
    source.set_onerror(Some(refused.as_ref().unchecked_ref()));
    let opened = Closure::<dyn Fn(web_sys::Event)>::new(|_| NEWS.with_borrow_mut(|news| news.refused = 0));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    Some(Line { source, _told: told, _refused: refused, _opened: opened })
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}
