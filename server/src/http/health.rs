//! Liveness and readiness checks, and metrics for Prometheus.

use super::HttpConfig;
use super::request_info::Peer;
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

/// The state of the rest of the program.
#[async_trait]
pub trait Health: Send + Sync {
    /// Runs a small query. It fails if the database is unavailable.
    async fn ready(&self) -> Result<(), Problem>;

    /// The current gauges. This is called for each scrape.
    async fn gauges(&self) -> Gauges;
}

/// Values that are read for each scrape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Emails that are waiting to be sent.
    pub emails_waiting: u64,
    /// Passwords that are waiting to be hashed.
    pub hashes_waiting: u64,
}

/// How long the database may take to respond before the program counts as not ready.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// How often the exporter's buffers are drained, in case nobody scrapes.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Installs the recorder of metrics. Call it once, within the runtime.
///
/// # Errors
/// A recorder is already installed.
pub fn install_metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0])?
        .install_recorder()?;
    metrics::describe_counter!("guildhall_requests_total", "Requests answered, by method, route and status.");
    metrics::describe_histogram!(
        "guildhall_request_seconds",
        metrics::Unit::Seconds,
        "Seconds until the response, by route."
    );
    metrics::describe_gauge!("guildhall_emails_waiting", "Emails waiting to be sent.");
    metrics::describe_gauge!("guildhall_hashes_waiting", "Passwords waiting to be hashed.");
    let exporter = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP_INTERVAL);
        loop {
            ticks.tick().await;
            exporter.run_upkeep();
        }
    });
    Ok(handle)
}

/// The routes of the health checks, and of the metrics for callers on this machine.
pub fn router(health: Arc<dyn Health>, config: Arc<HttpConfig>) -> Router {
    let live = || async { "alive\n" };
    let ready = |State((health, _)): State<HealthState>| async move { ready(health.as_ref()).await };
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(local_metrics))
        .with_state((health, config))
}

/// The metrics, for a separate listener.
pub fn metrics_router(health: Arc<dyn Health>, exporter: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || async move { metrics(health.as_ref(), &exporter).await }))
}

type HealthState = (Arc<dyn Health>, Arc<HttpConfig>);

async fn ready(health: &dyn Health) -> Response {
    match tokio::time::timeout(READY_TIMEOUT, health.ready()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is unavailable\n").into_response(),
    }
}

/// The metrics, for callers on this machine. Behind a proxy every caller seems to be one, so then the answer is 404, and the
/// metrics need a separate listener.
async fn local_metrics(
    State((health, config)): State<HealthState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let behind_proxy = config.public_url.is_secure()
        || !config.trusted_proxies.is_empty()
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key(FORWARDED);
    let is_local = peer.is_some_and(|Extension(peer)| peer.0.ip().is_loopback());
    match &config.metrics {
        Some(exporter) if is_local && !behind_proxy => metrics(health.as_ref(), exporter).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn metrics(health: &dyn Health, exporter: &PrometheusHandle) -> Response {
    let gauges = health.gauges().await;
    metrics::gauge!("guildhall_emails_waiting").set(gauges.emails_waiting as f64);
    metrics::gauge!("guildhall_hashes_waiting").set(gauges.hashes_waiting as f64);
    exporter.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], exporter.render()).into_response()
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

        async fn gauges(&self) -> Gauges {
            Gauges { emails_waiting: 3, hashes_waiting: 0 }
        }
    }

    async fn ask(available: bool, url: &str, peer: &str, path: &str) -> StatusCode {
        let exporter = PrometheusBuilder::new().build_recorder().handle();
        let config =
            HttpConfig { public_url: url.parse().unwrap(), trusted_proxies: Vec::new(), metrics: Some(exporter) };
        let mut request = http::Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        router(Arc::new(Database(available)), Arc::new(config)).oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn readiness_needs_the_database_and_liveness_does_not() {
        for (available, path, status) in
            [(true, "/health/ready", 200), (false, "/health/ready", 503), (false, "/health/live", 200)]
        {
            assert_eq!(ask(available, "http://127.0.0.1:3000", "192.0.2.1:9", path).await.as_u16(), status, "{path}");
        }
    }

    #[tokio::test]
    async fn metrics_are_served_only_to_this_machine_and_not_through_a_proxy() {
        for (url, peer, status) in [
            ("http://127.0.0.1:3000", "127.0.0.1:9", 200),
            ("http://127.0.0.1:3000", "192.0.2.1:9", 404),
            ("https://guild.example.org", "127.0.0.1:9", 404),
        ] {
            assert_eq!(ask(true, url, peer, "/metrics").await.as_u16(), status, "{url} {peer}");
        }
    }
}
