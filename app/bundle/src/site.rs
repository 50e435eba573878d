//! The folder of the finished site: adds files, reuses those of earlier runs, and removes the rest.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Profile,
    compression::{Compress, ENCODINGS},
    digest::hashed_name,
    failure::Failure,
    manifest::{self, Entry},
};

/// The folder of the files with hashed names.
const HASHED: &str = "pkg";
const MANIFEST: &str = "manifest";

/// A site that is being built. Each file is written at once and atomically; the manifest is written last.
pub(crate) struct Site {
    folder: PathBuf,
    profile: Profile,
    entries: Vec<Entry>,
    /// Every file that belongs to the site now; the others are removed at the end.
    kept: BTreeSet<PathBuf>,
    /// Whether anything was written or removed. Then the manifest is written again, because it is the one file that the
    /// server's build watches.
    changed: bool,
}

impl Site {
    pub(crate) fn open(folder: &Path, profile: Profile) -> Result<Self, Failure> {
        fs::create_dir_all(folder.join(HASHED)).map_err(|e| Failure::file("make the folder", folder, &e))?;
        Ok(Self { folder: folder.to_path_buf(), profile, entries: Vec::new(), kept: BTreeSet::new(), changed: false })
    }

    /// Adds a file under a name with its content hash. Returns its served path.
    pub(crate) fn add_hashed(&mut self, name: &str, content: &[u8]) -> Result<String, Failure> {
        let file = format!("{HASHED}/{}", hashed_name(name, content));
        // The same content under the same name is one file, as when two CSS rules name one font.
        match self.entries.iter().find(|e| e.logical == name && e.file == file) {
            Some(there) => Ok(there.path.clone()),
            None => self.insert(name, &file, content),
        }
    }

    /// Adds a file under its own name, which may contain folders.
    pub(crate) fn add_named(&mut self, name: &str, content: &[u8]) -> Result<String, Failure> {
        self.insert(name, name, content)
    }

    /// The content of a hashed file from an earlier run, if it is still there and matches its name.
    pub(crate) fn existing(&self, name: &str, file: &str) -> Option<Vec<u8>> {
        let content = fs::read(self.folder.join(file)).ok()?;
        (format!("{HASHED}/{}", hashed_name(name, &content)) == file).then_some(content)
    }

    fn insert(&mut self, name: &str, file: &str, content: &[u8]) -> Result<String, Failure> {
        let (content_type, compressible) = manifest::content_type(name).ok_or_else(|| {
            Failure::step("add a file", format!("unknown file type of “{name}”; add its extension to manifest.rs"))
        })?;
        if self.entries.iter().any(|e| e.logical == name || e.file == file) {
            return Err(Failure::step("add a file", format!("there are two files named “{name}”")));
        }
        let is_new = self.write(file, content)?;
        if compressible {
            for (ending, compress) in ENCODINGS {
                self.insert_compressed(&format!("{file}.{ending}"), content, compress, is_new)?;
            }
        }
        let path = format!("/{file}");
        self.entries.push(Entry { logical: name.to_owned(), path: path.clone(), content_type, file: file.to_owned() });
        Ok(path)
    }

    /// Compresses a file again only if it is new. A run without compression keeps the variants that are still valid. A
    /// variant that saves nothing is not kept.
    fn insert_compressed(
        &mut self,
        file: &str,
        content: &[u8],
        compress: Compress,
        is_new: bool,
    ) -> Result<(), Failure> {
        if !is_new && self.folder.join(file).is_file() {
            self.kept.insert(self.folder.join(file));
        } else if self.profile == Profile::Full {
            let small = compress(content).map_err(|e| Failure::file("compress", &self.folder.join(file), &e))?;
            if small.len() < content.len() {
                self.write(file, &small)?;
            }
        }
        Ok(())
    }

    /// Writes a file unless it already has this content. Returns whether it was written.
    fn write(&mut self, file: &str, content: &[u8]) -> Result<bool, Failure> {
        let path = self.folder.join(file);
        self.kept.insert(path.clone());
        if fs::read(&path).is_ok_and(|there| there == content) {
            return Ok(false);
        }
        write_whole(&path, content)?;
        self.changed = true;
        Ok(true)
    }

    /// Removes what no longer belongs to the site and writes the manifest. Returns a summary.
    pub(crate) fn close(mut self) -> Result<String, Failure> {
        let list = self.folder.join(MANIFEST);
        self.kept.insert(list.clone());
        let removed = remove_others(&self.folder, &self.kept)?;
        let text = manifest::render(&self.entries);
        let same = fs::read(&list).is_ok_and(|there| there == text.as_bytes());
        if self.changed || removed > 0 || !same {
            write_whole(&list, text.as_bytes())?;
        }
        Ok(self.summary())
    }

    fn summary(&self) -> String {
        let sizes: Vec<String> = self
            .entries
            .iter()
            .filter(|e| e.path.starts_with("/pkg/"))
            .map(|e| {
                let size = |ending: &str| {
                    fs::metadata(self.folder.join(format!("{}{ending}", e.file))).map(|m| m.len().div_ceil(1024))
                };
                match (size(""), size(".br")) {
                    (Ok(raw), Ok(small)) => format!("{} {raw} KiB ({small} as brotli)", e.logical),
                    (Ok(raw), Err(_)) => format!("{} {raw} KiB", e.logical),
                    (Err(_), _) => e.logical.clone(),
                }
            })
            .collect();
        format!("{} files in {}: {}", self.entries.len(), self.folder.display(), sizes.join(", "))
    }
}

/// Writes to a temporary name first, so that an interrupted run leaves no partial file.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let half = PathBuf::from(format!("{}.half", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| Failure::file("make the folder", folder, &e))?;
    }
    fs::write(&half, content).and_then(|()| fs::rename(&half, path)).map_err(|e| Failure::file("write", path, &e))
}

/// Removes every file below `folder` that is not in `kept`, and the folders that are empty then. Returns the number of
/// removed files.
fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<usize, Failure> {
    let mut removed = 0;
    for item in fs::read_dir(folder).map_err(|e| Failure::file("read the folder", folder, &e))? {
        let path = item.map_err(|e| Failure::file("read the folder", folder, &e))?.path();
        if path.is_dir() {
            removed += remove_others(&path, kept)?;
            // This fails if the folder is not empty, as it should.
            let _ = fs::remove_dir(&path);
        } else if !kept.contains(&path) {
            fs::remove_file(&path).map_err(|e| Failure::file("remove", &path, &e))?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder for a test; removed on drop.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("guildhall-bundle-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            Self(folder)
        }

        fn files(&self) -> Vec<String> {
            fn walk(folder: &Path, top: &Path, found: &mut Vec<String>) {
                for item in fs::read_dir(folder).unwrap() {
                    let path = item.unwrap().path();
                    if path.is_dir() {
                        walk(&path, top, found)
                    } else {
                        found.push(path.strip_prefix(top).unwrap().display().to_string())
                    }
                }
            }
            let mut found = Vec::new();
            walk(&self.0, &self.0, &mut found);
            found.sort();
            found
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn long_text(word: &str) -> Vec<u8> {
        word.repeat(200).into_bytes()
    }

    #[test]
    fn closed_site_has_only_current_files_variants_and_manifest() {
        let scratch = Scratch::new("whole");
        for word in ["first ", "second "] {
            let mut site = Site::open(&scratch.0, Profile::Full).unwrap();
            site.add_hashed("app.js", &long_text(word)).unwrap();
            site.add_hashed("sans.woff2", b"font").unwrap();
            site.add_named("robots.txt", b"x").unwrap();
            site.close().unwrap();
        }
        let js = format!("pkg/{}", hashed_name("app.js", &long_text("second ")));
        let font = format!("pkg/{}", hashed_name("sans.woff2", b"font"));
        let mut expected = vec![
            "manifest".to_owned(),
            js.clone(),
            format!("{js}.br"),
            format!("{js}.gz"),
            font,
            "robots.txt".to_owned(),
        ];
        expected.sort();
        assert_eq!(scratch.files(), expected);
        let list = fs::read_to_string(scratch.0.join("manifest")).unwrap();
        assert!(list.starts_with(&format!("app.js\t/{js}\ttext/javascript; charset=utf-8\t{js}\n")), "{list}");
    }

    #[test]
    fn manifest_after_unchanged_run_is_not_written() {
        let scratch = Scratch::new("again");
        let mut times = Vec::new();
        for _ in 0..2 {
            let mut site = Site::open(&scratch.0, Profile::Full).unwrap();
            site.add_hashed("app.js", &long_text("same ")).unwrap();
            site.close().unwrap();
            times.push(fs::metadata(scratch.0.join("manifest")).unwrap().modified().unwrap());
        }
        assert_eq!(times.first(), times.last());
    }

    #[test]
    fn existing_file_with_other_content_is_ignored() {
        let scratch = Scratch::new("held");
        let mut site = Site::open(&scratch.0, Profile::Quick).unwrap();
        let path = site.add_hashed("app.js", b"one").unwrap();
        site.close().unwrap();
        let file = path.trim_start_matches('/');

        let existing = || Site::open(&scratch.0, Profile::Quick).unwrap().existing("app.js", file);
        assert_eq!(existing().as_deref(), Some(&b"one"[..]));
        fs::write(scratch.0.join(file), b"two").unwrap();
        assert_eq!(existing(), None);
    }

    #[test]
    fn duplicate_name_or_unknown_extension_is_refused() {
        let scratch = Scratch::new("refused");
        let mut site = Site::open(&scratch.0, Profile::Quick).unwrap();
        site.add_named("robots.txt", b"x").unwrap();
        assert!(site.add_named("robots.txt", b"y").is_err());
        assert!(site.add_named("letter.odt", b"y").is_err());
    }
}
