//! Showing what the server knows: a page asks, waits for its data, and says what is wrong where there is none.
//!
//! All that is asked travels as one text of JSON and is read where it is shown. Waiting, refreshing and drawing
//! are so compiled once and not once a page: it takes a third off the browser half.

use super::errors;
use super::refresh::{Ended, Refresh, Stale};
use crate::Failure;
use crate::{addresses, browser};
use codee::string::FromToStringCodec;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::problem::{Problem, Refusal};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// An answer as it travels: `+` and what was asked for, or `-` and the [`Problem`], as JSON.
type Answer = Resource<String, FromToStringCodec>;
type Asking = Pin<Box<dyn Future<Output = String> + Send>>;

/// What the server knows of something.
pub struct Data<T> {
    answer: Answer,
    /// Where it was asked last.
    address: StoredValue<String>,
    says: PhantomData<fn() -> T>,
}

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl<T: DeserializeOwned + Serialize + 'static> Data<T> {
    /// What a page shows. It is asked for again when the question changes, when something was done here, and
    /// when news comes of what others did.
    pub fn of<Q>(question: impl Fn() -> Q + Send + Sync + 'static) -> Self
    where
        Q: ServerFn<Output = T, Error = Failure> + Serialize + 'static,
    {
        let refresh = expect_context::<Refresh>();
        Self::asked(question, move || refresh.times())
    }

    /// What is asked for once: a person who reads it before agreeing is to read one thing.
    pub fn once<Q>(question: impl Fn() -> Q + Send + Sync + 'static) -> Self
    where
        Q: ServerFn<Output = T, Error = Failure> + Serialize + 'static,
    {
        Self::asked(question, || 0)
    }

    fn asked<Q>(
        question: impl Fn() -> Q + Send + Sync + 'static,
        times: impl Fn() -> u32 + Send + Sync + 'static,
    ) -> Self
    where
        Q: ServerFn<Output = T, Error = Failure> + Serialize + 'static,
    {
        let question = Arc::new(question);
        let address = {
            let question = Arc::clone(&question);
            move || addresses::question(&question())
        };
        let last = Last {
            ended: expect_context(),
            stale: expect_context(),
            address: StoredValue::new(untrack(&address)),
            answer: StoredValue::new(None),
        };
        let ask = move |address: String| -> Asking {
            let asking = asking(&*question, address.clone());
            Box::pin(async move { last.or(address, asking.await) })
        };
        let answer = resource(Box::new(move || (address(), times())), Box::new(ask));
        last.answer.set_value(Some(answer));
        on_cleanup(move || {
            let _ = last.address.try_with_value(|address| last.stale.lower(address));
        });
        Self { answer, address: last.address, says: PhantomData }
    }

    /// Shows the data once they are there; meanwhile what was shown before stays.
    pub fn render(self, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.render_result(move |answer| match answer {
            Ok(data) => view(data),
            Err(problem) => errors::instead(&problem),
        })
    }

    /// Shows the data, or what their absence means here.
    pub fn render_result(self, view: impl Fn(Result<T, Problem>) -> AnyView + Send + Sync + 'static) -> AnyView {
        awaited(self.answer, Arc::new(move |answer| view(read(answer))), || ().into_any())
    }

    /// A part that is there from the beginning, without the data, and with them once they come.
    pub fn render_optional(self, view: impl Fn(Option<T>) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
        awaited(self.answer, Arc::new(move |answer| view(read(answer).ok())), move || view(None))
    }

    /// Asks again.
    pub fn ask_again(self) {
        self.answer.refetch();
    }

    /// What the same question is answered now; what is shown stays.
    ///
    /// # Errors
    /// What the server answers instead.
    pub async fn now(self) -> Result<T, Problem> {
        let address = self.address.try_get_value().unwrap_or_default();
        read(&browser::read(address).await)
    }
}

/// What was asked last, and the answer that is shown.
#[derive(Clone, Copy)]
struct Last {
    ended: Ended,
    stale: Stale,
    address: StoredValue<String>,
    /// The first one may have come with the page, so it is found where it is shown.
    answer: StoredValue<Option<Answer>>,
}

impl Last {
    /// The answer; but the one that is shown stays where the server does not answer now, and where a session has ended
    /// under somebody who is typing: they are told, and nothing that they typed is taken away.
    fn or(self, address: String, answer: String) -> String {
        let problem = read::<serde::de::IgnoredAny>(&answer).err();
        let unanswered = matches!(problem, Some(Problem::Unavailable {} | Problem::Busy { .. }));
        let out = matches!(problem, Some(Problem::Refused(Refusal::NotSignedIn {}))) && browser::is_typed_into();
        if (unanswered || out)
            && let Some(shown) = self.shown(&address)
        {
            if out {
                let _ = self.ended.0.try_set(true);
            } else {
                self.stale.raise(&address);
            }
            return shown;
        }
        if !unanswered {
            self.stale.lower(&address);
        }
        let before = self.address.try_update_value(|asked| std::mem::replace(asked, address.clone()));
        if let Some(before) = before.filter(|before| *before != address) {
            self.stale.lower(&before);
        }
        answer
    }

    /// The answer to the same question that is shown now.
    fn shown(self, address: &str) -> Option<String> {
        let same = self.address.try_with_value(|asked| asked == address) == Some(true);
        let shown = same.then(|| self.answer.try_get_value())??.and_then(|shown| shown.get_untracked());
        shown.filter(|shown| shown.starts_with('+'))
    }
}

fn resource(
    address: Box<dyn Fn() -> (String, u32) + Send + Sync>,
    ask: Box<dyn Fn(String) -> Asking + Send + Sync>,
) -> Answer {
    Resource::new_str(address, move |(address, _)| ask(address))
}

fn awaited(
    answer: Answer,
    view: Arc<dyn Fn(&str) -> AnyView + Send + Sync>,
    meanwhile: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let body = move || {
        let view = Arc::clone(&view);
        Suspend::new(async move {
            let answer = answer.await;
            browser::keep_focus();
            view(&answer)
        })
    };
    view! { <Transition fallback=meanwhile>{body}</Transition> }.into_any()
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, Problem> {
    let unread = |_| Problem::Unavailable {};
    match answer.split_at_checked(1) {
        Some(("+", data)) => serde_json::from_str(data).map_err(unread),
        Some((_, problem)) => Err(serde_json::from_str(problem).unwrap_or_else(unread)),
        None => Err(Problem::Unavailable {}),
    }
}

/// On the server the function itself is called.
#[cfg(feature = "ssr")]
fn asking<Q>(question: &impl Fn() -> Q, _address: String) -> Asking
where
    Q: ServerFn<Error = Failure> + 'static,
    Q::Output: Serialize,
{
    let question = question();
    Box::pin(async move {
        let written = match question.run_body().await {
            Ok(data) => serde_json::to_string(&data).map(|data| ["+", &data].concat()),
            Err(Failure(problem)) => serde_json::to_string(&problem).map(|problem| ["-", &problem].concat()),
        };
        // What derives its JSON always has one.
        written.unwrap_or_default()
    })
}

/// In the browser it is asked by its address.
#[cfg(not(feature = "ssr"))]
fn asking<Q>(_question: &impl Fn() -> Q, address: String) -> Asking {
    Box::pin(browser::read(address))
}
