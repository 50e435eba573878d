//! Sends email over SMTP with lettre, with TLS, STARTTLS and authentication as configured.
//!
//! The commands are sent one by one, because the meaning of a refusal depends on the step. A refusal of the greeting, the
//! authentication or the sender is the site's own problem, which somebody will fix. Refusals of the recipient or the email
//! are classified by [`refusals`].

use super::refusals::{self, Scope, Stage};
use super::timing::MailTiming;
use crate::store::outbox::OutboxEmail;
use futures::future::select_ok;
use lettre::Message;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use shared::timestamp::Timestamp;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};

/// How long connecting and disconnecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// How long one address of a mail server is tried before the next is tried as well (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The result of sending an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendResult {
    Accepted,
    /// Another try may succeed.
    TemporaryFailure(String),
    /// No other try will succeed.
    PermanentFailure(String),
    /// The recipient's mailbox doesn't exist, so no email to it will succeed.
    UnknownMailbox(String),
}

/// The mail server that emails are submitted to.
#[derive(Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
}

/// Sends emails through a mail server.
#[derive(Clone)]
pub struct Transport {
    server: SmtpServer,
    from: Mailbox,
    /// The domain of message ids.
    domain: String,
    /// The name in the greeting to the mail server.
    hello: ClientId,
    pub(crate) timing: MailTiming,
}

/// A connection for several emails, one after the other. It is opened for the first of them.
pub struct SmtpConnection<'t> {
    transport: &'t Transport,
    connection: Option<AsyncSmtpConnection>,
}

impl Transport {
    /// A transport for emails from one sender. Its greeting has the sender's domain, unless [`Transport::with_hello`] sets
    /// another name.
    pub fn new(server: SmtpServer, from: Mailbox, timing: MailTiming) -> Self {
        let domain = from.email.domain().to_owned();
        let hello = client_id(&domain);
        Self { server, from, domain, hello, timing }
    }

    /// The same transport with another name in its greeting: a host name or an IP address.
    pub fn with_hello(self, host: &str) -> Self {
        Self { hello: client_id(host), ..self }
    }

    /// A connection for several emails.
    pub const fn connection(&self) -> SmtpConnection<'_> {
        SmtpConnection { transport: self, connection: None }
    }

    /// Connects to the mail server, encrypts the connection, and authenticates. All failures are temporary, because they are
    /// the site's own.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SendResult> {
        let SmtpServer { host, port, tls, credentials } = &self.server;
        let name = &self.hello;
        let stream = open_tcp((host.as_str(), *port)).await?;
        let mut connection = if let Tls::Wrapper(parameters) = tls {
            // Lettre uses TLS from the first byte only on connections that it opens itself, so this one only finds the address.
            let address = stream.peer_addr().map_err(temporary)?;
            drop(stream);
            let parameters = Some(parameters.clone());
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_TIMEOUT), name, parameters, None)
                .await
                .map_err(tls_failure)?
        } else {
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), name).await.map_err(temporary)?
        };
        match tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), name).await.map_err(tls_failure)?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), name).await.map_err(tls_failure)?;
            }
            Tls::Opportunistic(_) | Tls::Wrapper(_) | Tls::None => {}
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(temporary)?;
        }
        Ok(connection)
    }

    fn message(&self, email: &OutboxEmail, text: String, html: String) -> Result<Message, String> {
        let to: Mailbox = email.to.parse().map_err(|e| format!("the address is invalid: {e}"))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", email.id, self.domain)))
            .from(self.from.clone())
            .to(to)
            .date(system_time(email.written_at))
            .subject(&email.subject)
            .header(header::MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|e| e.to_string())
    }
}

impl SmtpConnection<'_> {
    /// Sends an email. `text` and `html` already have their links. The message id follows from the email's id, so that a
    /// recipient recognizes a second copy.
    pub async fn send(&mut self, email: &OutboxEmail, text: String, html: String) -> SendResult {
        let message = match self.transport.message(email, text, html) {
            Ok(message) => message,
            Err(why) => return SendResult::PermanentFailure(why),
        };
        let limit = Duration::from_secs(u64::try_from(self.transport.timing.send_timeout().0).unwrap_or_default());
        match timeout(limit, self.transmit(&message)).await {
            Ok(Ok(())) => SendResult::Accepted,
            Ok(Err(failure)) => failure,
            Err(_) => SendResult::TemporaryFailure("the mail server didn't respond in time".to_owned()),
        }
    }

    /// Sends the commands for one email. After a failure the connection isn't used again.
    async fn transmit(&mut self, message: &Message) -> Result<(), SendResult> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.transport.connect().await?,
        };
        // Recipients are ASCII by rule, and the content by its encoding. Only the sender may not be.
        let from: &str = self.transport.from.email.as_ref();
        let international = [MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        let parameters = if from.is_ascii() { Vec::new() } else { international.to_vec() };
        let envelope = message.envelope();
        connection.command(Mail::new(envelope.from().cloned(), parameters)).await.map_err(temporary)?;
        for to in envelope.to() {
            let refused = |error: Error| refused(Stage::Recipient, &error);
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(refused)?;
        }
        let refused = |error: Error| refused(Stage::Data, &error);
        connection.command(Data).await.map_err(refused)?;
        connection.message(&message.formatted()).await.map_err(refused)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Disconnects. The mail server's response doesn't matter any more.
    pub async fn close(self) {
        if let Some(mut connection) = self.connection {
            let _ = timeout(CONNECT_TIMEOUT, connection.abort()).await;
        }
    }
}

/// Opens a connection without encryption. It doesn't delay packets: an email is sent in two pieces, and the second would wait
/// 40 ms for the acknowledgement of the first. A worker that is killed in that time leaves an email to be sent twice.
async fn open_tcp(address: (&str, u16)) -> Result<TcpStream, SendResult> {
    let connecting = async { connect_first(lookup_host(address).await?.collect()).await };
    let stream = timeout(CONNECT_TIMEOUT, connecting).await;
    let unreachable = |_| SendResult::TemporaryFailure("the mail server can't be reached".to_owned());
    let stream = stream.map_err(unreachable)?.map_err(temporary)?;
    stream.set_nodelay(true).map_err(temporary)?;
    Ok(stream)
}

/// Connects to whichever address of a host responds first. IPv4 and IPv6 addresses alternate, and each is tried a moment
/// after the one before, so that a dead address doesn't delay the connection (RFC 8305).
async fn connect_first(addresses: Vec<SocketAddr>) -> std::io::Result<TcpStream> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let mut turns: Vec<(usize, bool, SocketAddr)> = Vec::new();
    for address in addresses {
        let of_its_family = turns.iter().filter(|(.., other)| other.is_ipv6() == address.is_ipv6()).count();
        turns.push((of_its_family, address.is_ipv6() != first_is_v6, address));
    }
    turns.sort_by_key(|(turn, second_family, _)| (*turn, *second_family));
    if turns.is_empty() {
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, "the mail server's name has no address"));
    }
    let attempts = turns.into_iter().zip(0_u32..).map(|((.., address), turn)| {
        Box::pin(async move {
            sleep(ATTEMPT_DELAY.saturating_mul(turn)).await;
            TcpStream::connect(address).await
        })
    });
    Ok(select_ok(attempts).await?.0)
}

fn temporary(why: impl ToString) -> SendResult {
    SendResult::TemporaryFailure(why.to_string())
}

/// The result if encryption or what follows it fails. For a certificate, it says what the operator can do.
fn tls_failure(error: Error) -> SendResult {
    let message = error.to_string();
    // Lettre has no error kind for certificates, so this looks for the TLS library's word.
    if !message.contains("certificate") {
        return SendResult::TemporaryFailure(message);
    }
    SendResult::TemporaryFailure(format!(
        "{message}. The mail server needs a certificate that this machine trusts, for the name in --smtp. On a trusted network, smtp://…?starttls=never sends without encryption."
    ))
}

/// The result of a refusal at a step, with the server's message.
fn refused(stage: Stage, error: &Error) -> SendResult {
    let message = error.to_string();
    let Some(code) = error.status().filter(|_| error.is_permanent()) else {
        return SendResult::TemporaryFailure(message);
    };
    // The server's text follows the code, which the message repeats.
    let text = message.split_once("): ").map_or("", |(_, text)| text);
    match refusals::classify(stage, u16::from(code), text) {
        // An email has one recipient, so the step doesn't matter.
        Scope::Mailbox => SendResult::UnknownMailbox(message),
        Scope::Email => SendResult::PermanentFailure(message),
        Scope::Sending => SendResult::TemporaryFailure(message),
    }
}

/// A name as it is written in the greeting, where IP addresses are in brackets.
fn client_id(host: &str) -> ClientId {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or_default())
}

/// A header that tells automatic responders not to reply.
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn dead_address_does_not_delay_the_next() {
        use tokio::net::{TcpListener, TcpSocket};
        // A listener whose queue is full, so that connecting to it blocks.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let dead = socket.listen(1).unwrap();
        let dead = (dead.local_addr().unwrap(), dead);
        let mut streams = Vec::new();
        while let Ok(stream) = timeout(Duration::from_millis(300), TcpStream::connect(dead.0)).await {
            streams.push(stream.unwrap());
            assert!(streams.len() < 100, "it accepts every connection");
        }
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = vec![dead.0, alive.local_addr().unwrap()];
        let stream = timeout(Duration::from_secs(5), connect_first(addresses)).await.unwrap().unwrap();
        assert_eq!(stream.peer_addr().unwrap(), alive.local_addr().unwrap());
        assert!(connect_first(Vec::new()).await.is_err());
    }

    #[test]
    fn greeting_has_a_host_or_an_address_in_brackets() {
        for (host, expected) in [
            ("guild.example.org", "guild.example.org"),
            ("192.0.2.7", "[192.0.2.7]"),
            ("[2001:db8::7]", "[IPv6:2001:db8::7]"),
        ] {
            assert_eq!(client_id(host).to_string(), expected);
        }
    }
}
