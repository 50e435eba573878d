//! What the server does for the screens: it answers queries, and previews, executes and handles forms. The browser never
//! sees this. [`crate::ports`] says which ones.

use crate::Failure;
use async_trait::async_trait;
use leptos::prelude::use_context;
use shared::ids::{AccountId, SessionId};
use shared::problem::Problem;
use shared::wire::{self, Consent, Done, Form};
use std::fmt;
use std::sync::Arc;

/// Who calls: the session's account, if there is one, and the client. Made once for each request, from its cookie
/// alone.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The signed-in account and its session.
    pub signed_in: Option<(AccountId, SessionId)>,
    /// The client's IP address.
    pub address: String,
    /// The client's `User-Agent`.
    pub agent: String,
    /// The request's number in the log.
    pub request: String,
}

impl Caller {
    /// The id of the account for which a page is rendered; empty for a visitor.
    pub fn reader(&self) -> String {
        self.signed_in.map(|(account, _)| account.to_string()).unwrap_or_default()
    }
}

/// The outcome of a form that starts or ends a session. The session's secret is in the cookie and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct DoneWithCookie {
    pub done: Done,
    /// The value of the `Set-Cookie` header, if a session starts or ends.
    pub cookie: Option<String>,
}

impl fmt::Debug for DoneWithCookie {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoneWithCookie").field("done", &self.done).finish_non_exhaustive()
    }
}

impl From<Done> for DoneWithCookie {
    fn from(done: Done) -> Self {
        Self { done, cookie: None }
    }
}

/// Answers a query.
#[async_trait]
pub trait Answer<Q: wire::Query>: Send + Sync {
    async fn answer(&self, who: &Caller, query: Q) -> Result<Q::Output, Problem>;
}

/// Previews the command of a form. This changes nothing.
#[async_trait]
pub trait Preview<F: Form>: Send + Sync {
    async fn preview(&self, who: &Caller, form: F) -> Result<wire::Preview, Problem>;
}

/// Executes the command of a form.
#[async_trait]
pub trait Execute<F: Form>: Send + Sync {
    async fn execute(&self, who: &Caller, form: F, consent: Consent) -> Result<Done, Problem>;
}

/// Handles a form that takes more than its command. For example, a password is hashed, or a session starts.
#[async_trait]
pub trait Handle<F>: Send + Sync {
    async fn handle(&self, who: &Caller, form: F, consent: Consent) -> Result<DoneWithCookie, Problem>;
}

/// The caller of the current request.
pub fn caller() -> Caller {
    let caller = use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    caller.unwrap_or_default()
}

/// What the server implements for an area, as it stands in Leptos's context.
///
/// # Errors
/// [`Problem::Unavailable`] outside of a request.
fn port<P: ?Sized + Send + Sync + 'static>() -> Result<Arc<P>, Problem> {
    use_context::<Arc<P>>().ok_or(Problem::Unavailable {})
}

/// Answers a query of the current request.
pub async fn answer<P: ?Sized + Answer<Q> + 'static, Q: wire::Query>(query: Q) -> Result<Q::Output, Failure> {
    let (port, who) = (port::<P>()?, caller());
    Ok(port.answer(&who, query).await?)
}

/// Previews a form for the current request.
pub async fn preview<P: ?Sized + Preview<F> + 'static, F: Form>(form: F) -> Result<wire::Preview, Failure> {
    let (port, who) = (port::<P>()?, caller());
    Ok(port.preview(&who, form).await?)
}

/// Executes the command of a form of the current request.
pub async fn execute<P: ?Sized + Execute<F> + 'static, F: Form>(form: F, consent: Consent) -> Result<Done, Failure> {
    let (port, who) = (port::<P>()?, caller());
    Ok(port.execute(&who, form, consent).await?)
}

/// Handles a form of the current request, and sets the cookie of the session that starts or ends.
pub async fn handle<P: ?Sized + Handle<F> + 'static, F>(form: F, consent: Consent) -> Result<Done, Failure> {
    let (port, who) = (port::<P>()?, caller());
    let DoneWithCookie { done, cookie } = port.handle(&who, form, consent).await?;
    if let Some(cookie) = cookie {
        set_cookie(&cookie);
    }
    Ok(done)
}

/// Sets a cookie in the response to the current request.
pub fn set_cookie(cookie: &str) {
    if let (Some(options), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(cookie))
    {
        options.append_header(http::header::SET_COOKIE, cookie);
    }
}
