//! The app as the wasm module that is shipped: the same, linked as one piece. Cargo keeps one file for each target, so one
//! target alone would be linked anew whenever the other kind was asked for.

/// Takes the page over: its script calls this once the module has been loaded.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}

fn main() {}
