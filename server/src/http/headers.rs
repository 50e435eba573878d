//! The headers that every answer carries, each with its reason.

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

/// The policy of a page that runs our script, which carries this nonce.
pub fn page_policy(nonce: &str) -> String {
    // Nothing but what is named.
    let mut policy = String::from("default-src 'none'");
    // Our module, the one inline script that starts it and those by which Leptos hands data over; compiling wasm, but no eval.
    policy.push_str(&format!("; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"));
    policy.push_str(STILL);
    // Forms' answers, the wasm itself and live news.
    policy.push_str("; connect-src 'self'");
    policy
}

/// What every page may do, with script or without.
const STILL: &str = concat!(
    // Our style sheet. No style attributes: text that became one could cover the page.
    "; style-src 'self'",
    // The icon; data: for small pictures in the style sheet.
    "; img-src 'self' data:",
    // Self-hosted fonts.
    "; font-src 'self'",
    // What a person types goes to this site and nowhere else.
    "; form-action 'self'",
    // No tag may turn our relative addresses elsewhere.
    "; base-uri 'none'",
    // Nobody frames us and takes a click for theirs.
    "; frame-ancestors 'none'",
);

/// The policy of what is no page: if a browser shows it as one all the same, nothing in it runs or loads.
const FILE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The headers that do not depend on the answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    // A browser takes a file for what we say that it is.
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Other sites do not learn which page a person came from. Not `no-referrer`: a form's Origin would then be `null`,
    // which the protection against other sites refuses.
    (REFERRER_POLICY, "same-origin"),
    // No page of ours needs a camera; text that became script should not get one either.
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // Other sites cannot embed what is ours, and so cannot measure it.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // No other policy files count here.
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
];

/// Sets the headers on an answer.
pub async fn dress(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
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
        // A page without a nonce is one of our plain pages for what goes wrong.
        let policy = if is_page { format!("default-src 'none'{STILL}") } else { FILE_POLICY.to_owned() };
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    if is_page {
        // Pages hold a form's token and the name of who looks: no cache between may keep them. `no-cache`, not `no-store`:
        // with that, Back from an accepted form would show the browser's own error in place of what was typed. Nor may
        // anything between rewrite them: the browser half takes over what was drawn, letter for letter.
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache, no-transform"));
        headers.append(VARY, HeaderValue::from_static("Accept, Cookie"));
    }
    // What is neither page nor file is data of the moment.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if config.public_url.is_secure() {
        // Two years of https alone, once a browser has seen it. Subdomains are not ours to speak for.
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    // Browsers heed these only where they trust the line, and complain elsewhere.
    if config.public_url.is_secure() || config.public_url.is_loopback() {
        // A window that opened ours, or that ours opens, cannot reach into it.
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
        // Where the session of this browser ends, it keeps no page that was shown in it: Back would show that to whoever
        // sits there next. The cache alone: the chosen theme is a cookie.
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

    fn dressed(url: &str, kind: &'static str) -> HeaderMap {
        let config = HttpConfig { public_url: url.parse().unwrap(), trusted_proxies: Vec::new(), metrics: None };
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        set(&mut headers, &config);
        headers
    }

    #[test]
    fn a_plain_page_may_have_style_and_no_script() {
        let headers = dressed("https://guild.example.org", "text/html; charset=utf-8");
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("style-src 'self'") && !policy.contains("script-src"));
        assert_eq!(headers[CACHE_CONTROL], "private, no-cache, no-transform");
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn data_is_not_kept_and_may_do_nothing() {
        let headers = dressed("http://127.0.0.1:3000", "application/json");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], FILE_POLICY);
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert!(!dressed("http://guild.lan", "text/html").contains_key("cross-origin-opener-policy"));
    }

    #[test]
    fn whoever_signs_out_leaves_nothing_in_the_browsers_cache() {
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
        // A browser would only complain.
        assert_eq!(cleared("http://guild.lan", ended_cookie), None);
    }

    #[test]
    fn the_policy_of_a_page_names_its_nonce_and_forbids_inline_style() {
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
