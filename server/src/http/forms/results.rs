//! The result of a server function: done, a problem with its status, or something else.

use crate::http::request_info::Pattern;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::Done;

/// The result of a server function.
#[derive(Debug)]
pub enum FormResult {
    Done(Box<Done>),
    Problem(Problem),
    /// Not the result of a form.
    Other,
}

/// The largest response of a server function that is parsed.
const LIMIT: usize = 8 * 1024 * 1024;

/// Reads the result from a response, and gives a problem its own status, because server functions respond only with 200
/// and 500. If they set the status themselves, a page that calls one would get it too.
pub async fn read_result(response: Response) -> (Response, FormResult) {
    // Without a route there was no function, and the response is a 404.
    if response.extensions().get::<Pattern>().is_none() {
        return (response, FormResult::Other);
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        parts.status = StatusCode::SERVICE_UNAVAILABLE;
        parts.headers.remove(CONTENT_TYPE);
        return (Response::from_parts(parts, Body::empty()), FormResult::Problem(Problem::Unavailable {}));
    };
    let result = match parts.status {
        StatusCode::OK => {
            serde_json::from_slice(&bytes).map_or(FormResult::Other, |done| FormResult::Done(Box::new(done)))
        }
        StatusCode::INTERNAL_SERVER_ERROR => match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => {
                parts.status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                parts.headers.remove(CONTENT_LENGTH);
                if let Some(seconds) = retry_after(&problem) {
                    parts.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                FormResult::Problem(problem)
            }
            // A panic, which is logged. The person gets the form back with everything they typed.
            Err(_) => FormResult::Problem(Problem::Unavailable {}),
        },
        _ => FormResult::Other,
    };
    (Response::from_parts(parts, Body::from(bytes)), result)
}

/// The response for a problem that was found before the function was called.
pub fn problem_response(problem: Problem) -> (Response, FormResult) {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let body = serde_json::to_string(&problem).unwrap_or_default();
    ((status, kind, body).into_response(), FormResult::Problem(problem))
}

/// After how many seconds it makes sense to try again.
fn retry_after(problem: &Problem) -> Option<i64> {
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
