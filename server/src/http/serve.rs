//! Serving a router on a listener. `axum::serve` waits for the head of a request for ever, and for a reader who takes
//! nothing, and takes on any number of lines; this does not, and it stops in good order.

mod line;

pub use line::Patience;

use super::clients::Client;
use super::crowd::Crowd;
use super::served::Peer;
use crate::logs::Seldom;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use line::{Answer, Line, Standing, Worked};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// The largest head of a request, and the buffer for it.
const HEAD_BYTES: usize = 64 * 1024;
/// How long to wait when the system has no room for another line.
const BREATH: Duration = Duration::from_millis(100);
/// Lines that are open at once: all pages that may hear news, and as many again. When there are so many, those that only
/// wait give way.
const LINES: usize = 4_096;
/// Of the files that the system lets the program have open, those that are left for the database and for letters.
const OTHER_FILES: usize = 256;

static CROWDED: Seldom = Seldom::new();
static REFUSED: Seldom = Seldom::new();

impl Patience {
    /// With clients as they come; `next` is how long a line is kept for its next request.
    pub const fn usual(next: Duration) -> Self {
        Self { head: Duration::from_secs(20), next, takes: Duration::from_secs(30) }
    }
}

/// As many lines as the system lets the program have, but for the files that it needs.
fn lines() -> usize {
    // Where this is not to be read, the system says so by itself when it has no more.
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next());
    let room = files
        .and_then(|files| files.parse::<usize>().ok())
        .map_or(LINES, |files| files.saturating_sub(OTHER_FILES).max(files / 2));
    room.clamp(1, LINES)
}

/// Serves until `stop` is ready; then takes on nothing new, lets what is in flight end, and cuts off what has not ended
/// `within` that time. Lines that stay open by themselves (live news) must be ended by the one who stops.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    within: Duration,
    patience: Patience,
) {
    serve_at_most(lines(), listener, router, stop, within, patience).await;
}

async fn serve_at_most(
    most: usize,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    within: Duration,
    patience: Patience,
) {
    let lines = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(most));
    // The number of lines has its bound in the room; who gives way when it is full is known here.
    let crowd = Arc::new(Crowd::new(usize::MAX, usize::MAX));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(place) = place(&room, &crowd).await {
                    let standing = Standing::new(&crowd, Client::from(peer).share());
                    attend(stream, peer, router.clone(), &lines, standing, place, patience);
                } else if let Some(more) = CROWDED.now() {
                    tracing::warn!(more, "a connection was closed: all are at work");
                }
            }
            Err(error) => {
                if let Some(more) = REFUSED.now() {
                    tracing::warn!(%error, more, "a connection could not be accepted");
                }
                crowd.make_room();
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(within, lines.shutdown()).await.is_err() {
        tracing::warn!(seconds = within.as_secs(), "requests were still in flight when the server stopped");
    }
}

/// A place for another line. Where there is none, one of those that only wait makes room.
async fn place(room: &Arc<Semaphore>, crowd: &Crowd) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(room).try_acquire_owned() {
        return Some(place);
    }
    if !crowd.make_room() {
        return None;
    }
    tokio::time::timeout(BREATH, Arc::clone(room).acquire_owned()).await.ok()?.ok()
}

/// One line, in a task of its own.
fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    lines: &GracefulShutdown,
    standing: Arc<Standing>,
    place: OwnedSemaphorePermit,
    patience: Patience,
) {
    // Answers are written whole; waiting to join them with more only delays them.
    let _ = stream.set_nodelay(true);
    let served = Arc::clone(&standing);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let worked = Worked::on(&served);
        request.extensions_mut().insert(Peer(peer));
        let request: Request = request.map(axum::body::Body::new);
        let answer = router.clone().oneshot(request);
        async move {
            let Ok(answer) = answer.await;
            Ok::<_, Infallible>(answer.map(|body| Answer::new(body, worked)))
        }
    });
    // How long it waits is the line's own business: its head and its next request are not the same.
    let line = http1::Builder::new()
        .header_read_timeout(None::<Duration>)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Line::new(stream, Arc::clone(&standing), patience)), service);
    let line = lines.watch(line);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            // Lines break all the time, mostly because somebody closed a window: no failure of ours.
            ended = line => if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            },
            () = standing.gives_way() => tracing::debug!("a connection that waited gave way to another"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    const HURRIED: Patience = Patience {
        head: Duration::from_millis(300),
        next: Duration::from_millis(900),
        takes: Duration::from_millis(300),
    };

    /// A server that answers `/slow` after 200 ms; its address, what stops it, and what is ready when it has stopped.
    async fn start(within: Duration) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        start_with(64, within, Patience::usual(Duration::from_secs(75))).await
    }

    /// The same with so many lines at most; `/large` is more than the system keeps for a reader.
    async fn start_with(
        lines: usize,
        within: Duration,
        patience: Patience,
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
        let server = tokio::spawn(serve_at_most(lines, listener, router, stopped, within, patience));
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

    const ASKS: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// One answer to `ASKS`, and the line stays open.
    async fn ask(line: &mut TcpStream) -> Option<String> {
        line.write_all(ASKS.as_bytes()).await.ok()?;
        let mut heard = Vec::new();
        while !heard.ends_with(b"page") {
            if line.read_buf(&mut heard).await.ok()? == 0 {
                return None;
            }
        }
        String::from_utf8(heard).ok()
    }

    /// Whether the line ends, with no more bytes, before a while is over.
    async fn ends(line: &mut TcpStream, within: u64) -> bool {
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_millis(within), line.read_to_end(&mut rest)).await.is_ok()
    }

    #[tokio::test]
    async fn a_line_waits_longer_for_its_next_request_than_for_a_head() {
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), HURRIED).await;
        let mut silent = send(address, "").await;
        let mut begun = send(address, "GET / HTTP/1.1\r\nHo").await;
        let mut kept = send(address, "").await;
        assert!(ask(&mut kept).await.is_some());
        assert!(ends(&mut silent, 600).await && ends(&mut begun, 600).await);
        // More than a head may take has passed since.
        assert!(ask(&mut kept).await.is_some());
        kept.write_all(b"GET").await.unwrap();
        assert!(ends(&mut kept, 600).await, "the next head has begun");
        let mut idle = send(address, "").await;
        assert!(ask(&mut idle).await.is_some());
        assert!(!ends(&mut idle, 600).await && ends(&mut idle, 600).await);
    }

    #[tokio::test]
    async fn an_answer_that_takes_its_time_is_waited_for() {
        let hurried = Patience { head: Duration::from_millis(100), next: Duration::from_millis(100), ..HURRIED };
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), hurried).await;
        assert!(read(send(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await).await.ends_with("slow"));
    }

    #[tokio::test]
    async fn a_reader_who_takes_nothing_is_not_waited_for() {
        let (address, _stop, server) = start_with(1, Duration::from_secs(5), HURRIED).await;
        let taker = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(900)).await;
        // Its place is free: what the system keeps of the answer is all that it gets.
        let mut next = send(address, "").await;
        assert!(ask(&mut next).await.is_some());
        assert!(read(taker).await.len() < 64 << 20);
        assert!(!server.is_finished());
    }

    #[tokio::test]
    async fn a_reader_who_is_slow_gets_all_of_it_though_the_answer_was_made_long_ago() {
        let hurried = Patience { next: Duration::from_millis(200), takes: Duration::from_secs(5), ..HURRIED };
        let (address, _stop, _server) = start_with(64, Duration::from_secs(1), hurried).await;
        let mut line = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut piece = vec![0; 4 << 20];
        let (mut heard, mut naps) = (0, 0);
        while heard < 64 << 20 {
            let bytes = line.read(&mut piece).await.unwrap();
            assert_ne!(bytes, 0, "cut off after {heard}");
            heard += bytes;
            if naps < 8 {
                naps += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    #[tokio::test]
    async fn lines_that_wait_give_way_and_those_at_work_do_not() {
        let patience = Patience::usual(Duration::from_secs(75));
        let (address, _stop, _server) = start_with(8, Duration::from_secs(1), patience).await;
        let works = send(address, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let stalled = send(address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
        // So that both are at work.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut silent = Vec::new();
        for _ in 0..50 {
            silent.push(send(address, "").await);
        }
        let mut quick = send(address, "").await;
        assert!(ask(&mut quick).await.is_some(), "whoever comes last finds a place");
        assert!(read(works).await.ends_with("slow"));
        assert!(ends(&mut silent[0], 100).await);
        assert!(read(stalled).await.len() < 64 << 20);
    }
}
