//! Randomness as a parameter: code that needs it gets a [`Random`], so that tests are reproducible.

use sha2::{Digest as _, Sha256};
use shared::rules::hex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of randomness.
pub trait Random: Send + Sync {
    /// 256 unpredictable bits, different for each call.
    fn seed(&self) -> [u8; 32];

    /// A token for a form or a request: 128 bits in hexadecimal digits.
    fn token(&self) -> String {
        hex(self.seed().iter().take(16))
    }
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's randomness")]
        let filled = getrandom::fill(&mut seed);
        if let Err(error) = filled {
            // Predictable secrets would be worse than no server.
            tracing::error!(%error, "the operating system has no randomness");
            std::process::abort();
        }
        seed
    }
}

/// A deterministic sequence for tests.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandom {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn seed(&self) -> [u8; 32] {
        let counter = self.counter.fetch_add(1, Ordering::SeqCst);
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(counter.to_be_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_determines_a_sequence_without_repetition() {
        let (a, b, c) = (SeededRandom::new(1), SeededRandom::new(1), SeededRandom::new(2));
        let first = a.seed();
        assert_eq!(first, b.seed());
        assert_ne!(first, c.seed());
        assert_ne!(first, a.seed());
    }

    #[test]
    fn tokens_are_128_bits_in_hexadecimal_and_differ() {
        let (one, other) = (SystemRandom.token(), SystemRandom.token());
        assert_eq!(one.len(), 32);
        assert!(one.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_ne!(one, other);
    }
}
