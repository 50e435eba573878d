//! The static files of the site: scripts, styles, fonts and icon. Files with hashed names never change, so browsers cache
//! them for good. A release build embeds the files, and any other build reads them from a folder when it starts.

#[cfg(not(embedded_site))]
mod folder;
#[cfg(not(embedded_site))]
mod manifest;

use crate::http::request_info::{Pattern, accepts_encoding};
use app::Site;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use shared::rules::hex;
use std::borrow::Cow;
#[cfg(not(embedded_site))]
use std::sync::LazyLock;

/// A file that the bundler made.
#[derive(Debug, PartialEq)]
pub struct File {
    /// Its name in code, such as `main.css`.
    pub logical: Cow<'static, str>,
    /// The path that it is served at.
    pub path: Cow<'static, str>,
    pub content_type: Cow<'static, str>,
    /// Whether its name has a hash of its content.
    pub immutable: bool,
    pub raw: Cow<'static, [u8]>,
    pub brotli: Option<Cow<'static, [u8]>>,
    pub gzip: Option<Cow<'static, [u8]>>,
}

#[cfg(embedded_site)]
include!(concat!(env!("OUT_DIR"), "/site.rs"));

#[cfg(not(embedded_site))]
static FILES: LazyLock<Vec<File>> = LazyLock::new(folder::files);

/// The paths of scripts, styles and fonts. Without a bundled site there are none.
pub fn site() -> Site {
    #[cfg(debug_assertions)]
    if watched::folder().is_some() {
        return watched::site();
    }
    let path = |logical: &str| FILES.iter().find(|file| file.logical == logical).map(|file| &*file.path);
    Site {
        js: path("app.js"),
        wasm: path("app.wasm"),
        css: path("main.css"),
        fonts: FILES.iter().filter(|file| file.content_type == "font/woff2").map(|file| &*file.path).collect(),
    }
}

/// A route for each file.
pub fn router() -> Router {
    #[cfg(debug_assertions)]
    if let Some(folder) = watched::folder() {
        return watched::router(folder);
    }
    FILES.iter().fold(Router::new(), |router, file| {
        let tag = tag(file);
        router.route(&file.path, get(move |headers: HeaderMap| async move { respond(file, &tag, &headers) }))
    })
}

/// The entity tag of a file, without its encoding. It is the name, if that has a hash of the content.
fn tag(file: &File) -> String {
    if file.immutable { file.path.replace('/', "-") } else { hex(Sha256::digest(&*file.raw).iter().take(8)) }
}

/// The file in the smallest encoding that the browser accepts, or 304 if the browser has it.
fn respond(file: &'static File, tag: &str, request: &HeaderMap) -> Response<Body> {
    let offered = [("br", file.brotli.as_deref()), ("gzip", file.gzip.as_deref())];
    let (encoding, bytes) = offered
        .into_iter()
        .find_map(|(name, bytes)| {
            bytes.filter(|_| accepts_encoding(request.get(ACCEPT_ENCODING), name)).map(|bytes| (Some(name), bytes))
        })
        .unwrap_or((None, &*file.raw));
    let tag = format!("\"{tag}-{}\"", encoding.unwrap_or("raw"));
    let known =
        request.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(&tag));

    let mut response = Response::new(if known { Body::empty() } else { Body::from(bytes) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(&file.content_type));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    // A file without a hash in its name may change with the next version, and an hour is soon enough to notice.
    let caching = if file.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response.extensions_mut().insert(Pattern::file());
    response
}

/// Serves what `cargo leptos watch` builds, for developers who use it. Files are read for each request.
#[cfg(debug_assertions)]
mod watched {
    use crate::http::request_info::Pattern;
    use app::Site;
    use axum::Router;
    use axum::extract::Path as Name;
    use axum::response::{IntoResponse as _, Response};
    use axum::routing::get;
    use http::StatusCode;
    use http::header::CONTENT_TYPE;
    use std::path::{Path, PathBuf};

    const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../style");

    /// The folder of cargo-leptos, if it started this program.
    pub fn folder() -> Option<PathBuf> {
        std::env::var_os("LEPTOS_SITE_ROOT").filter(|named| !named.is_empty()).map(PathBuf::from)
    }

    pub fn site() -> Site {
        Site { js: Some("/pkg/app.js"), wasm: Some("/pkg/app.wasm"), css: Some("/pkg/app.css"), fonts: Vec::new() }
    }

    pub fn router(folder: PathBuf) -> Router {
        let (built, icon) = (folder.join("pkg"), folder.clone());
        Router::new()
            .route("/pkg/{file}", get(move |Name(name): Name<String>| async move { respond(&built, &name) }))
            .route(
                "/pkg/fonts/{file}",
                get(|Name(name): Name<String>| async move { respond(&Path::new(FONTS).join("fonts"), &name) }),
            )
            .route("/favicon.svg", get(move || async move { respond(&icon, "favicon.svg") }))
    }

    fn respond(folder: &Path, name: &str) -> Response {
        let kind = match Path::new(name).extension().and_then(|ending| ending.to_str()) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("woff2") => "font/woff2",
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        let is_plain_name = !name.contains(['/', '\\']) && !name.contains("..");
        let mut response = match std::fs::read(folder.join(name)) {
            Ok(bytes) if is_plain_name => ([(CONTENT_TYPE, kind)], bytes).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        };
        response.extensions_mut().insert(Pattern::file());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: File = File {
        logical: Cow::Borrowed("app.js"),
        path: Cow::Borrowed("/pkg/app.1f2e.js"),
        content_type: Cow::Borrowed("text/javascript; charset=utf-8"),
        immutable: true,
        raw: Cow::Borrowed(b"raw"),
        brotli: Some(Cow::Borrowed(b"br")),
        gzip: Some(Cow::Borrowed(b"gz")),
    };

    fn ask(pairs: &[(http::HeaderName, &'static str)]) -> Response<Body> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        respond(&SCRIPT, "abcd", &headers)
    }

    #[test]
    fn file_is_sent_in_the_smallest_accepted_encoding() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("identity", None),
            ("", None),
        ] {
            let response = ask(&[(ACCEPT_ENCODING, accepted)]);
            let sent = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(sent, encoding, "{accepted}");
            assert_eq!(response.headers()[VARY], "Accept-Encoding");
            assert_eq!(response.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        }
    }

    #[test]
    fn file_with_a_matching_etag_gets_304() {
        let first = ask(&[(ACCEPT_ENCODING, "br")]);
        assert_eq!(first.headers()[ETAG], "\"abcd-br\"");
        assert_eq!(ask(&[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "\"abcd-br\"")]).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask(&[(ACCEPT_ENCODING, "gzip"), (IF_NONE_MATCH, "\"abcd-br\"")]).status(), StatusCode::OK);
    }
}
