//! Forms without JavaScript. A refused form is answered with its own page and everything that was typed, an accepted one
//! with a redirect and a notice. The server stores nothing for this.
//!
//! The layer must wrap a whole inner router. On the router that has the routes, a layer runs after routing, and the changed
//! address would not be routed again.

mod fields;
mod notices;
mod results;

pub use notices::pending as pending_notice;

use super::hosts::is_over_http;
use super::request_info::{Pattern, accepts_html};
use super::sessions::UnknownCaller;
use crate::config::PublicUrl;
use app::backend::Caller;
use app::first_paint::RefusedForm;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use fields::{PostedForm, read};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, ORIGIN, RETRY_AFTER, SET_COOKIE, TRANSFER_ENCODING,
};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri};
use results::{FormResult, problem_response, read_result};
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Done;
use std::sync::Arc;

/// The state of the layer.
#[derive(Debug)]
pub struct Forms {
    /// The site's own address.
    pub site: PublicUrl,
}

/// The page that shows what was typed when the form's own page can't be shown.
const FALLBACK_PAGE: &str = "/kept";

/// Runs server functions as data, and turns their results into pages for browsers that post forms without JavaScript.
pub async fn handle(State(forms): State<Arc<Forms>>, mut request: Request, next: Next) -> Response {
    let unknown_caller = request.extensions().get::<UnknownCaller>().is_some();
    if !is_function(request.uri().path()) {
        return if unknown_caller {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        } else {
            forms.page(request, next).await
        };
    }
    if let Some(page) = page_of(&request) {
        let mut response = see_other(&page);
        response.extensions_mut().insert(Pattern("(function)".to_owned()));
        return response;
    }
    let is_plain_post = request.method() == Method::POST && accepts_html(request.headers());
    // Leptos redirects browsers by itself. When asked for data, it doesn't.
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    if request.method() != Method::POST {
        return if unknown_caller {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        } else {
            read_result(next.run(request).await).await.0
        };
    }
    let (parts, body) = request.into_parts();
    let (bytes, posted) = match read(&parts.headers, body).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    if unknown_caller && !is_plain_post {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (response, result) = if unknown_caller {
        (StatusCode::SERVICE_UNAVAILABLE.into_response(), FormResult::Problem(Problem::Unavailable {}))
    } else if is_over_http(&parts.headers, &forms.site) {
        problem_response(Refusal::OverHttp { site: forms.site.to_string() }.into())
    } else if let Some(reader) = other_reader(&parts, &posted) {
        problem_response(Refusal::DifferentAccount { reader }.into())
    } else {
        read_result(next.clone().run(Request::from_parts(parts.clone(), Body::from(bytes))).await).await
    };
    if !is_plain_post {
        return response;
    }
    let mut page = match result {
        FormResult::Done(done) => forms.accepted(&done, &posted),
        FormResult::Problem(problem) => refused(&parts, posted, problem, response.status(), next).await,
        // There is no such function, or its response isn't the result of a form.
        FormResult::Other => return response,
    };
    for cookie in response.headers().get_all(SET_COOKIE) {
        page.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    if let Some(seconds) = response.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, seconds.clone());
    }
    // The log names the function that was called and not the page that was rendered.
    let pattern = response.extensions().get::<Pattern>().cloned().unwrap_or_else(|| Pattern("(function)".to_owned()));
    page.extensions_mut().insert(pattern);
    page
}

/// The page of a form whose address is opened as a page. A refused form is shown at that address, and Enter in the address
/// bar must not submit it.
fn page_of(request: &Request) -> Option<String> {
    let opens_page = matches!(*request.method(), Method::GET | Method::HEAD) && accepts_html(request.headers());
    let known = app::page_of_form(request.uri().path()).filter(|_| opens_page)?;
    let query = request.uri().query().unwrap_or_default();
    let from_query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    Some(from_query.and_then(|(_, page)| app::safe_redirect(&page)).unwrap_or_else(|| known.path()))
}

fn see_other(page: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(page) = HeaderValue::from_str(page) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

/// Whether the path is a server function's: `/do/…` is a command, `/see/…` a query.
pub fn is_function(path: &str) -> bool {
    path.starts_with("/do/") || path.starts_with("/see/")
}

impl Forms {
    /// A page, which clears the notice that it shows.
    async fn page(&self, request: Request, next: Next) -> Response {
        let has_notice = request.method() == Method::GET && notices::is_pending(request.headers(), &self.site);
        let mut response = next.run(request).await;
        // A redirect shows nothing, so the notice stays for the next page.
        if has_notice && (response.status().is_success() || response.status().is_client_error()) {
            append_cookie(&mut response, &notices::clear(&self.site));
        }
        response
    }

    /// A redirect to the next page, with the notice that it shows.
    fn accepted(&self, done: &Done, posted: &PostedForm) -> Response {
        let next = done.next.as_deref().unwrap_or(&posted.page);
        let next =
            app::safe_redirect(next).map_or_else(|| "/".to_owned(), |next| app::redirect_after(&next, &posted.page));
        let next = if next == posted.page && !posted.form.is_empty() { alternate(&next) } else { next };
        let mut response = see_other(&next);
        append_cookie(&mut response, &notices::store(&done.notice, &self.site));
        response
    }
}

/// The account that is signed in, if it isn't the one that the form was rendered for. A tab that was left open must not act
/// for somebody who signed in later.
fn other_reader(parts: &Parts, posted: &PostedForm) -> Option<String> {
    let now = parts.extensions.get::<Caller>().map(Caller::reader).unwrap_or_default();
    (!posted.reader.is_empty() && !now.is_empty() && posted.reader != now).then_some(now)
}

/// Another address of the same page. A browser caches one response for each address. So it still has the page that the
/// form was sent from, and going back and sending it again sends the same token.
fn alternate(page: &str) -> String {
    match page.strip_suffix("?done").or_else(|| page.strip_suffix("&done")) {
        Some(plain) => plain.to_owned(),
        None if page.contains('?') => [page, "&done"].concat(),
        None => [page, "?done"].concat(),
    }
}

/// The form's own page with what was typed and what is wrong, or the fallback page if it can't be shown.
async fn refused(parts: &Parts, posted: PostedForm, problem: Problem, status: StatusCode, next: Next) -> Response {
    // For an unknown caller, the form's page would be rendered as for a visitor.
    let is_known = parts.extensions.get::<UnknownCaller>().is_none();
    let page = posted.page;
    let link_expired = matches!(problem, Problem::Refused(Refusal::ResetLinkInvalid {}));
    // Whoever is told that another account is signed in, and sends the form again, sends it as that account.
    let reader = match &problem {
        Problem::Refused(Refusal::DifferentAccount { reader }) => reader.clone(),
        _ => posted.reader,
    };
    let refused = RefusedForm {
        page: page.clone(),
        action: parts.uri.path().to_owned(),
        form: posted.form,
        reader,
        problem,
        typed: posted.fields,
    };
    let shown = if is_known { Some(next.clone().run(as_get(parts, &page, refused.clone())).await) } else { None };
    let mut response = match shown {
        // A redirect leads away from what was typed, and a page that fails can't show it. The page of an expired link says
        // what to do, and what was typed there is of no use any more.
        Some(response) if response.status().is_success() || (link_expired && response.status().is_client_error()) => {
            response
        }
        _ => next.run(as_get(parts, FALLBACK_PAGE, refused)).await,
    };
    *response.status_mut() = status;
    // With `no-store`, going back from the next page would show the browser's own error in place of what was typed.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-transform"));
    response
}

/// The same request as a GET of its page.
fn as_get(parts: &Parts, page: &str, refused: RefusedForm) -> Request {
    let mut parts = parts.clone();
    parts.method = Method::GET;
    parts.uri = page.parse().unwrap_or_else(|_| Uri::from_static(FALLBACK_PAGE));
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
