//! The paths of the workspace, cargo's target folder and the site.

use std::path::{Path, PathBuf};

use crate::{Profile, failure::Failure};

/// The folders that the bundler reads and writes.
pub(crate) struct Paths {
    /// The workspace's folder.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The finished site, inside the target folder.
    pub(crate) site: PathBuf,
}

impl Paths {
    /// Finds the paths from this package's own folder. A relative `CARGO_TARGET_DIR` is relative to the workspace, as
    /// in `server/build.rs`, which knows the names of both site folders too.
    pub(crate) fn find(profile: Profile) -> Result<Self, Failure> {
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
        let site = target.join(match profile {
            Profile::Full => "site",
            Profile::Quick | Profile::Debug => "site-dev",
        });
        Ok(Self { root, target, site })
    }
}
