//! One address for each page: an organization's with its name in lower case and one `-` for each run of separators, and
//! none with a slash at its end. Any other way to write it leads there for good, so that links, caches and search engines
//! know one page and not several.

use super::served::Pattern;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderValue, Method, StatusCode, Uri};
use shared::names::OrganizationName;

/// Leads whoever asks for a page by another address than its own to that one. Nothing is looked up for it: the answer is
/// the same whether or not there is such an organization.
pub async fn redirect(request: Request, next: Next) -> Response {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let own = own_address(request.uri()).filter(|_| asks).and_then(|own| HeaderValue::from_str(&own).ok());
    let Some(own) = own else { return next.run(request).await };
    let mut response = (StatusCode::PERMANENT_REDIRECT, [(LOCATION, own)]).into_response();
    response.extensions_mut().insert(Pattern("(other address)".to_owned()));
    response
}

/// The page's own address, where it is another one.
fn own_address(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let mut segments: Vec<&str> = path.split('/').collect();
    while segments.len() > 2 && segments.last() == Some(&"") {
        segments.pop();
    }
    let place = match segments.as_slice() {
        ["", "org", _] => 2,
        ["", "manage", "organization", _, ..] | ["", "administration", "organizations", _] => 3,
        _ => usize::MAX,
    };
    // What is no name is nobody's page, and is left as it is.
    let key =
        segments.get(place).and_then(|name| OrganizationName::parse(&app::decoded(name)).ok()).map(|name| name.key());
    if let (Some(key), Some(name)) = (&key, segments.get_mut(place)) {
        *name = key.as_str();
    }
    let own = segments.join("/");
    if own == path {
        return None;
    }
    let own = uri.query().map_or_else(|| own.clone(), |query| [own.as_str(), query].join("?"));
    // An address of two slashes would be another site's.
    app::safe_redirect(&own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_address_and_others_lead_there() {
        for (asked, own) in [
            ("/org/SUN", Some("/org/sun")),
            ("/org/Foo_Bar", Some("/org/foo-bar")),
            ("/org/%53un", Some("/org/sun")),
            ("/org/sun/", Some("/org/sun")),
            (
                "/manage/organization/NIGHT_sky/people?q=A_b&only=owner",
                Some("/manage/organization/night-sky/people?q=A_b&only=owner"),
            ),
            ("/manage/organization/NIGHT_sky/people.csv", Some("/manage/organization/night-sky/people.csv")),
            ("/administration/organizations/Sun.Dial", Some("/administration/organizations/sun-dial")),
            ("/search/?q=a/", Some("/search?q=a/")),
            ("/org/sun", None),
            ("/org/-x-", None),
            ("/org/a%2Fb", None),
            ("/", None),
            ("/search?q=A/", None),
            ("//evil.example/", None),
            ("/\\evil.example/", None),
            ("/manage/requests/A", None),
        ] {
            assert_eq!(own_address(&asked.parse().unwrap()).as_deref(), own, "{asked}");
            assert!(own.is_none_or(|own| own_address(&own.parse().unwrap()).is_none()), "{asked}");
        }
    }
}
