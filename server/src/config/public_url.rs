//! The site's own address, as people type it: what links in letters begin with, by which hosts it is asked for, and what
//! its cookies are called.

use http::Uri;
use http::uri::Authority;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The site's own address: a scheme, a host and perhaps a port, without a path and without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
    /// Where it is not the usual one of its scheme.
    port: Option<u16>,
    secure: bool,
    /// Whether it stands at every address of this machine, and nobody has said by which it is to be asked for.
    anywhere: bool,
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
        let port = Some(seen.port()).filter(|port| *port != usual(false));
        Self { text: format!("http://{seen}"), host, port, secure: false, anywhere: bound.ip().is_unspecified() }
    }

    /// Whether the site is served over https: cookies are then marked `Secure` and bound to this host.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a Host header asks for this site. Its port does not count, as proxies leave it out or put their own; on a
    /// machine's own loopback every name of that is the site, and without a public URL every address is by which it can be
    /// reached.
    pub fn is_asked_for_by(&self, host: &Authority) -> bool {
        let name = host.host().trim_end_matches('.').to_ascii_lowercase();
        name == self.host
            || (is_loopback(&self.host) && is_loopback(&name))
            || (self.anywhere && (literal(&name).is_some() || is_loopback(&name)))
    }

    /// Whether the site is asked for on this machine alone.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host) && !self.anywhere
    }

    /// What one of its cookies is called. Over https the prefix binds it to this very host.
    pub fn cookie(&self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        [prefix, &self.open_cookie(name)].concat()
    }

    /// What a cookie is called that scripts write as well. Browsers keep cookies of a host apart by name, and not by port:
    /// each site on a host has names of its own.
    pub fn open_cookie(&self, name: &str) -> String {
        let port = self.port.map(|port| format!("-{port}")).unwrap_or_default();
        [name, &port].concat()
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
        let port = authority.port_u16().filter(|port| *port != usual(secure));
        Ok(Self { text: bare, host: authority.host().to_ascii_lowercase(), port, secure, anywhere: false })
    }
}

/// The port of a scheme that no address names.
const fn usual(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// The address that a host is, where it is none of a name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

/// Whether a host, in lower case, is this machine as it calls itself.
fn is_loopback(host: &str) -> bool {
    let named = host == "localhost" || host.ends_with(".localhost");
    named || literal(host).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// Whether a host, in lower case, is one by which only machines beside this one ask: a proxy that puts its own name for
/// the site in place of what the browser asked for.
pub fn is_internal(host: &str) -> bool {
    is_loopback(host) || literal(host).is_some() || !host.contains('.')
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
    fn a_site_is_asked_for_by_its_host_and_on_loopback_by_every_name_of_that() {
        let bound = "0.0.0.0:3000".parse().unwrap();
        let from = |url: &str| PublicUrl::from_str(url).unwrap();
        let site = from("https://guild.example.org");
        for (site, host, asked) in [
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
            (&PublicUrl::of_listener(bound), "192.168.1.5:3000", true),
            (&PublicUrl::of_listener(bound), "[2001:db8::1]:3000", true),
            (&PublicUrl::of_listener(bound), "localhost:3000", true),
            (&PublicUrl::of_listener(bound), "evil.example:3000", false),
        ] {
            assert_eq!(site.is_asked_for_by(&host.parse().unwrap()), asked, "{site} by {host}");
        }
    }

    #[test]
    fn two_sites_on_one_host_have_cookies_of_other_names() {
        for (url, name) in [
            ("https://guild.example.org", "__Host-session"),
            ("https://guild.example.org:443", "__Host-session"),
            ("https://guild.example.org:8443", "__Host-session-8443"),
            ("http://guild.example.org", "session"),
            ("http://127.0.0.1:3000", "session-3000"),
            ("http://[::1]:3001", "session-3001"),
        ] {
            let site = PublicUrl::from_str(url).unwrap();
            assert_eq!(site.cookie("session"), name, "{url}");
            assert_eq!(site.open_cookie("session"), name.trim_start_matches("__Host-"), "{url}");
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
