//! The mail server that emails are submitted to, parsed from a URL.

use http::Uri;
use secrecy::SecretString;
use std::net::IpAddr;

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS. Without it no email is sent.
    StarttlsRequired,
    /// TLS after STARTTLS if the server offers it. On the same machine any certificate is accepted
    /// ([`MailServer::accepts_any_certificate`]).
    StarttlsOpportunistic,
    /// No encryption, for a server on the same machine.
    Never,
}

/// The mail server that emails are submitted to.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// The username and the password.
    pub credentials: Option<(String, SecretString)>,
}

impl MailServer {
    /// Parses `smtp://user:password@host:port?starttls=…` or `smtps://…`. Reserved characters in the username and the
    /// password are percent-encoded.
    ///
    /// Without `starttls`, encryption is required unless the server is on this machine.
    ///
    /// # Errors
    /// A sentence that says what is wrong. It doesn't repeat the URL, which may hold a password.
    pub fn parse(url: &str, password: Option<SecretString>) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("--smtp: {what}"));
        let Ok(uri) = url.parse::<Uri>() else {
            return wrong("expected a URL, such as smtp://user:password@mail.example.org:587");
        };
        let (default_port, tls) = match uri.scheme_str() {
            Some("smtp") => (587, false),
            Some("smtps") => (465, true),
            _ => return wrong("the URL must begin with smtp:// or smtps://"),
        };
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return wrong("the URL has no host");
        };
        if uri.path().len() > 1 {
            return wrong("after the host and the port, only ?starttls=… is allowed");
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let encryption = match (tls, uri.query()) {
            (true, None) => Encryption::Tls,
            (true, Some(_)) => return wrong("smtps:// is always encrypted, so ?starttls=… isn't allowed"),
            (false, None) if is_this_machine(&host) => Encryption::StarttlsOpportunistic,
            (false, None | Some("starttls=required")) => Encryption::StarttlsRequired,
            (false, Some("starttls=opportunistic")) => Encryption::StarttlsOpportunistic,
            (false, Some("starttls=never")) => Encryption::Never,
            (false, Some(_)) => {
                return wrong(
                    "after the question mark, use starttls=required, starttls=opportunistic or starttls=never",
                );
            }
        };
        let user = authority.as_str().rsplit_once('@').map(|(user, _)| user);
        let (name, in_url) = match user
            .map(|user| user.split_once(':').map_or((user, None), |(name, password)| (name, Some(password))))
        {
            Some((name, in_url)) => (Some(decode(name)), in_url.map(decode)),
            None => (None, None),
        };
        let credentials = match (name, in_url, password) {
            (_, Some(_), Some(_)) => {
                return wrong("the URL has a password and --smtp-password-file has another: leave one out");
            }
            (Some(name), None, Some(password)) => Some((name, password)),
            (Some(name), Some(in_url), None) => Some((name, SecretString::from(in_url))),
            (Some(_), None, None) => {
                return wrong("the username needs a password, in the URL or in --smtp-password-file");
            }
            (None, None, Some(_)) => return wrong("the password needs a username: smtp://user@host"),
            (None, ..) => None,
        };
        Ok(Self { host, port: authority.port_u16().unwrap_or(default_port), encryption, credentials })
    }

    /// Whether the certificate isn't checked. Mail servers get a self-signed one when they are installed, and nobody can
    /// intercept a connection within this machine. `?starttls=required` requires a trusted one.
    pub fn accepts_any_certificate(&self) -> bool {
        self.encryption == Encryption::StarttlsOpportunistic && is_this_machine(&self.host)
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Percent-decodes a part of a URL. Unlike in forms, a plus sign is a plus sign.
fn decode(text: &str) -> String {
    let escaped = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(escaped.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn encryption_follows_from_the_url() {
        for (url, port, encryption) in [
            ("smtp://mail.example.org", 587, Encryption::StarttlsRequired),
            ("smtp://mail.example.org:25?starttls=opportunistic", 25, Encryption::StarttlsOpportunistic),
            ("smtp://mail.example.org?starttls=never", 587, Encryption::Never),
            ("smtps://mail.example.org", 465, Encryption::Tls),
            ("smtp://127.0.0.1:2525", 2525, Encryption::StarttlsOpportunistic),
            ("smtp://[::1]:2525", 2525, Encryption::StarttlsOpportunistic),
            ("smtp://localhost:2525?starttls=required", 2525, Encryption::StarttlsRequired),
        ] {
            let server = MailServer::parse(url, None).unwrap();
            assert_eq!((server.port, server.encryption), (port, encryption), "{url}");
            assert!(server.credentials.is_none());
        }
    }

    #[test]
    fn any_certificate_is_accepted_only_on_this_machine() {
        for (url, expected) in [
            ("smtp://localhost", true),
            ("smtp://127.0.0.1:25", true),
            ("smtp://[::1]:25", true),
            ("smtp://localhost?starttls=required", false),
            ("smtps://localhost", false),
            ("smtp://mail.example.org?starttls=opportunistic", false),
            ("smtp://mail.example.org", false),
        ] {
            assert_eq!(MailServer::parse(url, None).unwrap().accepts_any_certificate(), expected, "{url}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_hidden_from_debug_output() {
        let server = MailServer::parse("smtp://me%40example.org:a%3Ab+c&d@mail.example.org", None).unwrap();
        assert!(!format!("{server:?}").contains("a:b"));
        let (name, password) = server.credentials.unwrap();
        assert_eq!((name.as_str(), password.expose_secret()), ("me@example.org", "a:b+c&d"));
        let (_, password) =
            MailServer::parse("smtp://me@mail.example.org", Some("secret".into())).unwrap().credentials.unwrap();
        assert_eq!(password.expose_secret(), "secret");
    }

    #[test]
    fn message_about_an_invalid_url_has_no_password() {
        for url in [
            "",
            "mail.example.org",
            "http://me:hunter2@mail.example.org",
            "smtp://me:hunter2@",
            "smtp://me:hunter2@host/path",
            "smtp://me:hunter2@host?starttls=perhaps",
            "smtps://me:hunter2@host?starttls=never",
            "smtp://me@host",
            "smtp://me:hunter2@a b",
        ] {
            let sentence = MailServer::parse(url, None).unwrap_err();
            assert!(sentence.starts_with("--smtp: ") && !sentence.contains("hunter2"), "{url}: {sentence}");
        }
        assert!(MailServer::parse("smtp://me:one@host", Some("other".into())).is_err());
        assert!(MailServer::parse("smtp://host", Some("other".into())).is_err());
    }
}
