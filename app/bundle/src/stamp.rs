//! A record of the last run's inputs and outputs, so that a run without changes ends at once.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use crate::{Profile, failure::Failure, paths::Paths};

/// The names of the last run's two files, and the inputs they were made from.
pub(crate) struct Stamp {
    path: PathBuf,
    inputs: String,
}

impl Stamp {
    /// `wasm` is cargo's output. The bundler itself is an input too, because another version may produce another file.
    pub(crate) fn of(paths: &Paths, profile: Profile, wasm: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|e| Failure::step("find the bundler's own file", e))?;
        let inputs = format!("{profile:?} {} {}", version(wasm)?, version(&program)?);
        Ok(Self { path: paths.site.with_extension("stamp"), inputs })
    }

    /// The JavaScript and wasm files of the last run, if the inputs are the same.
    pub(crate) fn outputs(&self) -> Option<(String, String)> {
        let text = fs::read_to_string(&self.path).ok()?;
        let mut lines = text.lines();
        (lines.next()? == self.inputs).then_some(())?;
        Some((lines.next()?.to_owned(), lines.next()?.to_owned()))
    }

    pub(crate) fn set(&self, js: &str, wasm: &str) -> Result<(), Failure> {
        let text = format!("{}\n{js}\n{wasm}\n", self.inputs);
        fs::write(&self.path, text).map_err(|e| Failure::file("write", &self.path, &e))
    }
}

/// Size and modification time, which cargo leaves alone when there was nothing to do.
fn version(file: &Path) -> Result<String, Failure> {
    let read = || -> io::Result<String> {
        let about = fs::metadata(file)?;
        let age = about.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        Ok(format!("{}@{}", about.len(), age.as_nanos()))
    };
    read().map_err(|e| Failure::file("read", file, &e))
}
