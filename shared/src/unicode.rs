//! What Unicode allows and text here does not need: characters that nobody sees, letters under a tower of marks; how a
//! text that runs from right to left stands within a sentence; and what searches compare.

use crate::limits;
use std::borrow::Cow;

/// Stands unseen in emails, behind the dots of names and between a scheme and its slashes, so that no mail program makes
/// a link of what people wrote. Whoever copies a name out of an email copies it along.
pub const LINK_BREAK: char = '\u{200b}';

/// What a person typed or pasted, without what our emails put into it ([`LINK_BREAK`]). Names, addresses and words are
/// read so; a password is what was typed.
pub fn without_breaks(typed: &str) -> Cow<'_, str> {
    if typed.contains(LINK_BREAK) { Cow::Owned(typed.replace(LINK_BREAK, "")) } else { Cow::Borrowed(typed) }
}

/// What a person typed, in Unicode's NFC form; on the server.
/// The browser leaves composing to the server: its tables would double the size of a page, and
/// nothing but the count of a few accented letters could differ.
pub(crate) fn composed(typed: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use unicode_normalization::UnicodeNormalization;
        typed.nfc().collect()
    }
    #[cfg(target_arch = "wasm32")]
    typed.to_owned()
}

/// Characters that nobody sees: a name of them is no name, and with them two names can look alike. Among them are those
/// that turn the direction of the text after them, those that steer shorthand, music and hieroglyphs, the sign that
/// stands for an object, and those that Unicode promises never to use.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | LINK_BREAK | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
        | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Joiners and signs that choose the form of the letter before them: languages and emoji need them.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether more marks than [`limits::MARKS_IN_A_ROW`] stand on one letter: they would cover the lines around it.
///
/// In the browser: never. It leaves this to the server, as it does composing.
pub(crate) fn has_tower(text: &str) -> bool {
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

/// A text as part of a plain sentence: where any of it runs from right to left, the signs around it keep it from turning
/// what stands beside it (U+2068, U+2069). Pages use `<bdi>`.
pub fn isolated(text: &str) -> String {
    if text.chars().any(runs_leftwards) { ["\u{2068}", text, "\u{2069}"].concat() } else { text.to_owned() }
}

/// Whether the character is of a script that runs from right to left: Hebrew, Arabic and those in the blocks that
/// Unicode keeps for others like them.
fn runs_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// What searches compare: letters without case, accents and width, so that `istanbul` finds `İstanbul` and `cafe` finds
/// `Café`. The store keeps it beside the text; a change of what it is needs a migration that empties those keys. It is
/// empty for an empty text alone.
///
/// Not in the browser, which has no tables for it.
#[cfg(not(target_arch = "wasm32"))]
pub fn search_key(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let letters = text.nfkd().filter(|c| !is_accent(*c) && !is_unseen(*c) && !is_joiner(*c));
    let key: String = letters.flat_map(without_case).nfc().collect();
    // A text of nothing but accents is found by these.
    if key.is_empty() { composed(text).to_lowercase() } else { key }
}

/// Marks above, below or through a letter, by their place (combining class); but not the signs that are vowels of their
/// own in Indic scripts, or that make another consonant of a kana.
#[cfg(not(target_arch = "wasm32"))]
fn is_accent(c: char) -> bool {
    matches!(unicode_normalization::char::canonical_combining_class(c), 1 | 10..=36 | 200..=240)
}

/// A letter without its case: by way of the capital, because two small letters can share one (`ς` and `σ`, `ı` and `i`).
/// Letters with a stroke, and two that have grown together, are no accented letters to Unicode, but are to who types.
#[cfg(not(target_arch = "wasm32"))]
fn without_case(c: char) -> Vec<char> {
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
    fn a_search_key_has_no_case_accents_or_width() {
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
            // Another letter, and not the same with an accent.
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
    fn only_text_that_runs_leftwards_is_isolated() {
        for (text, isolates) in
            [("Café 9", false), ("東京", false), ("", false), ("שלום", true), ("a ب", true), ("٣", true)]
        {
            assert_eq!(isolated(text) != text, isolates, "{text}");
        }
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn marks_make_a_tower_where_there_are_more_than_a_language_needs() {
        let marks = |n: usize| ["Z", &"\u{300}".repeat(n), "algo"].concat();
        assert!(!has_tower(&marks(4)) && has_tower(&marks(5)));
        // A joiner between them makes it no lower.
        assert!(has_tower("a\u{300}\u{301}\u{200d}\u{302}\u{303}"));
        for text in ["Việt Nam", "שָׁלוֹם", "👨\u{200d}👩\u{200d}👧\u{200d}👦", "❤\u{fe0f}\u{200d}🔥", "हिन्दी", "ที่นี่"]
        {
            assert!(!has_tower(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_search_key_is_its_own_key_and_finds_the_text(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(key.is_empty(), text.is_empty());
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert_eq!(search_key(&composed(&text)), key);
        }
    }
}
