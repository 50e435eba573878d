//! Passwords that are known to be broken (rules, section 2): the 9,728 of at least 15 characters among the million
//! commonest of the “10 million passwords” that Mark Burnett gave to the public domain.
//!
//! They are kept as the first six bytes of the SHA-256 of their lower-cased text, sorted: nobody has to read them, and
//! one password in thirty thousand million is refused by chance.

use sha2::{Digest as _, Sha256};
use shared::passwords::Password;

const SIZE: usize = 6;
const KNOWN: &[u8] = include_bytes!("breached.bin");

/// Everybody's on a site that is filled to look around in: it stands in the documentation.
pub const OF_THE_DEMO: &str = "a password for looking around";

/// Whether it is the demo's password, in whatever case.
pub fn is_of_the_demo(password: &Password) -> bool {
    password.reveal().to_lowercase() == OF_THE_DEMO
}

/// Whether a password stands on the list, in whatever case, or is the demo's.
pub fn is_known(password: &Password) -> bool {
    if is_of_the_demo(password) {
        return true;
    }
    let hash: [u8; 32] = Sha256::digest(password.reveal().to_lowercase()).into();
    let (entries, _) = KNOWN.as_chunks::<SIZE>();
    hash.first_chunk::<SIZE>().is_some_and(|start| entries.binary_search(start).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_sorted() {
        let (entries, rest) = KNOWN.as_chunks::<SIZE>();
        assert_eq!((entries.len(), rest.len()), (9_728, 0));
        assert!(entries.is_sorted());
    }

    #[test]
    fn broken_passwords_are_known_in_any_case() {
        for (typed, known) in [
            ("passwordpassword", true),
            ("123456789987654321", true),
            ("PasswordPassword", true),
            ("A password for looking around", true),
            ("correct horse battery staple", false),
        ] {
            assert_eq!(is_known(&Password::for_verification(typed).unwrap()), known, "{typed}");
        }
    }
}
