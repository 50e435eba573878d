//! The server's key. It encrypts the secret links of emails in the outbox, and hashes forms, with the secrets in
//! them, so that they are recognized when they are sent again.

use crate::random::Random;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Why the key could not be loaded, as a sentence for the operator.
#[derive(Debug, Error)]
pub enum KeyError {
    #[error("the key file {file} can't be used: {why}")]
    File { file: PathBuf, why: std::io::Error },
    #[error("the key file {0} doesn't contain a key of 64 hexadecimal digits")]
    NotAKey(PathBuf),
}

/// The key. Clones are cheap, and there is no debug output.
#[derive(Clone)]
pub struct Key {
    encryption: Arc<LessSafeKey>,
    hashing: hmac::Key,
}

impl Key {
    /// Reads the key from a file. If there is none, creates one that only its owner can read.
    ///
    /// # Errors
    /// The file can't be read or written, or holds something else.
    pub fn from_file(file: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        let file_error = |why| KeyError::File { file: file.to_owned(), why };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => create(file, random).map_err(file_error)?,
            Err(e) => return Err(file_error(e)),
        };
        let secret = shared::rules::Secret::parse(text.trim()).ok_or_else(|| KeyError::NotAKey(file.to_owned()))?;
        Self::from_bytes(&secret.0).ok_or_else(|| KeyError::NotAKey(file.to_owned()))
    }

    /// A key of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let encryption = UnboundKey::new(&CHACHA20_POLY1305, bytes).ok()?;
        // The key for hashing is derived from the stored key, so that each purpose has its own.
        let hashing = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"hashes of what was typed");
        let hashing = hmac::Key::new(hmac::HMAC_SHA256, hashing.as_ref());
        Some(Self { encryption: Arc::new(LessSafeKey::new(encryption)), hashing })
    }

    /// A keyed hash of these texts in this order. Without the key, nobody can test guesses against it.
    pub fn hash(&self, texts: &[&str]) -> [u8; 32] {
        let mut hash = hmac::Context::with_key(&self.hashing);
        for text in texts {
            hash.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.sign().as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// Encrypts a text for a purpose. The first 12 bytes of `seed` are the nonce, which the result starts with. `seed` must
    /// be random and used only once.
    pub fn seal(&self, text: &str, purpose: &[u8], seed: [u8; 32]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = seed.first_chunk().copied()?;
        let mut sealed = text.as_bytes().to_vec();
        self.encryption
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut sealed)
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what was sealed for the same purpose with the same key, or returns `None`.
    pub fn open(&self, sealed: &[u8], purpose: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = sealed.to_vec();
        let text =
            self.encryption.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(purpose), &mut text).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

fn create(file: &Path, random: &dyn Random) -> std::io::Result<String> {
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
    fn sealed_text_opens_only_with_the_same_key_and_purpose() {
        let (key, other) = (Key::from_bytes(&[1; 32]).unwrap(), Key::from_bytes(&[2; 32]).unwrap());
        let sealed = key.seal("https://example.org/verify?token=abc", b"email 1", [9; 32]).unwrap();
        assert_eq!(key.open(&sealed, b"email 1").as_deref(), Some("https://example.org/verify?token=abc"));
        assert_eq!(key.open(&sealed, b"email 2"), None);
        assert_eq!(other.open(&sealed, b"email 1"), None);
        assert_eq!(key.open(&sealed[..5], b"email 1"), None);
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert_eq!(key.open(&changed, b"email 1"), None);
    }

    #[test]
    fn hash_depends_on_the_list_of_texts_and_the_key() {
        let (key, other) = (Key::from_bytes(&[1; 32]).unwrap(), Key::from_bytes(&[2; 32]).unwrap());
        let hash = key.hash(&["token", "password"]);
        assert_eq!(hash, key.hash(&["token", "password"]));
        for texts in [["token", "passwore"], ["tokenp", "assword"], ["password", "token"]] {
            assert_ne!(hash, key.hash(&texts), "{texts:?}");
        }
        assert_ne!(hash, other.hash(&["token", "password"]));
    }
}
