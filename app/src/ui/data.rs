//! Showing what the server knows: a page waits for its data, and says what is wrong where there is none.

use super::errors;
use super::frame::Refresh;
use crate::Failure;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a page shows of the server's knowledge. It is asked for again when something was done here, and
/// when news comes of what others did.
pub fn page_data<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Resource<Result<T, Failure>>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let refresh = expect_context::<Refresh>();
    Resource::new(move || (source(), refresh.0.get()), move |(source, _)| fetch(source))
}

/// Shows data once they are there; meanwhile what was shown before stays.
pub fn shown<T>(
    data: Resource<Result<T, Failure>>,
    view: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let body = move || {
        let view = view.clone();
        Suspend::new(async move {
            match data.await {
                Ok(data) => view(data),
                Err(Failure(problem)) => errors::instead(&problem),
            }
        })
    };
    view! { <Transition>{body}</Transition> }.into_any()
}
