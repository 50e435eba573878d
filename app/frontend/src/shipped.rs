//! The same wasm module for production, built with LTO. It is a target of its own, because cargo keeps one file for
//! each target and would link a shared one again for each kind of build.

/// Hydrates the page. The page's script calls this after loading the module.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}

fn main() {}
