//! Makes the site: the app as wasm with its bindings, the style, the fonts and the public files.
//!
//! `cargo run -p bundle` writes `target/site/`: every file that a page refers to carries a hash of its content in its
//! name, beside it lie its compressed forms, and `manifest` lists them all. `server/build.rs` turns that list into a table
//! inside the optimised program. `-- --dev` writes `target/site-dev/`, without compression and most optimisation, which
//! any other program reads when it starts; `-- --debug` the same with the names of functions, which are half of what a
//! browser would have to load.

mod compression;
mod digest;
mod failure;
mod manifest;
mod places;
mod public;
mod site;
mod stamp;
mod style;
mod wasm;

use std::process::ExitCode;

use failure::Failure;
use places::Places;
use site::Site;

/// How much care a build takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// For readers: optimised and compressed.
    Full,
    /// For whoever is changing the code: quick.
    Quick,
    /// For whoever looks for a fault: quick, with the names of functions and the checks of the bindings.
    Debug,
}

fn main() -> ExitCode {
    match asked().and_then(bundle) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("The site was not built. {failure}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
fn asked() -> Result<Care, Failure> {
    let mut care = Care::Full;
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--dev" => care = Care::Quick,
            "--debug" => care = Care::Debug,
            other => {
                return Err(Failure::step(
                    "read the command line",
                    format!("unknown option “{other}”; the options are --dev and --debug"),
                ));
            }
        }
    }
    Ok(care)
}

fn bundle(care: Care) -> Result<(), Failure> {
    let places = Places::find(care)?;
    let mut site = Site::open(&places.site, care)?;

    println!("bundle: compiling the app for the browser");
    wasm::add(&mut site, &places, care)?;
    println!("bundle: bundling the styles and fonts");
    style::add(&mut site, &places.root.join("style").join("main.css"))?;
    println!("bundle: copying the public files");
    public::add(&mut site, &places.root.join("public"))?;

    let summary = site.close()?;
    println!("bundle: {summary}");
    Ok(())
}
