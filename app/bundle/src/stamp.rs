//! What the last run made of which wasm, so that a run without a change is over at once.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use crate::{Care, failure::Failure, places::Places};

/// The names of the two files that were made last, and what they were made from.
pub(crate) struct Stamp {
    place: PathBuf,
    inputs: String,
}

impl Stamp {
    /// `wasm` is what cargo made. The bundler itself counts as an input too: another bundler may make another file.
    pub(crate) fn of(places: &Places, care: Care, wasm: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|e| Failure::step("find the bundler's own file", e))?;
        let inputs = format!("{care:?} {} {}", version(wasm)?, version(&program)?);
        Ok(Self { place: places.site.with_extension("stamp"), inputs })
    }

    /// The JavaScript and wasm files of the last run, if the inputs were the same.
    pub(crate) fn made(&self) -> Option<(String, String)> {
        let text = fs::read_to_string(&self.place).ok()?;
        let mut lines = text.lines();
        (lines.next()? == self.inputs).then_some(())?;
        Some((lines.next()?.to_owned(), lines.next()?.to_owned()))
    }

    pub(crate) fn set(&self, js: &str, wasm: &str) -> Result<(), Failure> {
        let text = format!("{}\n{js}\n{wasm}\n", self.inputs);
        fs::write(&self.place, text).map_err(|e| Failure::file("write", &self.place, &e))
    }
}

/// Length and time of the last change: cargo leaves both alone when there was nothing to do.
fn version(file: &Path) -> Result<String, Failure> {
    let read = || -> io::Result<String> {
        let about = fs::metadata(file)?;
        let age = about.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        Ok(format!("{}@{}", about.len(), age.as_nanos()))
    };
    read().map_err(|e| Failure::file("read", file, &e))
}
