//! Well-known addresses: where a password manager finds the page to change a password, and the contact for reports of
//! vulnerabilities (RFC 9116).

use crate::clock::Clock;
use crate::config::PublicUrl;
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use shared::routes::Page;
use shared::timestamp::{Seconds, Timestamp};
use std::sync::Arc;

/// The paths.
pub const ROUTES: [&str; 2] = ["/.well-known/change-password", "/.well-known/security.txt"];

/// How long the contact is valid. After that, readers should fetch it again.
const VALID_FOR: Seconds = Seconds::days(90);

/// The routes. Without a contact there is no `security.txt`.
pub fn router(contact: Option<String>, site: PublicUrl, clock: Arc<dyn Clock>) -> Router {
    let [password, security] = ROUTES;
    let to_password = || async { (StatusCode::FOUND, [(LOCATION, Page::AccountSettings.path())]) };
    let security_txt_route = move || async move {
        match &contact {
            Some(contact) => text(security_txt(contact, &site.join(security), clock.now())),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Router::new().route(password, get(to_password)).route(security, get(security_txt_route))
}

fn text(text: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text).into_response()
}

fn security_txt(contact: &str, own: &str, now: Timestamp) -> String {
    let until = now.plus(VALID_FOR).iso();
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
        let response = router.oneshot(http::Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let header = |name| response.headers().get(name).map(|v: &HeaderValue| v.to_str().unwrap().to_owned());
        let value = header(LOCATION).or_else(|| header(CONTENT_TYPE)).unwrap_or_default();
        let status = response.status().as_u16();
        let text = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, value, String::from_utf8(text.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn change_password_redirects_to_account_settings() {
        let (status, to, _) = ask(None, "/.well-known/change-password").await;
        assert_eq!((status, to.as_str()), (302, "/manage/account"));
    }

    #[tokio::test]
    async fn security_txt_has_the_contact_and_an_expiry() {
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
