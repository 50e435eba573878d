//! The mail server that letters are handed to, read from one URL.

use super::Concealed;
use http::Uri;
use std::net::IpAddr;

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, or no letter.
    StarttlsRequired,
    /// TLS after STARTTLS where the server offers it. On the same machine its certificate may be anybody's
    /// ([`MailServer::takes_any_certificate`]).
    StarttlsOpportunistic,
    /// None: for a server on the same machine.
    Never,
}

/// Where letters are handed in.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// The name and the password to sign in with.
    pub sign_in: Option<(String, Concealed)>,
}

impl MailServer {
    /// Reads `smtp://user:password@host:port?starttls=…` or `smtps://…`; characters of the name and the password
    /// that mean something in a URL are written as %40 and the like.
    ///
    /// Without `starttls`, encryption is required but on a line that does not leave the machine.
    ///
    /// # Errors
    /// A sentence that says what is wrong. It does not repeat the URL, which may hold a password.
    pub fn parse(url: &str, password: Option<Concealed>) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("--smtp: {what}"));
        let Ok(uri) = url.parse::<Uri>() else {
            return wrong("an address belongs here, as in smtp://user:password@mail.example.org:587");
        };
        let (default_port, tls) = match uri.scheme_str() {
            Some("smtp") => (587, false),
            Some("smtps") => (465, true),
            _ => return wrong("it must begin with smtp:// or smtps://"),
        };
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return wrong("a host belongs behind the two slashes");
        };
        if uri.path().len() > 1 {
            return wrong("nothing but ?starttls=… belongs behind the host and the port");
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let encryption = match (tls, uri.query()) {
            (true, None) => Encryption::Tls,
            (true, Some(_)) => return wrong("smtps:// is encrypted from the beginning and takes no ?starttls=…"),
            (false, None) if is_this_machine(&host) => Encryption::StarttlsOpportunistic,
            (false, None | Some("starttls=required")) => Encryption::StarttlsRequired,
            (false, Some("starttls=opportunistic")) => Encryption::StarttlsOpportunistic,
            (false, Some("starttls=never")) => Encryption::Never,
            (false, Some(_)) => {
                return wrong(
                    "behind the question mark belongs starttls=required, starttls=opportunistic or starttls=never",
                );
            }
        };
        let user = authority.as_str().rsplit_once('@').map(|(user, _)| user);
        let (name, inside) = match user
            .map(|user| user.split_once(':').map_or((user, None), |(name, password)| (name, Some(password))))
        {
            Some((name, inside)) => (Some(decode(name)), inside.map(decode)),
            None => (None, None),
        };
        let sign_in = match (name, inside, password) {
            (_, Some(_), Some(_)) => {
                return wrong("a password stands in it and another in --smtp-password-file: leave one out");
            }
            (Some(name), None, Some(password)) => Some((name, password)),
            (Some(name), Some(inside), None) => Some((name, Concealed::from(inside.as_str()))),
            (Some(_), None, None) => {
                return wrong("a password belongs to the user name: in it, or in --smtp-password-file");
            }
            (None, None, Some(_)) => return wrong("a user name belongs to the password: smtp://user@host"),
            (None, ..) => None,
        };
        Ok(Self { host, port: authority.port_u16().unwrap_or(default_port), encryption, sign_in })
    }

    /// Whether the certificate is not looked at: mail servers make one for themselves when they are installed, and on the
    /// way to this machine itself nobody can stand in between. `?starttls=required` asks for one that is trusted.
    pub fn takes_any_certificate(&self) -> bool {
        self.encryption == Encryption::StarttlsOpportunistic && is_this_machine(&self.host)
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A part of a URL without its %-signs. A plus is a plus here, other than in forms.
fn decode(text: &str) -> String {
    let sheltered = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(sheltered.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encryption_follows_from_the_url() {
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
            assert!(server.sign_in.is_none());
        }
    }

    #[test]
    fn a_certificate_of_the_servers_own_is_taken_on_this_machine_alone() {
        for (url, taken) in [
            ("smtp://localhost", true),
            ("smtp://127.0.0.1:25", true),
            ("smtp://[::1]:25", true),
            ("smtp://localhost?starttls=required", false),
            ("smtps://localhost", false),
            ("smtp://mail.example.org?starttls=opportunistic", false),
            ("smtp://mail.example.org", false),
        ] {
            assert_eq!(MailServer::parse(url, None).unwrap().takes_any_certificate(), taken, "{url}");
        }
    }

    #[test]
    fn a_name_and_a_password_are_decoded_and_never_shown() {
        let server = MailServer::parse("smtp://me%40example.org:a%3Ab+c&d@mail.example.org", None).unwrap();
        assert!(!format!("{server:?}").contains("a:b"));
        let (name, password) = server.sign_in.unwrap();
        assert_eq!((name.as_str(), password.reveal()), ("me@example.org", "a:b+c&d"));
        let (_, password) =
            MailServer::parse("smtp://me@mail.example.org", Some("secret".into())).unwrap().sign_in.unwrap();
        assert_eq!(password.reveal(), "secret");
    }

    #[test]
    fn a_wrong_url_is_told_without_its_password() {
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
