//! The fields of a posted form, within bounds and as text.

use crate::http::bodies;
use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

/// What a form carries.
#[derive(Debug)]
pub struct Typed {
    /// The form's own page, within the site.
    pub page: String,
    /// Which form of that page it is.
    pub form: String,
    /// For which account it was drawn; empty where that does not matter.
    pub reader: String,
    /// What a person typed or chose, secrets left out.
    pub fields: Vec<(String, String)>,
}

/// Fields that a page makes anew and never takes from what was sent: consent is given to what a person has seen.
const MADE_ANEW: [&str; 5] = ["page", "form", "once", "agreed", "reader"];

/// Reads a posted form: its bytes, and what they say.
///
/// # Errors
/// It is another kind of body, larger than any form of ours, cut off, too slow, or no UTF-8.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<(Vec<u8>, Typed), StatusCode> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let bytes = bodies::read(body).await?;
    // A form without a field has no need of a type.
    let is_form =
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") || (kind.is_empty() && bytes.is_empty());
    if !is_form {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if !is_text(&bytes) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let all: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
    let first = |name: &str| all.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let page = first("page").and_then(|page| app::safe_redirect(&page)).unwrap_or_else(|| "/".to_owned());
    let form = first("form").unwrap_or_default();
    let reader = first("reader").unwrap_or_default();
    let fields = all
        .into_iter()
        .filter(|(name, _)| !app::SECRET_FIELDS.contains(&name.as_str()) && !MADE_ANEW.contains(&name.as_str()))
        .collect();
    Ok((bytes, Typed { page, form, reader, fields }))
}

/// Whether all that the form says is UTF-8. The parser would put a question mark for what is not.
fn is_text(bytes: &[u8]) -> bool {
    let mut said = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            Some(byte) => {
                said.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                said.push(*first);
                rest = behind;
            }
        }
    }
    std::str::from_utf8(&said).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use shared::limits::FORM_BYTES;

    async fn form(kind: &'static str, bytes: impl Into<Body>) -> Result<Typed, u16> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        read(&headers, bytes.into()).await.map(|(_, typed)| typed).map_err(|status| status.as_u16())
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn what_was_typed_is_kept_but_secrets_and_what_a_page_makes_anew() {
        let typed =
            form(FORM, "page=%2Fsign-in%3Fnext%3D%252F&form=f&once=1&agreed=2&password=hunter2&who=d%C3%A1na&who=x")
                .await
                .unwrap();
        assert_eq!((typed.page.as_str(), typed.form.as_str()), ("/sign-in?next=%2F", "f"));
        let pair = |value: &str| ("who".to_owned(), value.to_owned());
        assert_eq!(typed.fields, [pair("dána"), pair("x")]);
    }

    #[tokio::test]
    async fn a_page_elsewhere_is_not_followed() {
        for page in
            ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil", "javascript%3Aalert(1)", "%2Fdo%2Fx"]
        {
            assert_eq!(form(FORM, format!("page={page}")).await.unwrap().page, "/", "{page}");
        }
    }

    #[tokio::test]
    async fn other_bodies_are_refused() {
        assert_eq!(form("application/json", "{}").await.unwrap_err(), 415);
        assert_eq!(form("text/plain", "a=b").await.unwrap_err(), 415);
        assert_eq!(form("multipart/form-data; boundary=x", "--x").await.unwrap_err(), 415);
        assert_eq!(form(FORM, "a=%FF%FE").await.unwrap_err(), 400);
        assert_eq!(form(FORM, vec![b'a', b'=', 0xff, 0xfe, 0xc3, 0x28]).await.unwrap_err(), 400);
        assert_eq!(form(FORM, "a".repeat(FORM_BYTES + 1)).await.unwrap_err(), 413);
        assert_eq!(form(FORM, "a".repeat(5_000_000)).await.unwrap_err(), 413);
        assert!(form("application/x-www-form-urlencoded; charset=UTF-8", "a=100%&b=%zz").await.is_ok());
    }
}
