//! The wasm module: compiled by cargo, with JavaScript bindings from wasm-bindgen's library.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{Profile, failure::Failure, paths::Paths, site::Site, stamp::Stamp};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds `app.js` and `app.wasm`.
pub(crate) fn add(site: &mut Site, paths: &Paths, profile: Profile) -> Result<(), Failure> {
    let compiled = compile(paths, profile)?;
    let stamp = Stamp::of(paths, profile, &compiled)?;
    let existing = |name: &str, file: &str| site.existing(name, file);
    let last = stamp.outputs().and_then(|(js, wasm)| existing("app.js", &js).zip(existing("app.wasm", &wasm)));
    if let Some((js, wasm)) = last {
        site.add_hashed("app.js", &js)?;
        site.add_hashed("app.wasm", &wasm)?;
        return Ok(());
    }
    println!("bundle: generating the JavaScript bindings");
    let (js, wasm) = bind(&compiled, profile)?;
    let js = site.add_hashed("app.js", js.as_bytes())?;
    let wasm = site.add_hashed("app.wasm", &wasm)?;
    stamp.set(js.trim_start_matches('/'), wasm.trim_start_matches('/'))
}

/// Runs cargo, which prints its progress and its errors. Returns the compiled file.
fn compile(paths: &Paths, profile: Profile) -> Result<PathBuf, Failure> {
    // The production build uses fat LTO, which removes unused code from all crates. It links for half a minute.
    let (file, how): (_, &[&str]) = match profile {
        Profile::Full => ("shipped.wasm", &["--bin", "shipped", "--", "-Clto=fat", "-Ccodegen-units=1"]),
        Profile::Quick | Profile::Debug => ("frontend.wasm", &["--lib"]),
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&paths.root)
        .args(["rustc", "--target", TARGET, "--package", "frontend", "--target-dir"])
        .arg(&paths.target)
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
    Ok(paths.target.join(TARGET).join("debug").join(file))
}

/// `cargo run` describes this package in environment variables. The inner cargo would take them for the app's, and
/// rebuild whatever was built without them.
fn is_of_outer_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(name, "CARGO_PRIMARY_PACKAGE" | "CARGO_CRATE_NAME" | "CARGO_BIN_NAME" | "OUT_DIR")
}

/// The JavaScript bindings and the module that belongs to them.
fn bind(compiled: &Path, profile: Profile) -> Result<(String, Vec<u8>), Failure> {
    let fail = |reason: &dyn std::fmt::Display| Failure::step("generate the JavaScript bindings", reason);
    let debug = profile == Profile::Debug;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .web(true)
        .map_err(|e| fail(&e))?
        // The page passes the module's path, because its name has a hash.
        .omit_default_module_path(true)
        .typescript(false)
        .debug(debug)
        .remove_name_section(!debug)
        .remove_producers_section(true);
    let mut made = bindgen.generate_output().map_err(|e| fail(&format!("{e:#}")))?;
    // The map lists every crate that could bring files, most of them with none.
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
    fn only_package_variables_are_removed_from_inner_cargo() {
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
