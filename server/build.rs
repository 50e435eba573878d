//! Turns the bundler's list of files into a table of bytes inside the program: `$OUT_DIR/site.rs`.
//!
//! Without a site (unit tests on a fresh clone) the table is empty, and pages carry no script and no style.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

fn main() -> Result<(), String> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {name}"));
    let root = variable("CARGO_MANIFEST_DIR")?.join("..");
    // A relative folder counts from the workspace, as in the bundler.
    let site = root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("site");
    let manifest = site.join("manifest");

    let list = read_or_lay_empty(&manifest).map_err(|e| format!("could not read {}: {e}", manifest.display()))?;
    println!("cargo::rerun-if-changed={}", manifest.display());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");

    let mut table = String::from("pub static FILES: &[File] = &[\n");
    for line in list.lines() {
        table.push_str(
            &row(&site, line)
                .ok_or_else(|| format!("{} has a line that is not understood: {line}", manifest.display()))?,
        );
    }
    table.push_str("];\n");
    let place = variable("OUT_DIR")?.join("site.rs");
    fs::write(&place, table).map_err(|e| format!("could not write {}: {e}", place.display()))
}

/// The list's text. Where there is none yet, an empty one is laid down, older than everything: cargo takes a missing
/// file for a changed one, and would build the server anew each time.
fn read_or_lay_empty(manifest: &Path) -> io::Result<String> {
    match fs::read_to_string(manifest) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = manifest.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::File::create(manifest)?.set_modified(SystemTime::UNIX_EPOCH)?;
            Ok(String::new())
        }
        read => read,
    }
}

/// One line of the list as one row of the table. Names under `/pkg/` carry a hash of their content: they never change.
fn row(site: &Path, line: &str) -> Option<String> {
    let mut parts = line.split('\t');
    let (logical, path, content_type, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let immutable = path.starts_with("/pkg/");
    let bytes = |ending: &str| site.join(format!("{file}{ending}"));
    let compressed = |ending: &str| {
        let place = bytes(ending);
        if place.is_file() { format!("Some(include_bytes!({place:?}))") } else { "None".to_owned() }
    };
    Some(format!(
        "    File {{ logical: {logical:?}, path: {path:?}, content_type: {content_type:?}, immutable: {immutable}, raw: include_bytes!({:?}), brotli: {}, gzip: {} }},\n",
        bytes(""),
        compressed(".br"),
        compressed(".gz"),
    ))
}
