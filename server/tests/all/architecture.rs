//! The architecture holds: which crate may depend on which, where SQL may be written, and which code may write rows.

mod circles;
mod documents;
mod law;
mod supply;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file below a folder of the workspace with one of these extensions, with its text.
fn texts(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name() != Some(OsStr::new("node_modules")) {
                folders.push(path);
            } else if path.extension().and_then(OsStr::to_str).is_some_and(|ending| endings.contains(&ending)) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file below a folder of the workspace, with its text. Comment lines are left out.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = texts(folder, &["rs"]);
    for (_, text) in &mut found {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        *text = code.join("\n");
    }
    found
}

/// The names of the crates in a dependency tree.
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
fn shared_depends_only_on_listed_crates() {
    let allowed = [
        "block-buffer",
        "cfg-if",
        "const-oid",
        "cpufeatures",
        "crypto-common",
        "digest",
        "heck",
        "hybrid-array",
        "idna",
        "idna_adapter",
        "idna_mapping",
        "itoa",
        "libc",
        "memchr",
        "percent-encoding",
        "proc-macro2",
        "quote",
        "ryu",
        "serde",
        "serde_core",
        "serde_derive",
        "serde_json",
        "sha2",
        "shared",
        "smallvec",
        "strum",
        "strum_macros",
        "syn",
        "tinyvec",
        "tinyvec_macros",
        "typenum",
        "unicode-bidi",
        "unicode-ident",
        "unicode-joining-type",
        "unicode-normalization",
        "utf8_iter",
        "utf_types",
        "uuid",
        "zmij",
    ];
    let strangers: Vec<String> =
        tree(&["-p", "shared"]).into_iter().filter(|n| !allowed.contains(&n.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn wasm_build_has_no_server_crates() {
    // The router depends on the url crate on both sides, but calls it only on the server. Its tables are not linked
    // here.
    let wasm = ["--target", "wasm32-unknown-unknown", "--prune", "idna_adapter"];
    let carried = tree(&[["-p", "frontend"].as_slice(), wasm.as_slice()].concat());
    for banned in ["tokio", "axum", "sqlx", "sqlx-core", "argon2", "lettre", "ring", "chrono", "unicode-normalization"]
    {
        assert!(!carried.iter().any(|n| n == banned), "{banned}");
    }
}

#[test]
fn sqlite_and_sqlx_have_one_version_each() {
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

/// The modules that each top-level module of the server may use, besides itself. The store uses none. Feature areas do
/// not use the web layer. A module that is not listed must not be used.
const MAY_KNOW: [(&str, &[&str]); 26] = [
    ("demo", &["app", "clock", "command_bus", "context", "secrets", "services", "store"]),
    ("accounts", &["app", "command_bus", "context", "secrets", "services", "store", "throttle"]),
    ("administration", &["accounts", "app", "command_bus", "context", "mail", "services", "store"]),
    ("clock", &[]),
    ("context", &["app", "store"]),
    ("config", &[]),
    ("command_bus", &["app", "clock", "context", "history", "broadcast", "logs", "mail", "random", "store"]),
    ("history", &["context", "store"]),
    ("http", &["app", "clock", "config", "broadcast", "logs", "random"]),
    ("lib", &[]),
    ("broadcast", &[]),
    ("logs", &["config"]),
    ("mail", &["app", "context", "secrets", "store"]),
    ("mail_worker", &["broadcast", "command_bus", "context", "mail", "store"]),
    // The binary: it parses the command line and starts the server.
    ("main", &["config", "logs", "start"]),
    ("change_feed", &["command_bus", "context", "broadcast", "store"]),
    ("organizations", &["app", "command_bus", "context", "services", "store"]),
    ("people", &["app", "command_bus", "context", "history", "services", "store"]),
    ("random", &[]),
    ("requests", &["app", "command_bus", "context", "services", "store"]),
    ("secrets", &["random"]),
    ("services", &["app", "command_bus", "context", "secrets", "store", "throttle"]),
    ("store", &[]),
    ("throttle", &["command_bus", "context", "store"]),
    ("upkeep", &["accounts", "command_bus", "context", "people", "store"]),
    ("web", &["command_bus", "context", "http", "broadcast", "change_feed", "services", "store"]),
];

/// The module that wires all the others.
const KNOWS_ALL: &str = "start";

#[test]
fn modules_use_only_their_listed_dependencies() {
    let mut strangers = Vec::new();
    for (name, code) in sources("server/src") {
        let mut module: Vec<&str> = name["server/src/".len()..].trim_end_matches(".rs").split('/').collect();
        if module.last() == Some(&"mod") {
            module.pop();
        }
        let row = MAY_KNOW.iter().find(|(of, _)| *of == module[0]);
        assert!(row.is_some() || module[0] == KNOWS_ALL, "{name} is not in MAY_KNOW");
        for known in known(&code, module.len()) {
            if row.is_some_and(|(of, may)| *of != known && !may.contains(&known.as_str())) {
                strangers.push(format!("{name} uses {known}"));
            }
        }
    }
    assert!(strangers.is_empty(), "{strangers:#?}");
    // The manifests restrict dependencies between crates. Only this one is checked here.
    for (name, code) in sources("app/src").into_iter().chain(sources("shared/src")) {
        assert!(!["server::", "sqlx::", "axum::"].iter().any(|banned| after(&code, banned).next().is_some()), "{name}");
    }
}

/// What is decided does not depend on what travels.
#[test]
fn rules_do_not_use_what_travels() {
    let of_the_domain = |name: &str| {
        ["domain", "refusal", "rules", "roles", "names", "text", "billing"]
            .iter()
            .any(|module| name.starts_with(&format!("shared/src/{module}")))
    };
    let files: Vec<_> = sources("shared/src").into_iter().filter(|(name, _)| of_the_domain(name)).collect();
    assert!(files.len() > 20);
    for (name, code) in files {
        assert!(!["wire::", "problem::"].iter().any(|travels| after(&code, travels).next().is_some()), "{name}");
    }
}

#[test]
fn every_form_of_module_path_is_recognized() {
    let code = "use crate::{\n    command_bus::{self, CommandBus, http::X}, mail as post,\n};\nuse super::super::store::Tx; use super::change_feed;
        fn f(at: crate::http::Site) -> app::Done { my_crate::broadcast::x(); server::logs::y() }";
    assert_eq!(known(code, 2), ["app", "command_bus", "http", "logs", "mail", "store"]);
    assert_eq!(known("use super::{change_feed, broadcast::Broadcast};", 1), ["broadcast", "change_feed"]);
}

/// The top-level modules of the server that a text names, seen from a module depth, and `app` if it is named.
fn known(code: &str, depth: usize) -> Vec<String> {
    let top: Vec<&str> = MAY_KNOW.iter().map(|(module, _)| *module).chain([KNOWS_ALL]).collect();
    let mut found: Vec<String> =
        ["crate::", "server::"].iter().flat_map(|root| after(code, root)).flat_map(heads).collect();
    for mut rest in after(code, "super::") {
        let mut up = 1;
        while let Some(further) = rest.strip_prefix("super::") {
            (rest, up) = (further, up + 1);
        }
        if up >= depth {
            found.extend(heads(rest));
        }
    }
    found.retain(|name| top.contains(&name.as_str()));
    found.extend(after(code, "app::").next().map(|_| "app".to_owned()));
    found.sort();
    found.dedup();
    found
}

/// The text after each place where a path begins with `root`.
fn after<'c>(code: &'c str, root: &str) -> impl Iterator<Item = &'c str> {
    code.match_indices(root).filter_map(|(at, root)| {
        let begins = !code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:\"".contains(c));
        begins.then_some(&code[at + root.len()..])
    })
}

/// The first name of a path, or of each path in a group.
fn heads(path: &str) -> Vec<String> {
    let name =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut depth, mut found) = (1, vec![name(group)]);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => found.push(name(&group[at + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn sql_is_only_in_the_store() {
    let statement = |line: &str| {
        // In small letters, as the store writes it: a sentence may begin with “Select”.
        ["\"select ", "\"insert into ", "\"update ", "\"delete from "].iter().any(|s| line.contains(s))
    };
    for folder in ["shared/src", "app/src", "server/src"] {
        for (name, code) in sources(folder).into_iter().filter(|(name, _)| !name.starts_with("server/src/store/")) {
            let found = code.lines().find(|line| statement(line));
            assert_eq!(found.or(after(&code, "sqlx::").next()), None, "{name}");
        }
    }
}

/// Rows are written only by the functions behind the command bus, and by those whose tables are the program's own
/// bookkeeping. A write anywhere else fails here.
#[test]
fn rows_are_written_only_through_the_command_bus() {
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
    // The tables that each file may write, besides the files of `apply`.
    let mechanics: [(&str, &[&str]); 11] = [
        ("server/src/store/allowances.rs", &["allowance"]),
        ("server/src/store/idempotency.rs", &["once"]),
        ("server/src/store/sessions.rs", &["session"]),
        ("server/src/store/outbox.rs", &["letter"]),
        ("server/src/store/history.rs", &["event"]),
        // Rows that are deleted after their retention period.
        ("server/src/store/retention.rs", &["session", "verification", "password_reset", "letter"]),
        // Locks: they only raise the revision.
        ("server/src/store/accounts.rs", &["account"]),
        ("server/src/store/requests.rs", &["request"]),
        ("server/src/store/organizations.rs", &["organization"]),
        // Search keys that a migration has cleared.
        ("server/src/store/keys.rs", &["organization", "request", "letter"]),
        // Each table of a backup that no server uses yet, by its name in the catalogue.
        ("server/src/store/backup/from_postgres.rs", &[""]),
    ];
    for (name, code) in sources("server/src/store").into_iter().filter(|(name, _)| !name.contains("/apply/")) {
        let may: &[&str] = mechanics.iter().find(|(file, _)| *file == name).map_or(&[], |(_, tables)| tables);
        for table in writes(&code) {
            assert!(may.contains(&table.as_str()), "{name} writes {table}");
        }
        if ["accounts.rs", "store/requests.rs", "organizations.rs"].iter().any(|end| name.ends_with(end)) {
            assert_eq!(code.matches("\"update ").count(), 1, "{name} locks, and writes nothing else");
        }
    }
    // A file that names the module could call it under an alias.
    let names_it = |code: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "apply");
    let mut callers = sources("server/src");
    callers.retain(|(name, code)| !name.starts_with("server/src/store/apply/") && names_it(code));
    let callers: Vec<(&str, usize)> =
        callers.iter().map(|(name, code)| (name.as_str(), code.matches("apply::commit(").count())).collect();
    let bus = ["server/src/command_bus.rs", "server/src/command_bus/bulk.rs"].map(|file| (file, 1));
    assert_eq!(callers, [bus[0], bus[1], ("server/src/store/mod.rs", 0)]);
    let (_, store) = sources("server/src/store").into_iter().find(|(name, _)| name.ends_with("store/mod.rs")).unwrap();
    assert_eq!(store.lines().filter(|line| names_it(line)).collect::<Vec<_>>(), ["pub mod apply;"]);
}

#[test]
fn matches_on_events_have_no_wildcard() {
    // Each of these matches on every event. With a wildcard or a catch-all binding, a new event would be missed
    // silently.
    for file in [
        "server/src/store/apply/mod.rs",
        "server/src/history.rs",
        "server/src/mail/emails.rs",
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
        assert!(text.contains("Event::MemberJoined"), "{file}");
    }
    // Besides the one match in `apply`, its files take only the fields of an event.
    for (name, code) in sources("server/src/store/apply").into_iter().filter(|(name, _)| !name.ends_with("mod.rs")) {
        assert!(!code.contains("Event::"), "{name}");
    }
}

#[test]
fn source_files_have_at_most_450_lines() {
    for folder in ["shared/src", "app/src", "app/bundle/src", "app/frontend/src", "server/src"] {
        for (name, _) in sources(folder) {
            let lines = std::fs::read_to_string(root().join(&name)).unwrap().lines().count();
            assert!(lines <= 450, "{name} has {lines} lines: split it");
        }
    }
}

#[test]
fn every_module_has_a_docstring() {
    for folder in ["shared/src", "app/src", "app/bundle/src", "app/frontend/src", "server/src", "server/tests"] {
        for (name, _) in sources(folder) {
            let text = std::fs::read_to_string(root().join(&name)).unwrap();
            assert!(text.starts_with("//!"), "{name}");
        }
    }
}
