//! The address of a PostgreSQL database: what it asks for besides what the driver knows, and what it is taken to mean where
//! it says nothing.
//!
//! - Over the network the line is encrypted and the server's certificate is checked, unless `sslmode` says otherwise: what
//!   travels on it are sessions, emails and password hashes.
//! - `pgbouncer=true` says that a pooler stands between which lends out its connections for one transaction at a time.
//!   Then nothing is expected to outlive a transaction: every look is one, time-outs are set in each, and no statement has
//!   a name.

use super::{OpenError, StoreError};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::io;
use std::net::IpAddr;
use std::str::FromStr as _;

/// What is said in the address of a database that the driver does not know.
const POOLER: &str = "pgbouncer";

/// How the database is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A line is one session of the database's.
    Direct,
    /// A line is lent a session for each transaction.
    Pooled,
}

impl Way {
    /// Begins a transaction that writes.
    pub const fn begin(self) -> &'static str {
        match self {
            Way::Direct => "BEGIN",
            Way::Pooled => {
                "BEGIN; SET LOCAL statement_timeout = 10000; SET LOCAL lock_timeout = 5000; \
                 SET LOCAL idle_in_transaction_session_timeout = 15000"
            }
        }
    }

    /// Begins a transaction that sees everything as it stands at one moment.
    pub const fn begin_to_read(self) -> &'static str {
        match self {
            Way::Direct => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Way::Pooled => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 10000; \
                 SET LOCAL lock_timeout = 5000; SET LOCAL idle_in_transaction_session_timeout = 15000"
            }
        }
    }

    /// The same, for a look that takes as long as it takes.
    pub const fn begin_patiently(self) -> &'static str {
        match self {
            Way::Direct => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Way::Pooled => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; \
                 SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
            }
        }
    }

    /// Whether statements keep a name, by which they are prepared once for many times.
    pub const fn names_statements(self) -> bool {
        matches!(self, Way::Direct)
    }
}

/// Where a PostgreSQL database is, and how it is reached.
#[derive(Clone)]
pub(super) struct Address {
    pub options: PgConnectOptions,
    pub way: Way,
    /// Whether it asks for a checked certificate because nothing was said.
    by_default: bool,
}

impl Address {
    /// Reads an address as an operator writes it.
    ///
    /// # Errors
    /// The URL is malformed, or has a value that is not allowed.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let wrong = |why: &dyn ToString| OpenError::Address(why.to_string());
        let (place, said) = url.split_once('?').unwrap_or((url, ""));
        let (ours, theirs): (Vec<&str>, Vec<&str>) = said.split('&').partition(|pair| key(pair) == POOLER);
        let way = match ours.last().map(|pair| pair.split_once('=').map_or("", |(_, value)| value)) {
            None | Some("false") => Way::Direct,
            Some("true") => Way::Pooled,
            Some(_) => return Err(wrong(&format!("{POOLER} is true or false"))),
        };
        let is_said = theirs.iter().any(|pair| matches!(key(pair), "sslmode" | "ssl-mode"));
        let options = PgConnectOptions::from_str(&[place, "?", &theirs.join("&")].concat()).map_err(|e| wrong(&e))?;
        let mut options = options.application_name("guildhall");
        if way == Way::Pooled {
            // A pooler refuses what it can't keep for a session; floats there are none.
            options = options.extra_float_digits(None);
        }
        let by_default = !is_said && !is_here(&options);
        if by_default {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        Ok(Self { options, way, by_default })
    }

    /// Settings that hold for every session; through a pooler each transaction sets its own.
    pub fn with<const N: usize>(mut self, settings: [(&str, &str); N]) -> Self {
        if self.way == Way::Direct {
            self.options = self.options.options(settings);
        }
        self
    }

    /// Why a line could not be opened, with what an operator can do about it.
    pub fn unopened(&self, error: sqlx::Error) -> OpenError {
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

/// The name of a pair in the part of an address behind its question mark.
fn key(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(key, _)| key)
}

/// Whether what is said to the database stays on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
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
        format!("{:?}", Address::parse(url).unwrap().options.get_ssl_mode())
    }

    #[test]
    fn over_the_network_a_certificate_is_asked_for_unless_the_address_says_otherwise() {
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
    fn pooler_is_told_nothing_that_outlives_a_transaction() {
        let settings = [("statement_timeout", "10000")];
        for (url, way) in [
            ("postgres://localhost/guild", Way::Direct),
            ("postgres://localhost/guild?pgbouncer=false&sslmode=disable", Way::Direct),
            ("postgres://localhost/guild?sslmode=disable&pgbouncer=true", Way::Pooled),
            ("postgres://localhost/guild?pgbouncer=true", Way::Pooled),
        ] {
            let address = Address::parse(url).unwrap().with(settings);
            assert_eq!((address.way, address.options.get_options().is_some()), (way, way == Way::Direct), "{url}");
            assert_eq!(address.options.get_database(), Some("guild"), "{url}");
        }
        for url in ["postgres://localhost/guild?pgbouncer", "postgres://localhost/guild?pgbouncer=yes", "postgres://["]
        {
            assert!(matches!(Address::parse(url), Err(OpenError::Address(_))), "{url}");
        }
    }
}
