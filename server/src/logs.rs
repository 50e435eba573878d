//! Log lines: for people or for machines, to standard output. Nothing secret is given to them in the first place.

use crate::config::{LogForm, LogLevel};
use std::io::IsTerminal as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Starts logging; call it once, before anything is logged. A second call changes nothing.
pub fn start(form: LogForm, level: LogLevel) {
    let lines = match form {
        LogForm::Text => fmt::layer().with_target(false).with_ansi(std::io::stdout().is_terminal()).boxed(),
        LogForm::Json => fmt::layer().json().flatten_event(true).with_current_span(false).boxed(),
    };
    // A second start (in tests) is refused by the library, and the first one stays.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter(level))).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // The message of a panic may hold what a person typed; the place says enough to find it.
        tracing::error!(place, "a task has panicked");
    }));
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
    use tracing::Level;

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
