//! The log, as text or JSON on standard output. No caller passes secrets to it.

use crate::config::{LogFormat, LogLevel};
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterFn, Targets, filter_fn};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Starts logging. Call it before anything is logged. A second call changes nothing.
pub fn start(format: LogFormat, level: LogLevel) {
    // At these levels the end of each span is logged too, with how long the command, the facts or the statement took.
    let ends = if matches!(level, LogLevel::Debug | LogLevel::Trace) { FmtSpan::CLOSE } else { FmtSpan::NONE };
    let lines = match format {
        LogFormat::Text => {
            let lines = fmt::layer().with_target(false).with_ansi(std::io::stdout().is_terminal());
            lines.with_span_events(ends).boxed()
        }
        LogFormat::Json => {
            fmt::layer().json().flatten_event(true).with_current_span(false).with_span_events(ends).boxed()
        }
    };
    // On a second call, in tests, the library refuses, and the first subscriber stays.
    let _ = tracing_subscriber::registry().with(lines.with_filter(spans_and_events(level))).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        // The message of a panic may hold what a person typed. The location is enough to find it.
        tracing::error!(location, "task panicked");
    }));
}

/// How often a message about overload is logged. One for each request would cost more than the response.
const INTERVAL: Duration = Duration::from_secs(1);

/// Limits a message about overload to one a second, and counts those that were suppressed.
pub struct LogThrottle(Mutex<ThrottleState>);

struct ThrottleState {
    last: Option<Instant>,
    suppressed: u64,
}

impl LogThrottle {
    /// The throttle of a message that was never logged.
    pub const fn new() -> Self {
        Self(Mutex::new(ThrottleState { last: None, suppressed: 0 }))
    }

    /// If the message may be logged now, returns how many were suppressed since the last.
    pub fn allow(&self) -> Option<u64> {
        #[expect(clippy::disallowed_methods, reason = "only spaces log messages")]
        let now = Instant::now();
        self.allow_at(now)
    }

    fn allow_at(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last.is_some_and(|last| now.saturating_duration_since(last) < INTERVAL) {
            state.suppressed += 1;
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.suppressed))
    }
}

impl Default for LogThrottle {
    fn default() -> Self {
        Self::new()
    }
}

/// Enables events by their level, and spans up to info at every level, so that a warning also names its request, command
/// or email.
fn spans_and_events(level: LogLevel) -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
    let (events, spans) = (filter(level), filter(LogLevel::Info));
    filter_fn(move |metadata| {
        let is_enabled = |targets: &Targets| targets.would_enable(metadata.target(), metadata.level());
        is_enabled(&events) || (metadata.is_span() && is_enabled(&spans))
    })
}

/// Enables our own targets at the chosen level, and libraries' only from warnings on, because theirs may hold what is sent.
fn filter(level: LogLevel) -> Targets {
    let ours = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let theirs = ours.min(LevelFilter::WARN);
    Targets::new().with_default(theirs).with_targets(["guildhall", "server", "app", "shared"].map(|name| (name, ours)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tracing::Level;

    #[test]
    fn throttle_allows_one_message_a_second_and_counts_the_others() {
        let throttle = LogThrottle::new();
        #[expect(clippy::disallowed_methods, reason = "a time to count from")]
        let begin = Instant::now();
        let at = |millis: u64| throttle.allow_at(begin + Duration::from_millis(millis));
        assert_eq!(
            [at(0), at(1), at(999), at(1_000), at(1_999), at(2_000)],
            [Some(0), None, None, Some(2), None, Some(1)]
        );
    }

    /// Collects what is logged.
    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn warning_names_its_span_at_level_warn() {
        let written = Buffer::default();
        let writer = written.clone();
        let lines = fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .with_filter(spans_and_events(LogLevel::Warn));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            tracing::info_span!("request", request = "4711").in_scope(|| {
                tracing::debug_span!("statement").in_scope(|| tracing::warn!("slow"));
                tracing::info!("quick");
            });
        });
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(written.contains("4711") && written.contains("slow"), "{written}");
        assert!(!written.contains("statement") && !written.contains("quick"), "{written}");
    }

    #[test]
    fn level_applies_to_our_targets_and_libraries_stay_at_warn() {
        let filter = filter(LogLevel::Debug);
        assert!(filter.would_enable("server::http", &Level::DEBUG));
        assert!(!filter.would_enable("server::http", &Level::TRACE));
        assert!(filter.would_enable("sqlx::query", &Level::WARN));
        assert!(!filter.would_enable("sqlx::query", &Level::INFO));
        assert!(!super::filter(LogLevel::Error).would_enable("hyper", &Level::WARN));
    }
}
