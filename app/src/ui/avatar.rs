//! The avatar of a person or an organization: two letters of the name, in a colour that stays the same for the same name.

use leptos::prelude::*;
use shared::names::Username;

/// The CSS classes of the colours.
const COLOURS: [&str; 8] = ["face c0", "face c1", "face c2", "face c3", "face c4", "face c5", "face c6", "face c7"];

/// The avatar of a username or an organization's name. Screen readers skip it, because the name is beside it.
pub fn avatar(name: &str) -> AnyView {
    view! { <span class=colour(name) aria-hidden="true">{letters(name)}</span> }.into_any()
}

/// The first two letters or digits.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(2).collect::<String>().to_ascii_uppercase()
}

/// The class of the colour, from the FNV-1a hash of the name's key.
fn colour(name: &str) -> &'static str {
    let key = Username::from_stored(name.to_owned()).key();
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = key.as_str().bytes().fold(0x811c_9dc5, mix);
    // The high bits differ most.
    let place = usize::try_from(hash >> 24).unwrap_or(0) % COLOURS.len();
    COLOURS.get(place).copied().unwrap_or("face")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn avatar_has_two_letters_and_the_colour_of_the_name() {
        for (username, expected) in [("dana", "DA"), ("x", "X"), ("J.-Doe", "JD"), ("7of9", "7O")] {
            assert_eq!(letters(username), expected);
        }
        assert_eq!(colour("J.Doe"), colour("jdoe"));
        let names = ["abe", "dana", "kim", "lee", "mira", "otto", "ravi", "sam", "uma", "yuki"];
        let colours: std::collections::BTreeSet<&str> = names.into_iter().map(colour).collect();
        assert!(colours.len() > 4, "{colours:?}");
    }
}
