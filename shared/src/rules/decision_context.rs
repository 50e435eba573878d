//! The moment of a decision and the source of its fresh ids and secrets, both given from outside.

use crate::timestamp::Timestamp;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::fmt;
use uuid::Uuid;

/// What a decision may use that is new: the time, and ids and secrets that follow from a seed.
pub struct DecisionContext {
    /// The moment of the decision.
    pub now: Timestamp,
    seed: [u8; 32],
    drawn: u64,
}

impl DecisionContext {
    /// A source that gives the same ids and secrets for the same seed and moment. For secrets to be
    /// secret, the seed must be 256 random bits that are used once.
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

    /// A new id: a UUID of version 7. Ids sort by the time of their making, and those of one decision
    /// in the order in which they were drawn.
    pub fn id<T: From<Uuid>>(&mut self) -> NotDigested<T> {
        let [a, b, c, d, e, f, g, h, ..] = self.draw("id");
        let millis = u64::try_from(self.now.0 / 1_000).unwrap_or_default();
        let [high, low] = u16::try_from(self.drawn % 4_096).unwrap_or_default().to_be_bytes();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &[high, low, a, b, c, d, e, f, g, h]);
        NotDigested(id.into_uuid().into())
    }

    /// A new secret for a link or a cookie: 256 bits.
    pub fn secret(&mut self) -> NotDigested<Secret> {
        NotDigested(Secret(self.draw("secret")))
    }
}

/// A part of a change that the person who agreed to it did not read: an id, a secret, a hash.
/// It serialises to nothing, so that no digest sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotDigested<T>(pub T);

impl<T> Serialize for NotDigested<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// 256 secret bits, as they stand in a link. Only their hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    /// The secret as it stands in a link: 64 hexadecimal digits.
    pub fn reveal(&self) -> String {
        super::hex(self.0.iter())
    }

    /// Reads a link. Anything that is not a secret of ours is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        // The digits are checked first: the standard library's parser would take a sign as well.
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// What is stored of it.
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
    fn one_seed_gives_one_sequence_and_no_two_draws_are_alike() {
        let mut a = DecisionContext::new([7; 32], Timestamp(1_772_962_500_000_000));
        let mut b = DecisionContext::new([7; 32], Timestamp(1_772_962_500_000_000));
        let (first, second) = (a.id::<Uuid>(), a.id::<Uuid>());
        assert_eq!((first, second), (b.id(), b.id()));
        assert!(first.0 < second.0 && first.0.get_version_num() == 7);
        assert_eq!(a.secret(), b.secret());
        assert_ne!(a.secret(), DecisionContext::new([8; 32], a.now).secret());
    }

    #[test]
    fn a_secret_reads_back_and_nothing_else_reads() {
        let secret = DecisionContext::new([1; 32], Timestamp(0)).secret().0;
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret.clone()));
        let long = "0".repeat(65);
        for text in ["", "abc", &long, &"g".repeat(64), &"é".repeat(32), &"+f".repeat(32)] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
