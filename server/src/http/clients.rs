//! Where a request comes from: the peer, or whom a trusted proxy names.

use super::HttpConfig;
use super::served::Peer;
use crate::config::Network;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The address of whoever asks; none where it is not known, because a trusted proxy's word can't be read. It is then
/// nobody's, and never the proxy's, through which everybody comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client(Option<IpAddr>);

/// Whoever shares what one client may have. Those who are not known share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share(Option<IpAddr>);

/// The bits of an IPv6 address that a network gives away: whoever has one such address has the other 2^64 as well.
const OF_A_NETWORK: u128 = u128::MAX << 64;

impl Client {
    /// The address as text; empty where it is not known.
    pub fn text(&self) -> String {
        self.0.map(|ip| ip.to_string()).unwrap_or_default()
    }

    /// With whom it shares.
    pub fn share(&self) -> Share {
        Share(self.0.map(|ip| match ip {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & OF_A_NETWORK).into(),
            v4 => v4,
        }))
    }
}

impl From<SocketAddr> for Client {
    fn from(peer: SocketAddr) -> Self {
        Self(Some(peer.ip().to_canonical()))
    }
}

/// Whether somebody is a proxy whose word is believed.
pub fn is_trusted(ip: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(ip))
}

/// Puts the [`Client`] into the request.
pub async fn note(State(config): State<Arc<HttpConfig>>, mut request: Request, next: Next) -> Response {
    let client = named(request.extensions().get::<Peer>(), request.headers(), &config.trusted_proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The peer, or what a trusted proxy says of it. A chain of proxies is read from its end, and the first that is not
/// trusted counts: what stands before it could be anybody's invention.
fn named(peer: Option<&Peer>, headers: &HeaderMap, trusted: &[Network]) -> Client {
    let Some(peer) = peer.map(|peer| peer.0.ip().to_canonical()) else { return Client(None) };
    if !is_trusted(peer, trusted) {
        return Client(Some(peer));
    }
    let lines = headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&[u8]> = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev().map(<[u8]>::trim_ascii).filter(|hop| !hop.is_empty()) {
        match address(hop) {
            Some(ip) if is_trusted(ip, trusted) => nearest = ip,
            other => return Client(other),
        }
    }
    // Nobody is named but proxies: one of them asks for itself, as for whether the site is well.
    Client(Some(nearest))
}

/// The address of a hop, written with a port or without one.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(peer: &str, forwarded: &[&[u8]], trusted: &[&str]) -> Client {
        let lines = forwarded.iter().map(|line| HeaderValue::from_bytes(line).unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line);
        }
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        named(Some(&Peer(peer.parse().unwrap())), &headers, &trusted)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxies = ["10.0.0.1", "10.0.1.0/24"];
        for (peer, forwarded, trusted, who) in [
            ("192.0.2.9:1", "203.0.113.5", &proxies[..], "192.0.2.9"),
            ("10.0.0.1:1", "203.0.113.5", &proxies[..], "203.0.113.5"),
            ("10.0.0.1:1", "1.1.1.1, 203.0.113.5", &proxies[..], "203.0.113.5"),
            ("10.0.0.1:1", "1.1.1.1, 203.0.113.5, 10.0.1.77", &proxies[..], "203.0.113.5"),
            ("10.0.0.1:1", "203.0.113.5", &[], "10.0.0.1"),
            ("[::ffff:10.0.0.1]:1", "203.0.113.5", &proxies[..], "203.0.113.5"),
            ("10.0.0.1:1", "203.0.113.9:4711", &proxies[..], "203.0.113.9"),
            ("10.0.0.1:1", "[2001:db8::1]:80", &proxies[..], "2001:db8::1"),
            ("10.0.0.1:1", "[2001:db8::1]", &proxies[..], "2001:db8::1"),
            ("10.0.0.1:1", "2001:db8::1", &proxies[..], "2001:db8::1"),
            ("10.0.0.1:1", "1.1.1.1, , \"203.0.113.5\",10.0.1.9:80,", &proxies[..], "203.0.113.5"),
            ("10.0.0.1:1", "::ffff:203.0.113.5", &proxies[..], "203.0.113.5"),
            // What a client has invented is not reached.
            ("10.0.0.1:1", "nonsense, 203.0.113.5", &proxies[..], "203.0.113.5"),
            // The proxy itself asks.
            ("10.0.0.1:1", "", &proxies[..], "10.0.0.1"),
            ("10.0.0.1:1", "10.0.1.4, 10.0.1.5", &proxies[..], "10.0.1.4"),
        ] {
            assert_eq!(client(peer, &[forwarded.as_bytes()], trusted).text(), who, "{peer} {forwarded}");
        }
        assert_eq!(client("10.0.0.1:1", &[b"1.1.1.1", b"203.0.113.5"], &proxies).text(), "203.0.113.5");
        assert_eq!(named(None, &HeaderMap::new(), &[]), Client(None));
    }

    #[test]
    fn a_chain_that_cannot_be_read_is_nobody_and_never_the_proxy() {
        let lines: [&[u8]; 7] = [
            b"\x80",
            b"nonsense",
            b"203.0.113.5, unknown",
            b"203.0.113.5 10.0.0.1",
            b"203.0.113.5:",
            b"_hidden",
            b"[::1",
        ];
        for line in lines {
            assert_eq!(client("10.0.0.1:1", &[line], &["10.0.0.1"]), Client(None), "{line:?}");
        }
        assert_eq!(client("10.0.0.1:1", &[b"203.0.113.5", b"\x80"], &["10.0.0.1"]), Client(None));
        assert_ne!(Client(None).share(), Client::from("10.0.0.1:1".parse::<SocketAddr>().unwrap()).share());
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let share = |ip: &str| Client(Some(ip.parse().unwrap())).share();
        assert_eq!(share("2001:db8:1:2::5"), share("2001:db8:1:2:ffff::"));
        assert_ne!(share("2001:db8:1:2::5"), share("2001:db8:1:3::5"));
        assert_ne!(share("192.0.2.1"), share("192.0.2.2"));
    }
}
