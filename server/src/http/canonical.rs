//! One canonical address for each page. An organization's name is in lower case with one `-` for each run of separators,
//! and no address ends with a slash. Any other spelling redirects there permanently, so that links, caches and search
//! engines know one page and not several.

use super::request_info::Pattern;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderValue, Method, StatusCode, Uri};
use shared::names::OrganizationName;

/// Redirects to a page's canonical address. Nothing is looked up, so the response is the same whether or not the
/// organization exists.
pub async fn redirect(request: Request, next: Next) -> Response {
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    let canonical = canonical(request.uri()).filter(|_| is_get);
    let Some(canonical) = canonical.and_then(|path| HeaderValue::from_str(&path).ok()) else {
        return next.run(request).await;
    };
    let mut response = (StatusCode::PERMANENT_REDIRECT, [(LOCATION, canonical)]).into_response();
    response.extensions_mut().insert(Pattern("(other address)".to_owned()));
    response
}

/// The canonical address of a page, or `None` if this is it.
fn canonical(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let mut segments: Vec<&str> = path.split('/').collect();
    while segments.len() > 2 && segments.last() == Some(&"") {
        segments.pop();
    }
    let index = match segments.as_slice() {
        ["", "org", _] => 2,
        ["", "manage", "organization", _, ..] | ["", "administration", "organizations", _] => 3,
        _ => usize::MAX,
    };
    // A segment that isn't a valid name has no page, and is left as it is.
    let key =
        segments.get(index).and_then(|name| OrganizationName::parse(&app::decoded(name)).ok()).map(|name| name.key());
    if let (Some(key), Some(name)) = (&key, segments.get_mut(index)) {
        *name = key.as_str();
    }
    let joined = segments.join("/");
    if joined == path {
        return None;
    }
    let joined = uri.query().map_or_else(|| joined.clone(), |query| [joined.as_str(), query].join("?"));
    // A path that begins with two slashes would be the address of another site.
    app::safe_redirect(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spelling_of_an_address_redirects_to_the_canonical_one() {
        for (address, expected) in [
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
            assert_eq!(canonical(&address.parse().unwrap()).as_deref(), expected, "{address}");
            assert!(expected.is_none_or(|own| canonical(&own.parse().unwrap()).is_none()), "{address}");
        }
    }
}
