//! The time of a decision and the source of new ids and secrets. The caller provides both.

use crate::timestamp::Timestamp;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::fmt;
use uuid::Uuid;

/// The time of a decision, and a generator of ids and secrets from a seed.
pub struct DecisionContext {
    /// The time of the decision.
    pub now: Timestamp,
    seed: [u8; 32],
    drawn: u64,
}

impl DecisionContext {
    /// Returns a context that generates the same ids and secrets for the same seed and time. The seed must be 256
    /// random bits that are used once, because the secrets follow from it.
    pub const fn new(seed: [u8; 32], now: Timestamp) -> Self {
        Self { now, seed, drawn: 0 }
    }

    fn draw(&mut self, purpose: &str) -> [u8; 32] {
        self.drawn += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.drawn.to_be_bytes());
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }

    /// Returns a new id: a UUID of version 7. Ids sort by time, and those of one decision by the order in which they
    /// were generated.
    pub fn id<T: From<Uuid>>(&mut self) -> NotDigested<T> {
        let [a, b, c, d, e, f, g, h, ..] = self.draw("id");
        let millis = u64::try_from(self.now.0 / 1_000).unwrap_or_default();
        let [high, low] = u16::try_from(self.drawn % 4_096).unwrap_or_default().to_be_bytes();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &[high, low, a, b, c, d, e, f, g, h]);
        NotDigested(id.into_uuid().into())
    }

    /// Returns a new secret of 256 bits for a link or a cookie.
    pub fn secret(&mut self) -> NotDigested<Secret> {
        NotDigested(Secret(self.draw("secret")))
    }
}

/// A part of an event that the preview does not show: an id, a secret or a hash. It serialises to nothing, so the
/// digest does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotDigested<T>(pub T);

impl<T> Serialize for NotDigested<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// A secret of 256 bits for a link or a cookie. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    /// Returns the secret as 64 hexadecimal digits.
    pub fn reveal(&self) -> String {
        super::hex(self.0.iter())
    }

    /// Parses 64 hexadecimal digits. It returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        // The digits are checked first, because the standard library's parser also accepts a sign.
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Returns the hash that is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_the_same_ids_and_secrets() {
        let mut a = DecisionContext::new([7; 32], Timestamp(1_772_962_500_000_000));
        let mut b = DecisionContext::new([7; 32], Timestamp(1_772_962_500_000_000));
        let (first, second) = (a.id::<Uuid>(), a.id::<Uuid>());
        assert_eq!((first, second), (b.id(), b.id()));
        assert!(first.0 < second.0 && first.0.get_version_num() == 7);
        assert_eq!(a.secret(), b.secret());
        assert_ne!(a.secret(), DecisionContext::new([8; 32], a.now).secret());
    }

    #[test]
    fn secrets_round_trip_and_malformed_ones_are_refused() {
        let secret = DecisionContext::new([1; 32], Timestamp(0)).secret().0;
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret.clone()));
        let long = "0".repeat(65);
        for text in ["", "abc", &long, &"g".repeat(64), &"é".repeat(32), &"+f".repeat(32)] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
