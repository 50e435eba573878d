//! Unicode: invisible characters and stacked marks, which are refused, the isolation of right-to-left text in a
//! sentence, and the keys that searches compare.

use crate::limits;
use std::borrow::Cow;

/// A zero-width space. Emails have it after the dots of names and between a scheme and its slashes, so that mail
/// programs do not turn user input into links. Whoever copies a name out of an email copies it too.
pub const LINK_BREAK: char = '\u{200b}';

/// Removes each [`LINK_BREAK`] from what a person typed or pasted. Names, addresses and text are parsed after that.
/// Passwords are left as typed.
pub fn strip_link_breaks(typed: &str) -> Cow<'_, str> {
    if typed.contains(LINK_BREAK) { Cow::Owned(typed.replace(LINK_BREAK, "")) } else { Cow::Borrowed(typed) }
}

/// Returns the text in Unicode's NFC form on the server, and unchanged in the browser.
///
/// The browser leaves this to the server, because the tables would double the size of a page. Only the count of a few
/// accented letters can differ.
pub(crate) fn to_nfc(typed: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use unicode_normalization::UnicodeNormalization;
        typed.nfc().collect()
    }
    #[cfg(target_arch = "wasm32")]
    typed.to_owned()
}

/// Returns whether a character is invisible. Such characters could make a name that looks empty, or two names that look
/// alike. They include bidirectional controls, controls of shorthand, music and hieroglyphs, the object replacement
/// character, and noncharacters.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | LINK_BREAK | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
        | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Returns whether a character is a joiner or a variation selector, which languages and emoji need.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Returns whether one letter has more than [`limits::MARKS_IN_A_ROW`] marks, which would cover the lines around it.
///
/// The browser always returns `false` and leaves this to the server, because it has no tables.
pub(crate) fn has_too_many_marks(text: &str) -> bool {
    let mut row = 0;
    text.chars().any(|c| {
        row = if is_mark(c) || is_joiner(c) { row + 1 } else { 0 };
        row > limits::MARKS_IN_A_ROW
    })
}

#[cfg(not(target_arch = "wasm32"))]
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(target_arch = "wasm32")]
const fn is_mark(_: char) -> bool {
    false
}

/// Returns a text for use in a plain sentence. Right-to-left text is put between isolates (U+2068 and U+2069), so that
/// it does not reorder the text around it. Pages use `<bdi>` instead.
pub fn isolated(text: &str) -> String {
    if text.chars().any(is_right_to_left) { ["\u{2068}", text, "\u{2069}"].concat() } else { text.to_owned() }
}

/// Returns whether the character is in a block that Unicode reserves for right-to-left scripts, such as Hebrew and
/// Arabic.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// Returns the key that searches compare, without case, accents and width: `istanbul` finds `İstanbul`, and `cafe`
/// finds `Café`. The key is empty only for an empty text.
///
/// The store keeps keys beside the text, so a change of this function needs a migration that clears them. The browser
/// does not have this function, because it has no tables.
#[cfg(not(target_arch = "wasm32"))]
pub fn search_key(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let letters = text.nfkd().filter(|c| !is_accent(*c) && !is_invisible(*c) && !is_joiner(*c));
    let key: String = letters.flat_map(fold_case).nfc().collect();
    // A text of accents only is found by its accents.
    if key.is_empty() { to_nfc(text).to_lowercase() } else { key }
}

/// Returns whether a mark is an accent above, below or through a letter, by its combining class. Vowel signs of Indic
/// scripts and voiced sound marks of kana are not accents.
#[cfg(not(target_arch = "wasm32"))]
fn is_accent(c: char) -> bool {
    matches!(unicode_normalization::char::canonical_combining_class(c), 1 | 10..=36 | 200..=240)
}

/// Folds the case of a letter by way of upper case, because two lower-case letters can share one (`ς` and `σ`, `ı` and
/// `i`). Letters with a stroke and ligatures are replaced too: Unicode does not decompose them, but people type them
/// without.
#[cfg(not(target_arch = "wasm32"))]
fn fold_case(c: char) -> Vec<char> {
    match c {
        'Æ' | 'æ' => vec!['a', 'e'],
        'Œ' | 'œ' => vec!['o', 'e'],
        'Þ' | 'þ' => vec!['t', 'h'],
        'ß' | 'ẞ' => vec!['s', 's'],
        'Đ' | 'đ' | 'Ð' | 'ð' => vec!['d'],
        'Ħ' | 'ħ' => vec!['h'],
        'Ł' | 'ł' => vec!['l'],
        'Ø' | 'ø' => vec!['o'],
        'Ŧ' | 'ŧ' => vec!['t'],
        c => c.to_uppercase().flat_map(char::to_lowercase).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn search_key_has_no_case_accents_or_width() {
        let cases = [
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "istanbul"),
            ("ısparta", "isparta"),
            ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("Việt Nam", "viet nam"),
            ("Ёлка", "елка"),
            ("Ｆｕｌｌ", "full"),
            ("ﬁne", "fine"),
            ("שָׁלוֹם", "שלום"),
            ("\u{2068}שלום\u{2069}", "שלום"),
            // These are different letters, not accented ones.
            ("が", "が"),
            ("कि", "कि"),
            ("a_b%", "a_b%"),
            ("\u{301}", "\u{301}"),
            ("", ""),
        ];
        for (text, key) in cases {
            assert_eq!(search_key(text), key, "{text}");
        }
        assert_ne!(search_key("か"), search_key("が"));
        assert_ne!(search_key("का"), search_key("कि"));
    }

    #[test]
    fn only_right_to_left_text_is_isolated() {
        for (text, isolates) in
            [("Café 9", false), ("東京", false), ("", false), ("שלום", true), ("a ب", true), ("٣", true)]
        {
            assert_eq!(isolated(text) != text, isolates, "{text}");
        }
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn more_than_four_marks_on_a_letter_are_too_many() {
        let marks = |n: usize| ["Z", &"\u{300}".repeat(n), "algo"].concat();
        assert!(!has_too_many_marks(&marks(4)) && has_too_many_marks(&marks(5)));
        // A joiner between marks does not reset the count.
        assert!(has_too_many_marks("a\u{300}\u{301}\u{200d}\u{302}\u{303}"));
        for text in ["Việt Nam", "שָׁלוֹם", "👨\u{200d}👩\u{200d}👧\u{200d}👦", "❤\u{fe0f}\u{200d}🔥", "हिन्दी", "ที่นี่"]
        {
            assert!(!has_too_many_marks(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn search_key_is_idempotent(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(key.is_empty(), text.is_empty());
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert_eq!(search_key(&to_nfc(&text)), key);
        }
    }
}
