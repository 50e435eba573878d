//! The static files of a build that doesn't embed them. They are read on first use, so that a changed site needs no rebuild.

use super::File;
use super::manifest::Entry;
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that names another folder than the one that `make run` fills.
const VARIABLE: &str = "GUILDHALL_SITE";

/// All static files. Without a bundled site there are none.
pub fn files() -> Vec<File> {
    let folder = std::env::var_os(VARIABLE).filter(|named| !named.is_empty());
    let folder = folder.map_or_else(|| PathBuf::from(env!("SITE_FOLDER")), PathBuf::from);
    let files = read(&folder);
    if files.is_empty() {
        tracing::warn!(folder = %folder.display(), "no bundled site: pages have no styles and no scripts (`make run` builds it)");
    }
    files
}

fn read(folder: &Path) -> Vec<File> {
    let list = fs::read_to_string(folder.join("manifest")).unwrap_or_default();
    list.lines().filter_map(Entry::parse).filter_map(|entry| file(folder, &entry)).collect()
}

fn file(folder: &Path, entry: &Entry<'_>) -> Option<File> {
    let bytes = |ending: &str| fs::read(folder.join([entry.file, ending].concat())).ok().map(Cow::Owned);
    Some(File {
        logical: entry.logical.to_owned().into(),
        path: entry.path.to_owned().into(),
        content_type: entry.content_type.to_owned().into(),
        immutable: entry.is_immutable(),
        raw: bytes("")?,
        brotli: bytes(".br"),
        gzip: bytes(".gz"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/site.rs"));

    #[test]
    fn embedded_files_equal_the_folder() {
        let read = read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site")));
        assert_eq!(read.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["/pkg/main.1f2e.css", "/favicon.svg"]);
        assert_eq!(FILES, read);
    }
}
