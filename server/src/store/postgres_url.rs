//! The URL of a PostgreSQL database: parameters that the driver doesn't know, and defaults for what the URL leaves out.
//!
//! - Over the network the connection is encrypted and the server's certificate is verified, unless `sslmode` says
//!   otherwise. Sessions, emails and password hashes travel on it.
//! - `pgbouncer=true` says that a pooler lends its sessions for one transaction at a time. Then nothing may outlive a
//!   transaction: every read is one, each sets its time-outs, and statements have no names.

use super::{OpenError, StoreError};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::io;
use std::net::IpAddr;
use std::str::FromStr as _;

/// The parameter that the driver doesn't know.
const POOLER_KEY: &str = "pgbouncer";

/// How the database is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionMode {
    /// A connection is one session of the database.
    Direct,
    /// A pooler lends a connection a session for each transaction.
    Pooled,
}

impl ConnectionMode {
    /// Begins a transaction that writes.
    pub const fn begin(self) -> &'static str {
        match self {
            ConnectionMode::Direct => "BEGIN",
            ConnectionMode::Pooled => {
                "BEGIN; SET LOCAL statement_timeout = 10000; SET LOCAL lock_timeout = 5000; \
                 SET LOCAL idle_in_transaction_session_timeout = 15000"
            }
        }
    }

    /// Begins a read-only transaction on one snapshot.
    pub const fn begin_read(self) -> &'static str {
        match self {
            ConnectionMode::Direct => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ConnectionMode::Pooled => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 10000; \
                 SET LOCAL lock_timeout = 5000; SET LOCAL idle_in_transaction_session_timeout = 15000"
            }
        }
    }

    /// The same without time-outs, for reads that may take long.
    pub const fn begin_read_without_timeouts(self) -> &'static str {
        match self {
            ConnectionMode::Direct => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ConnectionMode::Pooled => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; \
                 SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
            }
        }
    }

    /// Whether prepared statements have names, so that they are prepared once and executed often.
    pub const fn names_statements(self) -> bool {
        matches!(self, ConnectionMode::Direct)
    }
}

/// Where a PostgreSQL database is, and how it is reached.
#[derive(Clone)]
pub(super) struct PostgresUrl {
    pub options: PgConnectOptions,
    pub mode: ConnectionMode,
    /// Whether the certificate is verified because the URL has no `sslmode`.
    by_default: bool,
}

impl PostgresUrl {
    /// Parses a URL as an operator writes it.
    ///
    /// # Errors
    /// The URL is malformed, or has a value that is not allowed.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let invalid = |why: &dyn ToString| OpenError::Address(why.to_string());
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (ours, theirs): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| key(pair) == POOLER_KEY);
        let mode = match ours.last().map(|pair| pair.split_once('=').map_or("", |(_, value)| value)) {
            None | Some("false") => ConnectionMode::Direct,
            Some("true") => ConnectionMode::Pooled,
            Some(_) => return Err(invalid(&format!("{POOLER_KEY} is true or false"))),
        };
        let has_ssl_mode = theirs.iter().any(|pair| matches!(key(pair), "sslmode" | "ssl-mode"));
        let options = PgConnectOptions::from_str(&[base, "?", &theirs.join("&")].concat()).map_err(|e| invalid(&e))?;
        let mut options = options.application_name("guildhall");
        if mode == ConnectionMode::Pooled {
            // PgBouncer refuses start-up parameters that it can't keep for a session. The schema has no floats.
            options = options.extra_float_digits(None);
        }
        let by_default = !has_ssl_mode && !is_local(&options);
        if by_default {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        Ok(Self { options, mode, by_default })
    }

    /// Sets parameters for every session. Through a pooler each transaction sets its own.
    pub fn with_settings<const N: usize>(mut self, settings: [(&str, &str); N]) -> Self {
        if self.mode == ConnectionMode::Direct {
            self.options = self.options.options(settings);
        }
        self
    }

    /// Explains why a connection could not be opened, and what an operator can do about it.
    pub fn connect_error(&self, error: sqlx::Error) -> OpenError {
        let host = self.options.get_host().to_owned();
        match &error {
            sqlx::Error::Tls(_) => OpenError::Unproven { host, by_default: self.by_default, why: error.to_string() },
            sqlx::Error::Io(why) if self.by_default && why.kind() == io::ErrorKind::InvalidData => {
                OpenError::Unproven { host, by_default: true, why: why.to_string() }
            }
            sqlx::Error::Database(why) if why.message().contains("unsupported startup parameter") => {
                OpenError::Pooler(why.message().to_owned())
            }
            _ => OpenError::Database(StoreError::from(error)),
        }
    }
}

/// The key of a parameter of the URL.
fn key(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(key, _)| key)
}

/// Whether the connection stays on this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || IpAddr::from_str(literal).is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> String {
        format!("{:?}", PostgresUrl::parse(url).unwrap().options.get_ssl_mode())
    }

    #[test]
    fn network_connection_verifies_the_certificate_unless_the_url_says_otherwise() {
        for url in [
            "postgres://me:secret@db.example.org/guild",
            "postgres://db/guild",
            "postgres://10.0.0.5:6432/guild?pgbouncer=true",
            "postgres://[2001:db8::1]/guild?application_name=x",
            "postgres://localhost.example.org/guild",
            "postgres://127.0.0.1/guild?host=db.example.org",
            "postgres://127.0.0.1/guild?hostaddr=192.0.2.1",
            "postgres://0.0.0.0/guild",
        ] {
            assert_eq!(mode(url), "VerifyFull", "{url}");
        }
        for (url, said) in [
            ("postgres://db/guild?sslmode=disable", "Disable"),
            ("postgres://db/guild?sslmode=prefer", "Prefer"),
            ("postgres://db/guild?pgbouncer=true&ssl-mode=require", "Require"),
            ("postgres://db/guild?sslmode=verify-ca&sslrootcert=/etc/ca.pem", "VerifyCa"),
        ] {
            assert_eq!(mode(url), said, "{url}");
        }
        for url in [
            "postgres://localhost/guild",
            "postgres://LOCALHOST:5433/guild",
            "postgres://127.0.0.1/guild",
            "postgres://127.8.9.10/guild",
            "postgres://[::1]/guild",
            "postgres://%2Fvar%2Frun%2Fpostgresql/guild",
            "postgres:///guild?host=/var/run/postgresql",
        ] {
            assert_eq!(mode(url), "Prefer", "{url}");
        }
    }

    #[test]
    fn pooler_gets_no_settings_that_outlive_a_transaction() {
        let settings = [("statement_timeout", "10000")];
        for (url, mode) in [
            ("postgres://localhost/guild", ConnectionMode::Direct),
            ("postgres://localhost/guild?pgbouncer=false&sslmode=disable", ConnectionMode::Direct),
            ("postgres://localhost/guild?sslmode=disable&pgbouncer=true", ConnectionMode::Pooled),
            ("postgres://localhost/guild?pgbouncer=true", ConnectionMode::Pooled),
        ] {
            let parsed = PostgresUrl::parse(url).unwrap().with_settings(settings);
            assert_eq!(
                (parsed.mode, parsed.options.get_options().is_some()),
                (mode, mode == ConnectionMode::Direct),
                "{url}"
            );
            assert_eq!(parsed.options.get_database(), Some("guild"), "{url}");
        }
        for url in ["postgres://localhost/guild?pgbouncer", "postgres://localhost/guild?pgbouncer=yes", "postgres://["]
        {
            assert!(matches!(PostgresUrl::parse(url), Err(OpenError::Address(_))), "{url}");
        }
    }
}
