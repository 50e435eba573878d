//! The documents: their links resolve, the files that they name exist, and the root of the repository has only listed
//! files.

use super::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files at the root, besides hidden files and those that git ignores.
const TOP: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Makefile",
    "README.md",
    "app",
    "deny.toml",
    "end2end",
    "public",
    "rust-toolchain.toml",
    "server",
    "shared",
    "style",
];

const DOCUMENTS: [&str; 7] = [
    ".github/CONTRIBUTING.md",
    ".github/SECURITY.md",
    "README.md",
    "app/README.md",
    "end2end/README.md",
    "server/README.md",
    "shared/RULES.md",
];

/// The extensions of files that documents name.
const KINDS: [&str; 7] = ["css", "mjs", "rs", "sql", "toml", "ts", "txt"];

/// A document without its code blocks.
fn prose(document: &Path) -> String {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    text.split("\n```").step_by(2).collect()
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(document: &Path) -> BTreeSet<String> {
    let anchor = |heading: &str| -> String {
        let emails = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        emails.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let text = prose(document).to_lowercase();
    text.lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

#[test]
fn repository_root_has_only_listed_files() {
    let ignored = std::fs::read_to_string(root().join(".gitignore")).unwrap();
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    let mut strangers = Vec::new();
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !TOP.contains(&name.as_str()) && !ignored.contains(&name.as_str()) {
            strangers.push(name);
        }
    }
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn links_in_documents_resolve() {
    let mut broken = Vec::new();
    for document in DOCUMENTS.map(Path::new) {
        let text = prose(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (link, _) in links.filter(|(link, _)| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { document.to_owned() } else { document.with_file_name(file) };
            let leads = root().join(&to).exists() && (anchor.is_empty() || anchors(&to).contains(anchor));
            if !leads {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn files_named_in_documents_exist() {
    let mut missing = Vec::new();
    for document in DOCUMENTS.map(Path::new) {
        // Relative to the root, to the document's own folder, or to its sources.
        let places = [PathBuf::new(), document.with_file_name(""), document.with_file_name("src")];
        let text = prose(document);
        for named in text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)) {
            let kind = Path::new(named).extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
            let path = named.contains('/') && !named.starts_with('/') && !named.contains(['<', ' ', '*']);
            if kind && path && !places.iter().any(|place| root().join(place).join(named).exists()) {
                missing.push(format!("{}: {named}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
