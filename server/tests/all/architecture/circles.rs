//! No circle of imports: what stands below knows nothing of what stands above it.

use super::texts;
use std::collections::{BTreeMap, BTreeSet};

/// What each file imports, by the names of modules.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_modules_import_each_other() {
    for folder in ["shared/src", "app/src", "server/src"] {
        assert_eq!(circles(&rust_imports(folder)), Vec::<Vec<String>>::new(), "{folder}");
    }
    assert_eq!(circles(&script_imports("end2end")), Vec::<Vec<String>>::new(), "end2end");
}

/// Areas are the files and folders directly below `src`. A circle between them may go through different files, or through
/// what a file passes on with `pub use`.
#[test]
fn no_areas_import_each_other() {
    for folder in ["shared/src", "app/src", "server/src"] {
        assert_eq!(circles(&areas(&rust_imports(folder))), Vec::<Vec<String>>::new(), "{folder}");
    }
}

#[test]
fn circle_is_found() {
    let imports = |of: &str, on: &[&str]| (of.to_owned(), on.iter().map(|on| (*on).to_owned()).collect());
    let three =
        Imports::from([imports("a", &["b"]), imports("b", &["c"]), imports("c", &["a", "d"]), imports("d", &[])]);
    assert_eq!(circles(&three), [["a", "b", "c"]]);
    let modules = ["ui", "ui/form", "ui/data"].map(str::to_owned).into();
    let code = "use super::data::{Data, fetch};\nuse crate::{ui::{self, form::X}, other};\nfn f() { self::g(); $crate::ui::data::h() }";
    assert_eq!(imported(code, "ui/form", &modules), BTreeSet::from(["ui", "ui/data"].map(str::to_owned)));
}

/// The modules of a crate, each with the modules that it names. A module may name those inside of it.
fn rust_imports(folder: &str) -> Imports {
    let files = texts(folder, &["rs"]);
    let name = |path: &str| {
        let path = path[folder.len() + 1..].trim_end_matches(".rs");
        path.trim_end_matches("/mod").to_owned()
    };
    let files: Vec<(String, String)> = files
        .into_iter()
        .map(|(path, text)| (name(&path), text))
        .filter(|(name, _)| !matches!(name.as_str(), "lib" | "main") && !name.ends_with("tests"))
        .collect();
    let modules: BTreeSet<String> = files.iter().map(|(name, _)| name.clone()).collect();
    files.iter().map(|(name, text)| (name.clone(), imported(&code_of(text), name, &modules))).collect()
}

/// The imports of whole areas.
fn areas(imports: &Imports) -> Imports {
    let area = |module: &str| module.split('/').next().unwrap_or_default().to_owned();
    let mut areas = Imports::new();
    for (module, on) in imports {
        let others = on.iter().map(|other| area(other)).filter(|other| *other != area(module));
        areas.entry(area(module)).or_default().extend(others);
    }
    areas
}

/// A text without its comments, its strings and its unit tests.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let outside_of_strings: Vec<&str> = lines.iter().flat_map(|line| line.split('"').step_by(2)).collect();
    outside_of_strings.join("\n")
}

fn imported(code: &str, of: &str, modules: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (root, rest) in paths(code) {
        let mut base: Vec<&str> = of.split('/').collect();
        match root {
            "crate" => base.clear(),
            "super" => {
                base.pop();
            }
            _ => {}
        }
        for path in expanded(rest) {
            let mut at = base.clone();
            let mut target = None;
            for segment in path.split("::") {
                match segment {
                    "super" => {
                        at.pop();
                    }
                    "self" => {}
                    segment => at.push(segment),
                }
                let name = at.join("/");
                if modules.contains(&name) {
                    target = Some(name);
                } else if target.is_some() {
                    break;
                }
            }
            found.extend(target.filter(|name| name != of && !name.starts_with(&format!("{of}/"))));
        }
    }
    found
}

/// The paths in a text, as what they begin with and the rest. A macro's `$crate` is where the macro is used.
fn paths(code: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for root in ["crate", "super", "self"] {
        for (at, _) in code.match_indices(&format!("{root}::")) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '$' | ':')) {
                found.push((root, &code[at + root.len() + 2..]));
            }
        }
    }
    found
}

/// The paths of a list: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expanded(rest: &str) -> Vec<String> {
    let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')).unwrap_or(rest.len());
    let head = &rest[..end];
    let Some(list) = rest[end..].strip_prefix('{') else { return vec![head.to_owned()] };
    let (mut depth, mut item, mut items) = (0_u32, String::new(), Vec::new());
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            c => {
                depth = match c {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                item.push(c);
            }
        }
    }
    items.push(item);
    items.iter().flat_map(|item| expanded(item.trim())).map(|path| [head, &path].concat()).collect()
}

/// The files of a folder, each with the files that it imports.
fn script_imports(folder: &str) -> Imports {
    let files = texts(folder, &["ts", "mjs"]);
    let imports = |(path, text): (String, String)| {
        let (home, _) = path.rsplit_once('/').unwrap_or_default();
        let named = text.split("from \"./").skip(1).chain(text.split("import \"./").skip(1));
        let named = named.filter_map(|rest| rest.split('"').next()).map(|file| format!("{home}/{file}"));
        let above = text.split("from \"../").skip(1).filter_map(|rest| rest.split('"').next());
        let (parent, _) = home.rsplit_once('/').unwrap_or_default();
        let above = above.map(|file| format!("{parent}/{file}"));
        let on: BTreeSet<String> = named.chain(above).collect();
        (path, on)
    };
    files.into_iter().map(imports).collect()
}

/// The groups of modules that reach each other.
fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        imports.keys().map(|from| (from, reach(imports, from))).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (one, reaches) in &reached {
        if !reaches.contains(one) || found.iter().flatten().any(|known| known == *one) {
            continue;
        }
        let together = reaches.iter().filter(|other| reached.get(**other).is_some_and(|back| back.contains(one)));
        found.push(together.map(|other| (*other).clone()).collect());
    }
    found
}

/// Everything that can be reached from a module by one import or more.
fn reach<'i>(imports: &'i Imports, from: &str) -> BTreeSet<&'i String> {
    let (mut reached, mut next): (BTreeSet<&String>, Vec<&String>) = (BTreeSet::new(), Vec::new());
    next.extend(imports.get(from).into_iter().flatten());
    while let Some(one) = next.pop() {
        if reached.insert(one) {
            next.extend(imports.get(one).into_iter().flatten());
        }
    }
    reached
}
