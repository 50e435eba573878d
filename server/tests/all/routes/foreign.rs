//! Requests that other sites make a browser send.

use super::cast::Cast;
use super::sample;
use axum::body::Body;
use http::{Method, Request, header};
use tower::ServiceExt as _;

/// Cross-site requests change nothing: every route that changes something × every way to send it. The golden file shows
/// that the same forms do change something when they are same-origin.
#[tokio::test(flavor = "multi_thread")]
async fn cross_site_request_changes_nothing() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let cast = Cast::new().await;
    let request = cast.fresh_request(1).await;
    let question = cast.question(request).await;
    let own = cast.further_address(Some(cast.admin()), 1).await;
    let device = cast.further_device(Some(cast.admin())).await;
    let reset = cast.reset(1).await;
    cast.world.newcomer("shut").await;
    // The last use of a session is recorded, and nothing else changes.
    let before = cast.world.contents("seen_at").await;
    let evil = ("origin", "https://evil.example");
    // Description, content type, and the headers that a browser adds.
    type Shape = (&'static str, &'static str, Vec<(&'static str, &'static str)>);
    let shapes: [Shape; 8] = [
        ("a form", FORM, vec![evil, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]),
        ("a form of an older browser", FORM, vec![evil]),
        (
            "a fetch as plain text",
            "text/plain",
            vec![evil, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
        ),
        (
            "a fetch of JSON",
            "application/json",
            vec![evil, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")],
        ),
        ("an upload", "multipart/form-data; boundary=x", vec![evil, ("sec-fetch-site", "cross-site")]),
        ("a sandboxed frame", FORM, vec![("origin", "null")]),
        ("another port", FORM, vec![("origin", "http://guildhall.example:8080")]),
        (
            "another subdomain",
            FORM,
            vec![("origin", "http://other.guildhall.example"), ("sec-fetch-site", "same-site")],
        ),
    ];
    let mut asked = 0;
    for (method, path) in server::http::routes().into_iter().filter(|(method, _)| method == Method::POST) {
        let fields = sample(&path)
            .unwrap()
            .replace("{n}", "1")
            .replace("{email}", &cast.email)
            .replace("{request}", &request.to_string())
            .replace("{question}", &question)
            .replace("{address}", &own)
            .replace("{device}", &device)
            .replace("{reset}", &reset);
        let body =
            format!("{fields}&once={}", cast.world.once().idempotency_key).replace(' ', "%20").replace('@', "%40");
        for (shape, kind, headers) in &shapes {
            let mut request = Request::builder()
                .method(&method)
                .uri(&path)
                .header(header::HOST, "guildhall.example")
                .header(header::CONTENT_TYPE, *kind)
                .header(header::COOKIE, format!("session={}", cast.admin().cookie));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let response = cast.router.clone().oneshot(request.body(Body::from(body.clone())).unwrap()).await.unwrap();
            assert_eq!(response.status(), 403, "{shape}: {path}");
            assert!(response.headers().get(header::SET_COOKIE).is_none(), "{shape}: {path}");
            asked += 1;
        }
        // An image, or a link that the user follows.
        for headers in [[("sec-fetch-dest", "image")], [("sec-fetch-mode", "navigate")]] {
            let request = headers
                .into_iter()
                .fold(Request::builder().uri(format!("{path}?{body}")), |request, (n, v)| request.header(n, v));
            let request = request
                .header(header::HOST, "guildhall.example")
                .header("sec-fetch-site", "cross-site")
                .header(header::COOKIE, format!("session={}", cast.admin().cookie));
            let response = cast.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert!([404, 405].contains(&response.status().as_u16()), "{path} {}", response.status());
        }
    }
    assert!(asked > 200, "{asked}");
    assert_eq!(cast.world.contents("seen_at").await, before);
}
