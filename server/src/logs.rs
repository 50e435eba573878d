//! Log lines: for people or for machines, to standard output. Nothing secret is given to them in the first place.

use crate::config::{LogForm, LogLevel};
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

/// Starts logging; call it once, before anything is logged. A second call changes nothing.
pub fn start(form: LogForm, level: LogLevel) {
    // Whoever looks closely sees how long each command, each reading of facts and each statement took.
    let ends = if matches!(level, LogLevel::Debug | LogLevel::Trace) { FmtSpan::CLOSE } else { FmtSpan::NONE };
    let lines = match form {
        LogForm::Text => {
            let lines = fmt::layer().with_target(false).with_ansi(std::io::stdout().is_terminal());
            lines.with_span_events(ends).boxed()
        }
        LogForm::Json => {
            fmt::layer().json().flatten_event(true).with_current_span(false).with_span_events(ends).boxed()
        }
    };
    // A second start (in tests) is refused by the library, and the first one stays.
    let _ = tracing_subscriber::registry().with(lines.with_filter(kept(level))).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // The message of a panic may hold what a person typed; the place says enough to find it.
        tracing::error!(place, "a task has panicked");
    }));
}

/// How often a line is written that many requests at once are the reason of: one for each would cost more than the answer.
const EVERY: Duration = Duration::from_secs(1);

/// A kind of line that overload makes: it is written once a second at most, and says how many were left out.
pub struct Seldom(Mutex<Written>);

struct Written {
    last: Option<Instant>,
    left_out: u64,
}

impl Seldom {
    /// A kind of line that was never written.
    pub const fn new() -> Self {
        Self(Mutex::new(Written { last: None, left_out: 0 }))
    }

    /// Whether the line is to be written now: then how many were left out since the last.
    pub fn now(&self) -> Option<u64> {
        #[expect(clippy::disallowed_methods, reason = "spaces lines of the log; nothing else is decided by it")]
        let now = Instant::now();
        self.at(now)
    }

    fn at(&self, now: Instant) -> Option<u64> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.last.is_some_and(|last| now.saturating_duration_since(last) < EVERY) {
            written.left_out += 1;
            return None;
        }
        written.last = Some(now);
        Some(std::mem::take(&mut written.left_out))
    }
}

impl Default for Seldom {
    fn default() -> Self {
        Self::new()
    }
}

/// What is kept: lines by their level, and what they belong to (a request, a command, a letter) whatever the level is, so
/// that a warning too says whose it is.
fn kept(level: LogLevel) -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
    let (lines, belongs) = (filter(level), filter(LogLevel::Info));
    filter_fn(move |context| {
        let is_kept = |targets: &Targets| targets.would_enable(context.target(), context.level());
        is_kept(&lines) || (context.is_span() && is_kept(&belongs))
    })
}

/// Our own lines at the chosen level; those of libraries only from warnings on, as theirs may speak of what is sent.
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
    fn a_line_of_overload_is_written_once_a_second_and_counts_the_others() {
        let line = Seldom::new();
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let begin = Instant::now();
        let at = |millis: u64| line.at(begin + Duration::from_millis(millis));
        assert_eq!(
            [at(0), at(1), at(999), at(1_000), at(1_999), at(2_000)],
            [Some(0), None, None, Some(2), None, Some(1)]
        );
    }

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_warning_says_whose_it_is_where_only_warnings_are_written() {
        let written = Kept::default();
        let writer = written.clone();
        let lines = fmt::layer().with_ansi(false).with_writer(move || writer.clone()).with_filter(kept(LogLevel::Warn));
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
    fn our_lines_follow_the_level_and_those_of_libraries_are_warnings_at_most() {
        let filter = filter(LogLevel::Debug);
        assert!(filter.would_enable("server::http", &Level::DEBUG));
        assert!(!filter.would_enable("server::http", &Level::TRACE));
        assert!(filter.would_enable("sqlx::query", &Level::WARN));
        assert!(!filter.would_enable("sqlx::query", &Level::INFO));
        assert!(!super::filter(LogLevel::Error).would_enable("hyper", &Level::WARN));
    }
}
