//! The app as a wasm module. Elsewhere it is empty.

/// Takes the page over: its script calls this once the module has been loaded.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
