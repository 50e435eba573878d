//! The folder of the finished site: what is put there, what is already there, what goes away.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Care,
    compression::{Compress, ENCODINGS},
    digest::hashed_name,
    failure::Failure,
    manifest::{self, Entry},
};

/// Where hashed files are served.
const HASHED: &str = "pkg";
const MANIFEST: &str = "manifest";

/// A site being made. Files land at once, each whole or not at all; the manifest last.
pub(crate) struct Site {
    folder: PathBuf,
    care: Care,
    entries: Vec<Entry>,
    /// Every file that belongs to the site now; the rest is removed at the end.
    kept: BTreeSet<PathBuf>,
    /// Whether anything was written or removed: then the manifest is written anew, because it is the one file
    /// that the server's build looks at.
    changed: bool,
}

impl Site {
    pub(crate) fn open(folder: &Path, care: Care) -> Result<Self, Failure> {
        fs::create_dir_all(folder.join(HASHED)).map_err(|e| Failure::file("make the folder", folder, &e))?;
        Ok(Self { folder: folder.to_path_buf(), care, entries: Vec::new(), kept: BTreeSet::new(), changed: false })
    }

    /// Puts a file under a name that carries its hash, and answers its served path.
    pub(crate) fn add_hashed(&mut self, name: &str, content: &[u8]) -> Result<String, Failure> {
        let file = format!("{HASHED}/{}", hashed_name(name, content));
        // The same content under the same name, as when two rules name one font, is one file.
        match self.entries.iter().find(|e| e.logical == name && e.file == file) {
            Some(there) => Ok(there.path.clone()),
            None => self.place(name, &file, content),
        }
    }

    /// Puts a file under its own name, which may name folders.
    pub(crate) fn add_named(&mut self, name: &str, content: &[u8]) -> Result<String, Failure> {
        self.place(name, name, content)
    }

    /// The content of a hashed file that an earlier run made, if it is still there and fits its name.
    pub(crate) fn held(&self, name: &str, file: &str) -> Option<Vec<u8>> {
        let content = fs::read(self.folder.join(file)).ok()?;
        (format!("{HASHED}/{}", hashed_name(name, &content)) == file).then_some(content)
    }

    fn place(&mut self, name: &str, file: &str, content: &[u8]) -> Result<String, Failure> {
        let (content_type, compressible) = manifest::content_type(name).ok_or_else(|| {
            Failure::step("place a file", format!("unknown file type of “{name}”; add its extension to manifest.rs"))
        })?;
        if self.entries.iter().any(|e| e.logical == name || e.file == file) {
            return Err(Failure::step("place a file", format!("there are two files named “{name}”")));
        }
        let fresh = self.write(file, content)?;
        if compressible {
            for (ending, compress) in ENCODINGS {
                self.place_compressed(&format!("{file}.{ending}"), content, compress, fresh)?;
            }
        }
        let path = format!("/{file}");
        self.entries.push(Entry { logical: name.to_owned(), path: path.clone(), content_type, file: file.to_owned() });
        Ok(path)
    }

    /// A compressed form is made again only if the file it was made of is new. A quick run makes none, but keeps those
    /// that still fit. A form that saves nothing is not kept.
    fn place_compressed(&mut self, file: &str, content: &[u8], compress: Compress, fresh: bool) -> Result<(), Failure> {
        if !fresh && self.folder.join(file).is_file() {
            self.kept.insert(self.folder.join(file));
        } else if self.care == Care::Full {
            let small = compress(content).map_err(|e| Failure::file("compress", &self.folder.join(file), &e))?;
            if small.len() < content.len() {
                self.write(file, &small)?;
            }
        }
        Ok(())
    }

    /// Writes a file unless it already has this content. Answers whether it was written.
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

    /// Removes what no longer belongs here and writes the manifest. Answers what a person may want to know.
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

/// Under another name first, so that a run that is cut off leaves no half file.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let half = PathBuf::from(format!("{}.half", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| Failure::file("make the folder", folder, &e))?;
    }
    fs::write(&half, content).and_then(|()| fs::rename(&half, path)).map_err(|e| Failure::file("write", path, &e))
}

/// Removes every file below `folder` that is not kept, and folders that are empty then. Answers how many files went.
fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<usize, Failure> {
    let mut removed = 0;
    for item in fs::read_dir(folder).map_err(|e| Failure::file("read the folder", folder, &e))? {
        let path = item.map_err(|e| Failure::file("read the folder", folder, &e))?.path();
        if path.is_dir() {
            removed += remove_others(&path, kept)?;
            // It fails, as it should, where something is left in it.
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

    /// A folder of its own for a test; removed when it ends.
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
    fn a_site_holds_its_files_their_compressed_forms_and_the_list_and_nothing_older() {
        let scratch = Scratch::new("whole");
        for word in ["first ", "second "] {
            let mut site = Site::open(&scratch.0, Care::Full).unwrap();
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
    fn a_second_run_over_the_same_files_leaves_the_list_untouched() {
        let scratch = Scratch::new("again");
        let mut times = Vec::new();
        for _ in 0..2 {
            let mut site = Site::open(&scratch.0, Care::Full).unwrap();
            site.add_hashed("app.js", &long_text("same ")).unwrap();
            site.close().unwrap();
            times.push(fs::metadata(scratch.0.join("manifest")).unwrap().modified().unwrap());
        }
        assert_eq!(times.first(), times.last());
    }

    #[test]
    fn a_file_is_held_only_while_its_content_fits_its_name() {
        let scratch = Scratch::new("held");
        let mut site = Site::open(&scratch.0, Care::Quick).unwrap();
        let path = site.add_hashed("app.js", b"one").unwrap();
        site.close().unwrap();
        let file = path.trim_start_matches('/');

        let held = || Site::open(&scratch.0, Care::Quick).unwrap().held("app.js", file);
        assert_eq!(held().as_deref(), Some(&b"one"[..]));
        fs::write(scratch.0.join(file), b"two").unwrap();
        assert_eq!(held(), None);
    }

    #[test]
    fn two_files_of_one_name_and_a_file_of_an_unknown_kind_are_refused() {
        let scratch = Scratch::new("refused");
        let mut site = Site::open(&scratch.0, Care::Quick).unwrap();
        site.add_named("robots.txt", b"x").unwrap();
        assert!(site.add_named("robots.txt", b"y").is_err());
        assert!(site.add_named("letter.odt", b"y").is_err());
    }
}
