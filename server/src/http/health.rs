//! Whether the program is alive and ready, and its figures for Prometheus.

use super::HttpConfig;
use super::served::Peer;
use async_trait::async_trait;
use axum::Router;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CONTENT_TYPE, FORWARDED};
use http::{HeaderMap, StatusCode};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use shared::problem::Problem;
use std::sync::Arc;
use std::time::Duration;

/// How the rest of the program is.
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks the database for something small.
    ///
    /// # Errors
    /// The database is away.
    async fn ready(&self) -> Result<(), Problem>;

    /// The figures of the moment; called when somebody asks for the metrics.
    async fn figures(&self) -> Figures;
}

/// Figures that are read when they are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Letters that are waiting to go out.
    pub letters_waiting: u64,
    /// Passwords that are waiting to be hashed.
    pub hashes_waiting: u64,
}

/// How long the database may take to answer before the program counts as not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often figures that nobody fetches are folded together.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to gather figures; to be called once, within the runtime.
///
/// # Errors
/// Something gathers figures already.
pub fn load_facts() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0])?
        .install_recorder()?;
    metrics::describe_counter!("guildhall_requests_total", "Requests that were answered, by method, route and status.");
    metrics::describe_histogram!(
        "guildhall_request_seconds",
        metrics::Unit::Seconds,
        "Seconds until a request was answered, by route."
    );
    metrics::describe_gauge!("guildhall_letters_waiting", "Letters that are waiting to go out.");
    metrics::describe_gauge!("guildhall_hashes_waiting", "Passwords that are waiting to be hashed.");
    let kept = handle.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(UPKEEP);
        loop {
            turns.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}

/// The routes of health, and of the metrics for those on this machine.
pub fn router(health: Arc<dyn Health>, config: Arc<HttpConfig>) -> Router {
    let broadcast = || async { "alive\n" };
    let ready = |State((health, _)): State<Known>| async move { ready(health.as_ref()).await };
    Router::new()
        .route("/health/live", get(broadcast))
        .route("/health/ready", get(ready))
        .route("/metrics", get(nearby_metrics))
        .with_state((health, config))
}

/// The metrics alone, for an address of their own.
pub fn metrics_router(health: Arc<dyn Health>, figures: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || async move { metrics(health.as_ref(), &figures).await }))
}

type Known = (Arc<dyn Health>, Arc<HttpConfig>);

async fn ready(health: &dyn Health) -> Response {
    match tokio::time::timeout(PATIENCE, health.ready()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is away\n").into_response(),
    }
}

/// The metrics for whoever asks from this machine itself. Behind a proxy everybody seems to, so then nobody is
/// answered, and the metrics need an address of their own.
async fn nearby_metrics(
    State((health, config)): State<Known>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let behind_proxy = config.public_url.is_secure()
        || !config.trusted_proxies.is_empty()
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key(FORWARDED);
    let near = peer.is_some_and(|Extension(peer)| peer.0.ip().is_loopback());
    match &config.metrics {
        Some(figures) if near && !behind_proxy => metrics(health.as_ref(), figures).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn metrics(health: &dyn Health, figures: &PrometheusHandle) -> Response {
    let now = health.figures().await;
    metrics::gauge!("guildhall_letters_waiting").set(now.letters_waiting as f64);
    metrics::gauge!("guildhall_hashes_waiting").set(now.hashes_waiting as f64);
    figures.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], figures.render()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt as _;

    struct Database(bool);

    #[async_trait]
    impl Health for Database {
        async fn ready(&self) -> Result<(), Problem> {
            self.0.then_some(()).ok_or(Problem::Unavailable {})
        }

        async fn figures(&self) -> Figures {
            Figures { letters_waiting: 3, hashes_waiting: 0 }
        }
    }

    async fn ask(there: bool, url: &str, peer: &str, path: &str) -> StatusCode {
        let figures = PrometheusBuilder::new().build_recorder().handle();
        let config =
            HttpConfig { public_url: url.parse().unwrap(), trusted_proxies: Vec::new(), metrics: Some(figures) };
        let mut request = http::Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        router(Arc::new(Database(there)), Arc::new(config)).oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn readiness_follows_the_database_and_life_does_not() {
        for (there, path, status) in
            [(true, "/health/ready", 200), (false, "/health/ready", 503), (false, "/health/live", 200)]
        {
            assert_eq!(ask(there, "http://127.0.0.1:3000", "192.0.2.1:9", path).await.as_u16(), status, "{path}");
        }
    }

    #[tokio::test]
    async fn metrics_are_for_this_machine_and_never_through_a_proxy() {
        for (url, peer, status) in [
            ("http://127.0.0.1:3000", "127.0.0.1:9", 200),
            ("http://127.0.0.1:3000", "192.0.2.1:9", 404),
            ("https://guild.example.org", "127.0.0.1:9", 404),
        ] {
            assert_eq!(ask(true, url, peer, "/metrics").await.as_u16(), status, "{url} {peer}");
        }
    }
}
