//! Addresses that other programs know by agreement: where a password manager finds the page for a new password, and whom
//! somebody tells who has found a hole (RFC 9116).

use crate::clock::Clock;
use crate::config::PublicUrl;
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use shared::timestamp::{Seconds, Timestamp};
use std::sync::Arc;

/// The addresses.
pub const ROUTES: [&str; 2] = ["/.well-known/change-password", "/.well-known/security.txt"];

/// Where an account's password is changed.
const PASSWORD: &str = "/manage/account";

/// For how long what the contact says may be taken for true: whoever reads it later asks again.
const GOOD_FOR: Seconds = Seconds::days(90);

/// The routes. Without a contact there is no file about security.
pub fn router(contact: Option<String>, site: PublicUrl, clock: Arc<dyn Clock>) -> Router {
    let [password, security] = ROUTES;
    let to_password = || async { (StatusCode::FOUND, [(LOCATION, HeaderValue::from_static(PASSWORD))]) };
    let about_security = move || async move {
        match &contact {
            Some(contact) => text(security_txt(contact, &site.join(security), clock.now())),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Router::new().route(password, get(to_password)).route(security, get(about_security))
}

fn text(text: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text).into_response()
}

fn security_txt(contact: &str, own: &str, now: Timestamp) -> String {
    let until = now.plus(GOOD_FOR).iso();
    format!("Contact: {contact}\nExpires: {until}\nPreferred-Languages: en\nCanonical: {own}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    async fn ask(contact: Option<&str>, path: &str) -> (u16, String, String) {
        let clock = Arc::new(FixedClock::at(Timestamp(1_772_970_000_000_000)));
        let site = "https://guild.example.org".parse().unwrap();
        let router = router(contact.map(str::to_owned), site, clock);
        let answer = router.oneshot(http::Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let header = |name| answer.headers().get(name).map(|v: &HeaderValue| v.to_str().unwrap().to_owned());
        let said = header(LOCATION).or_else(|| header(CONTENT_TYPE)).unwrap_or_default();
        let status = answer.status().as_u16();
        let text = to_bytes(answer.into_body(), 10_000).await.unwrap();
        (status, said, String::from_utf8(text.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn password_managers_are_led_to_the_page_for_a_new_password() {
        let (status, to, _) = ask(None, "/.well-known/change-password").await;
        assert_eq!((status, to.as_str()), (302, "/manage/account"));
    }

    #[tokio::test]
    async fn the_contact_for_security_is_told_with_its_end() {
        let (status, kind, text) = ask(Some("mailto:security@example.org"), "/.well-known/security.txt").await;
        assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "Contact: mailto:security@example.org",
                "Expires: 2026-06-06T11:40:00Z",
                "Preferred-Languages: en",
                "Canonical: https://guild.example.org/.well-known/security.txt",
            ]
        );
        assert_eq!(ask(None, "/.well-known/security.txt").await.0, 404);
    }
}
