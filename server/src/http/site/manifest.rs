//! The bundler's list of files: `logical name<TAB>served path<TAB>content type<TAB>file in the site's folder`. `build.rs`
//! uses this module too.

/// One file of the list.
pub struct Entry<'a> {
    /// Its name in code, such as `main.css`.
    pub logical: &'a str,
    /// The path that it is served at.
    pub path: &'a str,
    pub content_type: &'a str,
    /// Its path in the site's folder.
    pub file: &'a str,
}

impl<'a> Entry<'a> {
    /// Parses a line. Returns `None` if it has too few parts.
    pub fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (logical, path, content_type, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self { logical, path, content_type, file })
    }

    /// Whether the file never changes. Names under `/pkg/` have a hash of the content.
    pub fn is_immutable(&self) -> bool {
        self.path.starts_with("/pkg/")
    }
}
