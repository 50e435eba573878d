//! Breaks up everything in an email that a mail program would turn into a link. Otherwise a username such as
//! `www.win.example` would be an advertisement with the site's name under it.

use shared::addresses::EmailAddress;
use shared::unicode::LINK_BREAK;

/// The text with its links broken. Email addresses and amounts stay as they are, so that they can be copied.
pub fn break_links(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(break_word).collect()
}

fn break_word(word: &str) -> String {
    let bare = word.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?'));
    if is_amount(bare) || is_mailbox(bare) {
        return word.to_owned();
    }
    let mut broken = String::with_capacity(word.len());
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        broken.push(c);
        let continues = rest.peek().is_some_and(|next| !next.is_whitespace());
        // Resolvers treat the full stop of another script as a dot.
        if continues
            && (matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}') || (c == ':' && rest.peek() == Some(&'/')))
        {
            broken.push(LINK_BREAK);
        }
    }
    broken
}

/// Whether it is a number with or without decimals.
fn is_amount(word: &str) -> bool {
    word.bytes().filter(|b| *b == b'.').count() <= 1 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether it is an email address, and nothing that a mail program could take for a web address.
fn is_mailbox(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+');
    word.chars().all(is_plain) && EmailAddress::parse(word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_web_address_is_broken() {
        for (text, expected) in [
            ("www.win.example invited you.", "www.|win.|example invited you."),
            ("see https://win.example/a.b", "see https:|//win.|example/a.|b"),
            ("http://win", "http:|//win"),
            ("by win.example, on Sunday", "by win.|example, on Sunday"),
            ("win。example", "win。|example"),
            ("win.example/@a.example", "win.|example/@a.|example"),
            ("1.1.1.1", "1.|1.|1.|1"),
            ("Hello dana,", "Hello dana,"),
            ("It costs 5.00 USD.", "It costs 5.00 USD."),
            ("The address dana@work.example was added.", "The address dana@work.example was added."),
            ("8 Mar 2026, 11:40 UTC.", "8 Mar 2026, 11:40 UTC."),
        ] {
            assert_eq!(break_links(text), expected.replace('|', &LINK_BREAK.to_string()));
        }
    }
}
