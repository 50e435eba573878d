//! Everything between the line and the use cases: who asks, what may pass, what is answered.
//!
//! From the outside in: [`serve`](mod@serve) reads requests from lines; [`watch`] numbers, logs and counts; [`clients`] says
//! who asks; [`headers`] and [`errors`] dress the answer; panics and time-outs become answers; [`hosts`] sees to it that one
//! host is asked for; then files, health, [`well_known`], and [`pages`] behind the site's own host, whole [`bodies`], [`load`], [`canonical`] addresses, cross-site
//! protection, [`sessions`], [`compressed`] and [`forms`]. Each file is one layer or one group of routes.

pub mod bodies;
pub mod canonical;
pub mod clients;
pub mod compressed;
pub mod crowd;
pub mod drawing;
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
pub mod serve;
pub mod served;
pub mod sessions;
pub mod site;
pub mod watch;
pub mod well_known;

pub use health::{Figures, Health};
pub use serve::{Patience, serve};
pub use sessions::{SessionReader, ended_cookie, session_cookie};
pub use site::site;

use crate::broadcast::{Broadcast, SubscriptionReader};
use crate::clock::Clock;
use crate::config::{Network, PublicUrl};
use crate::random::Random;
use app::backend::Backend;
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

/// What the web needs of the rest of the program.
pub struct Parts {
    /// The use cases.
    pub backend: Backend,
    pub sessions: Arc<dyn SessionReader>,
    pub subscription_reader: Arc<dyn SubscriptionReader>,
    pub health: Arc<dyn Health>,
    pub broadcast: Broadcast,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    /// The gallery of letters, on a developer's server.
    pub gallery: Option<String>,
    /// Whom somebody tells who has found a hole, as a URI.
    pub security_contact: Option<String>,
    pub config: HttpConfig,
}

/// The settings of the web.
#[derive(Clone)]
pub struct HttpConfig {
    /// The site's own address.
    pub public_url: PublicUrl,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// The figures, if they are gathered and served beside the site.
    pub metrics: Option<PrometheusHandle>,
}

/// The whole site.
pub fn router(parts: Parts) -> Router {
    let config = Arc::new(parts.config.clone());
    let bus = sessions::CommandBus { sessions: Arc::clone(&parts.sessions), config: Arc::clone(&config) };
    let form = Arc::new(forms::Forms { site: config.public_url.clone() });
    let room = event_stream::EventStreams::new(
        parts.broadcast.clone(),
        Arc::clone(&parts.sessions),
        Arc::clone(&parts.subscription_reader),
    );
    let places = Arc::new(load::Places::new(load::AT_ONCE, load::OF_ONE));

    // The pages stand in a router of their own: the forms' layer asks for a page after it has asked for a function.
    let pages = Router::new()
        .fallback_service(pages::router(&parts, &config))
        .layer(from_fn_with_state(form, forms::whole_forms));
    let with_session = Router::new()
        .route("/live", get(event_stream::hear).with_state(room))
        .merge(exports::router(parts.backend.clone()))
        .route_layer(from_fn(served::note_pattern))
        .fallback_service(pages)
        .layer(compressed::layer())
        .layer(from_fn(compressed::for_us_alone))
        .layer(from_fn_with_state(bus, sessions::recognise))
        .layer(
            own_forms_only(&config).with_rejection_response(|_: ProtectionError| StatusCode::FORBIDDEN.into_response()),
        )
        .layer(from_fn(canonical::redirect))
        .layer(from_fn_with_state(places, load::shed))
        .layer(patient())
        // How long a form takes to arrive is no part of how long its answer takes.
        .layer(from_fn_with_state(bodies::Arriving::default(), bodies::whole))
        .layer(from_fn_with_state(Arc::clone(&config), hosts::at_home));
    let look = errors::Look { css: site().css, theme: config.public_url.open_cookie(sessions::THEME) };
    health::router(parts.health, Arc::clone(&config))
        .merge(site::router())
        .merge(gallery::router(parts.gallery))
        .merge(well_known::router(parts.security_contact, parts.config.public_url, parts.clock))
        .route_layer(from_fn(served::note_pattern))
        .layer(patient())
        .fallback_service(with_session)
        .layer(from_fn(hosts::one))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(from_fn_with_state(look, errors::dress))
        .layer(from_fn_with_state(Arc::clone(&config), headers::dress))
        .layer(from_fn_with_state(config, clients::note))
        .layer(from_fn_with_state(parts.random, watch::watch))
}

/// Gives an answer up that takes too long.
fn patient() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, load::PATIENCE)
}

/// Refuses what another site sends in a person's name. The site's own address counts as ours even where a proxy changes
/// the Host header; browsers that send Fetch metadata do not need that.
fn own_forms_only(config: &HttpConfig) -> CsrfLayer {
    let layer = CsrfLayer::new();
    layer.clone().add_trusted_origin(config.public_url.to_string()).unwrap_or(layer)
}

/// Every route and every server function, with its method; the files of the site left out. To be called within the
/// runtime: the screens are walked through for it.
pub fn routes() -> Vec<(Method, String)> {
    let own = ["/health/live", "/health/ready", "/live", "/metrics"].map(|path| (Method::GET, path.to_owned()));
    let lists = exports::ROUTES.map(|path| (Method::GET, path.to_owned()));
    let known = well_known::ROUTES.map(|path| (Method::GET, path.to_owned()));
    own.into_iter().chain(known).chain(lists).chain(pages::list()).collect()
}

#[cfg(test)]
mod tests;
