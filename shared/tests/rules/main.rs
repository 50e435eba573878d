//! The rules: a table for each command, from actor and facts to events or refusal. Random histories check the
//! invariants after each step.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where something is not as it should be")]

mod accounts;
mod administration;
mod billing;
mod conversation;
mod histories;
mod oracle;
mod people;
mod requests;
mod settings;
mod support;
mod world;

use std::path::Path;

#[test]
fn every_command_has_its_table() {
    let tables = [
        include_str!("accounts.rs"),
        include_str!("administration.rs"),
        include_str!("billing.rs"),
        include_str!("conversation.rs"),
        include_str!("people/invitations.rs"),
        include_str!("people/members.rs"),
        include_str!("requests.rs"),
        include_str!("settings.rs"),
    ];
    let tables = tables.concat();
    let mut commands = 0;
    for rules in texts(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules"))) {
        for command in rules.split("impl Command for ").skip(1) {
            let (name, _) = command.split_once(' ').unwrap();
            let asked = [format!("{name} {{"), format!(", {name},"), format!("{name}::try_from(")]
                .iter()
                .any(|used| tables.contains(used.as_str()));
            assert!(asked, "{name}");
            commands += 1;
        }
    }
    assert!(commands >= 41, "{commands}");
}

/// The texts of all files in a folder and its subfolders.
fn texts(folder: &Path) -> Vec<String> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| if path.is_dir() { texts(&path) } else { vec![std::fs::read_to_string(path).unwrap()] })
        .collect()
}
