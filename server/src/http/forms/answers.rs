//! What a server function answered: done, a problem with its status, or something else.

use crate::http::served::Pattern;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use shared::problem::{Problem, Refusal};
use shared::wire::Done;

/// What a server function answered.
#[derive(Debug)]
pub enum Answer {
    /// It did what it said.
    Done(Box<Done>),
    /// It did not.
    Problem(Problem),
    /// It is no form's answer.
    Other,
}

/// The largest answer of a server function that is looked into.
const LIMIT: usize = 8 * 1024 * 1024;

/// Reads the answer, and gives a problem the status that belongs to it: server functions themselves know only 200 and
/// 500. (They could set it themselves, but then a page that calls one would take on its status.)
pub async fn judge(response: Response) -> (Response, Answer) {
    // Without a route there was no function: the answer is that of an unknown address.
    if response.extensions().get::<Pattern>().is_none() {
        return (response, Answer::Other);
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        parts.status = StatusCode::SERVICE_UNAVAILABLE;
        parts.headers.remove(CONTENT_TYPE);
        return (Response::from_parts(parts, Body::empty()), Answer::Problem(Problem::Unavailable {}));
    };
    let answer = match parts.status {
        StatusCode::OK => serde_json::from_slice(&bytes).map_or(Answer::Other, |done| Answer::Done(Box::new(done))),
        StatusCode::INTERNAL_SERVER_ERROR => match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => {
                parts.status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                parts.headers.remove(CONTENT_LENGTH);
                if let Some(seconds) = wait(&problem) {
                    parts.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                Answer::Problem(problem)
            }
            // A panic: the log knows where. For the person it is a site that did not answer, and nothing typed is lost.
            Err(_) => Answer::Problem(Problem::Unavailable {}),
        },
        _ => Answer::Other,
    };
    (Response::from_parts(parts, Body::from(bytes)), answer)
}

/// A problem that no function was asked about.
pub fn told(problem: Problem) -> (Response, Answer) {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let body = serde_json::to_string(&problem).unwrap_or_default();
    ((status, kind, body).into_response(), Answer::Problem(problem))
}

/// After how many seconds it makes sense to ask again.
fn wait(problem: &Problem) -> Option<i64> {
    match problem {
        Problem::Busy { seconds } => Some(i64::from(*seconds)),
        Problem::Refused(
            Refusal::RequestsTooFast { seconds }
            | Refusal::TooManyRequests { seconds, .. }
            | Refusal::TooManyEmails { seconds }
            | Refusal::TooManyAttempts { seconds },
        ) => Some((*seconds).max(1)),
        _ => None,
    }
}
