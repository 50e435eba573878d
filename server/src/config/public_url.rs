//! The site's public URL: the start of links in emails, the hosts that requests may name, and the names of cookies.

use http::Uri;
use http::uri::Authority;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The site's public URL: a scheme, a host and an optional port, without a path and a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
    /// The port, if it isn't the scheme's default.
    port: Option<u16>,
    secure: bool,
    /// Whether the site listens on all addresses of this machine and has no configured URL.
    any_address: bool,
}

impl PublicUrl {
    /// The URL of a site that listens at this address, as seen from the same machine.
    pub fn from_listener(bound: SocketAddr) -> Self {
        let mut local = bound;
        match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => local.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => local.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let host = match local.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let port = Some(local.port()).filter(|port| *port != default_port(false));
        Self { text: format!("http://{local}"), host, port, secure: false, any_address: bound.ip().is_unspecified() }
    }

    /// Whether the site is served over https. Its cookies are then marked `Secure` and bound to this host.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a Host header names this site. The port is ignored, because proxies leave it out or put their own. A site on
    /// loopback has all loopback names. A site that listens on all addresses without a configured URL has all of them.
    pub fn matches_host(&self, host: &Authority) -> bool {
        let name = host.host().trim_end_matches('.').to_ascii_lowercase();
        name == self.host
            || (is_loopback(&self.host) && is_loopback(&name))
            || (self.any_address && (ip_literal(&name).is_some() || is_loopback(&name)))
    }

    /// Whether the site can only be reached from this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host) && !self.any_address
    }

    /// The name of a cookie on this site. Over https its prefix binds it to this host.
    pub fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        [prefix, &self.script_cookie_name(name)].concat()
    }

    /// The name of a cookie that scripts write too. It has the site's port, because browsers share cookies between all ports
    /// of a host.
    pub fn script_cookie_name(&self, name: &str) -> String {
        let port = self.port.map(|port| format!("-{port}")).unwrap_or_default();
        [name, &port].concat()
    }

    /// The full URL of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| "expected a URL, such as https://guildhall.example.org")?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("the URL must begin with https:// or http://"),
        };
        let authority = uri.authority().ok_or("the URL has no host")?;
        // In the form of an Origin header.
        let bare = text.trim_end_matches('/').to_ascii_lowercase();
        if uri.path().len() > 1 || uri.query().is_some() || text.contains('#') {
            return Err("the URL can't have a path, because the site must be at the root of its host");
        }
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err("the URL must have a host, and no username or password");
        }
        let port = authority.port_u16().filter(|port| *port != default_port(secure));
        Ok(Self { text: bare, host: authority.host().to_ascii_lowercase(), port, secure, any_address: false })
    }
}

/// The default port of a scheme.
const fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// The IP address that a host is, or `None` for a name.
fn ip_literal(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

/// Whether a host, in lower case, is this machine's loopback.
fn is_loopback(host: &str) -> bool {
    let is_name = host == "localhost" || host.ends_with(".localhost");
    is_name || ip_literal(host).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// Whether a host, in lower case, can only be an internal name, which a proxy puts in place of the one that the browser
/// sent.
pub fn is_internal(host: &str) -> bool {
    is_loopback(host) || ip_literal(host).is_some() || !host.contains('.')
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
    fn loopback_hosts_are_recognized() {
        for (text, expected) in [
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
            assert_eq!(text.parse::<PublicUrl>().unwrap().is_loopback(), expected, "{text}");
        }
    }

    #[test]
    fn url_is_accepted_only_without_a_path() {
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
    fn host_matches_the_own_name_or_any_loopback_name() {
        let bound = "0.0.0.0:3000".parse().unwrap();
        let from = |url: &str| PublicUrl::from_str(url).unwrap();
        let site = from("https://guild.example.org");
        for (site, host, expected) in [
            (&site, "guild.example.org", true),
            (&site, "Guild.Example.ORG.:443", true),
            (&site, "guild.example.org:3000", true),
            (&site, "evil.example", false),
            (&site, "guild.example.org.evil.example", false),
            (&site, "127.0.0.1:3000", false),
            (&from("http://127.0.0.1:3000"), "localhost:3000", true),
            (&from("http://127.0.0.1:3000"), "[::1]:8080", true),
            (&from("http://localhost:3000"), "127.9.9.9", true),
            (&from("http://localhost:3000"), "guild.localhost:3000", true),
            (&from("http://localhost:3000"), "localhost.evil.example", false),
            (&from("http://127.0.0.1:3000"), "192.168.1.5:3000", false),
            (&PublicUrl::from_listener(bound), "192.168.1.5:3000", true),
            (&PublicUrl::from_listener(bound), "[2001:db8::1]:3000", true),
            (&PublicUrl::from_listener(bound), "localhost:3000", true),
            (&PublicUrl::from_listener(bound), "evil.example:3000", false),
        ] {
            assert_eq!(site.matches_host(&host.parse().unwrap()), expected, "{site} by {host}");
        }
    }

    #[test]
    fn cookie_names_differ_between_ports_of_one_host() {
        for (url, name) in [
            ("https://guild.example.org", "__Host-session"),
            ("https://guild.example.org:443", "__Host-session"),
            ("https://guild.example.org:8443", "__Host-session-8443"),
            ("http://guild.example.org", "session"),
            ("http://127.0.0.1:3000", "session-3000"),
            ("http://[::1]:3001", "session-3001"),
        ] {
            let site = PublicUrl::from_str(url).unwrap();
            assert_eq!(site.cookie_name("session"), name, "{url}");
            assert_eq!(site.script_cookie_name("session"), name.trim_start_matches("__Host-"), "{url}");
        }
    }

    #[test]
    fn url_of_a_listener_on_all_addresses_is_loopback() {
        for (bound, url) in [
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:3000", "http://[::1]:3000"),
            ("10.1.2.3:3000", "http://10.1.2.3:3000"),
        ] {
            assert_eq!(PublicUrl::from_listener(bound.parse().unwrap()).to_string(), url);
        }
    }
}
