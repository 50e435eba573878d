//! A connection with timeouts: for the head of a request, for the next request, and for a client that doesn't read what
//! it is sent.

use crate::http::clients::ClientKey;
use crate::http::waiters::{WaitGuard, Waiters};
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

/// How long a connection may keep the server waiting.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionTimeouts {
    /// For the head of a request, counted from when the connection opens or the head begins.
    pub head: Duration,
    /// For the next request.
    pub keep_alive: Duration,
    /// For a client that reads nothing of what it is sent. What the system buffers for it counts as read, and the system
    /// reports room only when a good part of the buffer is free. So the time without progress may be longer.
    pub write: Duration,
}

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The head of a request.
    Head,
    /// The next request.
    Idle,
    /// Nothing from the client, because a request is being handled.
    Handling,
}

/// The state of a connection, shared by its stream and its requests.
pub struct ConnectionState {
    waiters: Arc<Waiters>,
    client: ClientKey,
    evicted: Arc<Notify>,
    inner: Mutex<Inner>,
}

struct Inner {
    phase: Phase,
    /// Counts the changes of phase.
    changes: u64,
    /// The connection's entry among those that wait, while it waits.
    waiting: Option<WaitGuard>,
    /// The task that reads from the connection while a request is handled. It is woken when the phase changes.
    reader: Option<Waker>,
}

impl ConnectionState {
    /// The state of a connection that has just been opened.
    pub fn new(waiters: &Arc<Waiters>, client: ClientKey) -> Arc<Self> {
        let evicted = Arc::new(Notify::new());
        let waiting = Some(waiters.add(client, Arc::clone(&evicted)));
        let inner = Mutex::new(Inner { phase: Phase::Head, changes: 0, waiting, reader: None });
        Arc::new(Self { waiters: Arc::clone(waiters), client, evicted, inner })
    }

    /// Completes when the connection has to make room for another. A request that arrived at the same moment is still
    /// answered.
    pub async fn evicted(&self) {
        loop {
            self.evicted.notified().await;
            if self.inner().waiting.is_some() {
                return;
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        let mut inner = self.inner();
        (inner.phase, inner.changes) = (phase, inner.changes + 1);
        self.set_waiting(&mut inner, phase != Phase::Handling);
        if let Some(reader) = inner.reader.take() {
            reader.wake();
        }
    }

    /// Notes whether the client reads what it is sent.
    fn set_reading(&self, reads: bool) {
        let mut inner = self.inner();
        let waits = !reads || inner.phase != Phase::Handling;
        self.set_waiting(&mut inner, waits);
    }

    fn set_waiting(&self, inner: &mut Inner, waits: bool) {
        if !waits {
            inner.waiting = None;
        } else if inner.waiting.is_none() {
            inner.waiting = Some(self.waiters.add(self.client, Arc::clone(&self.evicted)));
        }
    }
}

/// A request that is being handled, until its response is sent or given up.
pub struct RequestGuard(Arc<ConnectionState>);

impl RequestGuard {
    pub fn new(state: &Arc<ConnectionState>) -> Self {
        state.enter(Phase::Handling);
        Self(Arc::clone(state))
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.enter(Phase::Idle);
    }
}

/// The body of a response. It holds the guard of the request that it answers.
pub struct GuardedBody {
    body: axum::body::Body,
    _guard: RequestGuard,
}

impl GuardedBody {
    pub fn new(body: axum::body::Body, guard: RequestGuard) -> Self {
        Self { body, _guard: guard }
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The bytes of a connection. When a timeout is over, reading or writing fails, and the connection ends.
pub struct TimeoutStream {
    stream: TcpStream,
    state: Arc<ConnectionState>,
    timeouts: ConnectionTimeouts,
    /// Ends the wait for bytes in the current phase.
    read_timer: Pin<Box<Sleep>>,
    /// The change of phase that `read_timer` counts from.
    change: u64,
    /// Ends the wait for a client that reads nothing. It is `None` while the client reads.
    write_timer: Option<Pin<Box<Sleep>>>,
}

impl TimeoutStream {
    pub fn new(stream: TcpStream, state: Arc<ConnectionState>, timeouts: ConnectionTimeouts) -> Self {
        let read_timer = Box::pin(sleep(timeouts.head));
        Self { stream, state, timeouts, read_timer, change: 0, write_timer: None }
    }

    /// The result of a write, or an error once the client has read nothing for too long.
    fn with_timeout(&mut self, cx: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if written.is_ready() {
            if self.write_timer.take().is_some() {
                self.state.set_reading(true);
            }
            return written;
        }
        if self.write_timer.is_none() {
            self.state.set_reading(false);
        }
        let timer = self.write_timer.get_or_insert_with(|| Box::pin(sleep(self.timeouts.write)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(timed_out("the client read nothing")))
    }
}

fn timed_out(what: &'static str) -> Error {
    Error::new(ErrorKind::TimedOut, what)
}

impl AsyncRead for TimeoutStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let (phase, change) = {
            let mut inner = self.state.inner();
            inner.reader = (inner.phase == Phase::Handling).then(|| cx.waker().clone());
            (inner.phase, inner.changes)
        };
        let timeout = if phase == Phase::Head { self.timeouts.head } else { self.timeouts.keep_alive };
        if change != self.change {
            self.change = change;
            self.read_timer.set(sleep(timeout));
        }
        if phase != Phase::Handling && self.read_timer.as_mut().poll(cx).is_ready() {
            if self.write_timer.is_none() {
                return Poll::Ready(Err(timed_out("the client sent nothing")));
            }
            // The response is complete, and the client is still reading it.
            self.read_timer.set(sleep(timeout));
            let _ = self.read_timer.as_mut().poll(cx);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if phase == Phase::Idle && buffer.filled().len() > before {
            self.state.enter(Phase::Head);
        }
        read
    }
}

impl AsyncWrite for TimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.with_timeout(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.with_timeout(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
