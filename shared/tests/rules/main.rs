//! The rules: a table for each command, from who asks and what is known to what follows or why not; and
//! random histories, after each step of which the invariants must hold.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where something is not as it should be")]

mod accounts;
mod administration;
mod ground;
mod histories;
mod requests;
mod world;

#[test]
fn every_command_has_its_table() {
    let tables = [include_str!("accounts.rs"), include_str!("administration.rs"), include_str!("requests.rs")].concat();
    let mut commands = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")).unwrap() {
        let rules = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for command in rules.split("impl Command for ").skip(1) {
            let (name, _) = command.split_once(' ').unwrap();
            let asked = [format!("{name} {{"), format!(", {name},")].iter().any(|used| tables.contains(used.as_str()));
            assert!(asked, "{name}");
            commands += 1;
        }
    }
    assert!(commands >= 15, "{commands}");
}
