//! Requests that no form of this site sends: from other sites, from broken clients, and oversized ones. Each is
//! answered, and nothing changes.

use super::YOURS;
use super::requests::fill_request;
use crate::support::{Browser, Form, on_each};

const PAGE: &str = "text/html; charset=utf-8";
/// The description that `fill_request` types.
const DESCRIPTION: &str = "What sundial is for.";

/// The form for sundial, filled in and not yet sent.
async fn filled(who: &mut Browser) -> Form {
    fill_request(who, "sundial").await;
    who.form_of("Create")
}

/// The number of requests for sundial in Your requests.
async fn requests(who: &mut Browser) -> usize {
    who.open(YOURS).await;
    who.page.count_rows("sundial")
}

#[tokio::test(flavor = "multi_thread")]
async fn cross_site_form_changes_nothing() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        // Another port is another origin of the same site. Another host is another site.
        for (origin, site) in [("http://guildhall.example:8080", "same-site"), ("https://evil.example", "cross-site")] {
            let headers = [("origin", origin), ("sec-fetch-site", site)];
            let answer = dana.post(&form.action, form.encoded(), &headers).await;
            assert_eq!(answer.status, 403, "{origin}");
            assert!(answer.text.contains("<h1>This form was sent from another site</h1>"), "{}", answer.text);
            assert!(answer.text.contains("Go to the home page"), "{}", answer.text);
        }
        assert_eq!(requests(&mut dana).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_without_cookies_asks_to_sign_in_and_keeps_the_input() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        let answer = world.visitor().send(&form).await;
        assert_eq!(answer.status, 401);
        assert!(answer.text.contains(DESCRIPTION), "{}", answer.text);
        assert!(answer.text.contains("Sign in (opens in a new tab)"), "{}", answer.text);
        assert_eq!(requests(&mut dana).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_fields_are_reported_and_extra_ones_ignored() {
    // These describe where the form is and prevent duplicates. The command itself does not depend on them.
    const OURS: [&str; 5] = ["page", "form", "once", "agreed", "reader"];
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        let fields = form.fields.iter().map(|(name, _)| name.as_str());
        let asked: Vec<&str> = fields.filter(|name| !OURS.contains(name)).collect();
        assert_eq!(asked, ["account_name", "display_name", "url", "description", "kind"]);
        for name in asked {
            let answer = dana.send(&form.clone().without(name)).await;
            assert!(answer.status.is_client_error(), "{} without {name}", answer.status);
            assert_eq!(answer.headers["content-type"], PAGE, "without {name}");
        }
        let nothing = dana.send(&Form { fields: Vec::new(), ..form.clone() }).await;
        assert!([400, 422].contains(&nothing.status.as_u16()), "{}", nothing.status);
        assert_eq!(requests(&mut dana).await, 0);

        let more = form.with("state", "approved").with("owner", "lee").with("administrator", "true");
        assert_eq!(dana.send(&more).await.status, 303);
        assert_eq!(requests(&mut dana).await, 1);
        assert!(dana.page.offers("Withdraw", Some("sundial")), "{}", dana.page);
        dana.open("/administration/requests").await;
        assert_eq!(dana.page.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_refused_and_not_kept() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        for typed in ["sun\0dial", "sun\u{1b}dial", "sun\u{202e}dial"] {
            let answer = dana.send(&form.clone().with("display_name", typed)).await;
            assert_eq!(answer.status, 422, "{typed:?}");
            assert!(answer.text.contains(DESCRIPTION), "{typed:?}: {}", answer.text);
        }
        // Invalid UTF-8.
        let mut broken = b"display_name=".to_vec();
        broken.extend([0xff_u8, 0xfe, 0xc3, 0x28]);
        let answer = dana.post(&form.action, broken, &[]).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.headers["content-type"], PAGE);
        assert_eq!(requests(&mut dana).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_megabyte_form_is_refused_with_a_page() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        let answer = dana.send(&form.with("description", &"x".repeat(5_000_000))).await;
        assert_eq!(answer.status, 413);
        assert_eq!(answer.headers["content-type"], PAGE);
        assert!(answer.text.contains("<h1>That&#39;s too much text</h1>"), "{}", answer.text);
        assert_eq!(requests(&mut dana).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_function_is_404_for_form_and_fetch() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        for (accept, kind) in [("text/html", PAGE), ("application/json", "application/json")] {
            let headers = [("accept", accept)];
            let answer = dana.post("/do/accounts/become-administrator", "once=x", &headers).await;
            assert_eq!(answer.status, 404, "{accept}");
            assert_eq!(answer.headers["content-type"], kind);
            assert!(!answer.text.contains("panicked") && !answer.text.contains("src/"), "{}", answer.text);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn body_that_is_no_form_is_refused() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        let form = filled(&mut dana).await;
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/octet-stream"] {
            for body in [r#"{"account_name":"sundial"}"#.to_owned(), form.encoded()] {
                let answer = dana.post(&form.action, body, &[("content-type", kind)]).await;
                assert_eq!(answer.status, 415, "{kind}");
            }
        }
        assert_eq!(requests(&mut dana).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_session_cookie_is_anonymous() {
    on_each(async |world| {
        let (short, long) = ("A".repeat(43), "A".repeat(4_000));
        for value in ["", "x", short.as_str(), long.as_str(), "%00%ff", "\"><script>"] {
            let mut nobody = world.visitor();
            nobody.cookies().insert("session".to_owned(), value.to_owned());
            let answer = nobody.get(YOURS).await;
            assert_eq!(answer.status, 302, "{value:.50}");
            assert_eq!(answer.location.as_deref(), Some("/sign-in?next=/manage/organizations"), "{value:.50}");
            nobody.open("/sign-in").await;
            assert!(nobody.page.has_field("Username or email"), "{}", nobody.page);
        }
    })
    .await;
}
