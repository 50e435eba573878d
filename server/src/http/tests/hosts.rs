//! The host of a request, and the origin of a form.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn form_from_another_site_gets_403_with_a_page() {
    let site = site_at("http://127.0.0.1:3000");
    for headers in [
        vec![HTML, ("sec-fetch-site", "cross-site")],
        vec![HTML, ("sec-fetch-site", "same-site")],
        vec![HTML, ("host", "127.0.0.1:3000"), ("origin", "http://evil.example")],
        vec![HTML, ("host", "127.0.0.1:3000"), ("origin", "null")],
    ] {
        let response = site.ask(Method::POST, "/do/accounts/sign-out", &headers).await;
        assert_eq!(response.status(), 403, "{headers:?}");
        assert!(text(response).await.contains("<h1>This form was sent from another site</h1>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_form_passes_a_proxy_that_changes_the_host() {
    let site = site_at("https://guild.example.org");
    for headers in [
        vec![HTML],
        vec![HTML, ("sec-fetch-site", "same-origin")],
        vec![HTML, ("host", "127.0.0.1:3000"), ("origin", "https://guild.example.org")],
    ] {
        assert_eq!(site.ask(Method::POST, "/do/no-such", &headers).await.status(), 404, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn page_at_another_host_gets_421_with_a_link() {
    let site = site_at("https://guild.example.org");
    for (path, host, status) in [
        ("/", "guild.example.org", 200),
        ("/sign-in?next=%2F", "evil.example", 421),
        ("//evil.example/", "guild.example.org", 404),
        ("/health/live", "evil.example", 200),
        ("/health/live", "two hosts", 400),
        ("/", "", 400),
    ] {
        let response = site.ask(Method::GET, path, &[HTML, ("host", host)]).await;
        assert_eq!(response.status(), status, "{path} at {host}");
        let page = text(response).await;
        assert!(!page.contains("//evil.example"), "{page}");
        assert_eq!(page.contains("href=\"https://guild.example.org/sign-in?next=%2F\""), status == 421, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_over_http_to_an_https_site_is_refused() {
    let site = site_at("https://guild.example.org");
    let form = "page=%2Fsign-in&form=sign-in&who=dana&password=hunter2hunter2x&next=";
    for (accept, origin, refused) in [
        ("text/html", "http://guild.example.org", true),
        ("application/json", "http://guild.example.org", true),
        ("text/html", "https://guild.example.org", false),
    ] {
        let request = Request::post("/do/accounts/sign-in")
            .header("host", &site.host)
            .header("origin", origin)
            .header("accept", accept)
            .header("content-type", "application/x-www-form-urlencoded");
        let response = site.router.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), if refused { 403 } else { 503 }, "{accept} {origin}");
        assert!(!response.headers().contains_key("set-cookie"));
        let text = text(response).await;
        assert_eq!(text.contains("over http") || text.contains("OverHttp"), refused, "{text}");
    }
}
