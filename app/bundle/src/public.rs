//! The files that are served unchanged, under their own names.

use std::{fs, path::Path};

use crate::{failure::Failure, site::Site};

/// Adds every file below `folder` whose name does not begin with a dot.
pub(crate) fn add(site: &mut Site, folder: &Path) -> Result<(), Failure> {
    add_below(site, folder, "")
}

fn add_below(site: &mut Site, folder: &Path, prefix: &str) -> Result<(), Failure> {
    for item in fs::read_dir(folder).map_err(|e| Failure::file("read the folder", folder, &e))? {
        let path = item.map_err(|e| Failure::file("read the folder", folder, &e))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(Failure::step("copy a public file", format!("the name of {} is not UTF-8", path.display())));
        };
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            add_below(site, &path, &format!("{name}/"))?;
        } else {
            let content = fs::read(&path).map_err(|e| Failure::file("read", &path, &e))?;
            site.add_named(&name, &content)?;
        }
    }
    Ok(())
}
