//! The list of leaked passwords (rules, section 2). It has the 9,728 of at least 15 characters among the million most
//! common in Mark Burnett's “10 million passwords”. Those are in the public domain.
//!
//! The file holds the first six bytes of the SHA-256 of each lower-cased password, sorted. It is therefore small and not
//! readable, and one password in thirty thousand million is refused by chance.

use sha2::{Digest as _, Sha256};
use shared::passwords::Password;

const SIZE: usize = 6;
const HASHES: &[u8] = include_bytes!("breached.bin");

/// The password of every demo account. It is public, because it is in the documentation.
pub const DEMO_PASSWORD: &str = "a password for looking around";

/// Whether it is the demo's password, in upper or lower case.
pub fn is_demo_password(password: &Password) -> bool {
    password.reveal().to_lowercase() == DEMO_PASSWORD
}

/// Whether a password is on the list, in upper or lower case, or is the demo's.
pub fn is_breached(password: &Password) -> bool {
    if is_demo_password(password) {
        return true;
    }
    let hash: [u8; 32] = Sha256::digest(password.reveal().to_lowercase()).into();
    let (entries, _) = HASHES.as_chunks::<SIZE>();
    hash.first_chunk::<SIZE>().is_some_and(|start| entries.binary_search(start).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_complete_and_sorted() {
        let (entries, rest) = HASHES.as_chunks::<SIZE>();
        assert_eq!((entries.len(), rest.len()), (9_728, 0));
        assert!(entries.is_sorted());
    }

    #[test]
    fn leaked_password_is_recognized_in_any_case() {
        for (typed, expected) in [
            ("passwordpassword", true),
            ("123456789987654321", true),
            ("PasswordPassword", true),
            ("A password for looking around", true),
            ("correct horse battery staple", false),
        ] {
            assert_eq!(is_breached(&Password::for_verification(typed).unwrap()), expected, "{typed}");
        }
    }
}
