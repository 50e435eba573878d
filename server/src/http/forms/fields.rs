//! Parses the fields of a posted form.

use crate::http::bodies;
use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

/// A posted form.
#[derive(Debug)]
pub struct PostedForm {
    /// The form's own page, within the site.
    pub page: String,
    /// The form's id on that page.
    pub form: String,
    /// The account that the form was rendered for, or an empty string if that doesn't matter.
    pub reader: String,
    /// What a person typed or chose, without secrets.
    pub fields: Vec<(String, String)>,
}

/// Fields that are generated for each rendering and never taken from a posted form, because consent is given to what a
/// person has seen.
const GENERATED: [&str; 5] = ["page", "form", "once", "agreed", "reader"];

/// Reads a posted form, and returns its bytes and its fields.
///
/// # Errors
/// 415 for another type of body, 400 for text that isn't UTF-8, and those of [`bodies::read`].
pub async fn read(headers: &HeaderMap, body: Body) -> Result<(Vec<u8>, PostedForm), StatusCode> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let bytes = bodies::read(body).await?;
    // A form without fields needs no type.
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
        .filter(|(name, _)| !app::SECRET_FIELDS.contains(&name.as_str()) && !GENERATED.contains(&name.as_str()))
        .collect();
    Ok((bytes, PostedForm { page, form, reader, fields }))
}

/// Whether the decoded form is UTF-8. The parser would put a replacement character for what isn't.
fn is_text(bytes: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            Some(byte) => {
                decoded.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use shared::limits::FORM_BYTES;

    async fn form(kind: &'static str, bytes: impl Into<Body>) -> Result<PostedForm, u16> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        read(&headers, bytes.into()).await.map(|(_, posted)| posted).map_err(|status| status.as_u16())
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn posted_form_keeps_fields_except_secret_and_generated_ones() {
        let posted =
            form(FORM, "page=%2Fsign-in%3Fnext%3D%252F&form=f&once=1&agreed=2&password=hunter2&who=d%C3%A1na&who=x")
                .await
                .unwrap();
        assert_eq!((posted.page.as_str(), posted.form.as_str()), ("/sign-in?next=%2F", "f"));
        let pair = |value: &str| ("who".to_owned(), value.to_owned());
        assert_eq!(posted.fields, [pair("dána"), pair("x")]);
    }

    #[tokio::test]
    async fn page_on_another_site_is_replaced() {
        for page in
            ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil", "javascript%3Aalert(1)", "%2Fdo%2Fx"]
        {
            assert_eq!(form(FORM, format!("page={page}")).await.unwrap().page, "/", "{page}");
        }
    }

    #[tokio::test]
    async fn body_that_is_not_a_form_is_refused() {
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
