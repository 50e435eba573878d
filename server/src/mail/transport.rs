//! The way out: SMTP by lettre, with TLS, STARTTLS and authentication as the address says.
//!
//! The steps are taken one by one, for what a refusal means hangs on the step: one of the greeting, the
//! sign-in or the sender is the site's own trouble, and somebody will mend it; of one of the receiver or of
//! the letter [`refusals`] says what it is about.

use super::pace::Pace;
use super::refusals::{self, About, Stage};
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

/// How long a mail server may take to answer a call, and a goodbye.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one address of a mail server is tried alone before the next is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// How a mail server took a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// It may take it later.
    Later(String),
    /// It will never take it.
    Never(String),
    /// It will never take any letter for this receiver.
    Unknown(String),
}

/// Where letters are handed in, and as whom.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub sign_in: Option<Credentials>,
}

/// A mail server.
#[derive(Clone)]
pub struct Transport {
    server: Server,
    from: Mailbox,
    /// The right side of message ids.
    domain: String,
    /// What the site calls itself to the mail server.
    hello: ClientId,
    pub(super) pace: Pace,
}

/// A connection for some letters, one after the other; it is made when the first one needs it.
pub struct Line<'t> {
    transport: &'t Transport,
    connection: Option<AsyncSmtpConnection>,
}

impl Transport {
    /// A mail server, whom letters are from, and how long is waited for whom. The site calls itself by the sender's
    /// domain, unless [`Transport::called`] says another name.
    pub fn new(server: Server, from: Mailbox, pace: Pace) -> Self {
        let domain = from.email.domain().to_owned();
        let hello = client_id(&domain);
        Self { server, from, domain, hello, pace }
    }

    /// The same under another name: a host's, or an address of digits.
    pub fn called(self, host: &str) -> Self {
        Self { hello: client_id(host), ..self }
    }

    /// A line for some letters.
    pub const fn line(&self) -> Line<'_> {
        Line { transport: self, connection: None }
    }

    /// Calls the mail server, protects the line, and signs in. Whatever goes wrong here is the site's own trouble.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Answer> {
        let Server { host, port, tls, sign_in } = &self.server;
        let name = &self.hello;
        let line = call((host.as_str(), *port)).await?;
        let mut connection = if let Tls::Wrapper(parameters) = tls {
            // Lettre encrypts from the first byte only what it has connected itself: to the address that answers.
            let answers = line.peer_addr().map_err(later)?;
            drop(line);
            let parameters = Some(parameters.clone());
            AsyncSmtpConnection::connect_tokio1(answers, Some(PATIENCE), name, parameters, None)
                .await
                .map_err(unprotected)?
        } else {
            AsyncSmtpConnection::connect_with_transport(Box::new(line), name).await.map_err(later)?
        };
        match tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), name).await.map_err(unprotected)?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), name).await.map_err(unprotected)?;
            }
            Tls::Opportunistic(_) | Tls::Wrapper(_) | Tls::None => {}
        }
        if let Some(credentials) = sign_in {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(later)?;
        }
        Ok(connection)
    }

    fn message(&self, email: &OutboxEmail, text: String, html: String) -> Result<Message, String> {
        let to: Mailbox = email.to.parse().map_err(|e| format!("the address can't be written to: {e}"))?;
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

impl Line<'_> {
    /// Hands a letter to the mail server; `text` and `html` have their links. Its message id follows
    /// from its own, so a receiver can tell a second copy.
    pub async fn send(&mut self, email: &OutboxEmail, text: String, html: String) -> Answer {
        let message = match self.transport.message(email, text, html) {
            Ok(message) => message,
            Err(why) => return Answer::Never(why),
        };
        let most = Duration::from_secs(u64::try_from(self.transport.pace.email_takes().0).unwrap_or_default());
        match timeout(most, self.hand_over(&message)).await {
            Ok(Ok(())) => Answer::Taken,
            Ok(Err(answer)) => answer,
            Err(_) => Answer::Later("the mail server did not answer in time".to_owned()),
        }
    }

    /// The steps of one letter. A line that has seen a refusal is not used again.
    async fn hand_over(&mut self, message: &Message) -> Result<(), Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.transport.connect().await?,
        };
        // Receivers are ASCII by the rule, and what is said by its encoding; the sender is the operator's choice.
        let from: &str = self.transport.from.email.as_ref();
        let international = [MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        let parameters = if from.is_ascii() { Vec::new() } else { international.to_vec() };
        let envelope = message.envelope();
        connection.command(Mail::new(envelope.from().cloned(), parameters)).await.map_err(later)?;
        for to in envelope.to() {
            let refused = |error: Error| refused(Stage::Receiver, &error);
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(refused)?;
        }
        let refused = |error: Error| refused(Stage::Text, &error);
        connection.command(Data).await.map_err(refused)?;
        connection.message(&message.formatted()).await.map_err(refused)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Says goodbye. The mail server has what it has, whatever it answers.
    pub async fn close(self) {
        if let Some(mut connection) = self.connection {
            let _ = timeout(PATIENCE, connection.abort()).await;
        }
    }
}

/// A line without encryption so far. It sends at once: a letter is handed over in two pieces, and the second would wait
/// 40 ms for the first one's receipt, in which a worker that dies leaves a letter to be sent twice.
async fn call(place: (&str, u16)) -> Result<TcpStream, Answer> {
    let reached = async { quickest(lookup_host(place).await?.collect()).await };
    let line = timeout(PATIENCE, reached).await;
    let line = line.map_err(|_| Answer::Later("the mail server can't be reached".to_owned()))?.map_err(later)?;
    line.set_nodelay(true).map_err(later)?;
    Ok(line)
}

/// A line to whichever address of a host answers first: the kinds take turns, and each is tried a moment after the one
/// before, so that a dead address holds nobody up (RFC 8305).
async fn quickest(addresses: Vec<SocketAddr>) -> std::io::Result<TcpStream> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let mut turns: Vec<(usize, bool, SocketAddr)> = Vec::new();
    for address in addresses {
        let of_its_kind = turns.iter().filter(|(.., other)| other.is_ipv6() == address.is_ipv6()).count();
        turns.push((of_its_kind, address.is_ipv6() != first_is_v6, address));
    }
    turns.sort_by_key(|(turn, second_kind, _)| (*turn, *second_kind));
    if turns.is_empty() {
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, "the mail server's name has no address"));
    }
    let calls = turns.into_iter().zip(0_u32..).map(|((.., address), turn)| {
        Box::pin(async move {
            sleep(HEAD_START.saturating_mul(turn)).await;
            TcpStream::connect(address).await
        })
    });
    Ok(select_ok(calls).await?.0)
}

fn later(why: impl ToString) -> Answer {
    Answer::Later(why.to_string())
}

/// Encrypting failed, or what came after it. Where it is the certificate, the operator reads what can be done about it.
fn unprotected(error: Error) -> Answer {
    let said = error.to_string();
    // Lettre has no kind for it: it is what the TLS library says.
    if !said.contains("certificate") {
        return Answer::Later(said);
    }
    Answer::Later(format!(
        "{said}. The mail server needs a certificate that this machine trusts, for the name in --smtp. On a trusted network smtp://…?starttls=never sends without encryption."
    ))
}

/// What a refusal at a stage means for the letter, with what the server said.
fn refused(stage: Stage, error: &Error) -> Answer {
    let said = error.to_string();
    let Some(code) = error.status().filter(|_| error.is_permanent()) else { return Answer::Later(said) };
    // Behind the code, which the sentence repeats.
    let words = said.split_once("): ").map_or("", |(_, words)| words);
    match refusals::about(stage, u16::from(code), words) {
        // It has this one receiver, at whatever stage it is refused.
        About::Mailbox => Answer::Unknown(said),
        About::Email => Answer::Never(said),
        About::Sending => Answer::Later(said),
    }
}

/// A name as the greeting has it: addresses of digits stand in brackets there.
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

/// Tells other programs not to answer.
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
    async fn a_dead_address_does_not_hold_up_the_one_beside_it() {
        use tokio::net::{TcpListener, TcpSocket};
        // One that takes no more calls: whoever calls waits.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let dead = socket.listen(1).unwrap();
        let dead = (dead.local_addr().unwrap(), dead);
        let mut lines = Vec::new();
        while let Ok(line) = timeout(Duration::from_millis(300), TcpStream::connect(dead.0)).await {
            lines.push(line.unwrap());
            assert!(lines.len() < 100, "it takes every call");
        }
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = vec![dead.0, alive.local_addr().unwrap()];
        let line = timeout(Duration::from_secs(5), quickest(addresses)).await.unwrap().unwrap();
        assert_eq!(line.peer_addr().unwrap(), alive.local_addr().unwrap());
        assert!(quickest(Vec::new()).await.is_err());
    }

    #[test]
    fn the_greeting_names_a_host_or_an_address_in_brackets() {
        for (host, said) in [
            ("guild.example.org", "guild.example.org"),
            ("192.0.2.7", "[192.0.2.7]"),
            ("[2001:db8::7]", "[IPv6:2001:db8::7]"),
        ] {
            assert_eq!(client_id(host).to_string(), said);
        }
    }
}
