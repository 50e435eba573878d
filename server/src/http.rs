//! The HTTP layers and routes between a connection and the use cases. Each file is one layer or one group of routes.
//!
//! From the outside in:
//! - [`serve`](mod@serve) accepts connections
//! - [`telemetry`] gives each request an id, logs it and counts it
//! - [`clients`] finds the client's address
//! - [`headers`] and [`errors`] complete the response, and panics become responses
//! - [`hosts`] requires exactly one host
//! - static files, [`health`], the [`gallery`] and [`well_known`] addresses are answered here
//! - [`pages`] need the site's own host, complete [`bodies`], a permit ([`load`]), [`canonical`] addresses, cross-site
//!   protection, [`sessions`], [`compression`] and [`forms`]

pub mod bodies;
pub mod canonical;
pub mod clients;
pub mod compression;
pub mod errors;
pub mod event_stream;
pub mod exports;
pub mod forms;
pub mod gallery;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod load;
pub mod pages;
pub mod rendering;
pub mod request_info;
pub mod serve;
pub mod sessions;
pub mod site;
pub mod telemetry;
pub mod waiters;
pub mod well_known;

pub use health::{Gauges, Health};
pub use serve::{ConnectionTimeouts, serve};
pub use sessions::{SessionReader, ended_cookie, session_cookie};
pub use site::site;

use crate::broadcast::{Broadcast, SubscriptionReader};
use crate::clock::Clock;
use crate::config::{Network, PublicUrl};
use crate::random::Random;
use app::ports::SharedBackend;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse as _;
use axum::routing::get;
use http::{Method, StatusCode};
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;

/// What the router needs from the rest of the program.
pub struct Dependencies {
    /// The use cases.
    pub backend: SharedBackend,
    pub sessions: Arc<dyn SessionReader>,
    pub subscription_reader: Arc<dyn SubscriptionReader>,
    pub health: Arc<dyn Health>,
    pub broadcast: Broadcast,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    /// The page of sample emails, on a developer's server.
    pub gallery: Option<String>,
    /// The contact for reports of vulnerabilities, as a URI.
    pub security_contact: Option<String>,
    pub config: HttpConfig,
}

/// The settings of the router.
#[derive(Clone)]
pub struct HttpConfig {
    /// The site's own address.
    pub public_url: PublicUrl,
    /// Proxies that are trusted to name a client's address.
    pub trusted_proxies: Vec<Network>,
    /// The metrics, if they are served at the site's own address.
    pub metrics: Option<PrometheusHandle>,
}

/// The whole site.
pub fn router(dependencies: Dependencies) -> Router {
    let config = Arc::new(dependencies.config.clone());
    let session_state =
        sessions::SessionState { sessions: Arc::clone(&dependencies.sessions), config: Arc::clone(&config) };
    let form_state = Arc::new(forms::Forms { site: config.public_url.clone() });
    let streams = event_stream::EventStreams::new(
        dependencies.broadcast.clone(),
        Arc::clone(&dependencies.sessions),
        Arc::clone(&dependencies.subscription_reader),
    );
    let limit = Arc::new(load::ConcurrencyLimit::new(load::MAX_IN_FLIGHT, load::MAX_PER_CLIENT));

    // The pages have a router of their own, because the layer of forms calls it for a function and again for a page.
    let pages = Router::new()
        .fallback_service(pages::router(&dependencies, &config))
        .layer(from_fn_with_state(form_state, forms::handle));
    let with_session = Router::new()
        .route("/live", get(event_stream::subscribe).with_state(streams))
        .merge(exports::router(dependencies.backend.clone()))
        .route_layer(from_fn(request_info::record_pattern))
        .fallback_service(pages)
        .layer(compression::layer())
        .layer(from_fn(compression::same_site_only))
        .layer(from_fn_with_state(session_state, sessions::identify))
        .layer(
            csrf_protection(&config)
                .with_rejection_response(|_: ProtectionError| StatusCode::FORBIDDEN.into_response()),
        )
        .layer(from_fn(canonical::redirect))
        .layer(from_fn_with_state(limit, load::shed))
        .layer(response_timeout())
        // The time that a form takes to arrive doesn't count towards the timeout of the response.
        .layer(from_fn_with_state(bodies::PendingBodies::default(), bodies::buffer))
        .layer(from_fn_with_state(Arc::clone(&config), hosts::require_own));
    let style =
        errors::PageStyle { css: site().css, theme_cookie: config.public_url.script_cookie_name(sessions::THEME) };
    let whole = health::router(dependencies.health, Arc::clone(&config))
        .merge(site::router())
        .merge(gallery::router(dependencies.gallery))
        .merge(well_known::router(dependencies.security_contact, dependencies.config.public_url, dependencies.clock))
        .route_layer(from_fn(request_info::record_pattern))
        .layer(response_timeout())
        .fallback_service(with_session)
        .layer(from_fn(hosts::require_one))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(from_fn_with_state(style, errors::add_body))
        .layer(from_fn_with_state(Arc::clone(&config), headers::add_headers))
        .layer(from_fn_with_state(config, clients::identify));
    telemetry::add_layers(whole, dependencies.random)
}

/// Answers 503 when the response takes too long.
fn response_timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, load::RESPONSE_TIMEOUT)
}

/// Refuses forms from other sites. The site's own origin is trusted even if a proxy changes the Host header. Browsers that
/// send Fetch metadata don't need that.
fn csrf_protection(config: &HttpConfig) -> CsrfLayer {
    let layer = CsrfLayer::new();
    layer.clone().add_trusted_origin(config.public_url.to_string()).unwrap_or(layer)
}

/// Every route and every server function with its method, without static files. Call it within the runtime, because it
/// walks through the app's routes.
pub fn routes() -> Vec<(Method, String)> {
    let own = ["/health/live", "/health/ready", "/live", "/metrics"].map(|path| (Method::GET, path.to_owned()));
    let lists = exports::ROUTES.map(|path| (Method::GET, path.to_owned()));
    let known = well_known::ROUTES.map(|path| (Method::GET, path.to_owned()));
    own.into_iter().chain(known).chain(lists).chain(pages::list()).collect()
}

#[cfg(test)]
mod tests;
