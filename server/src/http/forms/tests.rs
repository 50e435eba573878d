//! The layer around a small test site: what a browser without JavaScript gets for each kind of result.

use super::*;
use crate::http::request_info::record_pattern;
use app::backend::Caller;
use axum::Router;
use axum::body::to_bytes;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use shared::notice::Notice;
use shared::refusal::{FaultCode, Field, Refusal};
use tower::ServiceExt as _;

const PAGE: &str = "page=%2Fform%3Fx%3D1&form=f1&once=0123&agreed=abc&password=hunter2&who=d%C3%A1na";

fn signed_out(next: &str) -> Done {
    Done { notice: Notice::SignedOut {}, next: Some(next.to_owned()) }
}

fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    (status, [(SET_COOKIE, "kept=1")], serde_json::to_string(value).unwrap()).into_response()
}

fn fails(problem: Problem) -> Response {
    json(StatusCode::INTERNAL_SERVER_ERROR, &problem)
}

/// Shows the refused form and the notice that a page would get.
async fn page(request: Request) -> Response {
    let typed = request.extensions().get::<RefusedForm>().map(|refused| format!("{refused:?}"));
    let notice = pending_notice(request.headers(), &site_url()).map(|notice| notice.sentence());
    let method = request.method().clone();
    ([(CONTENT_TYPE, "text/html")], format!("{method} {} {typed:?} {notice:?}", request.uri())).into_response()
}

fn site_url() -> PublicUrl {
    "http://guild.example".parse().unwrap()
}

fn site() -> Router {
    let wrong = || fails(Refusal::fault(Field::Who, FaultCode::Empty {}).into());
    let pages = Router::new()
        .route("/form", get(page))
        .route("/kept", get(page))
        .route("/away", get(|| async { (StatusCode::FOUND, [(LOCATION, "/sign-in")]) }))
        .route("/gone", get(|| async { StatusCode::NOT_FOUND }))
        .route("/do/a/good", post(|| async { json(StatusCode::OK, &Done::stay(Notice::SignedOut {})) }))
        .route("/do/a/on", post(|| async { json(StatusCode::OK, &signed_out("/next")) }))
        .route("/do/a/astray", post(|| async { json(StatusCode::OK, &signed_out("//evil.example")) }))
        .route("/do/a/wrong", post(move || async move { wrong() }))
        .route("/do/a/out", post(|| async { fails(Refusal::NotSignedIn {}.into()) }))
        .route("/do/a/busy", post(|| async { fails(Problem::Busy { seconds: 7 }) }))
        .route("/do/a/panics", post(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route(
            "/see/a/one",
            get(|request: Request| async move { json(StatusCode::OK, &request.headers()[ACCEPT].to_str().unwrap()) }),
        )
        .route("/see/a/none", get(|| async { fails(Refusal::NotFound {}.into()) }))
        .route_layer(from_fn(record_pattern));
    Router::new().fallback_service(pages).layer(from_fn_with_state(Arc::new(Forms { site: site_url() }), handle))
}

struct Reply {
    status: u16,
    headers: http::HeaderMap,
    text: String,
}

impl Reply {
    fn cookies(&self) -> String {
        self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(" | ")
    }
}

async fn send(request: http::request::Builder, body: &str, unknown: bool) -> Reply {
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(Caller::default());
    if unknown {
        request.extensions_mut().insert(UnknownCaller);
    }
    let (parts, body) = site().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1_000_000).await.unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn form(path: &str, accept: &str) -> http::request::Builder {
    Request::post(path).header(ACCEPT, accept).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

async fn post_form(path: &str) -> Reply {
    send(form(path, "text/html"), PAGE, false).await
}

#[tokio::test]
async fn accepted_form_redirects_with_a_notice() {
    for (path, next) in [("/do/a/good", "/form?x=1&done"), ("/do/a/on", "/next"), ("/do/a/astray", "/")] {
        let reply = post_form(path).await;
        assert_eq!((reply.status, reply.headers[LOCATION].to_str().unwrap()), (303, next));
        assert!(reply.cookies().contains("kept=1") && reply.cookies().contains("notice="), "{}", reply.cookies());
    }
}

#[test]
fn alternate_address_toggles() {
    for (page, other) in [("/a", "/a?done"), ("/a?b=1", "/a?b=1&done")] {
        assert_eq!((super::alternate(page).as_str(), super::alternate(other).as_str()), (other, page));
    }
}

#[tokio::test]
async fn refused_form_returns_its_page_with_what_was_typed() {
    let reply = post_form("/do/a/wrong").await;
    assert_eq!(
        (reply.status, reply.headers[CACHE_CONTROL].to_str().unwrap()),
        (422, "private, no-cache, no-transform")
    );
    assert!(
        reply.text.starts_with("GET /form?x=1") && reply.text.contains("dána") && reply.text.contains("f1"),
        "{}",
        reply.text
    );
    for secret in ["hunter2", "0123", "abc"] {
        assert!(!reply.text.contains(secret), "{secret} is in {}", reply.text);
    }
    assert!(reply.cookies().contains("kept=1"));
}

#[tokio::test]
async fn form_whose_page_fails_returns_the_fallback_page_with_what_was_typed() {
    for page in ["%2Faway", "%2Fgone", "%2Fno-such"] {
        let reply = send(form("/do/a/out", "text/html"), &format!("page={page}&who=dana"), false).await;
        assert_eq!(reply.status, 401);
        assert!(reply.text.starts_with("GET /kept") && reply.text.contains("dana"), "{}", reply.text);
        assert!(!reply.headers.contains_key(LOCATION));
    }
    // A panic and an unavailable database lose nothing either.
    let reply = post_form("/do/a/panics").await;
    assert!(reply.status == 500 && reply.text.contains("Unavailable") && reply.text.contains("dána"), "{}", reply.text);
    let reply = send(form("/do/a/good", "text/html"), PAGE, true).await;
    assert!(
        reply.status == 503 && reply.text.starts_with("GET /kept") && reply.text.contains("dána"),
        "{}",
        reply.text
    );
}

#[tokio::test]
async fn client_without_html_gets_the_problem_with_its_status() {
    for (path, status) in
        [("/do/a/wrong", 422), ("/do/a/out", 401), ("/do/a/busy", 503), ("/do/a/good", 200), ("/do/a/none", 404)]
    {
        let reply = send(form(path, "application/json"), PAGE, false).await;
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(
            serde_json::from_str::<Problem>(&reply.text).is_ok(),
            matches!(status, 401 | 422 | 503),
            "{path}: {}",
            reply.text
        );
        assert_eq!(reply.headers.get(RETRY_AFTER).is_some(), status == 503);
        assert!(!reply.cookies().contains("notice="));
    }
    assert_eq!(send(form("/do/a/good", "application/json"), PAGE, true).await.status, 503);
}

#[tokio::test]
async fn query_returns_data_to_any_client() {
    let reply = send(Request::get("/see/a/one").header(ACCEPT, "text/html"), "", false).await;
    assert_eq!(reply.text, "\"application/json\"");
    assert_eq!(send(Request::get("/see/a/none").header(ACCEPT, "text/html"), "", false).await.status, 404);
}

#[tokio::test]
async fn unknown_function_and_invalid_body_get_error_statuses() {
    assert_eq!(post_form("/do/a/no-such").await.status, 404);
    let reply = send(
        Request::post("/do/a/good").header(ACCEPT, "text/html").header(CONTENT_TYPE, "application/json"),
        "{}",
        false,
    )
    .await;
    assert_eq!(reply.status, 415);
    assert_eq!(
        send(form("/do/a/good", "text/html"), &"a".repeat(shared::limits::FORM_BYTES + 1), false).await.status,
        413
    );
    assert_eq!(send(form("/do/a/good", "text/html"), "a=%FF", false).await.status, 400);
}

#[tokio::test]
async fn notice_is_cleared_only_by_a_page_that_shows_it() {
    let cookie = notices::store(&Notice::SignedOut {}, &site_url());
    let cookie = cookie.split(';').next().unwrap();
    let shown = send(Request::get("/form").header("cookie", cookie), "", false).await;
    assert!(
        shown.text.contains("You are signed out.") && shown.cookies().contains("notice=; HttpOnly"),
        "{}",
        shown.text
    );
    let away = send(Request::get("/away").header("cookie", cookie), "", false).await;
    assert_eq!((away.status, away.cookies().as_str()), (302, ""));
    let forged = send(Request::get("/form").header("cookie", "notice=eyJYIjoxfQ"), "", false).await;
    assert!(forged.text.ends_with("None"), "{}", forged.text);
}

#[tokio::test]
async fn page_for_an_unknown_caller_gets_503() {
    assert_eq!(send(Request::get("/form"), "", true).await.status, 503);
}
