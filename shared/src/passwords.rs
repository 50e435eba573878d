//! The rules for passwords (rules, section 2; NIST SP 800-63B-4).

use crate::limits;
use crate::refusal::FaultCode;
use crate::unicode::to_nfc;
use std::fmt;

/// A password as typed. On the server it is in Unicode's NFC form, because keyboards compose accents in different ways.
/// It is never trimmed, shown or stored.
///
/// It is a type of its own, because the browser checks passwords too. A crate that wipes them from memory would only
/// add weight there: the page itself holds what was typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Validates a new password. It must not be the username, the email address or the site's name.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn new(typed: &str, username: &str, email: &str) -> Result<Self, FaultCode> {
        let count = typed.chars().count();
        if count == 0 {
            return Err(FaultCode::Empty {});
        }
        if count < limits::PASSWORD_MIN {
            return Err(FaultCode::TooShort { min: limits::PASSWORD_MIN, count });
        }
        if count > limits::PASSWORD {
            return Err(FaultCode::TooLong { max: limits::PASSWORD, count });
        }
        let lower = typed.trim().to_lowercase();
        // A repetition is no better than the word itself.
        let is = |other: &str| {
            let other = other.trim().to_lowercase();
            !other.is_empty() && (lower == other || repeated_unit(&lower) == repeated_unit(&other))
        };
        if is(username) {
            return Err(FaultCode::PasswordIsUsername {});
        }
        if is(email) {
            return Err(FaultCode::PasswordIsEmail {});
        }
        if repeated_unit(&lower) == "guildhall" {
            return Err(FaultCode::PasswordIsSite {});
        }
        if repeated_unit(&lower).chars().count() < limits::PASSWORD_MIN {
            return Err(FaultCode::PasswordRepeats {});
        }
        Ok(Self(to_nfc(typed)))
    }

    /// Parses a password for signing in. Only its length is checked, because the hash decides.
    ///
    /// # Errors
    /// It is empty, or longer than any password can be.
    pub fn for_verification(typed: &str) -> Result<Self, FaultCode> {
        match typed.chars().count() {
            0 => Err(FaultCode::Empty {}),
            count if count > limits::PASSWORD => Err(FaultCode::TooLong { max: limits::PASSWORD, count }),
            _ => Ok(Self(to_nfc(typed))),
        }
    }

    /// Returns the password in the clear, for hashing only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Returns the shortest text of which `text` is a repetition: “ab” for “abab”. Most texts are no repetition and are
/// returned whole.
fn repeated_unit(text: &str) -> &str {
    let starts = text.char_indices().map(|(at, _)| at).skip(1);
    let units = starts.filter(|at| text.len().is_multiple_of(*at)).filter_map(|at| text.get(..at));
    units.into_iter().find(|unit| text.len() == unit.len() * text.matches(*unit).count()).unwrap_or(text)
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_refused_with_the_broken_rule() {
        let (short, long) = ("x".repeat(13) + "y", "xy".repeat(128) + "z");
        let cases = [
            ("correct horse battery staple", Ok(())),
            ("пароль из слов и ещё", Ok(())),
            ("", Err(FaultCode::Empty {})),
            (short.as_str(), Err(FaultCode::TooShort { min: 15, count: 14 })),
            (long.as_str(), Err(FaultCode::TooLong { max: 256, count: 257 })),
            ("Dana.Whitfield.The.Second", Err(FaultCode::PasswordIsUsername {})),
            ("dana.whitfield@example.org", Err(FaultCode::PasswordIsEmail {})),
            ("guildhallguildhall", Err(FaultCode::PasswordIsSite {})),
            ("aaaaaaaaaaaaaaaaaaaa", Err(FaultCode::PasswordRepeats {})),
            ("iloveyouiloveyou", Err(FaultCode::PasswordRepeats {})),
            ("Dana.Whitfield.The.SecondDana.Whitfield.The.Second", Err(FaultCode::PasswordIsUsername {})),
        ];
        for (typed, expected) in cases {
            let got = Password::new(typed, "dana.whitfield.the.second", "dana.whitfield@example.org").map(|_| ());
            assert_eq!(got, expected, "{typed}");
        }
        assert_eq!(Password::for_verification("cafe\u{301}"), Password::for_verification("café"));
        assert_eq!(format!("{:?}", Password::for_verification("secret")), "Ok(Password(…))");
    }
}
