//! IP networks in CIDR notation, such as `172.18.0.0/16`, and single addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// All addresses with the same prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is in the network. An IPv4-mapped IPv6 address counts as the IPv4 address.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(Ipv4Addr::BITS - self.bits).unwrap_or(0);
                (network.to_bits() ^ ip.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(Ipv6Addr::BITS - self.bits).unwrap_or(0);
                (network.to_bits() ^ ip.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected an address or a network without a port, such as 10.0.0.1 or 172.18.0.0/16";
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| EXPECTED)?;
        let all = if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().map_err(|_| EXPECTED)?,
            Some(_) => return Err(EXPECTED),
            None => all,
        };
        if bits > all {
            return Err(EXPECTED);
        }
        // The prefix length of an IPv4-mapped network as an IPv4 one.
        let shorter = bits.checked_sub(Ipv6Addr::BITS - Ipv4Addr::BITS);
        Ok(match (address.to_canonical(), shorter) {
            (IpAddr::V4(inner), Some(bits)) if address.is_ipv6() => Self { address: inner.into(), bits },
            _ => Self { address, bits },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_contains_addresses_with_its_prefix() {
        for (network, inside, outside) in [
            ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
            (" 172.18.0.0/16 ", "172.18.255.3", "172.19.0.1"),
            ("172.18.7.7/16", "::ffff:172.18.0.1", "172.17.0.1"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{network:?} {inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{network:?} {outside}");
        }
    }

    #[test]
    fn invalid_network_is_refused() {
        for wrong in ["", "10.0.0.1:80", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/-1", "::/129", "proxy"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
