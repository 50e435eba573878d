//! Data from the server: a page fetches it, waits for it, and shows the problem if there is one.
//!
//! Every answer travels as one JSON text and is parsed where it is shown. So fetching, refetching and rendering are
//! compiled once and not once a page, which makes the wasm module a third smaller.

use super::errors;
use super::refresh::{Refresh, SessionEnded, StaleData};
#[cfg(feature = "ssr")]
use crate::Failure;
use crate::server_functions::{Fetch, PreviewOf};
use crate::{addresses, browser};
use codee::string::FromToStringCodec;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Preview;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// An answer as it travels: `+` and the data, or `-` and the [`Problem`], as JSON.
type JsonResource = Resource<String, FromToStringCodec>;
type JsonFuture = Pin<Box<dyn Future<Output = String> + Send>>;

/// Data that a server function returns.
pub struct Data<T> {
    resource: JsonResource,
    /// The address of the latest fetch.
    address: StoredValue<String>,
    output: PhantomData<fn() -> T>,
}

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl Data<Preview> {
    /// The preview of a form, which is fetched once.
    pub fn preview<F>(form: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        PreviewOf<F>: Fetch<Output = Preview>,
    {
        Self::once(move || PreviewOf(form()))
    }
}

impl<T: DeserializeOwned + Serialize + 'static> Data<T> {
    /// Data that a page shows. It is fetched again when the call's arguments change, when a form was submitted, and
    /// when the change feed reports what others did.
    pub fn of<Q>(call: impl Fn() -> Q + Send + Sync + 'static) -> Self
    where
        Q: Fetch<Output = T>,
    {
        let refresh = expect_context::<Refresh>();
        Self::new(call, move || refresh.count())
    }

    /// Data that is fetched once, because what a person reads before they agree must not change under their eyes.
    pub fn once<Q>(call: impl Fn() -> Q + Send + Sync + 'static) -> Self
    where
        Q: Fetch<Output = T>,
    {
        Self::new(call, || 0)
    }

    fn new<Q>(
        call: impl Fn() -> Q + Send + Sync + 'static,
        refresh_count: impl Fn() -> u32 + Send + Sync + 'static,
    ) -> Self
    where
        Q: Fetch<Output = T>,
    {
        let call = Arc::new(call);
        let address = {
            let call = Arc::clone(&call);
            move || addresses::get_url(&call())
        };
        let latest = LatestAnswer {
            session_ended: expect_context(),
            stale: expect_context(),
            address: StoredValue::new(untrack(&address)),
            resource: StoredValue::new(None),
        };
        let fetch = move |address: String| -> JsonFuture {
            let fetched = fetch_json(&*call, address.clone());
            Box::pin(async move { latest.or(address, fetched.await) })
        };
        let resource = new_resource(Box::new(move || (address(), refresh_count())), Box::new(fetch));
        latest.resource.set_value(Some(resource));
        on_cleanup(move || {
            let _ = latest.address.try_with_value(|address| latest.stale.clear(address));
        });
        Self { resource, address: latest.address, output: PhantomData }
    }

    /// Renders the data when it arrives; until then the previous content stays.
    pub fn render(self, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.render_result(move |answer| match answer {
            Ok(data) => view(data),
            Err(problem) => errors::instead(&problem),
        })
    }

    /// Renders a part of the data, and renders it again only when that part changes, so that controls within it keep
    /// their state.
    pub fn render_part<P>(
        self,
        part: impl Fn(T) -> P + Send + Sync + 'static,
        view: impl Fn(P) -> AnyView + Send + Sync + 'static,
    ) -> AnyView
    where
        P: Clone + PartialEq + Send + Sync + 'static,
    {
        let (part, view) = (Arc::new(part), Arc::new(view));
        // The signal is read within the transition, so that the server waits for the data. Nothing here is asynchronous, so
        // that a part within a part is never rendered after the outer one is gone.
        let body = move || {
            let (part, view) = (Arc::clone(&part), Arc::clone(&view));
            let shown = Memo::new(move |_| self.resource.get().map(|answer| parse(&answer).map(&*part)));
            move || {
                let part = shown.get();
                browser::keep_focus();
                part.map(|part| match part {
                    Ok(part) => view(part),
                    Err(problem) => errors::instead(&problem),
                })
            }
        };
        view! { <Transition>{body()}</Transition> }.into_any()
    }

    /// Renders the data, or the problem, with a view of the caller's own.
    pub fn render_result(self, view: impl Fn(Result<T, Problem>) -> AnyView + Send + Sync + 'static) -> AnyView {
        transition(self.resource, Arc::new(move |answer| view(parse(answer))), || ().into_any())
    }

    /// Renders a part that is visible before the data arrives: first with `None`, then with the data.
    pub fn render_optional(self, view: impl Fn(Option<T>) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
        transition(self.resource, Arc::new(move |answer| view(parse(answer).ok())), move || view(None))
    }

    /// Fetches the data again.
    pub fn refetch(self) {
        self.resource.refetch();
    }

    /// Fetches the same data without changing what is shown.
    ///
    /// # Errors
    /// The problem that the server reports.
    pub async fn fetch_now(self) -> Result<T, Problem> {
        let address = self.address.try_get_value().unwrap_or_default();
        parse(&browser::fetch_json(address).await)
    }
}

/// The address of the latest fetch, and the answer on the screen.
#[derive(Clone, Copy)]
struct LatestAnswer {
    session_ended: SessionEnded,
    stale: StaleData,
    address: StoredValue<String>,
    /// The first answer may have come with the page, so it is read from the resource that shows it.
    resource: StoredValue<Option<JsonResource>>,
}

impl LatestAnswer {
    /// Returns the new answer, with two exceptions in which the shown answer stays: the server doesn't respond, or the
    /// session has ended while the reader is typing. In the second case a notice tells them, and their input stays.
    fn or(self, address: String, answer: String) -> String {
        let problem = parse::<serde::de::IgnoredAny>(&answer).err();
        let unanswered = matches!(problem, Some(Problem::Unavailable {} | Problem::Busy { .. }));
        let signed_out =
            matches!(problem, Some(Problem::Refused(Refusal::NotSignedIn {}))) && browser::has_unsaved_input();
        if (unanswered || signed_out)
            && let Some(shown) = self.shown(&address)
        {
            if signed_out {
                let _ = self.session_ended.0.try_set(true);
            } else {
                self.stale.mark(&address);
            }
            return shown;
        }
        if !unanswered {
            self.stale.clear(&address);
        }
        let before = self.address.try_update_value(|latest| std::mem::replace(latest, address.clone()));
        if let Some(before) = before.filter(|before| *before != address) {
            self.stale.clear(&before);
        }
        answer
    }

    /// The data on the screen, if it came from the same address.
    fn shown(self, address: &str) -> Option<String> {
        let same = self.address.try_with_value(|latest| latest == address) == Some(true);
        let shown = same.then(|| self.resource.try_get_value())??.and_then(|shown| shown.get_untracked());
        shown.filter(|shown| shown.starts_with('+'))
    }
}

fn new_resource(
    address: Box<dyn Fn() -> (String, u32) + Send + Sync>,
    fetch: Box<dyn Fn(String) -> JsonFuture + Send + Sync>,
) -> JsonResource {
    Resource::new_str(address, move |(address, _)| fetch(address))
}

fn transition(
    resource: JsonResource,
    view: Arc<dyn Fn(&str) -> AnyView + Send + Sync>,
    fallback: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let body = move || {
        let view = Arc::clone(&view);
        Suspend::new(async move {
            let answer = resource.await;
            browser::keep_focus();
            view(&answer)
        })
    };
    view! { <Transition fallback=fallback>{body}</Transition> }.into_any()
}

fn parse<T: DeserializeOwned>(answer: &str) -> Result<T, Problem> {
    let unreadable = |_| Problem::Unavailable {};
    match answer.split_at_checked(1) {
        Some(("+", data)) => serde_json::from_str(data).map_err(unreadable),
        Some((_, problem)) => Err(serde_json::from_str(problem).unwrap_or_else(unreadable)),
        None => Err(Problem::Unavailable {}),
    }
}

/// On the server: answers without a request.
#[cfg(feature = "ssr")]
fn fetch_json<Q: Fetch>(call: &impl Fn() -> Q, _address: String) -> JsonFuture {
    let call = call();
    Box::pin(async move {
        let json = match call.answer().await {
            Ok(data) => serde_json::to_string(&data).map(|data| ["+", &data].concat()),
            Err(Failure(problem)) => serde_json::to_string(&problem).map(|problem| ["-", &problem].concat()),
        };
        // A derived serialization never fails.
        json.unwrap_or_default()
    })
}

/// In the browser: fetches the server function's address.
#[cfg(not(feature = "ssr"))]
fn fetch_json<Q>(_call: &impl Fn() -> Q, address: String) -> JsonFuture {
    Box::pin(browser::fetch_json(address))
}
