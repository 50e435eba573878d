//! Builds the site: the wasm module with its JavaScript bindings, the stylesheet, the fonts and the public files.
//!
//! `cargo run -p bundle` writes `target/site/`. Every file that a page refers to has a content hash in its name and
//! compressed variants beside it, and `manifest` lists all files. `server/build.rs` turns the manifest into a table
//! inside the optimized program.
//!
//! `-- --dev` writes `target/site-dev/`, without compression and most optimizations, which a debug build of the server
//! reads when it starts. `-- --debug` does the same with function names, which double the module's size.

mod compression;
mod digest;
mod failure;
mod manifest;
mod paths;
mod public;
mod site;
mod stamp;
mod style;
mod wasm;

use std::process::ExitCode;

use failure::Failure;
use paths::Paths;
use site::Site;

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For production: optimized and compressed.
    Full,
    /// For development: fast.
    Quick,
    /// For debugging: fast, with function names and the checks of the bindings.
    Debug,
}

fn main() -> ExitCode {
    match parse_args().and_then(bundle) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("The site was not built. {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The profile that the command line selects.
fn parse_args() -> Result<Profile, Failure> {
    let mut profile = Profile::Full;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--dev" => profile = Profile::Quick,
            "--debug" => profile = Profile::Debug,
            other => {
                return Err(Failure::step(
                    "read the command line",
                    format!("unknown option “{other}”; the options are --dev and --debug"),
                ));
            }
        }
    }
    Ok(profile)
}

fn bundle(profile: Profile) -> Result<(), Failure> {
    let paths = Paths::find(profile)?;
    let mut site = Site::open(&paths.site, profile)?;

    println!("bundle: compiling the app for the browser");
    wasm::add(&mut site, &paths, profile)?;
    println!("bundle: bundling the styles and fonts");
    style::add(&mut site, &paths.root.join("style").join("main.css"))?;
    println!("bundle: copying the public files");
    public::add(&mut site, &paths.root.join("public"))?;

    let summary = site.close()?;
    println!("bundle: {summary}");
    Ok(())
}
