//! Dependencies: their licences, their registry, and which of them have only one version. The lists are those of
//! `deny.toml`. Advisories need a network and are looked up by `make audit`.

use super::{root, sources};
use std::collections::BTreeSet;
use std::process::Command;

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// The entries of a list in `deny.toml`, line by line without comments.
fn listed(list: &str) -> Vec<String> {
    let all = text("deny.toml");
    let (_, rest) = all.split_once(&format!("\n{list} = [\n")).unwrap();
    let (inside, _) = rest.split_once("\n]").unwrap();
    let lines = inside.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The quoted text after a word.
fn quoted(line: &str, word: &str) -> String {
    let (_, rest) = line.split_once(word).unwrap();
    rest.split('"').nth(1).unwrap().to_owned()
}

/// Name and source of every package in the lock file. Our own have no source.
fn locked() -> Vec<(String, Option<String>)> {
    let lock = text("Cargo.lock");
    let packages = lock.split("[[package]]").skip(1);
    let source = |package: &str| package.contains("\nsource = ").then(|| quoted(package, "\nsource = "));
    packages.map(|package| (quoted(package, "\nname = "), source(package))).collect()
}

#[test]
fn every_crate_comes_from_crates_io() {
    let all = locked();
    let ours: BTreeSet<&str> = all.iter().filter(|(_, from)| from.is_none()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(ours, BTreeSet::from(["app", "bundle", "frontend", "server", "shared"]));
    let registry = quoted(&text("deny.toml"), "allow-registry = [");
    for (name, from) in &all {
        let from = from.as_deref().unwrap_or_default();
        assert!(from.is_empty() || from == format!("registry+{registry}"), "{name} comes from {from}");
    }
}

#[test]
fn banned_and_duplicate_crates_are_absent() {
    let all = locked();
    let many = |name: &str| all.iter().filter(|(other, _)| other == name).count();
    for line in listed("deny") {
        let name = quoted(&line, "crate = ");
        let wanted = usize::from(line.contains("deny-multiple-versions = true"));
        assert_eq!(many(&name), wanted, "{name}");
    }
}

/// Dependencies that no code names: `Cargo.toml` gives their reasons.
const UNNAMED: [&str; 3] = ["idna_adapter", "stable_deref_trait", "syn"];

#[test]
fn every_dependency_is_used() {
    for folder in ["shared", "app", "app/bundle", "app/frontend", "server"] {
        let code: String = sources(folder).into_iter().map(|(_, code)| code).collect();
        let words: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let manifest = text(&format!("{folder}/Cargo.toml"));
        let sections = manifest
            .split("\n[")
            .filter(|section| section.lines().next().is_some_and(|title| title.trim_end().ends_with("dependencies]")));
        let entries = sections.flat_map(|section| section.lines().skip(1));
        let names = entries
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
        for name in names.filter(|name| !UNNAMED.contains(name)) {
            assert!(words.contains(name.replace('-', "_").as_str()), "{folder} does not use {name}");
        }
    }
}

/// Whether a licence expression is allowed. `/` is an older way to write `OR`.
fn allows(allowed: &[String], expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    any(allowed, &mut words)
}

fn any(allowed: &[String], words: &mut Vec<&str>) -> bool {
    let mut is = every(allowed, words);
    while words.last() == Some(&"OR") {
        words.pop();
        is |= every(allowed, words);
    }
    is
}

fn every(allowed: &[String], words: &mut Vec<&str>) -> bool {
    let mut is = one(allowed, words);
    while words.last() == Some(&"AND") {
        words.pop();
        is &= one(allowed, words);
    }
    is
}

fn one(allowed: &[String], words: &mut Vec<&str>) -> bool {
    let word = words.pop().unwrap_or_default();
    if word == "(" {
        let is = any(allowed, words);
        assert_eq!(words.pop(), Some(")"));
        return is;
    }
    let mut licence = word.to_owned();
    if words.last() == Some(&"WITH") {
        words.pop();
        licence = [word, " WITH ", words.pop().unwrap_or_default()].concat();
    }
    allowed.contains(&licence)
}

#[test]
fn licence_expressions_are_evaluated() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned()];
    for (expression, is) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("Unlicense/MIT", true),
        ("(Apache-2.0 OR MIT) AND ISC", true),
        ("(Apache-2.0 OR MIT) AND BSD-3-Clause", false),
        ("ISC AND (Apache-2.0 OR ISC)", true),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("", false),
    ] {
        assert_eq!(allows(&allowed, expression), is, "{expression}");
    }
}

#[test]
fn every_licence_is_allowed() {
    let allowed: Vec<String> = listed("allow").iter().map(|line| quoted(line, "")).collect();
    let ours = ["server", "bundle", "frontend", "app", "shared"];
    for more in
        [["--workspace", "--edges=normal,build,dev"].as_slice(), &["-p", "frontend", "--target=wasm32-unknown-unknown"]]
    {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--prefix", "none", "--format", "{p}|{l}"])
            .args(more)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().count() > 100, "{text}");
        for line in text.lines() {
            let Some((name, licence)) = line.split_once('|') else { continue };
            let is_ours = ours.iter().any(|our| name.starts_with(&format!("{our} v")));
            let licence = licence.trim_end_matches("(*)").trim();
            assert!(is_ours || allows(&allowed, licence), "{name} is under {licence}");
        }
    }
}
