//! Where things lie: the workspace, cargo's target folder, the site.

use std::path::{Path, PathBuf};

use crate::{Care, failure::Failure};

/// The folders that the bundler reads and writes.
pub(crate) struct Places {
    /// The workspace's folder.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The finished site, inside the target folder.
    pub(crate) site: PathBuf,
}

impl Places {
    /// From this package's own folder; a relative `CARGO_TARGET_DIR` counts from the workspace, as in `server/build.rs`,
    /// which knows the names of both sites too.
    pub(crate) fn find(care: Care) -> Result<Self, Failure> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = package
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.toml").is_file())
            .ok_or_else(|| {
                Failure::step(
                    "find the workspace",
                    format!("there is no Cargo.toml two folders above {}", package.display()),
                )
            })?
            .to_path_buf();
        let target = root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
        let site = target.join(match care {
            Care::Full => "site",
            Care::Quick | Care::Debug => "site-dev",
        });
        Ok(Self { root, target, site })
    }
}
