//! Forms without JavaScript: a refused one is answered with its own page, everything typed still there; an accepted one
//! with the next page and a notice. Nothing that strangers type is stored for it.
//!
//! It must wrap a whole inner router: on the router that holds the routes, a layer runs after routing, and the changed
//! address would not be routed again.

mod answers;
mod fields;
mod notices;

pub use notices::pending as pending_notice;

use super::hosts::is_plain;
use super::served::{Pattern, accepts_html};
use super::sessions::Unknown;
use crate::config::PublicUrl;
use answers::{Answer, judge, told};
use app::backend::Caller;
use app::first_paint::RefusedForm;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use fields::{Typed, read};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, ORIGIN, RETRY_AFTER, SET_COOKIE, TRANSFER_ENCODING,
};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri};
use shared::problem::{Problem, Refusal};
use shared::wire::Done;
use std::sync::Arc;

/// What the layer needs to know.
#[derive(Debug)]
pub struct Forms {
    /// The site's own address.
    pub site: PublicUrl,
}

/// The page that shows what was typed where the form's own page cannot be shown.
const KEPT: &str = "/kept";

/// Runs server functions as data, and makes pages of their answers for browsers that post by themselves.
pub async fn whole_forms(State(forms): State<Arc<Forms>>, mut request: Request, next: Next) -> Response {
    let unknown = request.extensions().get::<Unknown>().is_some();
    if !is_function(request.uri().path()) {
        return if unknown { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { forms.page(request, next).await };
    }
    if let Some(page) = page_of(&request) {
        let mut response = see_other(&page);
        response.extensions_mut().insert(Pattern("(function)".to_owned()));
        return response;
    }
    let posts_by_itself = request.method() == Method::POST && accepts_html(request.headers());
    // Leptos redirects browsers by itself; asked for data, it leaves that to us.
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    if request.method() != Method::POST {
        return if unknown {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        } else {
            judge(next.run(request).await).await.0
        };
    }
    let (parts, body) = request.into_parts();
    let (bytes, typed) = match read(&parts.headers, body).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    if unknown && !posts_by_itself {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (answer, outcome) = if unknown {
        (StatusCode::SERVICE_UNAVAILABLE.into_response(), Answer::Problem(Problem::Unavailable {}))
    } else if is_plain(&parts.headers, &forms.site) {
        told(Refusal::OverHttp { site: forms.site.to_string() }.into())
    } else if let Some(reader) = somebody_else(&parts, &typed) {
        told(Refusal::DifferentAccount { reader }.into())
    } else {
        judge(next.clone().run(Request::from_parts(parts.clone(), Body::from(bytes))).await).await
    };
    if !posts_by_itself {
        return answer;
    }
    let mut response = match outcome {
        Answer::Done(done) => forms.accepted(&done, &typed),
        Answer::Problem(problem) => refused(&parts, typed, problem, answer.status(), next).await,
        // There is no such function, or it answers something that is no form's business.
        Answer::Other => return answer,
    };
    for cookie in answer.headers().get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    if let Some(wait) = answer.headers().get(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, wait.clone());
    }
    // What was asked for is what the log should name, not the page that answers.
    let pattern = answer.extensions().get::<Pattern>().cloned().unwrap_or_else(|| Pattern("(function)".to_owned()));
    response.extensions_mut().insert(pattern);
    response
}

/// The page of a form whose address is asked for as a page: a refused form stands there, and Enter in the address bar is
/// no press of its button.
fn page_of(request: &Request) -> Option<String> {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD) && accepts_html(request.headers());
    let known = app::page_of_form(request.uri().path()).filter(|_| asks)?;
    let query = request.uri().query().unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    Some(named.and_then(|(_, page)| app::safe_redirect(&page)).unwrap_or_else(|| known.to_owned()))
}

fn see_other(page: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(page) = HeaderValue::from_str(page) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

/// Whether the path is one of server functions: `/do/…` changes, `/see/…` reads.
pub fn is_function(path: &str) -> bool {
    path.starts_with("/do/") || path.starts_with("/see/")
}

impl Forms {
    /// A page; it has shown the notice that waited for it.
    async fn page(&self, request: Request, next: Next) -> Response {
        let waited = request.method() == Method::GET && notices::waits(request.headers(), &self.site);
        let mut response = next.run(request).await;
        // A redirection has shown nothing: the page behind it will.
        if waited && (response.status().is_success() || response.status().is_client_error()) {
            append_cookie(&mut response, &notices::shown(&self.site));
        }
        response
    }

    /// The next page, and the notice that it shows.
    fn accepted(&self, done: &Done, typed: &Typed) -> Response {
        let next = done.next.as_deref().unwrap_or(&typed.page);
        let next =
            app::safe_redirect(next).map_or_else(|| "/".to_owned(), |next| app::redirect_after(&next, &typed.page));
        let next = if next == typed.page && !typed.form.is_empty() { beside(&next) } else { next };
        let mut response = see_other(&next);
        append_cookie(&mut response, &notices::keep(&done.notice, &self.site));
        response
    }
}

/// Who is signed in, if it is not the one for whom the form was drawn: a tab that was left open must not act for whoever
/// signed in meanwhile.
fn somebody_else(parts: &Parts, typed: &Typed) -> Option<String> {
    let now = parts.extensions.get::<Caller>().map(Caller::reader).unwrap_or_default();
    (!typed.reader.is_empty() && !now.is_empty() && typed.reader != now).then_some(now)
}

/// The same page by another address. A browser keeps one answer for each address: so it keeps the page that the form was
/// sent from, with its token, and who goes back and sends it again sends the same form.
fn beside(page: &str) -> String {
    match page.strip_suffix("?done").or_else(|| page.strip_suffix("&done")) {
        Some(plain) => plain.to_owned(),
        None if page.contains('?') => [page, "&done"].concat(),
        None => [page, "?done"].concat(),
    }
}

/// The form's own page with what was typed and what is wrong; where it cannot be shown, the page that keeps it.
async fn refused(parts: &Parts, typed: Typed, problem: Problem, status: StatusCode, next: Next) -> Response {
    // Where nobody can say who asks, the form's page would take them for nobody.
    let known = parts.extensions.get::<Unknown>().is_none();
    let page = typed.page;
    let over = matches!(problem, Problem::Refused(Refusal::ResetLinkInvalid {}));
    // Who is told that somebody else is signed in now, and sends it again all the same, sends it as them.
    let reader = match &problem {
        Problem::Refused(Refusal::DifferentAccount { reader }) => reader.clone(),
        _ => typed.reader,
    };
    let refused = RefusedForm {
        page: page.clone(),
        action: parts.uri.path().to_owned(),
        form: typed.form,
        reader,
        problem,
        typed: typed.fields,
    };
    let shown = if known { Some(next.clone().run(as_get(parts, &page, refused.clone())).await) } else { None };
    let mut response = match shown {
        // A redirection leads away from what was typed; a page that is gone or broken cannot show it. A link's own page
        // says what to do when it is over, and what was typed for it is of no use any more.
        Some(response) if response.status().is_success() || (over && response.status().is_client_error()) => response,
        _ => next.run(as_get(parts, KEPT, refused)).await,
    };
    *response.status_mut() = status;
    // Not `no-store`: Back from the next page would show the browser's own error in place of what was typed.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-transform"));
    response
}

/// The same request, as if its page had been asked for.
fn as_get(parts: &Parts, page: &str, refused: RefusedForm) -> Request {
    let mut parts = parts.clone();
    parts.method = Method::GET;
    parts.uri = page.parse().unwrap_or_else(|_| Uri::from_static(KEPT));
    for name in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING, ORIGIN] {
        parts.headers.remove(name);
    }
    parts.headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
    parts.extensions.insert(refused);
    Request::from_parts(parts, Body::empty())
}

fn append_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests;
