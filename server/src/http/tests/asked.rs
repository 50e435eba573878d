//! By what host the site is asked, and where a form says that it comes from.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused_with_a_page() {
    let site = site_at("http://127.0.0.1:3000");
    for headers in [
        vec![SHOWS, ("sec-fetch-site", "cross-site")],
        vec![SHOWS, ("sec-fetch-site", "same-site")],
        vec![SHOWS, ("host", "127.0.0.1:3000"), ("origin", "http://evil.example")],
        vec![SHOWS, ("host", "127.0.0.1:3000"), ("origin", "null")],
    ] {
        let response = site.ask(Method::POST, "/do/accounts/sign-out", &headers).await;
        assert_eq!(response.status(), 403, "{headers:?}");
        assert!(text(response).await.contains("<h1>This form came from somewhere else</h1>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_ours_passes_even_through_a_proxy_that_changes_the_host() {
    let site = site_at("https://guild.example.org");
    for headers in [
        vec![SHOWS],
        vec![SHOWS, ("sec-fetch-site", "same-origin")],
        vec![SHOWS, ("host", "127.0.0.1:3000"), ("origin", "https://guild.example.org")],
    ] {
        assert_eq!(site.ask(Method::POST, "/do/no-such", &headers).await.status(), 404, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_asked_for_by_one_host_and_pages_are_shown_at_its_own() {
    let site = site_at("https://guild.example.org");
    for (path, host, status) in [
        ("/", "guild.example.org", 200),
        ("/sign-in?next=%2F", "evil.example", 421),
        ("//evil.example/", "guild.example.org", 404),
        ("/health/live", "evil.example", 200),
        ("/health/live", "two hosts", 400),
        ("/", "", 400),
    ] {
        let response = site.ask(Method::GET, path, &[SHOWS, ("host", host)]).await;
        assert_eq!(response.status(), status, "{path} at {host}");
        let page = text(response).await;
        assert!(!page.contains("//evil.example"), "{page}");
        assert_eq!(page.contains("href=\"https://guild.example.org/sign-in?next=%2F\""), status == 421, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_over_http_on_a_site_of_https_says_so() {
    let site = site_at("https://guild.example.org");
    let form = "page=%2Fsign-in&form=sign-in&who=dana&password=hunter2hunter2x&next=";
    for (accept, origin, says) in [
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
        assert_eq!(response.status().as_u16(), if says { 403 } else { 503 }, "{accept} {origin}");
        assert!(!response.headers().contains_key("set-cookie"));
        let text = text(response).await;
        assert_eq!(text.contains("over http") || text.contains("OverHttp"), says, "{text}");
    }
}
