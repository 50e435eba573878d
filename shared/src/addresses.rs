//! Email addresses and URLs (rules, section 2).

use crate::limits;
use crate::refusal::FaultCode;
use crate::unicode::{has_too_many_marks, is_invisible, is_joiner, strip_link_breaks, to_nfc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Returns a domain with its A-labels: `xn--bcher-kva.example` for `bücher.example`. It is `None` for an invalid
/// domain.
///
/// The browser only replaces the full stops of other scripts and leaves the rest to the server, because the tables
/// would double the size of a page.
pub fn ascii_domain(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        idna::domain_to_ascii_strict(domain).ok()
    }
    #[cfg(target_arch = "wasm32")]
    Some(domain.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], "."))
}

/// An email address as its owner writes it, except that an international domain is kept in ASCII. It is compared in
/// lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses what a person typed: one `@`, a domain with a dot (or `localhost`), at most 254 characters, and no
    /// character that has a meaning in a mail header. An international domain becomes its A-labels.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(typed: &str) -> Result<Self, FaultCode> {
        let text = strip_link_breaks(typed);
        let text = text.trim();
        let count = text.chars().count();
        if count == 0 {
            return Err(FaultCode::Empty {});
        }
        if count > limits::EMAIL {
            return Err(FaultCode::TooLong { max: limits::EMAIL, count });
        }
        let allowed = |c: char| {
            c.is_ascii_graphic() && !matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | '\\' | ']')
        };
        // The domain may be in any script.
        let of_domain =
            |c: char| allowed(c) || !(c.is_ascii() || c.is_control() || c.is_whitespace() || is_invisible(c));
        let (local, domain) = text.split_once('@').unwrap_or((text, ""));
        if !local.chars().all(allowed) || !domain.chars().all(of_domain) {
            return Err(FaultCode::EmailCharacter {});
        }
        if !text.contains('@') || domain.contains('@') {
            return Err(FaultCode::EmailAt {});
        }
        let typed_in_ascii = domain.is_ascii();
        let domain = ascii_domain(domain).ok_or(FaultCode::EmailDomain {})?;
        let dots_in_place = |t: &str| !t.is_empty() && !t.starts_with('.') && !t.ends_with('.') && !t.contains("..");
        if !dots_in_place(local) || local.len() > 64 {
            return Err(FaultCode::EmailAt {});
        }
        let label = |l: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
            l.chars().all(fits) && !l.starts_with('-') && !l.ends_with('-')
        };
        if !dots_in_place(&domain) || !domain.split('.').all(label) || !(domain.contains('.') || domain == "localhost")
        {
            return Err(FaultCode::EmailDomain {});
        }
        if typed_in_ascii {
            return Ok(Self(text.to_owned()));
        }
        let address = format!("{local}@{domain}");
        // The ASCII form can be longer than what was typed.
        let count = address.chars().count();
        if count > limits::EMAIL { Err(FaultCode::TooLong { max: limits::EMAIL, count }) } else { Ok(Self(address)) }
    }

    /// Wraps a stored address without parsing it again.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the address as its owner writes it, and as emails are sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key that addresses are compared by.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Returns the part after the `@`, in lower case.
    pub fn domain(&self) -> String {
        self.0.split_once('@').map(|(_, d)| d.to_ascii_lowercase()).unwrap_or_default()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The URL of an organization: `http` or `https`, a host, no password, in Unicode's NFC form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganizationUrl(String);

impl OrganizationUrl {
    /// Parses what a person typed.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(typed: &str) -> Result<Self, FaultCode> {
        let text = to_nfc(strip_link_breaks(typed).trim());
        let count = text.chars().count();
        if count == 0 {
            return Err(FaultCode::Empty {});
        }
        if count > limits::URL {
            return Err(FaultCode::TooLong { max: limits::URL, count });
        }
        if text.chars().any(|c| c.is_control() || is_invisible(c) || is_joiner(c)) {
            return Err(FaultCode::ControlCharacter {});
        }
        if has_too_many_marks(&text) {
            return Err(FaultCode::TooManyMarks { max: limits::MARKS_IN_A_ROW });
        }
        let lower = text.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
            return Err(FaultCode::UrlScheme {});
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(FaultCode::UrlPassword {});
        }
        let stray = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}');
        if text.chars().any(stray) {
            return Err(FaultCode::UrlCharacter {});
        }
        if !is_host(authority) {
            return Err(FaultCode::UrlHost {});
        }
        Ok(Self(text))
    }

    /// Wraps a stored address without parsing it again.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host in lower case, without the port and a leading `www.`.
    pub fn host(&self) -> String {
        let host = self.whole_host();
        host.strip_prefix("www.").unwrap_or(&host).to_owned()
    }

    /// Returns whether another URL leads to the same page, whatever the scheme, a leading `www.` and a trailing slash.
    pub fn is_page(&self, other: &Self) -> bool {
        let path = |url: &Self| {
            let rest = url.0.split_once("://").map_or("", |(_, rest)| rest);
            rest.split_once('/').map_or("", |(_, path)| path).trim_end_matches('/').to_owned()
        };
        self.domain() == other.domain() && path(self) == path(other)
    }

    /// Returns the host with its A-labels, as [`ascii_domain`] does.
    pub fn domain(&self) -> String {
        let host = self.host();
        ascii_domain(&host).unwrap_or(host)
    }

    fn whole_host(&self) -> String {
        let lower = self.0.to_ascii_lowercase();
        let rest = lower.split_once("://").map(|(_, r)| r).unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.split_once(']') {
            Some((ip, _)) => ip.trim_start_matches('['),
            None => authority.split_once(':').map_or(authority, |(host, _)| host),
        };
        host.to_owned()
    }

    /// Returns how the domain of an email address relates to the host. A domain without a dot is a whole registry, so
    /// it matches nothing.
    pub fn domain_match(&self, email_domain: &str) -> DomainMatch {
        let host = self.domain();
        if host == email_domain || self.whole_host() == email_domain {
            return DomainMatch::Same;
        }
        let is_parent = |parent: &str, of: &str| {
            parent.contains('.') && of.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
        };
        let parent = |domain: &str, of: &str| DomainMatch::Parent { domain: domain.to_owned(), of: of.to_owned() };
        if is_parent(email_domain, &host) {
            parent(email_domain, &host)
        } else if is_parent(&host, email_domain) {
            parent(&host, email_domain)
        } else {
            DomainMatch::Other
        }
    }
}

/// How the domain of an email address relates to the host of a URL. It is a hint for a reviewer, not a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DomainMatch {
    /// They are the same, except for a leading `www.` of the host.
    Same,
    /// `domain` is a parent domain of `of`. It can belong to somebody else.
    Parent { domain: String, of: String },
    /// They are unrelated.
    Other,
}

/// Returns whether it is a host name with a dot or an IPv6 address in brackets, with an optional port.
fn is_host(authority: &str) -> bool {
    let port_is_fine = |p: &str| p.is_empty() || (p.len() <= 5 && p.bytes().all(|b| b.is_ascii_digit()));
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(ip, port)| {
            ip.parse::<std::net::Ipv6Addr>().is_ok()
                && (port.is_empty() || port.strip_prefix(':').is_some_and(port_is_fine))
        });
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    host.contains('.')
        && port_is_fine(port)
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')))
}

impl fmt::Display for OrganizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_the_same_page_in_every_spelling() {
        let url = |text: &str| OrganizationUrl::parse(text).unwrap();
        let page = url("https://example.org/sundial");
        for same in ["http://www.example.org/sundial/", "https://EXAMPLE.org/sundial"] {
            assert!(page.is_page(&url(same)), "{same}");
        }
        for other in ["https://example.org/", "https://example.org/Sundial", "https://sun.example.org/sundial"] {
            assert!(!page.is_page(&url(other)), "{other}");
        }
        assert!(url("https://example.org").is_page(&url("https://example.org/")));
    }

    #[test]
    fn email_addresses_are_refused_with_the_broken_rule() {
        let cases = [
            ("dana@example.org", Ok("example.org")),
            (" Dana+lists@Mail.Example.ORG ", Ok("mail.example.org")),
            ("dana@localhost", Ok("localhost")),
            // International domains, as typed and with A-labels.
            ("dana@bücher.example", Ok("xn--bcher-kva.example")),
            ("dana@BÜCHER.example", Ok("xn--bcher-kva.example")),
            ("dana@bu\u{308}cher.example", Ok("xn--bcher-kva.example")),
            ("dana@xn--bcher-kva.example", Ok("xn--bcher-kva.example")),
            ("dana@例え。テスト", Ok("xn--r8jz45g.xn--zckzah")),
            ("dana@faß.example", Ok("xn--fa-hia.example")),
            ("dana@bü_cher.example", Err(FaultCode::EmailDomain {})),
            // With the zero-width space of our emails, and with characters that emails never insert.
            ("dana@bücher.\u{200b}example", Ok("xn--bcher-kva.example")),
            ("dana@bü\u{2060}cher.example", Err(FaultCode::EmailCharacter {})),
            ("dana@\u{202e}bücher.example", Err(FaultCode::EmailCharacter {})),
            ("dana@bücher", Err(FaultCode::EmailDomain {})),
            ("dänä@example.org", Err(FaultCode::EmailCharacter {})),
            ("", Err(FaultCode::Empty {})),
            ("dana", Err(FaultCode::EmailAt {})),
            ("dana@@example.org", Err(FaultCode::EmailAt {})),
            ("@example.org", Err(FaultCode::EmailAt {})),
            ("dana@example", Err(FaultCode::EmailDomain {})),
            ("dana@.org", Err(FaultCode::EmailDomain {})),
            ("dana@exa_mple.org", Err(FaultCode::EmailDomain {})),
            ("da na@example.org", Err(FaultCode::EmailCharacter {})),
            ("dana@example.org\r\nBcc: x@example.org", Err(FaultCode::EmailCharacter {})),
            ("\"dana\"@example.org", Err(FaultCode::EmailCharacter {})),
        ];
        for (typed, expected) in cases {
            let got = EmailAddress::parse(typed).map(|e| e.domain());
            assert_eq!(got, expected.map(str::to_owned), "{typed}");
        }
    }

    #[test]
    fn urls_are_refused_with_the_broken_rule() {
        let cases = [
            ("https://sundial.example", Ok("sundial.example")),
            ("HTTP://www.Sundial.example:8080/a?b#c", Ok("sundial.example")),
            ("http://[::1]:3000/", Ok("::1")),
            ("https://localhost/", Err(FaultCode::UrlHost {})),
            ("sundial.example", Err(FaultCode::UrlScheme {})),
            ("javascript:alert(1)", Err(FaultCode::UrlScheme {})),
            ("https://dana:secret@sundial.example", Err(FaultCode::UrlPassword {})),
            ("https://", Err(FaultCode::UrlHost {})),
            ("https:///path", Err(FaultCode::UrlHost {})),
            ("https://a b", Err(FaultCode::UrlCharacter {})),
            ("https://a.example/\"><img>", Err(FaultCode::UrlCharacter {})),
            ("https://host.example:99999999", Err(FaultCode::UrlHost {})),
            ("https://b\u{fc}cher.example", Ok("b\u{fc}cher.example")),
            ("https://bu\u{308}cher.example", Ok("b\u{fc}cher.example")),
            ("https:\u{200b}//sundial.\u{200b}example", Ok("sundial.example")),
            ("https://a.example/\u{2060}x", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/\u{202e}gpj.exe", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/\u{2066}x", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/\u{200d}x", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/\u{1bca3}", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/\u{1d17a}", Err(FaultCode::ControlCharacter {})),
            ("https://a.example/x\u{300}\u{301}\u{302}\u{303}\u{304}", Err(FaultCode::TooManyMarks { max: 4 })),
            ("", Err(FaultCode::Empty {})),
        ];
        for (typed, expected) in cases {
            let got = OrganizationUrl::parse(typed).map(|u| u.host());
            assert_eq!(got, expected.map(str::to_owned), "{typed}");
        }
    }

    #[test]
    fn parent_domain_is_not_the_same_domain() {
        let parent = |domain: &str, of: &str| DomainMatch::Parent { domain: domain.to_owned(), of: of.to_owned() };
        let cases = [
            ("https://sundial.example", "sundial.example", DomainMatch::Same),
            ("https://www.sundial.example/x", "sundial.example", DomainMatch::Same),
            ("https://www.sundial.example/x", "www.sundial.example", DomainMatch::Same),
            ("https://bücher.example", "xn--bcher-kva.example", DomainMatch::Same),
            ("https://docs.sundial.example", "sundial.example", parent("sundial.example", "docs.sundial.example")),
            ("https://sundial.example", "mail.sundial.example", parent("sundial.example", "mail.sundial.example")),
            ("https://sundial.example", "moonrise.example", DomainMatch::Other),
            ("https://notsundial.example", "sundial.example", DomainMatch::Other),
            ("https://sundial.example", "example", DomainMatch::Other),
        ];
        for (url, domain, expected) in cases {
            assert_eq!(OrganizationUrl::parse(url).map(|u| u.domain_match(domain)), Ok(expected), "{url} {domain}");
        }
    }
}
