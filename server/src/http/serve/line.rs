//! One line to a client, and how long it may keep the server waiting: for a head, for the next request, and to take what
//! it is sent.

use crate::http::clients::Share;
use crate::http::crowd::{Crowd, Place};
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

/// How long a line may keep the server waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, once the line is open or the head has begun.
    pub head: Duration,
    /// For the next request.
    pub next: Duration,
    /// For a client that takes nothing of what it is sent. What the system keeps for it counts as taken, and room there
    /// is seen only when a good part of it is free again: so this is longer than it looks.
    pub takes: Duration,
}

/// What a line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Head,
    Next,
    /// For nothing of the client's: a request is worked on.
    Answer,
}

/// How a line stands: shared by its bytes and by the requests on it.
pub struct Standing {
    crowd: Arc<Crowd>,
    share: Share,
    /// Tells the line to give way.
    go: Arc<Notify>,
    now: Mutex<Now>,
}

struct Now {
    phase: Phase,
    /// Counts the phases.
    turn: u64,
    /// A place among those who wait, while it does.
    place: Option<Place>,
    /// Whoever reads from the line while a request is worked on: to be woken when its next one is waited for.
    reader: Option<Waker>,
}

impl Standing {
    /// A line that has just been opened.
    pub fn new(crowd: &Arc<Crowd>, share: Share) -> Arc<Self> {
        let go = Arc::new(Notify::new());
        let place = Some(crowd.enter(share, Arc::clone(&go)));
        let now = Mutex::new(Now { phase: Phase::Head, turn: 0, place, reader: None });
        Arc::new(Self { crowd: Arc::clone(crowd), share, go, now })
    }

    /// Ready when the line has to give way to others. A request that came in the same moment is answered.
    pub async fn gives_way(&self) {
        loop {
            self.go.notified().await;
            if self.now().place.is_some() {
                return;
            }
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turns_to(&self, phase: Phase) {
        let mut now = self.now();
        (now.phase, now.turn) = (phase, now.turn + 1);
        self.waits(&mut now, phase != Phase::Answer);
        if let Some(reader) = now.reader.take() {
            reader.wake();
        }
    }

    /// Whether the client takes what it is sent.
    fn takes(&self, takes: bool) {
        let mut now = self.now();
        let waits = !takes || now.phase != Phase::Answer;
        self.waits(&mut now, waits);
    }

    fn waits(&self, now: &mut Now, waits: bool) {
        if !waits {
            now.place = None;
        } else if now.place.is_none() {
            now.place = Some(self.crowd.enter(self.share, Arc::clone(&self.go)));
        }
    }
}

/// A request that is worked on, until its answer has gone out or is given up.
pub struct Worked(Arc<Standing>);

impl Worked {
    pub fn on(standing: &Arc<Standing>) -> Self {
        standing.turns_to(Phase::Answer);
        Self(Arc::clone(standing))
    }
}

impl Drop for Worked {
    fn drop(&mut self) {
        self.0.turns_to(Phase::Next);
    }
}

/// The body of an answer, with the request that it answers.
pub struct Answer {
    body: axum::body::Body,
    _worked: Worked,
}

impl Answer {
    pub fn new(body: axum::body::Body, worked: Worked) -> Self {
        Self { body, _worked: worked }
    }
}

impl Body for Answer {
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

/// The bytes of a line. Where the client is waited for in vain, reading and writing fail, and the line ends.
pub struct Line {
    stream: TcpStream,
    standing: Arc<Standing>,
    patience: Patience,
    /// Ends the wait for bytes of this turn.
    silent: Pin<Box<Sleep>>,
    turn: u64,
    /// Ends the wait for a client that takes nothing, while it does not.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Line {
    pub fn new(stream: TcpStream, standing: Arc<Standing>, patience: Patience) -> Self {
        let silent = Box::pin(sleep(patience.head));
        Self { stream, standing, patience, silent, turn: 0, stalled: None }
    }

    /// What became of writing, and whether the client has been waited for long enough.
    fn written(&mut self, cx: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if written.is_ready() {
            if self.stalled.take().is_some() {
                self.standing.takes(true);
            }
            return written;
        }
        if self.stalled.is_none() {
            self.standing.takes(false);
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.patience.takes)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(late("nothing was taken")))
    }
}

fn late(what: &'static str) -> Error {
    Error::new(ErrorKind::TimedOut, what)
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let (phase, turn) = {
            let mut now = self.standing.now();
            now.reader = (now.phase == Phase::Answer).then(|| cx.waker().clone());
            (now.phase, now.turn)
        };
        let patience = if phase == Phase::Head { self.patience.head } else { self.patience.next };
        if turn != self.turn {
            self.turn = turn;
            self.silent.set(sleep(patience));
        }
        if phase != Phase::Answer && self.silent.as_mut().poll(cx).is_ready() {
            if self.stalled.is_none() {
                return Poll::Ready(Err(late("nothing arrived")));
            }
            // It is still taking what it was sent, of which nothing is left to be made.
            self.silent.set(sleep(patience));
            let _ = self.silent.as_mut().poll(cx);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if phase == Phase::Next && buffer.filled().len() > before {
            self.standing.turns_to(Phase::Head);
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.written(cx, written)
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
