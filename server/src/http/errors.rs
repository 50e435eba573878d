//! Error pages for what fails outside the screens, each with a link to go on. A client that doesn't accept HTML gets a
//! [`Problem`].

use super::request_info::{accepts_html, cookie, request_id};
use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::wire::accounts::Theme;
use shared::words;

/// How long a client should wait before it tries again.
const RETRY_SECONDS: u32 = 2;

/// Marks the response to a request for another host than the site's own.
#[derive(Clone, Debug)]
pub struct Misdirected {
    /// The same page at the site's own address.
    pub own_url: String,
}

/// The style of error pages.
#[derive(Clone, Debug)]
pub struct PageStyle {
    /// The path of the style sheet.
    pub css: Option<&'static str>,
    /// The name of the cookie that holds the chosen theme.
    pub theme_cookie: String,
}

/// Gives an error without a body, such as one from a timeout, a panic or an unknown route, a page or a problem.
pub async fn add_body(State(style): State<PageStyle>, request: Request, next: Next) -> Response {
    let context = ErrorContext {
        accepts_html: accepts_html(request.headers()),
        // A path may look like the address of another site.
        retry: app::safe_redirect(request.uri().path()).filter(|_| request.method() == Method::GET),
        theme: Theme::from_code(cookie(request.headers(), &style.theme_cookie).unwrap_or_default()),
        id: request_id(request.extensions()).to_owned(),
    };
    let mut response = next.run(request).await;
    let status = response.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from(RETRY_SECONDS));
    }
    if !(status.is_client_error() || status.is_server_error()) || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let why = parts.extensions.remove::<Problem>();
    let misdirected = parts.extensions.remove::<Misdirected>();
    let (kind, text) = if context.accepts_html {
        ("text/html; charset=utf-8", page(status, style.css, &context, why.as_ref(), misdirected.as_ref()))
    } else {
        ("application/json", serde_json::to_string(&why.unwrap_or_else(|| problem(status))).unwrap_or_default())
    };
    set_headers(&mut parts.headers, status, kind);
    Response::from_parts(parts, Body::from(text))
}

/// What an error page needs to know about the request.
struct ErrorContext {
    accepts_html: bool,
    /// The path to try again, if that is harmless.
    retry: Option<String>,
    theme: Theme,
    id: String,
}

fn set_headers(headers: &mut HeaderMap, status: StatusCode, kind: &'static str) {
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.entry(RETRY_AFTER).or_insert(HeaderValue::from(RETRY_SECONDS));
    }
}

/// The problem that a status without a body stands for.
pub const fn problem(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::Refused(Refusal::NotFound {}),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge {},
        StatusCode::TOO_MANY_REQUESTS => Problem::Busy { seconds: RETRY_SECONDS },
        StatusCode::REQUEST_TIMEOUT => Problem::Unavailable {},
        _ if status.as_u16() < 500 => Problem::Malformed {},
        _ => Problem::Unavailable {},
    }
}

/// The heading and the text for a status.
fn heading_and_text(status: StatusCode, id: &str) -> (&'static str, String) {
    match status {
        StatusCode::FORBIDDEN => (
            "This form was sent from another site",
            "Another site sent it, or a page that doesn't say which site it belongs to. Nothing was changed. If you meant \
             to do this, open the page on this site and try again."
                .to_owned(),
        ),
        StatusCode::NOT_FOUND => (
            "Page not found",
            "Check the address. If it is correct, you might not have access to this page.".to_owned(),
        ),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This address has no page", "It only accepts forms that are sent from pages of this site.".to_owned())
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That's too much text",
            words::problem(&Problem::TooLarge {}) + " Go back in your browser: what you typed is still there.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "That took too long to arrive",
            "Your connection is slow or was interrupted. Nothing was changed. Go back in your browser: what you typed is \
             still there."
                .to_owned(),
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", words::problem(&Problem::Busy { seconds: RETRY_SECONDS }))
        }
        StatusCode::INTERNAL_SERVER_ERROR => (
            "Something went wrong",
            format!("The error has been logged (id {id}). If it keeps happening, contact an administrator."),
        ),
        StatusCode::SERVICE_UNAVAILABLE => ("The site is unavailable", words::problem(&Problem::Unavailable {})),
        _ if status.is_server_error() => ("The site can't respond right now", words::problem(&Problem::Unavailable {})),
        _ => ("This request couldn't be read", words::problem(&Problem::Malformed {})),
    }
}

/// An error page. It has no script and no inline style, because its policy ([`super::headers`]) allows only the style sheet.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    heading: &'static str,
    text: String,
    /// The link to go on.
    href: String,
    label: &'static str,
    /// The path of the style sheet.
    css: Option<&'static str>,
    /// The code of the chosen theme.
    theme: Option<&'static str>,
}

fn page(
    status: StatusCode,
    css: Option<&'static str>,
    context: &ErrorContext,
    why: Option<&Problem>,
    misdirected: Option<&Misdirected>,
) -> String {
    let (heading, text) = match why {
        _ if misdirected.is_some() => (
            "This site has another address",
            "You can't use it at the address in your browser, and nothing was changed. If you run this site and that \
             address is right, its proxy must pass the Host header on."
                .to_owned(),
        ),
        Some(Problem::Refused(Refusal::NotSignedIn {})) => {
            ("Sign in first", "You need to be signed in to see this.".to_owned())
        }
        Some(why) if status == StatusCode::FORBIDDEN => ("You don't have access to this page", words::problem(why)),
        _ => heading_and_text(status, &context.id),
    };
    let theme = match context.theme {
        Theme::System => None,
        chosen => Some(chosen.code()),
    };
    // Trying again is offered where it may help and does no harm.
    let retry =
        context.retry.as_deref().filter(|_| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS);
    let (href, label) = match (misdirected, retry) {
        (Some(Misdirected { own_url }), _) => (own_url.clone(), "Go to the site"),
        (None, None) if status == StatusCode::UNAUTHORIZED && why.is_some() => {
            (app::sign_in_for(context.retry.as_deref().unwrap_or("/")), "Sign in")
        }
        (None, Some(path)) => (path.to_owned(), "Try again"),
        (None, None) => ("/".to_owned(), "Go to the home page"),
    };
    // Rendering fails only if a value can't be written as text, and text always can.
    ErrorPage { heading, text, href, label, css, theme }.render().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use scraper::{Html, Selector};
    use tower::ServiceExt as _;
    use tower_http::request_id::RequestId;

    async fn ask(accept: &str, method: Method, path: &str) -> (StatusCode, HeaderMap, String) {
        let answers = Router::new()
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/away", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/slow", get(|| async { StatusCode::REQUEST_TIMEOUT }))
            .route(
                "/astray",
                get(|| async {
                    let mut answer = StatusCode::MISDIRECTED_REQUEST.into_response();
                    answer.extensions_mut().insert(Misdirected { own_url: "https://guild.example.org/".to_owned() });
                    answer
                }),
            )
            .route("/with-body", get(|| async { (StatusCode::NOT_FOUND, "our own words") }))
            .layer(from_fn_with_state(
                PageStyle { css: Some("/pkg/main.css"), theme_cookie: "theme".to_owned() },
                add_body,
            ));
        let mut request =
            http::Request::builder().method(method).uri(path).header("accept", accept).body(Body::empty()).unwrap();
        request.extensions_mut().insert(RequestId::new(HeaderValue::from_static("4711")));
        let response = answers.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 100_000).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn texts(page: &str, what: &str) -> Vec<String> {
        Html::parse_document(page).select(&Selector::parse(what).unwrap()).map(|found| found.text().collect()).collect()
    }

    #[tokio::test]
    async fn browser_gets_a_page_with_a_heading_and_a_link() {
        for (method, path, status, link) in [
            (Method::GET, "/broken", 500, "Try again"),
            (Method::GET, "/away", 503, "Try again"),
            (Method::GET, "/nowhere", 404, "Go to the home page"),
            (Method::GET, "/slow", 408, "Go to the home page"),
            (Method::GET, "/astray", 421, "Go to the site"),
            (Method::POST, "/away", 405, "Go to the home page"),
        ] {
            let (answered, headers, page) = ask("text/html", method, path).await;
            assert_eq!(answered.as_u16(), status);
            assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(texts(&page, "h1").len(), 1);
            assert_eq!(texts(&page, "main a"), [link]);
            assert_eq!(headers.contains_key(RETRY_AFTER), status == 503);
            assert_eq!(page.contains("4711"), status == 500);
        }
    }

    #[tokio::test]
    async fn path_that_looks_like_another_site_is_not_linked() {
        for path in ["//evil.example/", "/broken", "//evil.example/broken"] {
            let (_, _, page) = ask("text/html", Method::GET, path).await;
            assert!(!page.contains("//evil.example"), "{path}: {page}");
        }
        assert!(ask("text/html", Method::GET, "/astray").await.2.contains("href=\"https://guild.example.org/\""));
    }

    #[tokio::test]
    async fn client_without_html_gets_a_problem() {
        for (path, problem) in
            [("/away", Problem::Unavailable {}), ("/nowhere", Problem::Refused(Refusal::NotFound {}))]
        {
            let (_, headers, text) = ask("application/json", Method::GET, path).await;
            assert_eq!(headers[CONTENT_TYPE], "application/json");
            assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
        }
    }

    #[tokio::test]
    async fn body_of_an_error_is_kept_and_paths_are_escaped() {
        assert_eq!(ask("text/html", Method::GET, "/with-body").await.2, "our own words");
        let context = ErrorContext {
            accepts_html: true,
            retry: Some("/a\"><script>".to_owned()),
            theme: Theme::Dark,
            id: String::new(),
        };
        let page = page(StatusCode::SERVICE_UNAVAILABLE, None, &context, None, None);
        assert!(texts(&page, "script").is_empty() && page.contains("data-theme=\"dark\""));
    }
}
