//! Text that people write: trimmed, without control characters, within its length (rules, section 2).

use crate::limits;
use crate::refusal::FaultCode;
use crate::unicode::{has_too_many_marks, is_invisible, is_joiner, isolated, strip_link_breaks, to_nfc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;

/// Validates free text and normalizes it. Line breaks are allowed if `lines` is set. Browsers send them as CR LF.
pub(crate) fn clean(typed: &str, min: usize, max: usize, lines: bool) -> Result<String, FaultCode> {
    let text = to_nfc(strip_link_breaks(typed).trim()).replace("\r\n", "\n");
    let count = text.chars().count();
    if count > max {
        return Err(FaultCode::TooLong { max, count });
    }
    let allowed = |c: char| lines && matches!(c, '\n' | '\t');
    if text.chars().any(|c| (c.is_control() && !allowed(c)) || is_invisible(c)) {
        return Err(FaultCode::ControlCharacter {});
    }
    if has_too_many_marks(&text) {
        return Err(FaultCode::TooManyMarks { max: limits::MARKS_IN_A_ROW });
    }
    // Joiners only shape the letters beside them, so a text of joiners is empty.
    if text.chars().all(is_joiner) && min > 0 {
        return Err(FaultCode::Empty {});
    }
    if count < min {
        return Err(FaultCode::TooShort { min, count });
    }
    Ok(text)
}

/// Returns what a person searches for: without control characters, at most its first 100 characters.
pub fn search_text(typed: &str) -> String {
    strip_link_breaks(typed).trim().chars().filter(|c| !c.is_control()).take(100).collect()
}

/// A secret that somebody typed, or that stands in a link. `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypedSecret(String);

impl Deref for TypedSecret {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for TypedSecret {
    fn from(typed: T) -> Self {
        Self(typed.into())
    }
}

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedSecret(…)")
    }
}

macro_rules! prose {
    ($(#[$doc:meta])* $name:ident, $min:expr, $max:expr, $lines:expr) => {
        prose!($(#[$doc])* $name, $min, $max, $lines, str::to_owned);
    };
    ($(#[$doc:meta])* $name:ident, $min:expr, $max:expr, $lines:expr, $in_words:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses what a person typed.
            ///
            /// # Errors
            /// The first rule that the text breaks (rules, section 2).
            pub fn parse(typed: &str) -> Result<Self, FaultCode> {
                clean(typed, $min, $max, $lines).map(Self)
            }

            /// Wraps a stored text without parsing it again.
            pub fn from_stored(text: String) -> Self {
                Self(text)
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let in_words: fn(&str) -> String = $in_words;
                f.write_str(&in_words(&self.0))
            }
        }
    };
}

prose!(
    /// The name of an organization in headings: 1 to 100 characters. `Display` isolates it for use in a sentence
    /// ([`isolated`]), and [`DisplayName::as_str`] returns it as it is.
    DisplayName,
    1,
    limits::DISPLAY_NAME,
    false,
    isolated
);
prose!(
    /// The description of an organization: 1 to 400 characters.
    Description,
    1,
    limits::DESCRIPTION,
    true
);
prose!(
    /// The reason for a decision: 1 to 1,000 characters.
    Reason,
    1,
    limits::FREE_TEXT,
    true
);
prose!(
    /// An optional message with a decision: up to 1,000 characters.
    Message,
    0,
    limits::FREE_TEXT,
    true
);
prose!(
    /// The registered name of the payer: 1 to 200 characters.
    LegalName,
    1,
    limits::LEGAL_NAME,
    false
);
prose!(
    /// A postal address without the country: 1 to 400 characters in lines.
    PostalAddress,
    1,
    limits::POSTAL_ADDRESS,
    true
);
prose!(
    /// An optional tax id of the payer: up to 40 characters. Each country has its own format.
    TaxId,
    0,
    limits::REFERENCE_NUMBER,
    false
);
prose!(
    /// An optional purchase-order number of the payer: up to 40 characters.
    OrderNumber,
    0,
    limits::REFERENCE_NUMBER,
    false
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_composed_and_free_of_control_characters() {
        let long = "x".repeat(101);
        let cases = [
            ("  The Sundial Project ", Ok("The Sundial Project")),
            ("Cafe\u{301}", Ok("Café")),
            ("", Err(FaultCode::Empty {})),
            ("two\nlines", Err(FaultCode::ControlCharacter {})),
            ("nul\0", Err(FaultCode::ControlCharacter {})),
            ("\u{202e}evil", Err(FaultCode::ControlCharacter {})),
            // With the zero-width space of our emails, and with characters that emails never insert.
            ("Sundial.\u{200b}io", Ok("Sundial.io")),
            ("\u{200b}", Err(FaultCode::Empty {})),
            ("\u{2060}", Err(FaultCode::ControlCharacter {})),
            ("sun\u{ad}dial", Err(FaultCode::ControlCharacter {})),
            ("\u{1bca0}x", Err(FaultCode::ControlCharacter {})),
            ("x\u{1d173}", Err(FaultCode::ControlCharacter {})),
            ("x\u{ffff}", Err(FaultCode::ControlCharacter {})),
            ("\u{2067}x\u{2069}", Err(FaultCode::ControlCharacter {})),
            ("Z\u{300}\u{301}\u{302}\u{303}\u{304}", Err(FaultCode::TooManyMarks { max: 4 })),
            ("\u{200d}\u{fe0f}", Err(FaultCode::Empty {})),
            ("خانه\u{200c}ها", Ok("خانه\u{200c}ها")),
            ("<script>alert(1)</script>", Ok("<script>alert(1)</script>")),
            (&long, Err(FaultCode::TooLong { max: 100, count: 101 })),
        ];
        for (typed, expected) in cases {
            let got = DisplayName::parse(typed).map(|n| n.as_str().to_owned());
            assert_eq!(got, expected.map(str::to_owned), "{typed:.20}");
        }
        assert_eq!(Description::parse("a\r\nb").map(|d| d.0), Ok("a\nb".to_owned()));
        let names = ["The Sundial Project", "שלום"].map(|name| DisplayName::from_stored(name.to_owned()).to_string());
        assert_eq!(names, ["The Sundial Project", "\u{2068}שלום\u{2069}"]);
        assert_eq!(Message::parse("  ").map(|m| m.0), Ok(String::new()));
    }
}
