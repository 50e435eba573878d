//! The server's key: it seals the secret links of letters that wait in the outbox, and hashes what forms are known again
//! by where a secret was typed.

use crate::random::Random;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Why there is no key. Each is a sentence for an operator.
#[derive(Debug, Error)]
pub enum KeyError {
    #[error("the key file {file} can't be used: {why}")]
    File { file: PathBuf, why: std::io::Error },
    #[error("the key file {0} does not hold a key of 64 hexadecimal digits")]
    NotAKey(PathBuf),
}

/// The key. Cheap to clone; it shows nothing of itself.
#[derive(Clone)]
pub struct Key {
    seals: Arc<LessSafeKey>,
    hashes: hmac::Key,
}

impl Key {
    /// Reads the key from a file, or makes one there, readable by its owner alone.
    ///
    /// # Errors
    /// The file can't be read or written, or holds something else.
    pub fn of_file(file: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        let trouble = |why| KeyError::File { file: file.to_owned(), why };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => make(file, random).map_err(trouble)?,
            Err(e) => return Err(trouble(e)),
        };
        let secret = shared::rules::Secret::parse(text.trim()).ok_or_else(|| KeyError::NotAKey(file.to_owned()))?;
        Self::of_bytes(&secret.0).ok_or_else(|| KeyError::NotAKey(file.to_owned()))
    }

    /// A key of 32 bytes.
    pub fn of_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let seals = UnboundKey::new(&CHACHA20_POLY1305, bytes).ok()?;
        // Each purpose has a key of its own, which follows from the one that is kept.
        let hashes = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"hashes of what was typed");
        let hashes = hmac::Key::new(hmac::HMAC_SHA256, hashes.as_ref());
        Some(Self { seals: Arc::new(LessSafeKey::new(seals)), hashes })
    }

    /// Stands for these texts, in this order. Whoever has it, and not the key, can't even try which texts they are.
    pub fn hash(&self, texts: &[&str]) -> [u8; 32] {
        let mut hash = hmac::Context::with_key(&self.hashes);
        for text in texts {
            hash.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.sign().as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// Seals a text for a purpose. The first 12 bytes of `seed`, which must be random and used once, are
    /// the nonce and stand before the sealed text.
    pub fn seal(&self, text: &str, purpose: &[u8], seed: [u8; 32]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = seed.first_chunk().copied()?;
        let mut sealed = text.as_bytes().to_vec();
        self.seals
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut sealed)
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the same purpose with the same key.
    pub fn open(&self, sealed: &[u8], purpose: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = sealed.to_vec();
        let text =
            self.seals.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(purpose), &mut text).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

fn make(file: &Path, random: &dyn Random) -> std::io::Result<String> {
    let text = shared::rules::hex(random.seed().iter());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_purpose_alone() {
        let (key, other) = (Key::of_bytes(&[1; 32]).unwrap(), Key::of_bytes(&[2; 32]).unwrap());
        let sealed = key.seal("https://example.org/verify?token=abc", b"letter 1", [9; 32]).unwrap();
        assert_eq!(key.open(&sealed, b"letter 1").as_deref(), Some("https://example.org/verify?token=abc"));
        assert_eq!(key.open(&sealed, b"letter 2"), None);
        assert_eq!(other.open(&sealed, b"letter 1"), None);
        assert_eq!(key.open(&sealed[..5], b"letter 1"), None);
        let mut bent = sealed.clone();
        bent[20] ^= 1;
        assert_eq!(key.open(&bent, b"letter 1"), None);
    }

    #[test]
    fn a_hash_is_of_one_list_of_texts_and_one_key() {
        let (key, other) = (Key::of_bytes(&[1; 32]).unwrap(), Key::of_bytes(&[2; 32]).unwrap());
        let hash = key.hash(&["token", "password"]);
        assert_eq!(hash, key.hash(&["token", "password"]));
        for texts in [["token", "passwore"], ["tokenp", "assword"], ["password", "token"]] {
            assert_ne!(hash, key.hash(&texts), "{texts:?}");
        }
        assert_ne!(hash, other.hash(&["token", "password"]));
    }
}
