//! The site's own address, as people type it: what links in letters begin with.

use http::Uri;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The site's own address: a scheme, a host and perhaps a port, without a path and without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
    secure: bool,
}

impl PublicUrl {
    /// The address of a site that stands at this listener, seen from its own machine.
    pub fn of_listener(bound: SocketAddr) -> Self {
        let mut seen = bound;
        match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => seen.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => seen.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let host = match seen.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self { text: format!("http://{seen}"), host, secure: false }
    }

    /// Whether the site is served over https: cookies are then marked `Secure` and bound to this host.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is an address of the machine itself, which nobody else can come to.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        let named = host == "localhost" || host.ends_with(".localhost");
        named || IpAddr::from_str(host).is_ok_and(|ip| ip.is_loopback())
    }

    /// The whole address of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| "an address belongs here, as in https://guildhall.example.org")?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("it must begin with https:// or http://"),
        };
        let authority = uri.authority().ok_or("a host belongs behind the two slashes")?;
        // As browsers write it in an Origin header.
        let bare = text.trim_end_matches('/').to_ascii_lowercase();
        if uri.path().len() > 1 || uri.query().is_some() || text.contains('#') {
            return Err("it must end behind the host and the port: the site cannot stand under a path");
        }
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err("a host belongs behind the two slashes, without a user name and a password");
        }
        Ok(Self { text: bare, host: authority.host().to_ascii_lowercase(), secure })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_are_those_of_the_machine_itself() {
        for (text, own) in [
            ("http://localhost:3000", true),
            ("http://guild.localhost", true),
            ("http://127.0.0.1:3000", true),
            ("http://127.8.8.8", true),
            ("http://[::1]:3000", true),
            ("https://guildhall.example", false),
            ("https://localhost.example", false),
            ("http://10.0.0.1", false),
            ("http://[2001:db8::1]", false),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().is_loopback(), own, "{text}");
        }
    }

    #[test]
    fn an_address_without_a_path_is_taken_and_nothing_else() {
        for (text, shown, secure) in [
            ("https://guild.example.org", "https://guild.example.org", true),
            ("https://Guild.Example.org/", "https://guild.example.org", true),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", false),
            ("http://[::1]:3000", "http://[::1]:3000", false),
        ] {
            let url = PublicUrl::from_str(text).unwrap();
            assert_eq!((url.to_string().as_str(), url.is_secure()), (shown, secure), "{text}");
            assert_eq!(url.join("/verify"), format!("{shown}/verify"));
        }
        for wrong in [
            "",
            "guild.example.org",
            "ftp://guild.example.org",
            "https://",
            "https:///x",
            "https://a.org/guild",
            "https://a.org?x=1",
            "https://me:pw@a.org",
            "https://a.org/#x",
            "https://a b",
        ] {
            assert!(PublicUrl::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_listener_for_everybody_is_seen_from_its_own_machine() {
        for (bound, url) in [
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:3000", "http://[::1]:3000"),
            ("10.1.2.3:3000", "http://10.1.2.3:3000"),
        ] {
            assert_eq!(PublicUrl::of_listener(bound.parse().unwrap()).to_string(), url);
        }
    }
}
