//! The way out: SMTP by lettre, with TLS, STARTTLS and authentication as the address says.

use crate::store::outbox::Letter;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::time::Duration;

/// How a mail server took a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// It may take it later.
    Later(String),
    /// It will never take it.
    Never(String),
}

/// A mail server.
#[derive(Clone)]
pub struct Transport {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The right side of message ids.
    domain: String,
}

impl Transport {
    /// A mail server at an address that was already parsed, and whom letters are from.
    pub fn new(smtp: AsyncSmtpTransportBuilder, from: Mailbox) -> Self {
        let domain = from.email.domain().to_owned();
        Self { smtp: smtp.timeout(Some(Duration::from_secs(20))).build(), from, domain }
    }

    /// Hands a letter to the mail server; `text` and `html` have their links. Its message id follows
    /// from its own, so a receiver can tell a second copy.
    pub async fn send(&self, letter: &Letter, text: String, html: String) -> Answer {
        let message = match self.message(letter, text, html) {
            Ok(message) => message,
            Err(why) => return Answer::Never(why),
        };
        match self.smtp.send(message).await {
            Ok(_) => Answer::Taken,
            Err(error) if error.is_permanent() => Answer::Never(error.to_string()),
            Err(error) => Answer::Later(error.to_string()),
        }
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
