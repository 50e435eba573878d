//! The client of a request: the peer, or the address that a trusted proxy names.

use super::HttpConfig;
use super::request_info::Peer;
use crate::config::Network;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The client's address. It is `None` if a trusted proxy's header can't be read. The proxy's own address would be wrong
/// then, because all clients share it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client(Option<IpAddr>);

/// What limits count a client by. All unknown clients have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientKey(Option<IpAddr>);

/// The bits of an IPv6 address that name a network. Whoever has one of its 2^64 addresses has them all.
const NETWORK_MASK: u128 = u128::MAX << 64;

impl Client {
    /// The address as text, or an empty string if it isn't known.
    pub fn text(&self) -> String {
        self.0.map(|ip| ip.to_string()).unwrap_or_default()
    }

    /// The key that limits count the client by: an IPv4 address or an IPv6 /64 network.
    pub fn key(&self) -> ClientKey {
        ClientKey(self.0.map(|ip| match ip {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & NETWORK_MASK).into(),
            v4 => v4,
        }))
    }
}

impl From<SocketAddr> for Client {
    fn from(peer: SocketAddr) -> Self {
        Self(Some(peer.ip().to_canonical()))
    }
}

/// Whether an address is a trusted proxy's.
pub fn is_trusted(ip: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(ip))
}

/// Adds the [`Client`] to the request's extensions.
pub async fn identify(State(config): State<Arc<HttpConfig>>, mut request: Request, next: Next) -> Response {
    let client = client_of(request.extensions().get::<Peer>(), request.headers(), &config.trusted_proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The peer, or the address that a trusted proxy names. A chain of proxies is read from its end, and the first address
/// that isn't trusted counts, because a client can invent the ones before it.
fn client_of(peer: Option<&Peer>, headers: &HeaderMap, trusted: &[Network]) -> Client {
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
    // Only proxies are named: one of them sent the request itself, for example a health check.
    Client(Some(nearest))
}

/// The address of a hop, with or without a port.
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
        client_of(Some(&Peer(peer.parse().unwrap())), &headers, &trusted)
    }

    #[test]
    fn forwarded_header_counts_only_from_trusted_proxies() {
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
            // What a client has invented isn't read.
            ("10.0.0.1:1", "nonsense, 203.0.113.5", &proxies[..], "203.0.113.5"),
            // A request by the proxy itself.
            ("10.0.0.1:1", "", &proxies[..], "10.0.0.1"),
            ("10.0.0.1:1", "10.0.1.4, 10.0.1.5", &proxies[..], "10.0.1.4"),
        ] {
            assert_eq!(client(peer, &[forwarded.as_bytes()], trusted).text(), who, "{peer} {forwarded}");
        }
        assert_eq!(client("10.0.0.1:1", &[b"1.1.1.1", b"203.0.113.5"], &proxies).text(), "203.0.113.5");
        assert_eq!(client_of(None, &HeaderMap::new(), &[]), Client(None));
    }

    #[test]
    fn unreadable_chain_gives_an_unknown_client() {
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
        assert_ne!(Client(None).key(), Client::from("10.0.0.1:1".parse::<SocketAddr>().unwrap()).key());
    }

    #[test]
    fn addresses_of_one_ipv6_network_have_one_key() {
        let key = |ip: &str| Client(Some(ip.parse().unwrap())).key();
        assert_eq!(key("2001:db8:1:2::5"), key("2001:db8:1:2:ffff::"));
        assert_ne!(key("2001:db8:1:2::5"), key("2001:db8:1:3::5"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
