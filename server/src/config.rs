//! The settings: each a flag with an environment twin. A wrong one ends the start with a sentence and exit code 2.

mod mail_server;
mod network;
mod public_url;

pub use mail_server::{Encryption, MailServer};
pub use network::Network;
pub use public_url::{PublicUrl, is_internal};

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use lettre::message::Mailbox;
use shared::billing::Price;
use shared::rules::requests::RequestPace;
use shared::timestamp::Seconds;
use std::ffi::OsString;
use std::fmt;
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

/// The command line as a whole.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version, about = "A home for the organizations of a package index.")]
#[command(after_help = "Every setting can also be given by the environment variable that stands beside it.")]
pub struct Guildhall {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site.
    Serve,
    /// Bring the database to the form that this version needs.
    Migrate,
    /// Fill an empty site with people, organizations and requests to look at.
    Demo {
        /// Add 100,000 accounts and 10,000 organizations, one of them with 20,000 members.
        #[arg(long)]
        large: bool,
        /// How many accounts a large one has.
        #[arg(long, hide = true, requires = "large")]
        accounts: Option<u32>,
    },
    /// Look after administrators, accounts and names.
    #[command(subcommand)]
    Admin(Admin),
    /// Copy the site, database and key, into a new folder, while it runs or not.
    ///
    /// From PostgreSQL too the copy is an embedded SQLite database: this is also the way from one to the other.
    Backup {
        /// The folder to make; `guildhall serve --data` can start from it.
        folder: PathBuf,
    },
}

/// What an operator does at the command line.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an administrator's account. The password is read from a file, or from standard input.
    Create {
        /// Its username.
        #[arg(long)]
        username: String,
        /// Its e-mail address, taken as verified.
        #[arg(long)]
        email: String,
        /// A file that holds the password; without it, the password is read from standard input.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Make an account an administrator.
    Grant {
        /// The account's username.
        username: String,
    },
    /// Remove an account's administrator rights; the last administrator keeps them.
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
        /// Why; its holder reads it in a letter.
        #[arg(long)]
        reason: String,
    },
    /// Let an account be used again that was disabled.
    Enable {
        /// The account's username.
        username: String,
    },
    /// Keep a name for the site, so that no organization can have it.
    Reserve {
        /// The name.
        name: String,
        /// Why, for the history.
        #[arg(long, default_value = "kept by the site")]
        reason: String,
    },
}

/// The settings as they are typed. [`Settings::complete`] makes a [`Config`] of them.
#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// The address and port to listen at.
    #[arg(long, global = true, env = "GUILDHALL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = socket_address)]
    listen: SocketAddr,
    /// The address of the site as people type it, without a path; by default http:// and the address it listens at.
    #[arg(long, global = true, env = "GUILDHALL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// The folder for everything that is kept; it is made if it is not there.
    #[arg(long, global = true, env = "GUILDHALL_DATA", value_name = "FOLDER", default_value = "data")]
    data: PathBuf,
    /// A PostgreSQL database, as postgres://user:password@host/name; by default a SQLite file in the data folder.
    #[arg(long, global = true, env = "GUILDHALL_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<Concealed>,
    /// Migrate a PostgreSQL database at the start; SQLite is always migrated.
    #[arg(long, global = true, env = "GUILDHALL_MIGRATE", value_name = "true|false", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    migrate: bool,
    /// The mail server, as smtp://user:password@host:port or smtps://…, with ?starttls=required, opportunistic or
    /// never; without it, letters are kept for administrators to read.
    #[arg(long, global = true, env = "GUILDHALL_SMTP", hide_env_values = true, value_name = "URL")]
    smtp: Option<Concealed>,
    /// A file that holds the password for the mail server, in place of one in the URL.
    #[arg(long, global = true, env = "GUILDHALL_SMTP_PASSWORD_FILE", value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// The sender of letters, as in "Guildhall <guildhall@example.org>".
    #[arg(long, global = true, env = "GUILDHALL_MAIL_FROM", value_name = "ADDRESS", value_parser = mailbox)]
    mail_from: Option<String>,
    /// The name that the site gives itself to the mail server, as in guildhall.example.org; by default the public URL's
    /// host.
    #[arg(long, global = true, env = "GUILDHALL_SMTP_HELLO", value_name = "HOST", value_parser = hello)]
    smtp_hello: Option<String>,
    /// How many times as quickly as usual letters are tried again: for tests.
    #[arg(long, global = true, hide = true, env = "GUILDHALL_MAIL_HURRY", value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=30))]
    mail_hurry: u8,
    /// The file with the key that seals links in waiting letters; by default `key` in the data folder, made at the
    /// first start.
    #[arg(long, global = true, env = "GUILDHALL_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// How many requests for an organization one account may submit one after the other; then one more each minute.
    #[arg(long, global = true, env = "GUILDHALL_REQUESTS_AT_ONCE", value_name = "NUMBER", default_value_t = shared::limits::REQUESTS_AT_ONCE, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    requests_at_once: u32,
    /// How many requests for an organization one account may submit within a day; by default any number.
    #[arg(long, global = true, env = "GUILDHALL_REQUESTS_A_DAY", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    requests_a_day: Option<u32>,
    /// How many letters one account may cause to another within a day; what happens beyond is in the history.
    #[arg(long, global = true, env = "GUILDHALL_EMAILS_TO_ONE_A_DAY", value_name = "NUMBER", default_value_t = shared::limits::EMAILS_TO_ONE_A_DAY, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    emails_to_one_a_day: u32,
    /// What a private organization costs per member per month.
    #[arg(long, global = true, env = "GUILDHALL_PRICE", value_name = "AMOUNT", default_value_t = Price::USUAL, value_parser = price)]
    price: Price,
    /// How many days an invitation lives.
    #[arg(long, global = true, env = "GUILDHALL_INVITATION_DAYS", value_name = "DAYS", default_value_t = shared::limits::INVITATION_DAYS, value_parser = clap::value_parser!(u32).range(1..=365))]
    invitation_days: u32,
    /// How many accounts can be made from one client address within an hour.
    #[arg(long, global = true, env = "GUILDHALL_ACCOUNTS_AN_HOUR", value_name = "NUMBER", default_value_t = shared::limits::ACCOUNTS_AN_HOUR, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    accounts_an_hour: u32,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, as in 10.0.0.1,172.18.0.0/16; can be given
    /// several times.
    #[arg(long, global = true, env = "GUILDHALL_TRUSTED_PROXY", value_name = "NETWORKS", value_delimiter = ',', value_parser = Network::from_str)]
    trusted_proxy: Vec<Network>,
    /// Whom somebody tells who has found a hole, as mailto:security@example.org or https://…; it stands in
    /// /.well-known/security.txt, which is missing without it.
    #[arg(long, global = true, env = "GUILDHALL_SECURITY_CONTACT", value_name = "URI", value_parser = contact)]
    security_contact: Option<String>,
    /// The form of log lines.
    #[arg(long, global = true, env = "GUILDHALL_LOG", value_name = "FORM", value_enum, default_value_t = LogForm::Text)]
    log: LogForm,
    /// The least important log lines that are written.
    #[arg(long, global = true, env = "GUILDHALL_LOG_LEVEL", value_name = "LEVEL", value_enum, default_value_t = LogLevel::Info)]
    log_level: LogLevel,
    /// A separate address and port for the metrics; by default they are at /metrics for callers on this machine, as
    /// long as no proxy stands before the site.
    #[arg(long, global = true, env = "GUILDHALL_METRICS_LISTEN", value_name = "ADDRESS:PORT", value_parser = socket_address)]
    metrics_listen: Option<SocketAddr>,
    /// Run as on a developer's machine: the style guide is shown, and letters are written to the log.
    #[arg(long, global = true, env = "GUILDHALL_DEVELOPMENT", value_name = "true|false", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    development: bool,
    /// How many passwords are hashed at once, each with 19 MiB of memory; by default one for every two processors,
    /// so that pages stay quick while many sign in.
    #[arg(long, global = true, env = "GUILDHALL_HASH_PERMITS", value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    hash_permits: Option<u16>,
    /// How many seconds requests in flight are given when the server stops.
    #[arg(long, global = true, env = "GUILDHALL_STOP_WITHIN", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    stop_within: u64,
    /// How many seconds a connection is kept for its next request; longer than a proxy keeps its own, so that it never
    /// sends one into a connection that is just being closed.
    #[arg(long, global = true, env = "GUILDHALL_KEEP_ALIVE", value_name = "SECONDS", default_value_t = 75, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    keep_alive: u64,
}

/// A setting that may hold a password: it is shown nowhere.
#[derive(Clone)]
pub struct Concealed(String);

impl Concealed {
    /// The text itself, for the one who connects with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Concealed {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// How important a log line must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Where everything is kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// One file in the data folder.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Concealed),
}

/// The settings, each of them in order.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder for everything that is kept.
    pub data: PathBuf,
    pub database: Database,
    /// Whether a PostgreSQL database is migrated at the start.
    pub migrate: bool,
    /// Where letters go; without it, they are kept.
    pub mail_server: Option<MailServer>,
    /// How many times as quickly as usual the mail worker waits.
    pub mail_hurry: u8,
    /// The file with the key that seals secrets in the outbox.
    pub key_file: PathBuf,
    /// How many requests one account may submit (rules, section 4).
    pub requests: RequestPace,
    /// Letters that one account may cause to another within a day.
    pub emails_to_one_a_day: u32,
    /// What a private organization costs (rules, section 8).
    pub price: Price,
    /// How long an invitation lives (rules, section 5).
    pub invitation: Seconds,
    /// Accounts that can be made from one client address within an hour.
    pub accounts_an_hour: u32,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whom somebody tells who has found a hole.
    pub security_contact: Option<String>,
    pub log: LogForm,
    pub log_level: LogLevel,
    /// Where metrics are served, if not beside the site.
    pub metrics_listen: Option<SocketAddr>,
    /// Whether this is a developer's machine.
    pub development: bool,
    /// Passwords that are hashed at once.
    pub hash_permits: usize,
    /// What requests in flight are given when the server stops.
    pub stop_within: Duration,
    /// How long a connection is kept for its next request.
    pub keep_alive: Duration,
    public_url: Option<PublicUrl>,
    mail_from: Option<String>,
    smtp_hello: Option<String>,
}

impl Config {
    /// The site's own address, for links in letters; `bound` is where it really listens.
    pub fn public_url(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(bound))
    }

    /// The sender of letters.
    pub fn mail_from(&self, public_url: &PublicUrl) -> String {
        let host = public_url.host();
        // An address of digits is no domain that a letter could come from.
        let domain = if IpAddr::from_str(host.trim_matches(['[', ']'])).is_ok() { "localhost" } else { host };
        self.mail_from.clone().unwrap_or_else(|| format!("Guildhall <guildhall@{domain}>"))
    }

    /// What the site calls itself to the mail server.
    pub fn smtp_hello<'a>(&'a self, public_url: &'a PublicUrl) -> &'a str {
        self.smtp_hello.as_deref().unwrap_or_else(|| public_url.host())
    }
}

/// Reads the command line and the environment; ends the program with exit code 2 and a sentence if they are wrong.
pub fn read() -> (Command, Config) {
    let Guildhall { settings, command } = parsed(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match settings.complete() {
        Ok(config) => (command, config),
        Err(sentence) => Guildhall::command().error(ErrorKind::ValueValidation, sentence).exit(),
    }
}

/// The command line, with the environment beside it.
fn parsed(words: impl IntoIterator<Item = OsString>) -> Result<Guildhall, clap::Error> {
    let matches = set_alone(Guildhall::command()).try_get_matches_from(words)?;
    Guildhall::from_arg_matches(&matches)
}

/// Leaves empty environment variables aside: a file of settings for containers names them all, and leaves those empty
/// that are not set.
fn set_alone(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &clap::Arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.to_str().is_some_and(|value| value.trim().is_empty()))
    };
    command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg }).mut_subcommands(set_alone)
}

impl Settings {
    /// Judges the settings together.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong and how to put it right; it never repeats a password.
    pub fn complete(self) -> Result<Config, String> {
        let database = match self.database {
            None => Database::Sqlite(self.data.join("guildhall.db")),
            Some(url) if ["postgres://", "postgresql://"].iter().any(|start| url.0.starts_with(start)) => {
                Database::Postgres(url)
            }
            Some(_) => return Err(
                "--database must begin with postgres://; for SQLite, leave it out and choose the folder with --data"
                    .to_owned(),
            ),
        };
        let password = self.smtp_password_file.as_deref().map(|file| {
            read_password(Some(file))
                .map_err(|error| format!("--smtp-password-file: {} cannot be read: {error}", file.display()))
        });
        let mail_server = match (self.smtp, password.transpose()?) {
            (None, None) => None,
            (None, Some(_)) => return Err("--smtp-password-file needs --smtp beside it".to_owned()),
            (Some(url), password) => Some(MailServer::parse(&url.0, password.as_deref().map(Concealed::from))?),
        };
        let half = || std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
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
            hash_permits: self.hash_permits.map_or_else(half, usize::from),
            stop_within: Duration::from_secs(self.stop_within),
            keep_alive: Duration::from_secs(self.keep_alive),
            public_url: self.public_url,
            mail_from: self.mail_from,
            smtp_hello: self.smtp_hello,
        })
    }
}

/// A password from a file, or from standard input; the line end behind it is not part of it.
///
/// # Errors
/// The file cannot be read, or is no text.
pub fn read_password(file: Option<&Path>) -> std::io::Result<String> {
    let mut text = String::new();
    match file {
        Some(file) => std::fs::File::open(file)?.read_to_string(&mut text)?,
        None => std::io::stdin().read_to_string(&mut text)?,
    };
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address and a port belong here, as in 127.0.0.1:3000 or [::1]:3000")
}

fn contact(text: &str) -> Result<String, &'static str> {
    let known = ["mailto:", "https://", "tel:"].iter().any(|scheme| text.starts_with(scheme));
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    let wrong =
        "an address with its kind belongs here, as in mailto:security@example.org or https://example.org/security";
    if known && plain { Ok(text.to_owned()) } else { Err(wrong) }
}

fn price(text: &str) -> Result<Price, &'static str> {
    Price::parse(text)
        .ok_or("an amount with two decimals and a currency's three letters belong here, as in \"5.00 USD\"")
}

fn hello(text: &str) -> Result<String, &'static str> {
    let host = text.trim_matches(['[', ']']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_host = host.parse::<IpAddr>().is_ok() || (!host.is_empty() && host.chars().all(plain));
    if is_host { Ok(host.to_owned()) } else { Err("a host belongs here, as in guildhall.example.org") }
}

fn mailbox(text: &str) -> Result<String, &'static str> {
    Mailbox::from_str(text).map_err(|_| "an e-mail address belongs here, as in Guildhall <guildhall@example.org>")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
