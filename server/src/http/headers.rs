//! The security headers of every response, each with its reason.

use super::{HttpConfig, ended_cookie};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;

/// The content security policy of a page whose scripts have this nonce.
pub fn page_policy(nonce: &str) -> String {
    // Only what is named below.
    let mut policy = String::from("default-src 'none'");
    // Our module, the inline script that starts it, and those that carry Leptos's data. Compiling wasm, but no eval.
    policy.push_str(&format!("; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"));
    policy.push_str(WITHOUT_SCRIPT);
    // Server functions, the wasm itself and the event stream.
    policy.push_str("; connect-src 'self'");
    policy
}

/// The policy of every page, with or without scripts.
const WITHOUT_SCRIPT: &str = concat!(
    // Our style sheet. No style attributes, because injected ones could cover the page.
    "; style-src 'self'",
    // The icon, and data: for small images in the style sheet.
    "; img-src 'self' data:",
    // Self-hosted fonts.
    "; font-src 'self'",
    // What a person types goes to this site and nowhere else.
    "; form-action 'self'",
    // No tag may change what relative addresses mean.
    "; base-uri 'none'",
    // No clickjacking: other sites can't frame our pages.
    "; frame-ancestors 'none'",
);

/// The policy of everything that isn't a page. If a browser shows it as a page anyway, nothing in it runs or loads.
const FILE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The headers that don't depend on the response.
const ALWAYS: [(HeaderName, &str); 5] = [
    // No MIME sniffing.
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Other sites don't learn which page a person came from. With `no-referrer`, a form's Origin would be `null`, which the
    // CSRF protection refuses.
    (REFERRER_POLICY, "same-origin"),
    // No page of ours needs these, and injected scripts must not get them either.
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // Other sites can't embed our resources, and so can't measure them.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // No cross-domain policy files.
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
];

/// Sets the headers on a response.
pub async fn add_headers(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    set(response.headers_mut(), &config);
    response
}

fn set(headers: &mut HeaderMap, config: &HttpConfig) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        // A page without a nonce is one of our error pages.
        let policy = if is_page { format!("default-src 'none'{WITHOUT_SCRIPT}") } else { FILE_POLICY.to_owned() };
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    if is_page {
        // Pages hold a form's token and the reader's name, so no shared cache may keep them. It is not `no-store`, because
        // then going back from an accepted form would show the browser's own error in place of what was typed. No proxy
        // may rewrite pages either, because hydration expects exactly what was rendered.
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache, no-transform"));
        headers.append(VARY, HeaderValue::from_static("Accept, Cookie"));
    }
    // Everything else that sets no policy is data of the moment.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if config.public_url.is_secure() {
        // Two years of https only, once a browser has seen it. It doesn't cover subdomains, which may not be ours.
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    // Browsers obey these only in a secure context, and warn about them elsewhere.
    if config.public_url.is_secure() || config.public_url.is_loopback() {
        // A window that opened ours, or that ours opens, can't access it.
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
        // When the session ends, the browser clears its cached pages. Going back would show them to the next person at this
        // device. Only the cache is cleared, because the chosen theme is a cookie.
        let ended = ended_cookie(&config.public_url);
        if headers.get_all(SET_COOKIE).iter().any(|cookie| cookie == ended.as_str()) {
            headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{PublicUrl, session_cookie};

    fn headers_for(url: &str, kind: &'static str) -> HeaderMap {
        let config = HttpConfig { public_url: url.parse().unwrap(), trusted_proxies: Vec::new(), metrics: None };
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        set(&mut headers, &config);
        headers
    }

    #[test]
    fn page_without_nonce_allows_styles_and_no_scripts() {
        let headers = headers_for("https://guild.example.org", "text/html; charset=utf-8");
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("style-src 'self'") && !policy.contains("script-src"));
        assert_eq!(headers[CACHE_CONTROL], "private, no-cache, no-transform");
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn data_is_not_cached_and_loads_nothing() {
        let headers = headers_for("http://127.0.0.1:3000", "application/json");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], FILE_POLICY);
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert!(!headers_for("http://guild.lan", "text/html").contains_key("cross-origin-opener-policy"));
    }

    #[test]
    fn signing_out_clears_the_browser_cache() {
        let cleared = |url: &str, cookie: fn(&PublicUrl) -> String| {
            let public_url: PublicUrl = url.parse().unwrap();
            let cookie = HeaderValue::from_str(&cookie(&public_url)).unwrap();
            let mut headers = HeaderMap::from_iter([(SET_COOKIE, cookie)]);
            headers.append(SET_COOKIE, HeaderValue::from_static("theme=dark; Path=/"));
            set(&mut headers, &HttpConfig { public_url, trusted_proxies: Vec::new(), metrics: None });
            headers.get("clear-site-data").cloned()
        };
        for url in ["https://guild.example.org", "http://localhost:3000", "http://127.0.0.1:3000"] {
            assert_eq!(cleared(url, ended_cookie).unwrap(), "\"cache\"", "{url}");
            assert_eq!(cleared(url, |site| session_cookie("ab", site)), None, "{url}");
        }
        // A browser would only warn about it.
        assert_eq!(cleared("http://guild.lan", ended_cookie), None);
    }

    #[test]
    fn page_policy_has_the_nonce_and_no_inline_styles() {
        let policy = page_policy("abc");
        for part in [
            "default-src 'none'",
            "'nonce-abc' 'wasm-unsafe-eval'",
            "style-src 'self';",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(!policy.contains("unsafe-inline"));
    }
}
