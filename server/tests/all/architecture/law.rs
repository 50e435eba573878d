//! The rules, `shared/RULES.md`: each section that the code cites exists, and so does the code that the document names.

use super::{root, sources, texts};
use std::collections::BTreeSet;

fn law() -> String {
    std::fs::read_to_string(root().join("shared/RULES.md")).unwrap()
}

#[test]
fn every_cited_section_exists() {
    let law = law();
    let number = |line: &str| line.strip_prefix("## ")?.split_once(". ")?.0.parse::<usize>().ok();
    let there: Vec<usize> = law.lines().filter_map(number).collect();
    assert_eq!(there, (1..=there.len()).collect::<Vec<_>>());
    let mut cited = BTreeSet::new();
    for folder in ["app", "server", "shared", "style"] {
        for (name, text) in texts(folder, &["css", "html", "rs", "sql"]) {
            for (at, word) in text.match_indices("section") {
                let (before, sections) = (&text[..at], numbers(&text[at + word.len()..]));
                if sections.is_empty() || is_of_an_rfc(before) {
                    continue;
                }
                assert!(before.ends_with("rules, "), "{name}: {sections:?} of what?");
                assert!(sections.iter().all(|section| there.contains(section)), "{name}: {sections:?}");
                cited.extend(sections);
            }
        }
    }
    assert!(!cited.is_empty());
}

#[test]
fn rules_document_names_every_command_and_only_existing_code() {
    let law = law();
    let names: BTreeSet<&str> = law.split('`').skip(1).step_by(2).collect();
    let rules = sources("shared/src/rules");
    let commands = rules.iter().flat_map(|(_, code)| code.split("impl Command for ").skip(1));
    let commands: BTreeSet<&str> = commands.filter_map(|command| command.split(' ').next()).collect();
    let named: BTreeSet<&str> = names.iter().copied().filter(|name| is_type(name)).collect();
    assert_eq!(named, commands);
    let limits = std::fs::read_to_string(root().join("shared/src/limits.rs")).unwrap();
    for name in names.into_iter().filter(|name| is_constant(name)) {
        assert!(limits.contains(&format!("pub const {name}: ")), "{name}");
    }
}

#[test]
fn citations_are_parsed() {
    assert_eq!(numbers(" 4; limits)"), [4]);
    assert_eq!(numbers("s 1, 2 and 9)"), [1, 2, 9]);
    assert!(numbers("s of it").is_empty());
    assert!(is_of_an_rfc("the next is tried (RFC 8305, ") && !is_of_an_rfc("see the rules, "));
}

/// The numbers after the word: one, or several as in “rules, sections 1, 2 and 9”. Empty if nothing is cited.
fn numbers(behind: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = behind.strip_prefix('s').unwrap_or(behind).strip_prefix(' ').unwrap_or_default();
    loop {
        let (digits, further) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let Ok(number) = digits.parse::<usize>() else { return found };
        found.push(number);
        let Some(next) = further.strip_prefix(", ").or_else(|| further.strip_prefix(" and ")) else { return found };
        rest = next;
    }
}

fn is_of_an_rfc(before: &str) -> bool {
    let document = before.strip_suffix(", ").unwrap_or(before);
    document.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("RFC ")
}

fn is_constant(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn is_type(name: &str) -> bool {
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    capital && name.chars().all(|c| c.is_ascii_alphabetic()) && !is_constant(name)
}
