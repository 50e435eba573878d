//! Usernames and organization names, parsed once and compared by key (rules, section 2).

use crate::limits;
use crate::refusal::FaultCode;
use crate::unicode::strip_link_breaks;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The normalized form of a name. Two names with the same key are the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameKey(String);

impl NameKey {
    /// Returns the key as text, as it is used in URLs and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a stored key without computing it again.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $min:expr, $max:expr, $key:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses what a person typed, without surrounding white space.
            ///
            /// # Errors
            /// The first rule that the text breaks (rules, section 2).
            pub fn parse(typed: &str) -> Result<Self, FaultCode> {
                let text = strip_link_breaks(typed);
                let text = text.trim();
                plain_name(text, $min, $max)?;
                Ok(Self(text.to_owned()))
            }

            /// Wraps a stored name without parsing it again.
            pub fn from_stored(text: String) -> Self {
                Self(text)
            }

            /// Returns the name as its holder writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the key that names are compared by.
            pub fn key(&self) -> NameKey {
                let key: fn(&str) -> String = $key;
                NameKey(key(&self.0))
            }

            /// Returns the key of a part of a name, for searches: without accents
            /// ([`search_key`](crate::unicode::search_key)) and normalized like [`Self::key`].
            ///
            /// The browser does not have this function.
            #[cfg(not(target_arch = "wasm32"))]
            pub fn part(text: &str) -> NameKey {
                Self::from_stored(crate::unicode::search_key(text)).key()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The account name of an organization: 2 to 50 characters, compared in lower case with runs
    /// of `.`, `_` and `-` as one `-`.
    OrganizationName,
    limits::ORGANIZATION_NAME_MIN,
    limits::ORGANIZATION_NAME,
    normalize
);

name!(
    /// A username: 1 to 50 characters, compared without regard to case or separators. It never changes.
    Username,
    1,
    limits::USERNAME,
    |text| text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
);

fn plain_name(text: &str, min: usize, max: usize) -> Result<(), FaultCode> {
    let count = text.chars().count();
    if count == 0 {
        return Err(FaultCode::Empty {});
    }
    if count > max {
        return Err(FaultCode::TooLong { max, count });
    }
    let separator = |c: char| matches!(c, '.' | '_' | '-');
    if let Some(c) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !separator(*c)) {
        return Err(if c.is_control() {
            FaultCode::ControlCharacter {}
        } else {
            FaultCode::NameCharacter { found: c }
        });
    }
    if text.starts_with(separator) || text.ends_with(separator) {
        return Err(FaultCode::NameEnds {});
    }
    if count < min {
        return Err(FaultCode::TooShort { min, count });
    }
    Ok(())
}

/// Normalizes an organization or project name: lower case, with each run of `.`, `_` and `-` as one `-`.
pub fn normalize(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '.' | '_' | '-') {
            if !key.ends_with('-') {
                key.push('-');
            }
        } else {
            key.push(c.to_ascii_lowercase());
        }
    }
    key
}

/// Returns the skeleton of a name, by which confusable names are found. Separators are dropped, and confusable letters
/// are replaced by one of them (`rn` by `m`, `0` by `o`, `1` and `i` by `l`, `vv` by `w`).
pub fn skeleton(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '.' | '_' | '-'))
        .map(|c| match c.to_ascii_lowercase() {
            '0' => 'o',
            '1' | 'i' => 'l',
            c => c,
        })
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// Returns the skeleton of a display name: the [`skeleton`] of its [`search_key`](crate::unicode::search_key) without
/// white space. It is empty only for an empty text. The browser does not have this function.
#[cfg(not(target_arch = "wasm32"))]
pub fn display_skeleton(display_name: &str) -> String {
    let key = crate::unicode::search_key(display_name);
    let skeleton = skeleton(&key.split_whitespace().collect::<String>());
    if skeleton.is_empty() { key } else { skeleton }
}

/// A name as it is compared with many others: its [`skeleton`], computed once.
pub struct Skeleton(String);

impl Skeleton {
    /// Returns the skeleton of a name.
    pub fn of(name: &str) -> Self {
        Self(skeleton(name))
    }

    /// Returns how similar two names look: 0 if they look the same, 1 if one begins or ends with the other, 2 if one
    /// letter differs, and `None` otherwise.
    pub fn likeness(&self, other: &Self) -> Option<u8> {
        let (a, b) = (self.0.as_str(), other.0.as_str());
        if a == b {
            return Some(0);
        }
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.len() < 4 {
            return None;
        }
        if long.starts_with(short) || long.ends_with(short) {
            return Some(1);
        }
        // One letter is at most four bytes.
        (long.len() - short.len() <= 4 && one_step_apart(short, long)).then_some(2)
    }
}

/// Returns whether different texts differ by one letter that is changed, added or swapped with its neighbour.
fn one_step_apart(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        let (rest_a, rest_b) = (a.as_str(), b.as_str());
        let (first_a, first_b) = (a.next(), b.next());
        if first_a == first_b && first_a.is_some() {
            continue;
        }
        let (after_a, after_b) = (a.as_str(), b.as_str());
        let mut swapped = || a.next() == first_b && b.next() == first_a && a.as_str() == b.as_str();
        return after_a == after_b || rest_a == after_b || after_a == rest_b || swapped();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn likeness(a: &str, b: &str) -> Option<u8> {
        Skeleton::of(a).likeness(&Skeleton::of(b))
    }

    #[test]
    fn names_are_refused_with_the_broken_rule() {
        let long = "a".repeat(10_000);
        let cases: [(&str, Result<&str, FaultCode>); 17] = [
            ("Foo_Bar", Ok("foo-bar")),
            ("  tide..pool ", Ok("tide-pool")),
            ("a", Err(FaultCode::TooShort { min: 2, count: 1 })),
            ("", Err(FaultCode::Empty {})),
            ("   ", Err(FaultCode::Empty {})),
            (&long, Err(FaultCode::TooLong { max: 50, count: 10_000 })),
            (".dot", Err(FaultCode::NameEnds {})),
            ("dash-", Err(FaultCode::NameEnds {})),
            ("two words", Err(FaultCode::NameCharacter { found: ' ' })),
            ("вода", Err(FaultCode::NameCharacter { found: 'в' })),
            ("nul\0", Err(FaultCode::ControlCharacter {})),
            // With the zero-width space of our emails, and with characters that emails never insert.
            ("Night.\u{200b}Sky", Ok("night-sky")),
            (" \u{200b} ", Err(FaultCode::Empty {})),
            ("night\u{2060}sky", Err(FaultCode::NameCharacter { found: '\u{2060}' })),
            ("<b>x</b>", Err(FaultCode::NameCharacter { found: '<' })),
            ("x/y", Err(FaultCode::NameCharacter { found: '/' })),
            ("é9", Err(FaultCode::NameCharacter { found: 'é' })),
        ];
        for (typed, expected) in cases {
            let got = OrganizationName::parse(typed).map(|n| n.key().as_str().to_owned());
            assert_eq!(got, expected.map(str::to_owned), "{typed:.20}");
        }
    }

    #[test]
    fn usernames_compare_without_case_and_separators() {
        let keys = ["Dana.Lee", "dana_lee", "DANA--LEE", "danalee"].map(|n| Username::parse(n).map(|n| n.key()));
        assert!(keys.iter().all(|k| k == &keys[0] && k.is_ok()));
    }

    #[test]
    fn parts_of_names_compare_without_case_accents_and_separators() {
        for (text, name, username) in [
            ("Night.Sky", "night-sky", "nightsky"),
            ("NIGHT__sky", "night-sky", "nightsky"),
            ("nïght-sk", "night-sk", "nightsk"),
            ("_sky", "-sky", "sky"),
            ("50%", "50%", "50"),
            ("", "", ""),
        ] {
            let parts = (OrganizationName::part(text), Username::part(text));
            assert_eq!((parts.0.as_str(), parts.1.as_str()), (name, username), "{text}");
        }
    }

    #[test]
    fn likeness_ranks_confusable_names() {
        let cases = [
            ("modern", "modem", Some(0)),
            ("go0gle", "google", Some(0)),
            ("tide-pool", "tidepool", Some(0)),
            ("ill", "l11", Some(0)),
            ("tidepool", "tidepool-io", Some(1)),
            ("sundial", "sundail", Some(2)),
            ("sundial", "sundials", Some(1)),
            ("sundial", "sundiel", Some(2)),
            ("sundial", "moonrise", None),
            ("abc", "abd", None),
        ];
        for (a, b, expected) in cases {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
            assert_eq!(likeness(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn confusable_display_names_have_the_same_skeleton() {
        let cases = [
            ("The Sundial Project", "the sundial project", true),
            ("The Sundial Project", "The  Sun-dial\u{a0}Project", true),
            ("The Sundial Project", "The Sund1al Pr0ject", true),
            ("The Sundial Project", "Thé Sündial Prøject", true),
            ("The Sundial Project", "Ｔｈｅ Sundial Project", true),
            ("Modern Times", "Modem Times", true),
            ("The Sundial Project", "The Sundial Projects", false),
            ("The Sundial Project", "Sundial", false),
            ("…", "...", true),
            ("---", "___", false),
        ];
        for (a, b, same) in cases {
            assert_eq!(display_skeleton(a) == display_skeleton(b), same, "{a} {b}");
            assert!(!display_skeleton(a).is_empty(), "{a}");
        }
    }

    proptest! {
        #[test]
        fn normalize_is_idempotent_and_parse_never_panics(typed in ".{0,60}") {
            if let Ok(name) = OrganizationName::parse(&typed) {
                let key = name.key();
                prop_assert_eq!(normalize(key.as_str()), key.as_str());
                prop_assert!(!name.as_str().is_empty() && name.as_str().is_ascii());
                prop_assert_eq!(OrganizationName::parse(name.as_str()).map(|n| n.key()), Ok(name.key()));
            }
            let _ = likeness(&typed, "sundial");
        }
    }
}
