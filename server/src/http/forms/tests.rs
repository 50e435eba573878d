//! The layer around a small site of its own: what a browser without JavaScript gets for each kind of answer.

use super::*;
use crate::http::served::note_pattern;
use app::backend::Caller;
use axum::Router;
use axum::body::to_bytes;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use shared::problem::{FaultCode, Field, Refusal};
use shared::words::Notice;
use tower::ServiceExt as _;

const PAGE: &str = "page=%2Fform%3Fx%3D1&form=f1&once=0123&agreed=abc&password=hunter2&who=d%C3%A1na";

fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    (status, [(SET_COOKIE, "kept=1")], serde_json::to_string(value).unwrap()).into_response()
}

fn fails(problem: Problem) -> Response {
    json(StatusCode::INTERNAL_SERVER_ERROR, &problem)
}

/// What a page would show of the refusal that it is given.
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
        .route("/do/a/on", post(|| async { json(StatusCode::OK, &Done::redirect(Notice::SignedOut {}, "/next")) }))
        .route(
            "/do/a/astray",
            post(|| async { json(StatusCode::OK, &Done::redirect(Notice::SignedOut {}, "//evil.example")) }),
        )
        .route("/do/a/wrong", post(move || async move { wrong() }))
        .route("/do/a/out", post(|| async { fails(Refusal::NotSignedIn {}.into()) }))
        .route("/do/a/busy", post(|| async { fails(Problem::Busy { seconds: 7 }) }))
        .route("/do/a/panics", post(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route(
            "/see/a/one",
            get(|request: Request| async move { json(StatusCode::OK, &request.headers()[ACCEPT].to_str().unwrap()) }),
        )
        .route("/see/a/none", get(|| async { fails(Refusal::NotFound {}.into()) }))
        .route_layer(from_fn(note_pattern));
    Router::new().fallback_service(pages).layer(from_fn_with_state(Arc::new(Forms { site: site_url() }), whole_forms))
}

struct Heard {
    status: u16,
    headers: http::HeaderMap,
    text: String,
}

impl Heard {
    fn cookies(&self) -> String {
        self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(" | ")
    }
}

async fn send(request: http::request::Builder, body: &str, unknown: bool) -> Heard {
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(Caller::default());
    if unknown {
        request.extensions_mut().insert(Unknown);
    }
    let (parts, body) = site().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1_000_000).await.unwrap();
    Heard { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn form(path: &str, accept: &str) -> http::request::Builder {
    Request::post(path).header(ACCEPT, accept).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

async fn post_form(path: &str) -> Heard {
    send(form(path, "text/html"), PAGE, false).await
}

#[tokio::test]
async fn an_accepted_form_leads_on_with_a_notice() {
    for (path, next) in [("/do/a/good", "/form?x=1&done"), ("/do/a/on", "/next"), ("/do/a/astray", "/")] {
        let heard = post_form(path).await;
        assert_eq!((heard.status, heard.headers[LOCATION].to_str().unwrap()), (303, next));
        assert!(heard.cookies().contains("kept=1") && heard.cookies().contains("notice="), "{}", heard.cookies());
    }
}

#[test]
fn a_page_and_the_one_beside_it_take_turns() {
    for (page, other) in [("/a", "/a?done"), ("/a?b=1", "/a?b=1&done")] {
        assert_eq!((super::beside(page).as_str(), super::beside(other).as_str()), (other, page));
    }
}

#[tokio::test]
async fn a_refused_form_is_answered_with_its_own_page_and_what_was_typed() {
    let heard = post_form("/do/a/wrong").await;
    assert_eq!(
        (heard.status, heard.headers[CACHE_CONTROL].to_str().unwrap()),
        (422, "private, no-cache, no-transform")
    );
    assert!(
        heard.text.starts_with("GET /form?x=1") && heard.text.contains("dána") && heard.text.contains("f1"),
        "{}",
        heard.text
    );
    for secret in ["hunter2", "0123", "abc"] {
        assert!(!heard.text.contains(secret), "{secret} stands in {}", heard.text);
    }
    assert!(heard.cookies().contains("kept=1"));
}

#[tokio::test]
async fn where_the_page_cannot_be_shown_what_was_typed_is_kept() {
    for page in ["%2Faway", "%2Fgone", "%2Fno-such"] {
        let heard = send(form("/do/a/out", "text/html"), &format!("page={page}&who=dana"), false).await;
        assert_eq!(heard.status, 401);
        assert!(heard.text.starts_with("GET /kept") && heard.text.contains("dana"), "{}", heard.text);
        assert!(!heard.headers.contains_key(LOCATION));
    }
    // A panic, and a database that cannot say who asks, lose nothing either.
    let heard = post_form("/do/a/panics").await;
    assert!(heard.status == 500 && heard.text.contains("Unavailable") && heard.text.contains("dána"), "{}", heard.text);
    let heard = send(form("/do/a/good", "text/html"), PAGE, true).await;
    assert!(
        heard.status == 503 && heard.text.starts_with("GET /kept") && heard.text.contains("dána"),
        "{}",
        heard.text
    );
}

#[tokio::test]
async fn a_program_gets_the_problem_with_its_status() {
    for (path, status) in
        [("/do/a/wrong", 422), ("/do/a/out", 401), ("/do/a/busy", 503), ("/do/a/good", 200), ("/do/a/none", 404)]
    {
        let heard = send(form(path, "application/json"), PAGE, false).await;
        assert_eq!(heard.status, status, "{path}");
        assert_eq!(
            serde_json::from_str::<Problem>(&heard.text).is_ok(),
            matches!(status, 401 | 422 | 503),
            "{path}: {}",
            heard.text
        );
        assert_eq!(heard.headers.get(RETRY_AFTER).is_some(), status == 503);
        assert!(!heard.cookies().contains("notice="));
    }
    assert_eq!(send(form("/do/a/good", "application/json"), PAGE, true).await.status, 503);
}

#[tokio::test]
async fn reading_answers_data_whoever_asks() {
    let heard = send(Request::get("/see/a/one").header(ACCEPT, "text/html"), "", false).await;
    assert_eq!(heard.text, "\"application/json\"");
    assert_eq!(send(Request::get("/see/a/none").header(ACCEPT, "text/html"), "", false).await.status, 404);
}

#[tokio::test]
async fn an_unknown_function_and_a_body_that_is_no_form_are_left_to_the_plain_pages() {
    assert_eq!(post_form("/do/a/no-such").await.status, 404);
    let heard = send(
        Request::post("/do/a/good").header(ACCEPT, "text/html").header(CONTENT_TYPE, "application/json"),
        "{}",
        false,
    )
    .await;
    assert_eq!(heard.status, 415);
    assert_eq!(
        send(form("/do/a/good", "text/html"), &"a".repeat(shared::limits::FORM_BYTES + 1), false).await.status,
        413
    );
    assert_eq!(send(form("/do/a/good", "text/html"), "a=%FF", false).await.status, 400);
}

#[tokio::test]
async fn a_notice_is_shown_once_and_by_a_page_that_is_shown() {
    let cookie = notices::keep(&Notice::SignedOut {}, &site_url());
    let cookie = cookie.split(';').next().unwrap();
    let shown = send(Request::get("/form").header("cookie", cookie), "", false).await;
    assert!(
        shown.text.contains("You are signed out.") && shown.cookies().contains("notice=; Path=/"),
        "{}",
        shown.text
    );
    let away = send(Request::get("/away").header("cookie", cookie), "", false).await;
    assert_eq!((away.status, away.cookies().as_str()), (302, ""));
    let forged = send(Request::get("/form").header("cookie", "notice=eyJYIjoxfQ"), "", false).await;
    assert!(forged.text.ends_with("None"), "{}", forged.text);
}

#[tokio::test]
async fn while_nobody_can_say_who_asks_no_page_takes_them_for_nobody() {
    assert_eq!(send(Request::get("/form"), "", true).await.status, 503);
}
