//! The list of the site's files: `logical name<TAB>served path<TAB>content type<TAB>file within the site's folder`.

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The name that the code uses: `app.js`, `sans.woff2`, `robots.txt`.
    pub(crate) logical: String,
    /// The path of its URL, with the leading `/`.
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    /// The file, relative to the site's folder, with `/` between folders.
    pub(crate) file: String,
}

/// The text of the manifest, sorted by logical name, so that the same site always has the same text.
pub(crate) fn render(entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort();
    sorted.iter().map(|e| format!("{}\t{}\t{}\t{}\n", e.logical, e.path, e.content_type, e.file)).collect()
}

/// A file's content type, and whether to compress it; `None` for an unknown extension.
pub(crate) fn content_type(name: &str) -> Option<(&'static str, bool)> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "js" => ("text/javascript; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "css" => ("text/css; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "json" => ("application/json", true),
        "xml" => ("application/xml", true),
        "woff2" => ("font/woff2", false),
        "png" => ("image/png", false),
        "ico" => ("image/vnd.microsoft.icon", false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(logical: &str) -> Entry {
        Entry {
            logical: logical.into(),
            path: format!("/pkg/{logical}"),
            content_type: "text/plain",
            file: format!("pkg/{logical}"),
        }
    }

    #[test]
    fn manifest_has_one_line_per_file_in_fixed_order() {
        let text = render(&[entry("b.txt"), entry("a.txt")]);
        assert_eq!(text, "a.txt\t/pkg/a.txt\ttext/plain\tpkg/a.txt\nb.txt\t/pkg/b.txt\ttext/plain\tpkg/b.txt\n");
        assert_eq!(text, render(&[entry("a.txt"), entry("b.txt")]));
    }

    #[test]
    fn fonts_and_raster_images_are_not_compressed() {
        assert_eq!(content_type("sans.woff2"), Some(("font/woff2", false)));
        assert_eq!(content_type("app.wasm"), Some(("application/wasm", true)));
        assert_eq!(content_type("notes.odt"), None);
        assert_eq!(content_type("Makefile"), None);
    }
}
