//! Gives the program its site. An optimised program carries the bundler's files as a table of bytes, `$OUT_DIR/site.rs`;
//! any other reads them from the folder `$SITE_FOLDER` when it starts, so that another site needs no other program.
//!
//! Without a site (unit tests on a fresh clone) there are no files, and pages carry no script and no style.

#[path = "src/http/site/manifest.rs"]
mod manifest;

use manifest::Entry;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A site of two files, for the tests.
const SMALL: &str = "server/tests/site";

fn main() -> Result<(), String> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {name}"));
    // A relative folder counts from the workspace, as in the bundler.
    let root = variable("CARGO_MANIFEST_DIR")?.join("..");
    let target = root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/http/site/manifest.rs");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    println!("cargo::rustc-check-cfg=cfg(embedded_site)");
    let release = variable("PROFILE")?.as_os_str() == "release";
    if release {
        println!("cargo::rustc-cfg=embedded_site");
    } else {
        println!("cargo::rustc-env=SITE_FOLDER={}", target.join("site-dev").display());
    }
    // The tests hold a table of a small site against its folder.
    let site = if release { target.join("site") } else { root.join(SMALL) };
    embed(&site, &variable("OUT_DIR")?.join("site.rs"))
}

/// Writes the table of a site's files.
fn embed(site: &Path, place: &Path) -> Result<(), String> {
    let manifest = site.join("manifest");
    let list = read_or_lay_empty(&manifest).map_err(|e| format!("could not read {}: {e}", manifest.display()))?;
    println!("cargo::rerun-if-changed={}", manifest.display());
    let mut table = String::from("static FILES: &[File] = &[\n");
    for line in list.lines() {
        let entry = Entry::parse(line)
            .ok_or_else(|| format!("{} has a line that is not understood: {line}", manifest.display()))?;
        table.push_str(&row(site, &entry));
    }
    table.push_str("];\n");
    fs::write(place, table).map_err(|e| format!("could not write {}: {e}", place.display()))
}

/// The list's text. Where there is none yet, an empty one is laid down, older than everything: cargo takes a missing
/// file for a changed one, and would build the server again each time.
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

/// One file of the list as one row of the table.
fn row(site: &Path, entry: &Entry<'_>) -> String {
    let Entry { logical, path, content_type, file } = entry;
    let bytes = |ending: &str| {
        let place = site.join(format!("{file}{ending}"));
        place.is_file().then(|| format!("Cow::Borrowed(include_bytes!({place:?}))"))
    };
    let compressed = |ending: &str| bytes(ending).map_or_else(|| "None".to_owned(), |bytes| format!("Some({bytes})"));
    format!(
        "    File {{ logical: Cow::Borrowed({logical:?}), path: Cow::Borrowed({path:?}), content_type: Cow::Borrowed({content_type:?}), immutable: {}, raw: {}, brotli: {}, gzip: {} }},\n",
        entry.is_immutable(),
        bytes("").unwrap_or_else(|| "Cow::Borrowed(&[])".to_owned()),
        compressed(".br"),
        compressed(".gz"),
    )
}
