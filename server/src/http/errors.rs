//! Pages of our own for what goes wrong before or beside the screens, each with a way on. Whoever shows no pages gets
//! the same as a [`Problem`].

use super::served::{RequestId, accepts_html, cookie};
use app::escape;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use shared::problem::{Problem, Refusal};
use shared::wire::accounts::Theme;
use shared::words;

/// How long a client waits before it asks again, in seconds.
const RETRY_SECONDS: u32 = 2;

/// Marks the answer to what was asked for at an address that is not the site's: the address at which it is to be had.
#[derive(Clone, Debug)]
pub struct Elsewhere(pub String);

/// What pages for what goes wrong are drawn with.
#[derive(Clone, Debug)]
pub struct Look {
    /// The style sheet.
    pub css: Option<&'static str>,
    /// What the cookie of the chosen theme is called.
    pub theme: String,
}

/// Answers a status that came without words (from a time-out, a panic, an unknown route) with a page or a problem.
pub async fn dress(State(look): State<Look>, request: Request, next: Next) -> Response {
    let asked = Asked {
        shows_pages: accepts_html(request.headers()),
        // A path may look like the address of another site.
        again: app::safe_redirect(request.uri().path()).filter(|_| request.method() == Method::GET),
        theme: Theme::from_code(cookie(request.headers(), &look.theme).unwrap_or_default()),
        number: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
    };
    let mut bare = next.run(request).await;
    let status = bare.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        bare.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from(RETRY_SECONDS));
    }
    if !(status.is_client_error() || status.is_server_error()) || bare.headers().contains_key(CONTENT_TYPE) {
        return bare;
    }
    let (mut parts, _) = bare.into_parts();
    let why = parts.extensions.remove::<Problem>();
    let elsewhere = parts.extensions.remove::<Elsewhere>();
    let (kind, text) = if asked.shows_pages {
        ("text/html; charset=utf-8", page(status, look.css, &asked, why.as_ref(), elsewhere.as_ref()))
    } else {
        ("application/json", serde_json::to_string(&why.unwrap_or_else(|| problem(status))).unwrap_or_default())
    };
    fill(&mut parts.headers, status, kind);
    Response::from_parts(parts, Body::from(text))
}

/// What a page needs to know of the request that it answers.
struct Asked {
    shows_pages: bool,
    /// The path to try again, where trying again is harmless.
    again: Option<String>,
    theme: Theme,
    number: String,
}

fn fill(headers: &mut HeaderMap, status: StatusCode, kind: &'static str) {
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.entry(RETRY_AFTER).or_insert(HeaderValue::from(RETRY_SECONDS));
    }
}

/// The problem that a bare status stands for.
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

/// The heading and the sentence for a status.
fn says(status: StatusCode, number: &str) -> (&'static str, String) {
    match status {
        StatusCode::FORBIDDEN => (
            "This form came from somewhere else",
            "It was sent by another site, or by a page that did not say where it is from. Nothing was changed. If you \
             wanted to do this, open the page here and send it again."
                .to_owned(),
        ),
        StatusCode::NOT_FOUND => (
            "Page not found",
            "Check the address. If it is correct, you might not have access to this page.".to_owned(),
        ),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("There is no page at this address", "It only takes forms that pages of this site send to it.".to_owned())
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That was too much text",
            words::problem(&Problem::TooLarge {}) + " Go back in your browser: what you typed is still there.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "That took too long to arrive",
            "The line between you and the site is slow, or was cut. Nothing was changed. Go back in your browser: what \
             you typed is still there."
                .to_owned(),
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            ("A little too fast", words::problem(&Problem::Busy { seconds: RETRY_SECONDS }))
        }
        StatusCode::INTERNAL_SERVER_ERROR => (
            "Something went wrong on our side",
            format!(
                "It is written in the site's log. If you tell the people who run this site, give them this number: {number}"
            ),
        ),
        StatusCode::SERVICE_UNAVAILABLE => ("The site is not ready just now", words::problem(&Problem::Unavailable {})),
        _ if status.is_server_error() => ("The site could not answer", words::problem(&Problem::Unavailable {})),
        _ => ("This did not arrive as it should", words::problem(&Problem::Malformed {})),
    }
}

fn page(
    status: StatusCode,
    css: Option<&'static str>,
    asked: &Asked,
    why: Option<&Problem>,
    elsewhere: Option<&Elsewhere>,
) -> String {
    let (heading, sentence) = match why {
        _ if elsewhere.is_some() => (
            "This site has another address",
            "It can't be used at the one that you came by, and nothing was changed. If you run this site and came by its \
             right address: the proxy before it must pass the Host header on."
                .to_owned(),
        ),
        Some(Problem::Refused(Refusal::NotSignedIn {})) => {
            ("Sign in first", "This is for people who are signed in.".to_owned())
        }
        Some(why) if status == StatusCode::FORBIDDEN => ("You don't have access to this page", words::problem(why)),
        _ => says(status, &asked.number),
    };
    let sentence = escape(&sentence);
    let style = css.map(|css| format!("<link rel=\"stylesheet\" href=\"{css}\">")).unwrap_or_default();
    let theme = match asked.theme {
        Theme::System => String::new(),
        chosen => format!(" data-theme=\"{}\"", chosen.code()),
    };
    // Trying again helps where the site was at fault, and is offered where it does no harm.
    let again = asked.again.as_deref().filter(|_| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS);
    let (way, label) = match (elsewhere, again) {
        (Some(Elsewhere(address)), _) => (escape(address), "Go to the site"),
        (None, None) if status == StatusCode::UNAUTHORIZED && why.is_some() => {
            (escape(&app::sign_in_for(asked.again.as_deref().unwrap_or("/"))), "Sign in")
        }
        (None, Some(path)) => (escape(path), "Try again"),
        (None, None) => ("/".to_owned(), "Go to the home page"),
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{heading} · Guildhall</title><link rel=\"icon\" href=\"/favicon.svg\">{style}</head>\
         <body><header class=\"bar\"><div><a class=\"brand\" href=\"/\">Guildhall</a></div></header>\
         <main class=\"page narrow bare\" id=\"main\"><h1>{heading}</h1><p class=\"lead\">{sentence}</p><p><a class=\"button main\" href=\"{way}\">{label}</a></p></main>\
         </body></html>"
    )
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

    async fn ask(accept: &str, method: Method, path: &str) -> (StatusCode, HeaderMap, String) {
        let answers = Router::new()
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/away", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/slow", get(|| async { StatusCode::REQUEST_TIMEOUT }))
            .route(
                "/astray",
                get(|| async {
                    let mut answer = StatusCode::MISDIRECTED_REQUEST.into_response();
                    answer.extensions_mut().insert(Elsewhere("https://guild.example.org/".to_owned()));
                    answer
                }),
            )
            .route("/dressed", get(|| async { (StatusCode::NOT_FOUND, "our own words") }))
            .layer(from_fn_with_state(Look { css: Some("/pkg/main.css"), theme: "theme".to_owned() }, dress));
        let mut request =
            http::Request::builder().method(method).uri(path).header("accept", accept).body(Body::empty()).unwrap();
        request.extensions_mut().insert(RequestId("4711".to_owned()));
        let response = answers.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 100_000).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn texts(page: &str, what: &str) -> Vec<String> {
        Html::parse_document(page).select(&Selector::parse(what).unwrap()).map(|found| found.text().collect()).collect()
    }

    #[tokio::test]
    async fn a_browser_gets_a_page_with_a_heading_and_a_way_on() {
        for (method, path, status, way) in [
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
            assert_eq!(texts(&page, "main a"), [way]);
            assert_eq!(headers.contains_key(RETRY_AFTER), status == 503);
            assert_eq!(page.contains("4711"), status == 500);
        }
    }

    #[tokio::test]
    async fn no_page_leads_to_the_site_that_a_path_looks_like() {
        let asked = ["//evil.example/", "/broken", "//evil.example/broken"];
        for path in asked {
            let (_, _, page) = ask("text/html", Method::GET, path).await;
            assert!(!page.contains("//evil.example"), "{path}: {page}");
        }
        assert!(ask("text/html", Method::GET, "/astray").await.2.contains("href=\"https://guild.example.org/\""));
    }

    #[tokio::test]
    async fn a_program_gets_a_problem() {
        for (path, problem) in
            [("/away", Problem::Unavailable {}), ("/nowhere", Problem::Refused(Refusal::NotFound {}))]
        {
            let (_, headers, text) = ask("application/json", Method::GET, path).await;
            assert_eq!(headers[CONTENT_TYPE], "application/json");
            assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
        }
    }

    #[tokio::test]
    async fn an_answer_that_has_words_keeps_them_and_an_address_cannot_write_into_the_page() {
        assert_eq!(ask("text/html", Method::GET, "/dressed").await.2, "our own words");
        let asked = Asked {
            shows_pages: true,
            again: Some("/a\"><script>".to_owned()),
            theme: Theme::Dark,
            number: String::new(),
        };
        let page = page(StatusCode::SERVICE_UNAVAILABLE, None, &asked, None, None);
        assert!(texts(&page, "script").is_empty() && page.contains("data-theme=\"dark\""));
    }
}
