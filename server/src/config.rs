//! The command line and the settings. Each setting is a flag and an environment variable. An invalid one ends the program
//! with a sentence and exit code 2.

mod mail_server;
mod network;
mod public_url;

pub use mail_server::{Encryption, MailServer};
pub use network::Network;
pub use public_url::{PublicUrl, is_internal};

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};
use shared::billing::Price;
use shared::rules::requests::RequestPace;
use shared::timestamp::Seconds;
use std::ffi::OsString;
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version, about = "Organization accounts for a package index.")]
#[command(after_help = "Every setting can also be given by the environment variable next to it.")]
pub struct Guildhall {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site.
    Serve,
    /// Migrate the database to the schema of this version.
    Migrate,
    /// Fill an empty site with sample people, organizations and requests.
    Demo {
        /// Add 100,000 accounts and 10,000 organizations, one of them with 20,000 members.
        #[arg(long)]
        large: bool,
        /// How many accounts to add.
        #[arg(long, hide = true, requires = "large")]
        accounts: Option<u32>,
    },
    /// Manage administrators, accounts and reserved names.
    #[command(subcommand)]
    Admin(Admin),
    /// Copy the site, with its database and key, into a new folder. The site can keep running.
    ///
    /// The copy is always an embedded SQLite database, so this is also how to move from PostgreSQL to SQLite.
    Backup {
        /// The folder to create. `guildhall serve --data` can start from it.
        folder: PathBuf,
    },
}

/// What an operator can do at the command line.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create an administrator account. The password is read from a file or from standard input.
    Create {
        /// Its username.
        #[arg(long)]
        username: String,
        /// Its email address, which counts as verified.
        #[arg(long)]
        email: String,
        /// A file with the password. By default, the password is read from standard input.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Make an account an administrator.
    Grant {
        /// The account's username.
        username: String,
    },
    /// Remove an account's administrator rights. The last administrator keeps them.
    Revoke {
        /// The account's username.
        username: String,
    },
    /// List the administrators.
    List,
    /// Disable an account and end all its sessions.
    Disable {
        /// The account's username.
        username: String,
        /// The reason, which is emailed to the account's holder.
        #[arg(long)]
        reason: String,
    },
    /// Enable a disabled account.
    Enable {
        /// The account's username.
        username: String,
    },
    /// Reserve a name, so that no organization can have it.
    Reserve {
        /// The name to reserve.
        name: String,
        /// The reason, for the history.
        #[arg(long, default_value = "reserved by the site")]
        reason: String,
    },
}

/// The settings as they are typed. [`Settings::into_config`] validates them.
#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// The address and port to listen on.
    #[arg(long, global = true, env = "GUILDHALL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = socket_address)]
    listen: SocketAddr,
    /// The URL of the site, without a path. By default, http:// and the address it listens on.
    #[arg(long, global = true, env = "GUILDHALL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// The folder for all data. It is created if it doesn't exist.
    #[arg(long, global = true, env = "GUILDHALL_DATA", value_name = "FOLDER", default_value = "data")]
    data: PathBuf,
    /// A PostgreSQL database, as postgres://user:password@host/name. By default, a SQLite file in the data folder.
    #[arg(long, global = true, env = "GUILDHALL_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<SecretString>,
    /// Migrate a PostgreSQL database at startup. SQLite is always migrated.
    #[arg(long, global = true, env = "GUILDHALL_MIGRATE", value_name = "true|false", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    migrate: bool,
    /// The mail server, as smtp://user:password@host:port or smtps://…, with ?starttls=required, opportunistic or
    /// never. Without it, emails are kept for administrators to read.
    #[arg(long, global = true, env = "GUILDHALL_SMTP", hide_env_values = true, value_name = "URL")]
    smtp: Option<SecretString>,
    /// A file with the mail server's password, instead of one in the URL.
    #[arg(long, global = true, env = "GUILDHALL_SMTP_PASSWORD_FILE", value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// The sender of emails, such as "Guildhall <guildhall@example.org>".
    #[arg(long, global = true, env = "GUILDHALL_MAIL_FROM", value_name = "ADDRESS", value_parser = mailbox)]
    mail_from: Option<String>,
    /// The name that the site gives in its greeting to the mail server, such as guildhall.example.org. By default, the
    /// public URL's host.
    #[arg(long, global = true, env = "GUILDHALL_SMTP_HELLO", value_name = "HOST", value_parser = hello)]
    smtp_hello: Option<String>,
    /// How many times faster than usual emails are retried, for tests.
    #[arg(long, global = true, hide = true, env = "GUILDHALL_MAIL_HURRY", value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=30))]
    mail_hurry: u8,
    /// The file with the key that encrypts links in waiting emails. By default, `key` in the data folder, created at the
    /// first start.
    #[arg(long, global = true, env = "GUILDHALL_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// How many requests for an organization one account can submit in a row. After that, one more each minute.
    #[arg(long, global = true, env = "GUILDHALL_REQUESTS_AT_ONCE", value_name = "NUMBER", default_value_t = shared::limits::REQUESTS_AT_ONCE, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    requests_at_once: u32,
    /// How many requests for an organization one account can submit in a day. By default, there is no limit.
    #[arg(long, global = true, env = "GUILDHALL_REQUESTS_A_DAY", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    requests_a_day: Option<u32>,
    /// How many emails one account can cause to another in a day. Anything beyond is only recorded in the history.
    #[arg(long, global = true, env = "GUILDHALL_EMAILS_TO_ONE_A_DAY", value_name = "NUMBER", default_value_t = shared::limits::EMAILS_TO_ONE_A_DAY, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    emails_to_one_a_day: u32,
    /// The price of a private organization per member per month.
    #[arg(long, global = true, env = "GUILDHALL_PRICE", value_name = "AMOUNT", default_value_t = Price::USUAL, value_parser = price)]
    price: Price,
    /// How many days an invitation can be accepted.
    #[arg(long, global = true, env = "GUILDHALL_INVITATION_DAYS", value_name = "DAYS", default_value_t = shared::limits::INVITATION_DAYS, value_parser = clap::value_parser!(u32).range(1..=365))]
    invitation_days: u32,
    /// How many accounts can be created from one client address in an hour.
    #[arg(long, global = true, env = "GUILDHALL_ACCOUNTS_AN_HOUR", value_name = "NUMBER", default_value_t = shared::limits::ACCOUNTS_AN_HOUR, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    accounts_an_hour: u32,
    /// Proxies whose X-Forwarded-For header is trusted, as addresses or networks, such as 10.0.0.1,172.18.0.0/16. Can be
    /// given several times.
    #[arg(long, global = true, env = "GUILDHALL_TRUSTED_PROXY", value_name = "NETWORKS", value_delimiter = ',', value_parser = Network::from_str)]
    trusted_proxy: Vec<Network>,
    /// The contact for reports of vulnerabilities, as mailto:security@example.org or https://…. It is published in
    /// /.well-known/security.txt, which doesn't exist without it.
    #[arg(long, global = true, env = "GUILDHALL_SECURITY_CONTACT", value_name = "URI", value_parser = contact)]
    security_contact: Option<String>,
    /// The format of the log.
    #[arg(long, global = true, env = "GUILDHALL_LOG", value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
    /// The lowest level that is logged.
    #[arg(long, global = true, env = "GUILDHALL_LOG_LEVEL", value_name = "LEVEL", value_enum, default_value_t = LogLevel::Info)]
    log_level: LogLevel,
    /// A separate address and port for metrics. By default, they are at /metrics for callers on this machine, unless the
    /// site is behind a proxy.
    #[arg(long, global = true, env = "GUILDHALL_METRICS_LISTEN", value_name = "ADDRESS:PORT", value_parser = socket_address)]
    metrics_listen: Option<SocketAddr>,
    /// Run in development mode, which shows the style guide and writes emails to the log.
    #[arg(long, global = true, env = "GUILDHALL_DEVELOPMENT", value_name = "true|false", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    development: bool,
    /// How many passwords are hashed at once, each with 19 MiB of memory. By default, one for every two processors, so that
    /// pages stay fast while many people sign in.
    #[arg(long, global = true, env = "GUILDHALL_HASH_PERMITS", value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    hash_permits: Option<u16>,
    /// How many seconds requests in flight have to finish when the server stops.
    #[arg(long, global = true, env = "GUILDHALL_STOP_WITHIN", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    stop_within: u64,
    /// How many seconds a connection is kept for its next request. Make it longer than a proxy's own time, so that the proxy
    /// never sends a request on a connection that is closing.
    #[arg(long, global = true, env = "GUILDHALL_KEEP_ALIVE", value_name = "SECONDS", default_value_t = 75, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    keep_alive: u64,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object on each line, for programs.
    Json,
}

/// The lowest level that is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// The database.
#[derive(Clone, Debug)]
pub enum Database {
    /// One file in the data folder.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(SecretString),
}

/// The settings, validated.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder for all data.
    pub data: PathBuf,
    pub database: Database,
    /// Whether a PostgreSQL database is migrated at startup.
    pub migrate: bool,
    /// Where emails are submitted. Without it, they are kept.
    pub mail_server: Option<MailServer>,
    /// How many times faster than usual the mail worker retries.
    pub mail_hurry: u8,
    /// The file with the key that seals secrets in the outbox.
    pub key_file: PathBuf,
    /// How many requests one account can submit (rules, section 4).
    pub requests: RequestPace,
    /// Emails that one account can cause to another in a day.
    pub emails_to_one_a_day: u32,
    /// The price of a private organization (rules, section 8).
    pub price: Price,
    /// How long an invitation can be accepted (rules, section 5).
    pub invitation: Seconds,
    /// Accounts that can be created from one client address in an hour.
    pub accounts_an_hour: u32,
    /// Proxies that are trusted to name a client's address.
    pub trusted_proxies: Vec<Network>,
    /// The contact for reports of vulnerabilities, as a URI.
    pub security_contact: Option<String>,
    pub log: LogFormat,
    pub log_level: LogLevel,
    /// The address of the metrics, if they aren't served with the site.
    pub metrics_listen: Option<SocketAddr>,
    /// Whether this is a developer's machine.
    pub development: bool,
    /// Passwords that are hashed at once.
    pub hash_permits: usize,
    /// How long requests in flight have to finish when the server stops.
    pub stop_within: Duration,
    /// How long a connection is kept for its next request.
    pub keep_alive: Duration,
    public_url: Option<PublicUrl>,
    mail_from: Option<String>,
    smtp_hello: Option<String>,
}

impl Config {
    /// The site's URL. `bound` is the address that it listens on.
    pub fn public_url(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::from_listener(bound))
    }

    /// The sender of emails.
    pub fn mail_from(&self, public_url: &PublicUrl) -> String {
        let host = public_url.host();
        // An email can't be sent from an IP address.
        let domain = if IpAddr::from_str(host.trim_matches(['[', ']'])).is_ok() { "localhost" } else { host };
        self.mail_from.clone().unwrap_or_else(|| format!("Guildhall <guildhall@{domain}>"))
    }

    /// The name that the site gives in its greeting to the mail server.
    pub fn smtp_hello<'a>(&'a self, public_url: &'a PublicUrl) -> &'a str {
        self.smtp_hello.as_deref().unwrap_or_else(|| public_url.host())
    }
}

/// Reads the command line and the environment. If they are invalid, prints a sentence and exits with code 2.
pub fn read() -> (Command, Config) {
    let Guildhall { settings, command } = parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match settings.into_config() {
        Ok(config) => (command, config),
        Err(sentence) => Guildhall::command().error(ErrorKind::ValueValidation, sentence).exit(),
    }
}

/// Parses the command line and the environment.
fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Guildhall, clap::Error> {
    let matches = ignore_empty_variables(Guildhall::command()).try_get_matches_from(words)?;
    Guildhall::from_arg_matches(&matches)
}

/// Ignores empty environment variables, because a file of settings for containers may list them all and leave some empty.
fn ignore_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &clap::Arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.to_str().is_some_and(|value| value.trim().is_empty()))
    };
    command
        .mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg })
        .mut_subcommands(ignore_empty_variables)
}

impl Settings {
    /// Validates the settings together.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong and what to do. It never repeats a password.
    pub fn into_config(self) -> Result<Config, String> {
        let database = match self.database {
            None => Database::Sqlite(self.data.join("guildhall.db")),
            Some(url)
                if ["postgres://", "postgresql://"].iter().any(|start| url.expose_secret().starts_with(start)) =>
            {
                Database::Postgres(url)
            }
            Some(_) => return Err(
                "--database must begin with postgres://. For SQLite, leave it out and choose the folder with --data."
                    .to_owned(),
            ),
        };
        let password = self.smtp_password_file.as_deref().map(|file| {
            read_password(Some(file))
                .map_err(|error| format!("--smtp-password-file: {} can't be read: {error}", file.display()))
        });
        let mail_server = match (self.smtp, password.transpose()?) {
            (None, None) => None,
            (None, Some(_)) => return Err("--smtp-password-file needs --smtp too".to_owned()),
            (Some(url), password) => Some(MailServer::parse(url.expose_secret(), password)?),
        };
        let half_of_cores = || std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        Ok(Config {
            key_file: self.key_file.unwrap_or_else(|| self.data.join("key")),
            listen: self.listen,
            data: self.data,
            database,
            migrate: self.migrate,
            mail_server,
            mail_hurry: self.mail_hurry,
            requests: RequestPace { at_once: self.requests_at_once, a_day: self.requests_a_day },
            emails_to_one_a_day: self.emails_to_one_a_day,
            price: self.price,
            invitation: Seconds::days(i64::from(self.invitation_days)),
            accounts_an_hour: self.accounts_an_hour,
            trusted_proxies: self.trusted_proxy,
            security_contact: self.security_contact,
            log: self.log,
            log_level: self.log_level,
            metrics_listen: self.metrics_listen,
            development: self.development,
            hash_permits: self.hash_permits.map_or_else(half_of_cores, usize::from),
            stop_within: Duration::from_secs(self.stop_within),
            keep_alive: Duration::from_secs(self.keep_alive),
            public_url: self.public_url,
            mail_from: self.mail_from,
            smtp_hello: self.smtp_hello,
        })
    }
}

/// Reads a password from a file or from standard input, without the line break at its end.
///
/// # Errors
/// The file can't be read or isn't UTF-8.
pub fn read_password(file: Option<&Path>) -> std::io::Result<SecretString> {
    let mut text = String::new();
    match file {
        Some(file) => std::fs::File::open(file)?.read_to_string(&mut text)?,
        None => std::io::stdin().read_to_string(&mut text)?,
    };
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    Ok(text.into())
}

fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an address and a port, such as 127.0.0.1:3000 or [::1]:3000")
}

fn contact(text: &str) -> Result<String, &'static str> {
    let has_scheme = ["mailto:", "https://", "tel:"].iter().any(|scheme| text.starts_with(scheme));
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    let expected = "expected a URI, such as mailto:security@example.org or https://example.org/security";
    if has_scheme && is_plain { Ok(text.to_owned()) } else { Err(expected) }
}

fn price(text: &str) -> Result<Price, &'static str> {
    Price::parse(text).ok_or("expected an amount with two decimals and a currency code, such as \"5.00 USD\"")
}

fn hello(text: &str) -> Result<String, &'static str> {
    let host = text.trim_matches(['[', ']']);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_host = host.parse::<IpAddr>().is_ok() || (!host.is_empty() && host.chars().all(is_plain));
    if is_host { Ok(host.to_owned()) } else { Err("expected a host, such as guildhall.example.org") }
}

fn mailbox(text: &str) -> Result<String, &'static str> {
    Mailbox::from_str(text).map_err(|_| "expected an email address, such as Guildhall <guildhall@example.org>")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
