//! The app for the browser: compiled by cargo, bound to JavaScript by wasm-bindgen's own library.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{Care, failure::Failure, places::Places, site::Site, stamp::Stamp};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds `app.js` and `app.wasm`.
pub(crate) fn add(site: &mut Site, places: &Places, care: Care) -> Result<(), Failure> {
    let compiled = compile(places, care)?;
    let stamp = Stamp::of(places, care, &compiled)?;
    let held = |name: &str, file: &str| site.held(name, file);
    let last = stamp.made().and_then(|(js, wasm)| held("app.js", &js).zip(held("app.wasm", &wasm)));
    if let Some((js, wasm)) = last {
        site.add_hashed("app.js", &js)?;
        site.add_hashed("app.wasm", &wasm)?;
        return Ok(());
    }
    println!("bundle: generating the JavaScript bindings");
    let (js, wasm) = bind(&compiled, care)?;
    let js = site.add_hashed("app.js", js.as_bytes())?;
    let wasm = site.add_hashed("app.wasm", &wasm)?;
    stamp.set(js.trim_start_matches('/'), wasm.trim_start_matches('/'))
}

/// Runs cargo, which says itself what it does and what is wrong. Answers the file that it made.
fn compile(places: &Places, care: Care) -> Result<PathBuf, Failure> {
    // What is shipped is one piece, from which everything goes that nobody calls: half a minute of linking.
    let (file, how): (_, &[&str]) = match care {
        Care::Full => ("shipped.wasm", &["--bin", "shipped", "--", "-Clto=fat", "-Ccodegen-units=1"]),
        Care::Quick | Care::Debug => ("frontend.wasm", &["--lib"]),
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&places.root)
        .args(["rustc", "--target", TARGET, "--package", "frontend", "--target-dir"])
        .arg(&places.target)
        .args(how);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_outer_cargo) {
            cargo.env_remove(name);
        }
    }
    let ended = cargo.status().map_err(|e| Failure::step("start cargo", e))?;
    if !ended.success() {
        return Err(Failure::step("compile the app for the browser", "see cargo's error above"));
    }
    Ok(places.target.join(TARGET).join("debug").join(file))
}

/// `cargo run` describes this package to us in variables; handed on, they would be taken for the app's,
/// and what was built with them would be built again without.
fn is_of_outer_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(name, "CARGO_PRIMARY_PACKAGE" | "CARGO_CRATE_NAME" | "CARGO_BIN_NAME" | "OUT_DIR")
}

/// The JavaScript and the wasm that belongs to it.
fn bind(compiled: &Path, care: Care) -> Result<(String, Vec<u8>), Failure> {
    let fail = |reason: &dyn std::fmt::Display| Failure::step("generate the JavaScript bindings", reason);
    let debug = care == Care::Debug;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .web(true)
        .map_err(|e| fail(&e))?
        // The page says where the wasm is: its name carries a hash.
        .omit_default_module_path(true)
        .typescript(false)
        .debug(debug)
        .remove_name_section(!debug)
        .remove_producers_section(true);
    let mut made = bindgen.generate_output().map_err(|e| fail(&format!("{e:#}")))?;
    // Every crate that could bring some is listed, most of them with none.
    let brought = made.snippets().values().any(|files| !files.is_empty());
    if brought || !made.local_modules().is_empty() {
        return Err(fail(&"a dependency brings its own JavaScript files, which the bundler doesn't support yet"));
    }
    let wasm = made.wasm_mut().emit_wasm();
    Ok((made.js().to_owned(), wasm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_describes_this_package_is_withheld_from_the_inner_cargo() {
        for name in
            ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME"]
        {
            assert!(is_of_outer_cargo(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "PATH"] {
            assert!(!is_of_outer_cargo(name), "{name}");
        }
    }
}
