//! Mounts the pages and server functions of the app, and provides their context.

use super::forms::pending_notice;
use super::headers::page_policy;
use super::rendering;
use super::request_info::{accepts_html, cookie, record_pattern};
use super::sessions::THEME;
use super::site::site;
use super::{Dependencies, HttpConfig};
use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::random::Random;
use app::backend::Caller;
use app::first_paint::{InitialState, RefusedForm, ThemeCookie};
use app::ports::SharedBackend;
use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, get, on};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use leptos::config::LeptosOptions;
use leptos::nonce::{provide_nonce, use_nonce};
use leptos::prelude::{Owner, provide_context, use_context};
use leptos_axum::{ResponseOptions, handle_server_fns_with_context, render_app_async_with_context};
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use leptos_router::{PathSegment, RouteList};
use server_fn::axum::server_fn_paths;
use shared::wire::accounts::Theme;
use std::sync::{Arc, LazyLock};
use tower_http::catch_panic::CatchPanicLayer;

/// The patterns of all pages, such as `/org/{name}`. The list is made once, because making it blocks rendering.
static PAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    rendering::init_executor();
    let owner = Owner::new();
    let list = owner.with(|| {
        provide_context(RequestUrl::new(""));
        provide_context(ServerMetaContext::new().0);
        provide_context(http::Request::new(()).into_parts().0);
        provide_context(ResponseOptions::default());
        provide_context(InitialState::default());
        provide_context(site());
        provide_nonce();
        RouteList::generate(app::App)
    });
    let mut patterns: Vec<String> = list.unwrap_or_default().iter().map(|route| pattern(route.path())).collect();
    patterns.sort();
    patterns.dedup();
    patterns
});

/// Every page and every server function, with its method.
pub fn list() -> Vec<(Method, String)> {
    let functions = server_fn_paths().map(|(path, method)| (method, path.to_owned()));
    let mut all: Vec<_> = PAGES.iter().map(|page| (Method::GET, page.clone())).chain(functions).collect();
    all.sort_by(|a, b| (&a.1, a.0.as_str()).cmp(&(&b.1, b.0.as_str())));
    all
}

/// The router of all pages and server functions.
pub fn router(dependencies: &Dependencies, config: &Arc<HttpConfig>) -> Router {
    rendering::init_executor();
    let page_context = PageContext {
        backend: Arc::clone(&dependencies.backend),
        broadcast: dependencies.broadcast.clone(),
        clock: Arc::clone(&dependencies.clock),
        random: Arc::clone(&dependencies.random),
        config: Arc::clone(config),
        site: site(),
    };
    let mut router = Router::new();
    for (path, method) in server_fn_paths() {
        let backend = Arc::clone(&page_context.backend);
        let theme = ThemeCookie(config.public_url.script_cookie_name(THEME));
        let context = move || {
            app::ports::provide(&backend);
            provide_context(theme.clone());
        };
        let function = move |request: Request| handle_server_fns_with_context(context.clone(), request);
        let filter = if method == Method::GET { MethodFilter::GET } else { MethodFilter::POST };
        router = router.route(path, on(filter, function));
    }
    let options = LeptosOptions::builder().output_name("app").build();
    let render = render_app_async_with_context(move || page_context.provide(), move || app::shell(options.clone()));
    let page = move |request: Request| rendering::render(render(request));
    for pattern in PAGES.iter() {
        router = router.route(pattern, get(page.clone()));
    }
    router
        .route_layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .route_layer(from_fn(record_pattern))
        .fallback(move |request: Request| not_found(request, page.clone()))
}

/// The response at an unknown address: the app's page for a browser, a status without a body for other clients.
async fn not_found<F>(request: Request, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    if request.method() == Method::GET && accepts_html(request.headers()) {
        page(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// What every page gets as context.
#[derive(Clone)]
struct PageContext {
    backend: SharedBackend,
    broadcast: Broadcast,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    config: Arc<HttpConfig>,
    site: app::Site,
}

impl PageContext {
    /// Provides the context, and sets the headers of the page.
    fn provide(&self) {
        app::ports::provide(&self.backend);
        let request = use_context::<http::request::Parts>();
        // Some pages have no scripts.
        let is_static =
            request.as_ref().is_some_and(|request| app::SERVER_RENDERED_PAGES.contains(&request.uri.path()));
        provide_context(if is_static { app::Site { js: None, ..self.site.clone() } } else { self.site.clone() });
        provide_context(self.first(request.as_ref()));
        provide_context(app::PublicAddress(self.config.public_url.to_string()));
        let is_private = request.as_ref().is_some_and(|request| !app::is_public(request.uri.path()));
        if let Some(options) = use_context::<ResponseOptions>().filter(|_| is_private) {
            // Search engines must not list private pages, whoever links to them.
            options.insert_header(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        }
        if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            options.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }

    /// What the first rendering of a page knows.
    fn first(&self, request: Option<&http::request::Parts>) -> InitialState {
        let headers = request.map(|request| &request.headers);
        let refused = request.and_then(|request| request.extensions.get::<RefusedForm>().cloned());
        let caller = request.and_then(|request| request.extensions.get::<Caller>());
        let theme = self.config.public_url.script_cookie_name(THEME);
        InitialState {
            // A refused form takes precedence over an older notice, which would contradict it.
            notice: headers
                .filter(|_| refused.is_none())
                .and_then(|headers| pending_notice(headers, &self.config.public_url)),
            refused,
            theme: Theme::from_code(headers.and_then(|headers| cookie(headers, &theme)).unwrap_or_default()),
            theme_cookie: theme,
            once: self.random.token(),
            reader: caller.map(Caller::reader).unwrap_or_default(),
            feed_cursor: caller.and_then(|caller| caller.signed_in).map(|_| self.broadcast.cursor()),
            now: self.clock.now(),
        }
    }
}

/// A route of Leptos in axum's notation.
fn pattern(segments: &[PathSegment]) -> String {
    let path: String = segments
        .iter()
        .map(|segment| match segment {
            PathSegment::Static(text) if text.is_empty() || text == "/" => String::new(),
            PathSegment::Static(text) => format!("/{}", text.trim_start_matches('/')),
            PathSegment::Param(name) | PathSegment::OptionalParam(name) => format!("/{{{name}}}"),
            PathSegment::Splat(name) => format!("/{{*{name}}}"),
            PathSegment::Unit => String::new(),
        })
        .collect();
    if path.is_empty() { "/".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_is_in_axum_notation() {
        let part = |text: &'static str| PathSegment::Static(text.into());
        assert_eq!(pattern(&[]), "/");
        assert_eq!(pattern(&[part("/")]), "/");
        assert_eq!(
            pattern(&[
                part("manage"),
                part("/organization"),
                PathSegment::Param("name".into()),
                PathSegment::Unit,
                part("people")
            ]),
            "/manage/organization/{name}/people"
        );
    }
}
