//! Serves a router on a listener. `axum::serve` has no timeout for the head of a request or for a client that reads
//! nothing, and no limit on connections. This has all three, and a graceful shutdown.

mod stream;

pub use stream::ConnectionTimeouts;

use super::clients::Client;
use super::request_info::Peer;
use super::waiters::Waiters;
use crate::logs::LogThrottle;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stream::{ConnectionState, GuardedBody, RequestGuard, TimeoutStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// The largest head of a request, and the buffer for it.
const HEAD_BYTES: usize = 64 * 1024;
/// How long to wait when there is no room for another connection.
const ROOM_WAIT: Duration = Duration::from_millis(100);
/// Connections that are open at once: one for each page that may listen for changes, and as many again. At this number,
/// connections that only wait are evicted.
const MAX_CONNECTIONS: usize = 4_096;
/// Open files that are kept free for the database and for email.
const RESERVED_FILES: usize = 256;

static ALL_BUSY: LogThrottle = LogThrottle::new();
static ACCEPT_FAILED: LogThrottle = LogThrottle::new();

impl ConnectionTimeouts {
    /// The timeouts for clients on the internet. `keep_alive` is how long a connection is kept for its next request.
    pub const fn with_keep_alive(keep_alive: Duration) -> Self {
        Self { head: Duration::from_secs(20), keep_alive, write: Duration::from_secs(30) }
    }
}

/// The number of connections that the system's limit on open files allows, at most [`MAX_CONNECTIONS`].
fn max_connections() -> usize {
    // Where the limit can't be read, accepting fails once it is reached.
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next());
    let room = files
        .and_then(|files| files.parse::<usize>().ok())
        .map_or(MAX_CONNECTIONS, |files| files.saturating_sub(RESERVED_FILES).max(files / 2));
    room.clamp(1, MAX_CONNECTIONS)
}

/// Serves until `stop` completes. Then it accepts nothing more, lets requests in flight finish, and cuts off those that
/// are not finished within `grace`. The caller must end responses that never end by themselves, such as event streams.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    grace: Duration,
    timeouts: ConnectionTimeouts,
) {
    let server = Server { router, timeouts, connections: GracefulShutdown::new() };
    server.serve(max_connections(), listener, stop, grace).await;
}

/// What serves each connection.
struct Server {
    router: Router,
    timeouts: ConnectionTimeouts,
    connections: GracefulShutdown,
}

impl Server {
    /// Serves at most `most` connections at a time.
    async fn serve(self, most: usize, listener: TcpListener, stop: impl Future<Output = ()>, grace: Duration) {
        let room = Arc::new(Semaphore::new(most));
        // The semaphore limits the number of connections. The set only knows which of them can be evicted.
        let waiters = Arc::new(Waiters::new(usize::MAX, usize::MAX));
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    if let Some(permit) = permit(&room, &waiters).await {
                        let state = ConnectionState::new(&waiters, Client::from(peer).key());
                        self.spawn(stream, peer, state, permit);
                    } else if let Some(more) = ALL_BUSY.allow() {
                        tracing::warn!(more, "connection closed: all others are busy");
                    }
                }
                Err(error) => {
                    if let Some(more) = ACCEPT_FAILED.allow() {
                        tracing::warn!(%error, more, "could not accept a connection");
                    }
                    waiters.evict_one();
                    tokio::time::sleep(ROOM_WAIT).await;
                }
            }
        }
        drop(listener);
        if tokio::time::timeout(grace, self.connections.shutdown()).await.is_err() {
            tracing::warn!(seconds = grace.as_secs(), "requests were still in flight at shutdown");
        }
    }

    /// Serves one connection in a task of its own.
    fn spawn(&self, stream: TcpStream, peer: SocketAddr, state: Arc<ConnectionState>, permit: OwnedSemaphorePermit) {
        let (router, timeouts) = (self.router.clone(), self.timeouts);
        // Responses are written whole, so waiting to join packets only delays them.
        let _ = stream.set_nodelay(true);
        let of_requests = Arc::clone(&state);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let guard = RequestGuard::new(&of_requests);
            request.extensions_mut().insert(Peer(peer));
            let request: Request = request.map(axum::body::Body::new);
            let response = router.clone().oneshot(request);
            async move {
                let Ok(response) = response.await;
                Ok::<_, Infallible>(response.map(|body| GuardedBody::new(body, guard)))
            }
        });
        // The stream has the timeouts, because hyper has one for the head and none for the next request.
        let connection = http1::Builder::new()
            .header_read_timeout(None::<Duration>)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(TimeoutStream::new(stream, Arc::clone(&state), timeouts)), service);
        let connection = self.connections.watch(connection);
        tokio::spawn(async move {
            let _permit = permit;
            tokio::select! {
                // Connections break all the time, mostly because somebody closed a window, so this is no warning.
                ended = connection => if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended early");
                },
                () = state.evicted() => tracing::debug!("idle connection evicted"),
            }
        });
    }
}

/// A permit for another connection. If there is none, a connection that only waits is evicted.
async fn permit(room: &Arc<Semaphore>, waiters: &Waiters) -> Option<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(room).try_acquire_owned() {
        return Some(permit);
    }
    if !waiters.evict_one() {
        return None;
    }
    tokio::time::timeout(ROOM_WAIT, Arc::clone(room).acquire_owned()).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    const SHORT: ConnectionTimeouts = ConnectionTimeouts {
        head: Duration::from_millis(300),
        keep_alive: Duration::from_millis(900),
        write: Duration::from_millis(300),
    };

    /// A server that answers `/slow` after 200 ms. Returns its address, what stops it, and its task.
    async fn start(grace: Duration) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        start_with(64, grace, ConnectionTimeouts::with_keep_alive(Duration::from_secs(75))).await
    }

    /// The same with at most `most` connections. `/large` is more than the system buffers for a client.
    async fn start_with(
        most: usize,
        grace: Duration,
        timeouts: ConnectionTimeouts,
    ) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            "slow"
        };
        let router = Router::new()
            .route("/", get(|| async { "page" }))
            .route("/slow", get(slow))
            .route("/large", get(|| async { vec![b'a'; 64 << 20] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(async move {
            let server = Server { router, timeouts, connections: GracefulShutdown::new() };
            server.serve(most, listener, stopped, grace).await;
        });
        (address, stop, server)
    }

    async fn send(address: SocketAddr, text: &str) -> TcpStream {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(text.as_bytes()).await.unwrap();
        connection
    }

    async fn read(mut connection: TcpStream) -> String {
        let mut bytes = Vec::new();
        let _ = connection.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[tokio::test]
    async fn request_in_flight_is_answered_when_the_server_stops() {
        let (address, stop, server) = start(Duration::from_secs(5)).await;
        let connection = send(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        let received = read(connection).await;
        assert!(received.starts_with("HTTP/1.1 200") && received.ends_with("slow"), "{received}");
        server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn bytes_that_are_not_http_get_400() {
        let (address, _stop, _server) = start(Duration::from_secs(1)).await;
        for bytes in ["\u{16}\u{3}\u{1}\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"] {
            assert!(read(send(address, bytes).await).await.starts_with("HTTP/1.1 400"));
        }
        let long = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "a".repeat(600_000));
        let received = read(send(address, &long).await).await;
        assert!(received.is_empty() || received.starts_with("HTTP/1.1 431"), "{received}");
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// The response to [`GET`] on a connection that stays open.
    async fn ask(connection: &mut TcpStream) -> Option<String> {
        connection.write_all(GET.as_bytes()).await.ok()?;
        let mut received = Vec::new();
        while !received.ends_with(b"page") {
            if connection.read_buf(&mut received).await.ok()? == 0 {
                return None;
            }
        }
        String::from_utf8(received).ok()
    }

    /// Whether the connection ends within some milliseconds.
    async fn ends(connection: &mut TcpStream, within: u64) -> bool {
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_millis(within), connection.read_to_end(&mut rest)).await.is_ok()
    }

    #[tokio::test]
    async fn idle_connection_outlives_the_timeout_for_a_head() {
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), SHORT).await;
        let mut silent = send(address, "").await;
        let mut begun = send(address, "GET / HTTP/1.1\r\nHo").await;
        let mut kept = send(address, "").await;
        assert!(ask(&mut kept).await.is_some());
        assert!(ends(&mut silent, 600).await && ends(&mut begun, 600).await);
        // More time has passed than a head may take.
        assert!(ask(&mut kept).await.is_some());
        kept.write_all(b"GET").await.unwrap();
        assert!(ends(&mut kept, 600).await, "the next head has begun");
        let mut idle = send(address, "").await;
        assert!(ask(&mut idle).await.is_some());
        assert!(!ends(&mut idle, 600).await && ends(&mut idle, 600).await);
    }

    #[tokio::test]
    async fn slow_response_outlives_the_read_timeouts() {
        let short =
            ConnectionTimeouts { head: Duration::from_millis(100), keep_alive: Duration::from_millis(100), ..SHORT };
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), short).await;
        assert!(read(send(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await).await.ends_with("slow"));
    }

    #[tokio::test]
    async fn client_that_reads_nothing_loses_its_connection() {
        let (address, _stop, server) = start_with(1, Duration::from_secs(5), SHORT).await;
        let stalled = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(900)).await;
        // Its permit is free, and it gets no more than the system has buffered.
        let mut next = send(address, "").await;
        assert!(ask(&mut next).await.is_some());
        assert!(read(stalled).await.len() < 64 << 20);
        assert!(!server.is_finished());
    }

    #[tokio::test]
    async fn slow_reader_gets_a_complete_response_past_the_idle_timeout() {
        let short =
            ConnectionTimeouts { keep_alive: Duration::from_millis(200), write: Duration::from_secs(5), ..SHORT };
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), short).await;
        let mut connection = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut piece = vec![0; 4 << 20];
        let (mut received, mut pauses) = (0, 0);
        while received < 64 << 20 {
            let bytes = connection.read(&mut piece).await.unwrap();
            assert_ne!(bytes, 0, "cut off after {received}");
            received += bytes;
            if pauses < 8 {
                pauses += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    #[tokio::test]
    async fn full_server_evicts_waiting_connections_and_no_busy_ones() {
        let timeouts = ConnectionTimeouts::with_keep_alive(Duration::from_secs(75));
        let (address, _stop, _server) = start_with(8, Duration::from_secs(1), timeouts).await;
        let busy = send(address, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let stalled = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        // Until both are being handled.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut silent = Vec::new();
        for _ in 0..50 {
            silent.push(send(address, "").await);
        }
        let mut quick = send(address, "").await;
        assert!(ask(&mut quick).await.is_some(), "the newest connection is served");
        assert!(read(busy).await.ends_with("slow"));
        assert!(ends(&mut silent[0], 100).await);
        assert!(read(stalled).await.len() < 64 << 20);
    }
}
