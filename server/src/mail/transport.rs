//! The way out: SMTP by lettre, with TLS, STARTTLS and authentication as the address says.
//!
//! The steps are taken one by one, for what a refusal means hangs on the step: one of the greeting, the
//! sign-in or the sender is the site's own trouble, and somebody will mend it; one of the receiver or of
//! the letter is for good.

use super::pace::Pace;
use crate::store::outbox::Letter;
use lettre::Message;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a mail server may take to answer a call, and a goodbye.
const PATIENCE: Duration = Duration::from_secs(20);

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
    pub(super) pace: Pace,
}

/// A connection for some letters, one after the other; it is made when the first one needs it.
pub struct Line<'t> {
    transport: &'t Transport,
    connection: Option<AsyncSmtpConnection>,
}

impl Transport {
    /// A mail server, whom letters are from, and how long is waited for whom.
    pub fn new(server: Server, from: Mailbox, pace: Pace) -> Self {
        let domain = from.email.domain().to_owned();
        Self { server, from, domain, pace }
    }

    /// A line for some letters.
    pub const fn line(&self) -> Line<'_> {
        Line { transport: self, connection: None }
    }

    /// Calls the mail server, protects the line, and signs in. Whatever goes wrong here is the site's own trouble.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Answer> {
        let Server { host, port, tls, sign_in } = &self.server;
        let name = ClientId::default();
        let place = (host.as_str(), *port);
        let mut connection = if let Tls::Wrapper(parameters) = tls {
            let parameters = Some(parameters.clone());
            AsyncSmtpConnection::connect_tokio1(place, Some(PATIENCE), &name, parameters, None).await.map_err(later)?
        } else {
            AsyncSmtpConnection::connect_with_transport(Box::new(call(place).await?), &name).await.map_err(later)?
        };
        match tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &name).await.map_err(later)?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &name).await.map_err(later)?;
            }
            Tls::Opportunistic(_) | Tls::Wrapper(_) | Tls::None => {}
        }
        if let Some(credentials) = sign_in {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(later)?;
        }
        Ok(connection)
    }

    fn message(&self, letter: &Letter, text: String, html: String) -> Result<Message, String> {
        let to: Mailbox = letter.to.parse().map_err(|e| format!("the address can't be written to: {e}"))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.domain)))
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .header(header::MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|e| e.to_string())
    }
}

impl Line<'_> {
    /// Hands a letter to the mail server; `text` and `html` have their links. Its message id follows
    /// from its own, so a receiver can tell a second copy.
    pub async fn send(&mut self, letter: &Letter, text: String, html: String) -> Answer {
        let message = match self.transport.message(letter, text, html) {
            Ok(message) => message,
            Err(why) => return Answer::Never(why),
        };
        let most = Duration::from_secs(u64::try_from(self.transport.pace.letter_takes().0).unwrap_or_default());
        match timeout(most, self.hand_over(&message)).await {
            Ok(Ok(())) => Answer::Taken,
            Ok(Err(answer)) => answer,
            Err(_) => Answer::Later("the mail server did not answer in time".to_owned()),
        }
    }

    /// The steps of one letter. A line that has seen a refusal is not used again.
    async fn hand_over(&mut self, message: &Message) -> Result<(), Answer> {
        let theirs = |error: Error| match error.is_permanent() {
            true => Answer::Never(error.to_string()),
            false => Answer::Later(error.to_string()),
        };
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
            let receiver = |error: Error| match about(&error.to_string()) {
                About::Receiver if error.is_permanent() => Answer::Unknown(error.to_string()),
                // Servers that look at the sender late say so here; somebody will mend it.
                About::Sender => later(error),
                About::Receiver | About::Neither => theirs(error),
            };
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(receiver)?;
        }
        connection.command(Data).await.map_err(theirs)?;
        connection.message(&message.formatted()).await.map_err(theirs)?;
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
    let line = timeout(PATIENCE, TcpStream::connect(place)).await;
    let line = line.map_err(|_| Answer::Later("the mail server can't be reached".to_owned()))?.map_err(later)?;
    line.set_nodelay(true).map_err(later)?;
    Ok(line)
}

fn later(why: impl ToString) -> Answer {
    Answer::Later(why.to_string())
}

/// Whom the enhanced code of a refusal is about (RFC 3463), where it has one. A plain 550 says too little: relays say
/// it of senders whom they do not know as well as of receivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// There is no such mailbox, or it is shut.
    Receiver,
    /// The sender's address is not welcome: the site's own trouble.
    Sender,
    Neither,
}

fn about(refusal: &str) -> About {
    let enhanced = refusal.split(|c: char| !c.is_ascii_digit() && c != '.').find(|word| {
        let mut parts = word.split('.');
        parts.next() == Some("5") && parts.clone().count() == 2 && parts.all(|part| !part.is_empty())
    });
    match enhanced {
        Some("5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1") => About::Receiver,
        Some("5.1.0" | "5.1.7" | "5.1.8") => About::Sender,
        _ => About::Neither,
    }
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

    #[test]
    fn a_refusal_is_about_the_receiver_the_sender_or_neither() {
        for (refusal, whom) in [
            ("permanent error (550): 5.1.1 no such user", About::Receiver),
            ("permanent error (550): 5.1.10 null MX", About::Receiver),
            ("permanent error (550): 5.2.1 mailbox disabled", About::Receiver),
            ("permanent error (553): 5.1.8 sender's domain does not exist", About::Sender),
            ("permanent error (550): 5.1.7 bad sender", About::Sender),
            ("permanent error (550): 5.7.1 relaying denied", About::Neither),
            ("permanent error (550): relay not permitted", About::Neither),
            ("permanent error (552): 5.2.2 mailbox full", About::Neither),
            ("permanent error (550): from 10.5.1.1", About::Neither),
        ] {
            assert_eq!(about(refusal), whom, "{refusal}");
        }
    }
}
