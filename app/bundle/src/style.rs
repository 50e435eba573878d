//! The stylesheet: all files bundled and minified for the oldest supported browsers, with their fonts.

use std::{fs, path::Path};

use lightningcss::{
    bundler::{Bundler, FileProvider},
    dependencies::{Dependency, DependencyOptions, UrlDependency},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};

use crate::{failure::Failure, site::Site};

/// The oldest browsers that support `light-dark()`, nesting and `:has()`, which the stylesheet uses unchanged. They are
/// given as numbers, because parsing a browserslist query would bring its whole database into the build.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        chrome: version(123, 0),
        edge: version(123, 0),
        android: version(123, 0),
        firefox: version(121, 0),
        safari: version(17, 5),
        ios_saf: version(17, 5),
        ..Browsers::default()
    })
}

/// Adds `main.css` and every file that it references by `url()`.
pub(crate) fn add(site: &mut Site, entry: &Path) -> Result<(), Failure> {
    let fail = |reason: &dyn std::fmt::Display| Failure::step("bundle the styles", reason);
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|e| fail(&e))?;
    sheet.minify(MinifyOptions { targets: targets(), ..MinifyOptions::default() }).map_err(|e| fail(&e))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets: targets(),
            analyze_dependencies: Some(DependencyOptions { remove_imports: false }),
            ..PrinterOptions::default()
        })
        .map_err(|e| fail(&e))?;

    let mut css = printed.code;
    for dependency in printed.dependencies.unwrap_or_default() {
        match dependency {
            Dependency::Url(url) => {
                let path = add_target(site, &url)?;
                css = css.replace(&url.placeholder, &path);
            }
            Dependency::Import(import) => {
                return Err(fail(&format!(
                    "“{}” was not bundled; imports must name files in the style folder",
                    import.url
                )));
            }
        }
    }
    site.add_hashed("main.css", css.as_bytes())?;
    Ok(())
}

/// Adds the file of a `url()` and returns what replaces the URL. Inline data (`data:`) and fragments (`#…`) stay as
/// they are; nothing is fetched from other sites.
fn add_target(site: &mut Site, url: &UrlDependency) -> Result<String, Failure> {
    match Target::of(&url.url) {
        Target::Inline => Ok(url.url.clone()),
        Target::External => Err(Failure::step(
            "bundle the styles",
            format!("“{}” would be fetched from another site; keep a copy in the style folder", url.url),
        )),
        Target::File(name) => {
            let file = Path::new(&url.loc.file_path).parent().unwrap_or(Path::new("")).join(name);
            let content = fs::read(&file).map_err(|e| Failure::file("read", &file, &e))?;
            let name = name.rsplit('/').next().unwrap_or(name);
            site.add_hashed(name, &content)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    Inline,
    External,
    /// A path relative to the file that references it.
    File(&'a str),
}

impl<'a> Target<'a> {
    fn of(url: &'a str) -> Self {
        if url.starts_with("data:") || url.starts_with('#') {
            Self::Inline
        } else if url.starts_with('/') || url.contains(':') {
            Self::External
        } else {
            Self::File(url)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, digest::hashed_name};

    /// Bundles a stylesheet of two files and a font in a temporary folder. Returns the CSS and the manifest.
    fn bundled(test: &str, inner: &str) -> Result<(String, String), Failure> {
        let folder = std::env::temp_dir().join(format!("guildhall-style-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("style/fonts")).unwrap();
        fs::write(folder.join("style/main.css"), "@layer base, ui;\n@import \"inner.css\" layer(base);").unwrap();
        fs::write(folder.join("style/inner.css"), inner).unwrap();
        fs::write(folder.join("style/fonts/sans.woff2"), b"font").unwrap();
        let mut site = Site::open(&folder.join("site"), Profile::Quick)?;
        let added = add(&mut site, &folder.join("style/main.css")).and_then(|()| site.close());
        let list = fs::read_to_string(folder.join("site/manifest")).unwrap_or_default();
        let css =
            list.lines().find_map(|line| line.strip_prefix("main.css\t/")).and_then(|line| line.split('\t').next());
        let css = css.map(|file| fs::read_to_string(folder.join("site").join(file)).unwrap()).unwrap_or_default();
        let _ = fs::remove_dir_all(&folder);
        added.map(|_| (css, list))
    }

    #[test]
    fn bundled_files_keep_their_layers_and_fonts_get_hashed_paths() {
        let (css, list) = bundled("joined", "@font-face { font-family: S; src: url(\"fonts/sans.woff2\") format(\"woff2\") }\np { color: light-dark(#fff, #000) }").unwrap();
        let font = hashed_name("sans.woff2", b"font");
        assert!(css.contains(&format!("url(\"/pkg/{font}\")")), "{css}");
        assert!(css.contains("@layer base{"), "{css}");
        assert!(css.contains("light-dark(#fff,#000)"), "{css}");
        assert!(list.contains(&format!("sans.woff2\t/pkg/{font}\tfont/woff2\tpkg/{font}\n")), "{list}");
    }

    #[test]
    fn inline_image_stays_and_external_url_is_refused() {
        let (css, _) = bundled("inline", "p { background: url(\"data:image/svg+xml,x\") }").unwrap();
        assert!(css.contains("data:image/svg+xml,x"), "{css}");
        let refused = bundled("elsewhere", "p { background: url(\"https://example.org/a.png\") }").unwrap_err();
        assert!(refused.to_string().contains("https://example.org/a.png"), "{refused}");
    }

    #[test]
    fn missing_file_or_invalid_rule_is_reported_with_its_location() {
        let missing = bundled("missing", "p { background: url(\"fonts/no.png\") }").unwrap_err();
        assert!(missing.to_string().contains("no.png"), "{missing}");
        let also = bundled("also", "@import \"gone.css\";").unwrap_err();
        assert!(also.to_string().contains("inner.css"), "{also}");
        let broken = bundled("broken", "p { color red }").unwrap_err();
        assert!(broken.to_string().contains("inner.css:"), "{broken}");
    }
}
