//! Serving a router on a listener. `axum::serve` waits for the head of a request for ever; this does not, and it stops
//! in good order.

use super::served::Peer;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// How long the head of a request may take to arrive, and how long a line may be idle between two.
const HEAD: Duration = Duration::from_secs(20);
/// The largest head of a request, and the buffer for it.
const HEAD_BYTES: usize = 64 * 1024;
/// How long to wait when the system has no room for another line.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready; then takes on nothing new, lets what is in flight end, and cuts off what has not ended
/// `within` that time. Lines that stay open by themselves (live news) must be ended by the one who stops.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>, within: Duration) {
    let lines = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => attend(stream, peer, router.clone(), &lines),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(within, lines.shutdown()).await.is_err() {
        tracing::warn!(seconds = within.as_secs(), "requests were still in flight when the server stopped");
    }
}

/// One line, in a task of its own.
fn attend(stream: TcpStream, peer: SocketAddr, router: Router, lines: &GracefulShutdown) {
    // Answers are written whole; waiting to join them with more only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let request: Request = request.map(axum::body::Body::new);
        router.clone().oneshot(request)
    });
    let line = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let line = lines.watch(line);
    tokio::spawn(async move {
        // Lines break all the time, mostly because somebody closed a window: no failure of ours.
        if let Err(error) = line.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    /// A server that answers `/slow` after 200 ms; its address, what stops it, and what is ready when it has stopped.
    async fn start(within: Duration) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            "slow"
        };
        let router = Router::new().route("/slow", get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, router, async { stopped.await.unwrap_or_default() }, within));
        (address, stop, server)
    }

    async fn send(address: SocketAddr, text: &str) -> TcpStream {
        let mut line = TcpStream::connect(address).await.unwrap();
        line.write_all(text.as_bytes()).await.unwrap();
        line
    }

    async fn read(mut line: TcpStream) -> String {
        let mut bytes = Vec::new();
        let _ = line.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[tokio::test]
    async fn a_request_in_flight_ends_well_when_the_server_stops() {
        let (address, stop, server) = start(Duration::from_secs(5)).await;
        let line = send(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        let heard = read(line).await;
        assert!(heard.starts_with("HTTP/1.1 200") && heard.ends_with("slow"), "{heard}");
        server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn what_is_no_http_is_refused() {
        let (address, _stop, _server) = start(Duration::from_secs(1)).await;
        for bytes in ["\u{16}\u{3}\u{1}\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"] {
            assert!(read(send(address, bytes).await).await.starts_with("HTTP/1.1 400"));
        }
        let long = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "a".repeat(600_000));
        let heard = read(send(address, &long).await).await;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 431"), "{heard}");
    }
}
