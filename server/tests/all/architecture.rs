//! The house holds: which crate may know which, where SQL may stand, who may alter a row.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file below a folder of the workspace, with its text; comments left out.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, code.join("\n")));
            }
        }
    }
    found.sort();
    found
}

/// The crates in a dependency tree, by name.
fn tree(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p}", "--edges", "normal,no-proc-macro"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<String> = text.lines().filter_map(|l| l.split_whitespace().next()).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn shared_knows_only_a_handful_of_crates() {
    let allowed = [
        "block-buffer",
        "cfg-if",
        "const-oid",
        "cpufeatures",
        "crypto-common",
        "digest",
        "hybrid-array",
        "itoa",
        "libc",
        "memchr",
        "proc-macro2",
        "quote",
        "ryu",
        "serde",
        "serde_core",
        "serde_derive",
        "serde_json",
        "sha2",
        "shared",
        "syn",
        "tinyvec",
        "tinyvec_macros",
        "typenum",
        "unicode-ident",
        "unicode-normalization",
        "uuid",
        "zmij",
    ];
    let strangers: Vec<String> =
        tree(&["-p", "shared"]).into_iter().filter(|n| !allowed.contains(&n.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn the_browser_carries_nothing_of_the_server() {
    let carried = tree(&["-p", "app", "--target", "wasm32-unknown-unknown", "--features", "hydrate"]);
    for banned in ["tokio", "axum", "sqlx", "sqlx-core", "argon2", "lettre", "ring", "chrono", "unicode-normalization"]
    {
        assert!(!carried.iter().any(|n| n == banned), "{banned}");
    }
}

#[test]
fn there_is_one_sqlite_and_one_sqlx() {
    for (name, least) in [("libsqlite3-sys", "0.37"), ("sqlx-core", "0.9")] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "-p", "server", "-i", name, "--depth", "0", "--prefix", "none"])
            .current_dir(root())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        assert!(lines[0].starts_with(&format!("{name} v{least}")), "{text}");
    }
}

#[test]
fn directions_hold() {
    let rules: [(&str, &[&str]); 5] = [
        ("shared/src", &["app::", "server::", "leptos", "sqlx", "tokio"]),
        ("app/src", &["server::", "sqlx", "tokio::", "axum::", "argon2"]),
        (
            "server/src/store",
            &[
                "crate::http",
                "crate::door",
                "crate::mail",
                "crate::accounts",
                "crate::requests",
                "crate::services",
                "app::",
            ],
        ),
        ("server/src/accounts", &["crate::http", "sqlx"]),
        ("server/src/requests", &["crate::http", "sqlx"]),
    ];
    for (folder, banned) in rules {
        for (name, code) in sources(folder) {
            for word in banned {
                let uses = code.lines().any(|line| {
                    line.contains(word)
                        && (line.trim_start().starts_with("use ")
                            || line.contains(&format!("{word}:"))
                            || line.contains(&format!(" {word}")))
                });
                assert!(!uses, "{name} knows {word}");
            }
        }
    }
}

#[test]
fn sql_stands_in_the_store_alone() {
    let statement = |line: &str| {
        let line = line.to_lowercase();
        ["\"select ", "\"insert into ", "\"update ", "\"delete from ", " sqlx::", "(sqlx::"]
            .iter()
            .any(|s| line.contains(s))
    };
    for folder in ["shared/src", "app/src", "server/src"] {
        for (name, code) in sources(folder).into_iter().filter(|(name, _)| !name.starts_with("server/src/store/")) {
            let found = code.lines().find(|line| statement(line));
            assert_eq!(found, None, "{name}");
        }
    }
}

/// A change to the data that goes another way than through the door fails here: rows are altered by the
/// functions behind it, and beside them only by those whose tables are the program's own mechanics.
#[test]
fn rows_are_altered_behind_the_door_alone() {
    let writes = |code: &str| {
        let code = code.to_lowercase();
        ["insert into ", "delete from ", "update "]
            .iter()
            .flat_map(|s| {
                code.match_indices(s)
                    .filter_map(|(at, s)| {
                        code[at + s.len()..].split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
                    })
                    .collect::<Vec<_>>()
            })
            .filter(|table| table != "set" && table != "skip")
            .collect::<Vec<String>>()
    };
    // Table by file: what each may write besides the files of `apply`.
    let mechanics: [(&str, &[&str]); 6] = [
        ("server/src/store/once.rs", &["once"]),
        ("server/src/store/sessions.rs", &["session"]),
        ("server/src/store/outbox.rs", &["letter"]),
        ("server/src/store/history.rs", &["event"]),
        // Locks: a revision is raised, nothing else.
        ("server/src/store/accounts.rs", &["account"]),
        ("server/src/store/requests.rs", &["request"]),
    ];
    for (name, code) in sources("server/src/store").into_iter().filter(|(name, _)| !name.contains("/apply/")) {
        let may: &[&str] = mechanics.iter().find(|(file, _)| *file == name).map_or(&[], |(_, tables)| tables);
        for table in writes(&code) {
            assert!(may.contains(&table.as_str()), "{name} writes {table}");
        }
        if name.ends_with("accounts.rs") || name.ends_with("store/requests.rs") {
            assert_eq!(code.matches("\"update ").count(), 1, "{name} locks, and writes nothing else");
        }
    }
    let callers: Vec<String> = sources("server/src")
        .into_iter()
        .filter(|(_, code)| code.contains("apply::all("))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(callers, ["server/src/door.rs"]);
}

#[test]
fn nothing_is_said_of_a_kind_of_change_by_default() {
    // Each of these matches on every change; a wildcard, or a name that takes whatever is left, would let a
    // new one pass in silence.
    for file in [
        "server/src/store/apply/mod.rs",
        "server/src/history.rs",
        "server/src/news.rs",
        "server/src/mail/letters.rs",
        "shared/src/words/effects.rs",
        "shared/src/rules/audience.rs",
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let takes_the_rest = |line: &&str| {
            let pattern = line.trim_start().split_once(" =>").map_or("", |(pattern, _)| pattern);
            let name = pattern.split(" if ").next().unwrap_or_default();
            name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        assert_eq!(text.lines().find(takes_the_rest), None, "{file}");
        assert!(text.contains("Change::MemberJoined"), "{file}");
    }
    // Beside the one match in `apply`, its files know single changes by their parts alone.
    for (name, code) in sources("server/src/store/apply").into_iter().filter(|(name, _)| !name.ends_with("mod.rs")) {
        assert!(!code.contains("Change"), "{name}");
    }
}

#[test]
fn no_file_outgrows_a_reader() {
    for folder in ["shared/src", "app/src", "app/bundle/src", "server/src"] {
        for (name, _) in sources(folder) {
            let lines = std::fs::read_to_string(root().join(&name)).unwrap().lines().count();
            assert!(lines <= 450, "{name} has {lines} lines: which two rooms is it?");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in ["shared/src", "app/src", "app/bundle/src", "server/src", "server/tests"] {
        for (name, _) in sources(folder) {
            let text = std::fs::read_to_string(root().join(&name)).unwrap();
            assert!(text.starts_with("//!"), "{name}");
        }
    }
}
