//! The bundler's list of files: `logical name<TAB>served path<TAB>content type<TAB>file inside the site's folder`.
//! `build.rs` reads it by this module too.

/// One file of the site, as the list names it.
pub struct Entry<'a> {
    /// What the program calls it, as in `main.css`.
    pub logical: &'a str,
    /// Where it is served.
    pub path: &'a str,
    pub content_type: &'a str,
    /// Where it lies, inside the site's folder.
    pub file: &'a str,
}

impl<'a> Entry<'a> {
    /// `None` for a line that is not understood.
    pub fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (logical, path, content_type, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self { logical, path, content_type, file })
    }

    /// Names under `/pkg/` carry a hash of their content: they never change.
    pub fn is_immutable(&self) -> bool {
        self.path.starts_with("/pkg/")
    }
}
