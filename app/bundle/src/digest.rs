//! The content hash in a file's name.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Forty bits: two successive versions of a file practically never share a hash.
const BYTES: usize = 5;

/// The first ten hexadecimal digits of the content's SHA-256.
pub(crate) fn digest(content: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * BYTES);
    for byte in Sha256::digest(content).iter().take(BYTES) {
        // Writing into a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// `app.js` and its content become `app.9f86d08188.js`. A name without an extension gets the hash at its end.
pub(crate) fn hashed_name(name: &str, content: &[u8]) -> String {
    let digest = digest(content);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{digest}.{ending}"),
        None => format!("{name}.{digest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_the_beginning_of_sha_256() {
        assert_eq!(digest(b"test"), "9f86d08188");
        assert_eq!(digest(b""), "e3b0c44298");
    }

    #[test]
    fn hashed_name_keeps_stem_and_extension() {
        assert_eq!(hashed_name("app.js", b"test"), "app.9f86d08188.js");
        assert_eq!(hashed_name("a.b.css", b"test"), "a.b.9f86d08188.css");
        assert_eq!(hashed_name("plain", b"test"), "plain.9f86d08188");
        assert_ne!(hashed_name("app.js", b"test"), hashed_name("app.js", b"tesu"));
    }
}
